#!/usr/bin/env bash
# Makes what the trial needs and no repository may hold, in deploy/compose/secrets: keys and certificates for 30 days, the
# passwords of two people (printed once) and of the database's users. What exists is kept, but for certificates that end
# within a day: it may be called again.
#   deploy/compose/make-secrets.sh [FOLDER]
# Needs openssl.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:-$here/secrets}
umask 077
mkdir -p "$folder"
chmod 0700 "$folder"    # it may have been there already

people() {
    local name password
    [[ -e $folder/users.htpasswd ]] && return
    for name in viewer operator; do
        password=$(openssl rand -hex 12)
        printf '%s:%s\n' "$name" "$(openssl passwd -6 -stdin <<<"$password")" >>"$folder/users.htpasswd.new"
        echo "The password of $name is $password"
    done
    echo "operator operator;" >"$folder/operators.conf"
    mv "$folder/users.htpasswd.new" "$folder/users.htpasswd"
}

database() {
    local user file
    for user in admin jaeger board migrate; do
        file=$folder/clickhouse-$user
        # Without a line end: Jaeger takes the file as it is.
        [[ -e $file ]] || openssl rand -hex 24 | tr -d '\n' >"$file"
    done
}

bash "$here/../nginx/trial-certificates.sh" "$folder" localhost online-shop crm mes register
people
database
# Containers run as other users and see these files one by one; on this host nobody else can enter the folder. The
# authorities' keys go to no container.
chmod 0644 "$folder"/*
chmod 0600 "$folder"/*-ca.key

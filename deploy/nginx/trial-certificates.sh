#!/usr/bin/env bash
# Makes the certificates that a trial of the front needs, valid for 30 days; real ones come from your own authorities.
#   trial-certificates.sh DIRECTORY HOST[,HOST…] [AGENT…]
# DIRECTORY gets people-ca.crt (for browsers), intake-ca.crt (for agents' ca_file), agents-ca.crt, and with their keys
# people.crt, intake.crt and one AGENT.crt for each agent (default: agent). What is there already and good for
# another day is kept, so that an agent can be added later.
set -euo pipefail

if (($# < 2)); then
    echo "usage: trial-certificates.sh DIRECTORY HOST[,HOST...] [AGENT...]" >&2
    exit 64
fi
directory=$1
IFS=, read -ra hosts <<<"$2"
shift 2
agents=("${@:-agent}")
umask 077
mkdir -p "$directory"

quietly() {
    local said
    said=$("$@" 2>&1) || { printf '%s\n' "$said" >&2; return 70; }
}

lasts() {
    [[ -s $1 ]] && openssl x509 -checkend 86400 -noout -in "$1" >/dev/null
}

new_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)

authority() {
    local file=$directory/$1
    lasts "$file.crt" && return
    quietly openssl req -x509 "${new_key[@]}" -days 30 -subj "/CN=ordertrace trial: $2" \
        -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$file.key" -out "$file.crt"
}

# NAME AUTHORITY USAGE ALTERNATIVE-NAMES. An authority made anew issues all of its certificates anew.
issue() {
    local file=$directory/$1
    lasts "$file.crt" && openssl verify -CAfile "$directory/$2.crt" "$file.crt" &>/dev/null && return
    quietly openssl req -new "${new_key[@]}" -subj "/CN=$1" -keyout "$file.key" -out "$file.csr"
    quietly openssl x509 -req -days 30 -in "$file.csr" -CA "$directory/$2.crt" -CAkey "$directory/$2.key" \
        -CAcreateserial -out "$file.crt" -extfile <(printf '%s\n' "basicConstraints=CA:FALSE" \
        "extendedKeyUsage=$3" ${4:+"subjectAltName=$4"})
    rm "$file.csr"
}

names=
for host in "${hosts[@]}"; do
    if [[ $host =~ ^[0-9.]+$ || $host == *:* ]]; then names+=,IP:$host; else names+=,DNS:$host; fi
done
authority people-ca "browsers"
authority intake-ca "intake"
authority agents-ca "agents"
issue people people-ca serverAuth "${names#,}"
issue intake intake-ca serverAuth "${names#,}"
for agent in "${agents[@]}"; do issue "$agent" agents-ca clientAuth; done
echo "$directory: certificates for https://${hosts[0]}/ and for the agents ${agents[*]}"

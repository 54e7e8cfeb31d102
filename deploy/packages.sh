#!/usr/bin/env bash
# Installs the Debian 12 packages that building needs; with the argument `tests` also what the tests need.
# Does nothing where everything is installed already.
set -euo pipefail

build_packages=(
    cmake ninja-build g++ thrift-compiler
    libboost1.81-dev libboost-json1.81-dev libcli11-dev libexpected-dev libhowardhinnant-date-dev libre2-dev
    librabbitmq-dev
    libspdlog-dev libsqlite3-dev libssl-dev libthrift-dev libxxhash-dev libyaml-cpp-dev zlib1g-dev
    tzdata
    dpkg-dev file
)
test_packages=(
    catch2 librapidcheck-dev ccache
    clang-19 clang-format-19 libclang-rt-19-dev llvm-19
    shellcheck codespell
    python3 python3-pytest python3-venv python3-thrift python3-yaml
    chromium chromium-driver python3-selenium
    debootstrap buildah docker-compose systemd
    rabbitmq-server python3-pika python3-psycopg2
    postgresql-15
    postgresql-15-wal2json logrotate prometheus-postgres-exporter
    openssl curl git gcc libc6-dev procps
    gnucobol3 iproute2 perl php-cli ruby
    nginx-light sqlite3 prometheus
)

# Names of the given packages that are not installed, one a line.
missing_packages() {
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
    done
}

# The tests start servers of their own; those of the packages are not started by their installation.
start_no_servers() {
    local policy=/usr/sbin/policy-rc.d
    [[ -e $policy ]] && return
    # shellcheck disable=SC2064  # what it is now
    trap "${as_root[*]} rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
}

install_packages() {
    local wanted=("${build_packages[@]}") missing=() as_root=()
    [[ ${1:-} == tests ]] && wanted+=("${test_packages[@]}")
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        echo "packages.sh: there is no apt on this system; install what these Debian 12 packages hold, then build with" \
            "'cmake --preset release && cmake --build --preset release': ${wanted[*]}" >&2
        return 69
    fi
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    ((${#missing[@]} == 0)) && return 0
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            echo "packages.sh: not root and no sudo; as root run: apt-get install ${missing[*]}" >&2
            return 69
        fi
        as_root=(sudo)
    fi
    echo "Installing ${#missing[@]} packages: ${missing[*]}"
    [[ ${1:-} == tests ]] && start_no_servers
    "${as_root[@]}" apt-get -qq update || echo "packages.sh: the package lists could not be renewed; trying the old" >&2
    if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install --yes --no-install-recommends "${missing[@]}" </dev/null >/dev/null; then
        echo "packages.sh: apt-get could not install: ${missing[*]}; is this Debian 12 with its mirrors reachable?" >&2
        return 69
    fi
}

case ${1:-} in
    "" | tests) install_packages "${1:-}" ;;
    *)
        echo "usage: deploy/packages.sh [tests]" >&2
        exit 64
        ;;
esac

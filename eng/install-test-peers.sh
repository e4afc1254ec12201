#!/usr/bin/env bash
# Installs what the tests play their peers with, unless it is there: Redis and memcached (the caches other programs read tokens from), nginx (the proxy
# in front), PgBouncer (the pooler before the database), PHP and Node.js (the sides that receive visitors and pushes),
# SQLAlchemy and ODBC (the ways in of analysts' programs), Chromium and a Chinese font (who looks at the status page), zsh and fish (the shells that complete),
# promtool (the rules of alerts), and the npm packages of tests/FollowerSync.IntegrationTests/Node.
# The tests start them on loopback and stop them; nothing is left running.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=tests/FollowerSync.IntegrationTests/Node

missing=()
need() {
    command -v "$1" >/dev/null || [[ -x /usr/sbin/$1 ]] || missing+=("$2")
}
need redis-server redis-server
need memcached memcached
need nginx nginx-light
need pgbouncer pgbouncer
need php php-cli
need node nodejs
need npm npm
need isql unixodbc
need chromium chromium
[[ -n $(find /usr/share/fonts -iname '*cjk*' -o -iname 'wqy*' 2>/dev/null | head -n 1) ]] || missing+=(fonts-wqy-microhei)
need zsh zsh
need fish fish
need promtool prometheus
[[ -e /usr/lib/python3/dist-packages/sqlalchemy ]] || missing+=(python3-sqlalchemy)
[[ -e /usr/lib/python3/dist-packages/psycopg2 ]] || missing+=(python3-psycopg2)
compgen -G '/usr/lib/python3/dist-packages/pyodbc*' >/dev/null || missing+=(python3-pyodbc)
compgen -G '/usr/lib/*/odbc/psqlodbcw.so' >/dev/null || missing+=(odbc-postgresql)

if [[ ${#missing[@]} -gt 0 ]]; then
    as_root=()
    if [[ $(id -u) -ne 0 ]]; then as_root=(sudo); fi
    if ! command -v apt-get >/dev/null; then
        echo "The tests need ${missing[*]}: install them, then try again." >&2
        exit 1
    fi
    echo "Missing for the tests, installing: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    # RUNLEVEL=1: the packages' own services are not started.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

if ! cmp -s "$packages/package-lock.json" "$packages/node_modules/.installed-from"; then
    (cd "$packages" && npm ci --ignore-scripts --no-audit --no-fund)
    cp "$packages/package-lock.json" "$packages/node_modules/.installed-from"
fi

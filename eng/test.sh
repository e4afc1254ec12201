#!/usr/bin/env bash
# Builds once and runs every test. The last line is "N passed, N failed"; a skipped test counts as failed.
# Usage: eng/test.sh [--postgres MAJOR]   with it, only the integration tests, against that version of PostgreSQL (16, 17, 18)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
results=artifacts/test-results
postgres=
if [[ ${1:-} == --postgres ]]; then
    postgres=${2:?"--postgres needs a major version: 16, 17 or 18"}
    shift 2
fi
passed=0
failed=0

summary() {
    local status=$?
    # Whatever broke before a test could fail is a failure too.
    if [[ $status -ne 0 && $failed -eq 0 ]]; then failed=1; fi
    echo "$passed passed, $failed failed"
    exit "$status"
}
trap summary EXIT

counter() {
    sed -nE "s/.*<Counters [^>]*\\b$2=\"([0-9]+)\".*/\\1/p" "$1" | head -n 1
}

run() {
    local name=$1 report=$results/$1.trx status=0 total=0 good=0
    dotnet test "tests/$name" --configuration Release --no-build --results-directory "$results" \
        --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --blame-hang-timeout 10min || status=$?
    if [[ -f $report ]]; then
        total=$(counter "$report" total)
        good=$(counter "$report" passed)
    fi
    if [[ ${total:-0} -eq 0 ]]; then
        echo "$name ran no test." >&2
        failed=$((failed + 1))
        return
    fi

    passed=$((passed + good))
    failed=$((failed + total - good))
    if [[ $status -ne 0 && $total -eq $good ]]; then
        echo "$name ended with exit code $status." >&2
        failed=$((failed + 1))
    fi
}

eng/install-postgresql.sh
if [[ -n $postgres ]]; then
    PATH=$(eng/fetch-postgresql.sh "$postgres"):$PATH
    export PATH FOLLOWERSYNC_TEST_POSTGRES=$postgres
fi
rm -rf "$results"
if [[ ${CI:-} == true ]]; then dotnet restore --locked-mode; else dotnet restore; fi
dotnet build --configuration Release --no-restore

[[ -n $postgres ]] || run FollowerSync.Tests
run FollowerSync.IntegrationTests

[[ $failed -eq 0 ]]

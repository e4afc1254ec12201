#!/usr/bin/env bash
# Builds once and runs every test, or with a name those whose class or method has it in its full name.
# The last line is "N passed, N failed"; a skipped test counts as failed.
# Usage: eng/test.sh [--postgres MAJOR] [--partitioned] [NAME]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    echo "usage: eng/test.sh [--postgres MAJOR] [--partitioned] [NAME]"
    echo "  --postgres MAJOR   only the integration tests, against that version of PostgreSQL: 16, 17 or 18"
    echo "  --partitioned      only the integration tests, with the tables that db/citus.sql spreads parted by openid"
    echo "  NAME               only the tests with this in their full name, a class say: eng/test.sh WitnessTests"
}

name=
postgres=
partitioned=
while [[ $# -gt 0 ]]; do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --postgres)
            postgres=${2:-}
            if [[ ! $postgres =~ ^1[678]$ ]]; then echo "eng/test.sh: --postgres takes 16, 17 or 18" >&2; exit 2; fi
            shift 2
            ;;
        --partitioned) partitioned=1; shift ;;
        -*) echo "eng/test.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
        *)
            if [[ -n $name ]]; then echo "eng/test.sh: one name at a time" >&2; usage >&2; exit 2; fi
            name=$1
            shift
            ;;
    esac
done

# What pays in hours, measuring for better machine code, and guarding its pages, costs a tenth of the time of tests that start a program each second.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
results=artifacts/test-results
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
    local project=$1 report=$results/$1.trx status=0 total=0 good=0
    dotnet test "tests/$project" --configuration Release --no-build --results-directory "$results" ${name:+--filter "FullyQualifiedName~$name"} \
        --logger "trx;LogFileName=$project.trx" --logger "console;verbosity=minimal" --blame-hang-timeout 10min || status=$?
    if [[ -f $report ]]; then
        total=$(counter "$report" total)
        good=$(counter "$report" passed)
    fi
    if [[ ${total:-0} -eq 0 && -n $name && $status -eq 0 ]]; then
        # The name may be one of the other project's.
        return
    fi
    if [[ ${total:-0} -eq 0 ]]; then
        echo "$project ran no test." >&2
        failed=$((failed + 1))
        return
    fi

    passed=$((passed + good))
    failed=$((failed + total - good))
    if [[ $status -ne 0 && $total -eq $good ]]; then
        echo "$project ended with exit code $status." >&2
        failed=$((failed + 1))
    fi
}

eng/install-postgresql.sh
eng/install-test-peers.sh
if [[ -n $postgres ]]; then
    PATH=$(eng/fetch-postgresql.sh "$postgres"):$PATH
    export PATH FOLLOWERSYNC_TEST_POSTGRES=$postgres
fi
rm -rf "$results"
if [[ -z $name ]]; then
    # The tests start the program some hundred times: as it is published, compiled ahead. The build that follows looks at the code.
    dotnet publish src/FollowerSync --configuration Release --output artifacts/program --verbosity quiet -p:RunAnalyzers=false
    export FOLLOWERSYNC_EXECUTABLE=$PWD/artifacts/program/followersync.dll
fi
if [[ ${CI:-} == true ]]; then dotnet restore --locked-mode; else dotnet restore; fi
dotnet build --configuration Release --no-restore

[[ -n $postgres$partitioned ]] || run FollowerSync.Tests
if [[ -n $partitioned ]]; then export FOLLOWERSYNC_TEST_PARTITIONED=1; fi
run FollowerSync.IntegrationTests

if [[ $((passed + failed)) -eq 0 ]]; then
    echo "No test has \"$name\" in its full name." >&2
    failed=1
fi

[[ $failed -eq 0 ]]

#!/usr/bin/env bash
# Survives faults for as long as asked: the published program against an emulated WeChat and a PostgreSQL of its own, with processes killed at random.
# Prints what was survived, or the seed of the first broken promise. See docs/reliability.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    echo "usage: eng/chaos.sh [--minutes N] [--seed S]"
    echo "  --minutes N   how long to go on (30); the campaign that is under way is finished"
    echo "  --seed S      first seed (the present second); every campaign takes the next one"
}

minutes=30
seed=$(($(date +%s) % 1000000000))
while [[ $# -gt 0 ]]; do
    case $1 in
        --minutes) minutes=${2:?"--minutes needs a number"}; shift 2 ;;
        --seed) seed=${2:?"--seed needs a number"}; shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) echo "eng/chaos.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
done

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
program=$PWD/artifacts/chaos/program
tests=$PWD/artifacts/chaos/tests
report=$PWD/artifacts/chaos/report.txt

eng/install-postgresql.sh
# Gives workers a wrong clock; without it such steps change nothing.
if ! ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1; then
    apt-get install -y -qq faketime >/dev/null 2>&1 || echo "Without libfaketime (package faketime) all clocks are right: as root, run \"apt-get install faketime\" for wrong ones."
fi
rm -rf artifacts/chaos
mkdir -p artifacts/chaos
echo "Building …"
dotnet publish src/FollowerSync --configuration Release --output "$program" --verbosity quiet
dotnet build tests/FollowerSync.IntegrationTests --configuration Release --output "$tests" --verbosity quiet

echo "Chaos for $minutes minutes from seed $seed on …"
status=0
FOLLOWERSYNC_CHAOS_TRACE=1 FOLLOWERSYNC_EXECUTABLE=$program/followersync FOLLOWERSYNC_CHAOS_MINUTES=$minutes FOLLOWERSYNC_CHAOS_SEED=$seed FOLLOWERSYNC_CHAOS_REPORT=$report \
    dotnet test "$tests/FollowerSync.IntegrationTests.dll" \
    --filter "FullyQualifiedName~ChaosTests.The_long_form" --logger "console;verbosity=detailed" -- RunConfiguration.TreatNoTestsAsError=true >artifacts/chaos/log.txt 2>&1 || status=$?

if [[ $status -ne 0 ]]; then
    sed -n '/ChaosException/,/Stack Trace/p' artifacts/chaos/log.txt | head -n 60
    echo "The whole log: artifacts/chaos/log.txt"
fi
[[ -f $report ]] && cat "$report"
[[ $status -eq 0 ]] && echo "No promise was broken." || echo "A promise was broken: see the seed above; eng/chaos.sh --minutes 1 --seed SEED tries it again."
exit "$status"

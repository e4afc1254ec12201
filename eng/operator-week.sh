#!/usr/bin/env bash
# A week of an operator in a few minutes: the published program against an emulated WeChat and a PostgreSQL of its own, with one trouble after the other. Prints
# what page, alert, log and status said of each, and how soon; fails where one is silent or does not see the end. See docs/operator-week.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
program=$PWD/artifacts/operator-week/program
tests=$PWD/artifacts/operator-week/tests
report=$PWD/artifacts/operator-week/report.md

eng/install-postgresql.sh
rm -rf artifacts/operator-week
mkdir -p artifacts/operator-week
echo "Building …"
dotnet publish src/FollowerSync --configuration Release --output "$program" --verbosity quiet
dotnet build tests/FollowerSync.IntegrationTests --configuration Release --output "$tests" --verbosity quiet

echo "A week of troubles …"
FOLLOWERSYNC_EXECUTABLE=$program/followersync.dll FOLLOWERSYNC_WEEK_REPORT=$report \
    dotnet test "$tests/FollowerSync.IntegrationTests.dll" --filter "FullyQualifiedName~OperatorWeekTests" --logger "console;verbosity=normal" || status=$?
cat "$report"
exit "${status:-0}"

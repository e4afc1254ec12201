#!/usr/bin/env bash
# Measures FollowerSync beside other ways of doing the same; ratios in one run. --full adds three and ten million followers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

eng/install-postgresql.sh
dotnet build --configuration Release tests/FollowerSync.Benchmarks
exec dotnet run --no-build --configuration Release --project tests/FollowerSync.Benchmarks -- "$@"

#!/usr/bin/env bash
# Measures FollowerSync beside other ways of doing the same; ratios in one run. --full adds three and ten million followers; --year
# measures what a year of history costs instead, --arrivals how fast a backlog of arrivals is drained, --pushes how pushes of WeChat are answered,
# --nights the calls and minutes of a night with each way of refreshing, --script FOLDER,… published builds beside a careful Node script, as whole
# processes (needs node and npm).
# Every contestant is compiled ahead, as the README publishes the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

eng/install-postgresql.sh
eng/publish.sh artifacts/bench tests/FollowerSync.Benchmarks
if [[ " $* " == *" --script "* ]]; then
    (cd tests/FollowerSync.Benchmarks/Node && npm ci --ignore-scripts --no-audit --no-fund)
fi
exec artifacts/bench/FollowerSync.Benchmarks "$@"

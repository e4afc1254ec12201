#!/usr/bin/env bash
# A private PostgreSQL, a fake WeChat and the worker; nothing to configure. Ctrl+C ends all three.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

eng/install-postgresql.sh
exec dotnet run --configuration Release --project src/FollowerSync -- demo "$@"

#!/usr/bin/env bash
# A private PostgreSQL, a fake WeChat and the worker; nothing to configure. Ctrl+C ends all three.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

eng/install-postgresql.sh
dotnet build src/FollowerSync --configuration Release --nologo --verbosity quiet
exec dotnet src/FollowerSync/bin/Release/net10.0/followersync.dll demo "$@"

#!/usr/bin/env bash
# A private PostgreSQL, a fake WeChat and the worker; nothing to configure. Ctrl+C ends all three.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The first build of a user would greet with a page about .NET itself.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

eng/install-postgresql.sh
dotnet build src/FollowerSync --configuration Release --nologo --verbosity quiet
exec dotnet src/FollowerSync/bin/Release/net10.0/followersync.dll demo "$@"

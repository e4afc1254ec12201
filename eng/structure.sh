#!/usr/bin/env bash
# Tells how src/FollowerSync is built: files by room, sizes, constructors, who names whom, circles, transactions handed on.
# Usage: eng/structure.sh [CHECKOUT]             of this checkout, or of another one to compare with
#        eng/structure.sh --mermaid [CHECKOUT]   the picture of docs/architecture.md
set -euo pipefail

project=$(dirname "${BASH_SOURCE[0]}")/Structure
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
dotnet build "$project" --configuration Release --verbosity quiet >&2
exec dotnet "$project/bin/Release/net10.0/structure.dll" "$@"

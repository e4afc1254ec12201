#!/usr/bin/env bash
# Publishes the program for this platform into a folder: with its own runtime, and compiled ahead as one whole together with it. Takes a few minutes;
# `dotnet publish` alone is quicker and compiles only the program ahead.
# Usage: eng/publish.sh [FOLDER] [PROJECT]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=${1:-publish}
project=${2:-src/FollowerSync}
dotnet publish "$project" --configuration Release --use-current-runtime --self-contained true \
    --property:PublishReadyToRun=true --property:PublishReadyToRunComposite=true \
    --artifacts-path artifacts/ahead --output "$folder" --nologo --verbosity quiet
echo "Published into $folder"

#!/usr/bin/env bash
# Publishes the program for this platform into a folder: with its own runtime, and compiled ahead as one whole, so that a run spends its time on
# followers and not on compiling. Takes a few minutes; `dotnet publish` alone takes seconds and gives a program that starts slower.
# Usage: eng/publish.sh [FOLDER] [PROJECT]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=${1:-publish}
project=${2:-src/FollowerSync}
dotnet publish "$project" --configuration Release --use-current-runtime --self-contained true \
    --property:PublishReadyToRun=true --property:PublishReadyToRunComposite=true \
    --artifacts-path artifacts/ahead --output "$folder" --nologo --verbosity quiet
echo "Published into $folder"

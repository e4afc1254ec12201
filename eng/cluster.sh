#!/usr/bin/env bash
# Two nodes under load and under fire: kills and pauses by seed, takeovers with the default settings, many accounts in the same second, a night on one node and on two. Prints the figures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    echo "usage: eng/cluster.sh [--disturbances N] [--seed S] [--takeovers N] [--accounts N] [--night N] [--followers N]"
    echo "  --disturbances N   kills, pauses and stops of nodes (100)"
    echo "  --seed S           what is done to whom (1)"
    echo "  --takeovers N      times that a node is killed, stopped and paused with the default settings (1)"
    echo "  --accounts N       accounts that are due in the same second (1000)"
    echo "  --night N          accounts of a night, on one node and then on two (0 = none)"
    echo "  --followers N      followers of each of them (5000)"
}

export FOLLOWERSYNC_CLUSTER_DISTURBANCES=100 FOLLOWERSYNC_CLUSTER_SEED=1 FOLLOWERSYNC_CLUSTER_TAKEOVERS=1 FOLLOWERSYNC_CLUSTER_ACCOUNTS=1000 FOLLOWERSYNC_CLUSTER_NIGHT=0 FOLLOWERSYNC_CLUSTER_FOLLOWERS=5000
while [[ $# -gt 0 ]]; do
    case $1 in
        --disturbances) FOLLOWERSYNC_CLUSTER_DISTURBANCES=${2:?"--disturbances needs a number"}; shift 2 ;;
        --seed) FOLLOWERSYNC_CLUSTER_SEED=${2:?"--seed needs a number"}; shift 2 ;;
        --takeovers) FOLLOWERSYNC_CLUSTER_TAKEOVERS=${2:?"--takeovers needs a number"}; shift 2 ;;
        --accounts) FOLLOWERSYNC_CLUSTER_ACCOUNTS=${2:?"--accounts needs a number"}; shift 2 ;;
        --night) FOLLOWERSYNC_CLUSTER_NIGHT=${2:?"--night needs a number"}; shift 2 ;;
        --followers) FOLLOWERSYNC_CLUSTER_FOLLOWERS=${2:?"--followers needs a number"}; shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) echo "eng/cluster.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
done

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
eng/install-postgresql.sh
dotnet build tests/FollowerSync.IntegrationTests --configuration Release --output artifacts/cluster --verbosity quiet
dotnet test artifacts/cluster/FollowerSync.IntegrationTests.dll --filter "FullyQualifiedName~Nodes.ClusterTrials" --logger "console;verbosity=detailed" -- RunConfiguration.TreatNoTestsAsError=true

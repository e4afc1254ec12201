namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>What happens to the processes during a run.</summary>
internal enum Disturbance
{
    None,
    KillWorker,
    StopWorker,
    PauseWorkerAndLetAnotherTakeOver,
    KillPostgres,
    KillPostgresAndLeaveItDown,
    KillSession,
    EndSessions,
    Churn,
}

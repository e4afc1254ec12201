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

    /// <summary>PostgreSQL stands still for a while and goes on.</summary>
    FreezePostgres,

    /// <summary>The worker is told to stop while PostgreSQL stands still.</summary>
    StopWhilePostgresStandsStill,

    /// <summary>PostgreSQL dies and recovers before the run begins.</summary>
    CrashBeforeTheRun,

    /// <summary>The clock of the worker's machine is wrong from the start, and steps in the middle.</summary>
    StepClock,

    /// <summary>Nobody reads what the worker writes until it has ended its run.</summary>
    StallReader,

    /// <summary>The owner of the account sets another AppSecret, and all tokens end.</summary>
    RotateSecret,
}

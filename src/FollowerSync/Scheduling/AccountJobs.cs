using FollowerSync.Accounts;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Names of an account's job and of its triggers. The names are the AppId; the groups tell them apart.</summary>
internal static class AccountJobs
{
    /// <summary>Group of all jobs, and of the triggers of the schedule.</summary>
    public const string Group = "sync";

    public static JobKey SyncKey(string appId) => new(appId, Group);

    /// <summary>The trigger of the schedule.</summary>
    public static TriggerKey ScheduleKey(string appId) => new(appId, Group);

    /// <summary>The trigger of a firing beside the schedule: one of each kind can wait.</summary>
    public static TriggerKey KeyOf(string appId, FiringKind kind) => new(appId, kind.ToString().ToLowerInvariant());

    /// <summary>A job that may be handed on to another node when this one dies or stops, where there are others.</summary>
    public static IJobDetail JobOf(string appId, bool isShared) => JobBuilder.Create<SyncJob>()
        .WithIdentity(SyncKey(appId)).StoreDurably().RequestRecovery(isShared).Build();

    /// <summary>The account of a firing; null when the settings name it no more.</summary>
    public static AccountOptions? FindAccount(IJobExecutionContext context, WeChatOptions options) =>
        options.Accounts.SingleOrDefault(account => account.AppId == context.JobDetail.Key.Name);

    /// <summary>A trigger that only nodes fire whose settings name the account.</summary>
    public static TriggerBuilder<IJob> TriggerOf(string appId, TriggerKey key, TimeProvider time) =>
        TriggerBuilder.Create(time).ForJob(SyncKey(appId)).WithIdentity(key).WithExecutionGroup(appId);
}

using FollowerSync.Accounts;
using FollowerSync.Runs;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Names of the jobs of an account, and what they are told.</summary>
internal static class AccountJobs
{
    private const string AppId = "AppId";
    private const string Trigger = "Trigger";

    public static JobKey SyncKey(AccountOptions account) => new(account.AppId, "sync");

    public static JobKey TokenKey(AccountOptions account) => new(account.AppId, "token");

    /// <summary>The trigger that tries a failed night again.</summary>
    public static TriggerKey RetryKey(AccountOptions account) => new(account.AppId, "retry");

    public static JobDataMap For(AccountOptions account) => new() { [AppId] = account.AppId };

    public static JobDataMap By(SyncTrigger trigger) => new() { [Trigger] = trigger };

    public static AccountOptions AccountOf(IJobExecutionContext context, WeChatOptions options)
    {
        string appId = (string)context.MergedJobDataMap[AppId]!;
        return options.Accounts.Single(account => account.AppId == appId);
    }

    /// <summary>What fired the job: the schedule, unless its firing says otherwise.</summary>
    public static SyncTrigger TriggerOf(IJobExecutionContext context) =>
        context.MergedJobDataMap.TryGetValue(Trigger, out object? trigger) && trigger is SyncTrigger said ? said : SyncTrigger.Schedule;
}

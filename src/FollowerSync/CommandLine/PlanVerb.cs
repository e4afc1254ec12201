using System.CommandLine;
using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Sync;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.CommandLine;

/// <summary><c>plan</c>: what a sync would do: calls, minutes, quota, rows.</summary>
internal sealed class PlanVerb(CommandContext context, BuildHost buildHost)
{
    // Where the number of a line ends.
    private const int TextColumn = 13;

    private readonly Option<string?> _account = new("--account") { Description = context.Say("Only this account."), HelpName = "NAME|APPID" };
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the result as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("plan", context.Say("Shows what a sync would do: calls, minutes, quota and rows. Syncs nothing."))
        {
            Examples =
            [
                ("followersync plan", "all accounts"),
                ("followersync plan --account brand --json", "one account, for scripts"),
            ],
            Notes =
            [
                "Brings the schema up to date first, as run and sync do (Database:MigrateOnStart). Makes one call of user/get and of tags/get, and two of openapi/quota/get an account, and fetches a token if none is stored.",
            ],
            Json = "{ accounts: [ { app_id, name, error, wechat_total, following, list_calls, profile_calls, minutes, days, expected_added,\n"
                + "  expected_gone, list_calls_left, profile_calls_left, tag_list_calls, ways: [ { profile_refresh, tag_lists, calls, minutes, is_set } ],\n"
                + "  warnings } ] }; *_left is null when no limit is known, tag_list_calls when tags are not read as lists.",
        };
        verb.Add(_account);
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed);
        IReadOnlyList<AccountOptions> accounts = AccountSelection.Of(settings.Accounts, parsed.GetValue(_account));
        IHost host = await buildHost(settings, HostParts.Sync, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;

        RunForecaster forecaster = host.Services.GetRequiredService<RunForecaster>();
        List<AccountPlan> plans = [];
        int exitCode = ExitCodes.Succeeded;
        foreach (AccountOptions account in accounts)
        {
            try
            {
                plans.Add(AccountPlan.Of(account, await forecaster.ForecastAsync(account, cancellationToken)));
            }
            catch (WeChatApiException exception)
            {
                // One account's failure must not hide the plans of the others.
                plans.Add(new AccountPlan(account.AppId, account.DisplayName, context.Shown(exception.Text)));
                exitCode = ExitCodes.Worst([exitCode, exception.Due.IsSetting ? ExitCodes.WrongSettings : ExitCodes.Failed]);
            }
        }

        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, new PlanReport(plans));
        else
            context.Tell(Sentence.Join("\n\n", plans.Select(plan => Sentence.Join("\n", Describe(plan)))).With(context.Mask.Mask), hang: 4);
        return exitCode;
    }

    private static IEnumerable<Sentence> Describe(AccountPlan plan)
    {
        if (plan.Error is not null)
        {
            yield return $"{plan.Name}: {plan.Error}";
            yield break;
        }

        yield return $"{plan.Name}: {plan.WechatTotal:N0} followers at WeChat, {plan.Following:N0} stored";
        yield return Line(plan.ListCalls, $"calls for the list       ({Left(plan.ListCallsLeft)})");
        yield return Line(plan.ProfileCalls, $"calls for profiles       ({Left(plan.ProfileCallsLeft)})");
        yield return Line(plan.ExpectedAdded, "people at least to be added");
        yield return Line(plan.ExpectedGone, "people at least to be confirmed gone");
        yield return Line(DurationText.Of(TimeSpan.FromMinutes(plan.Minutes ?? 0)), $"about, {Spread(plan.Days)}");
        if (plan.TagListCalls is { } tags)
            yield return Line(tags, "calls for lists of tags, after the run");
        yield return ((Sentence)"A night, once everybody is known:").With(text => "  " + text);
        foreach (PlannedWay way in plan.Ways)
            yield return Line(way.Calls, $"calls, about {DurationText.Of(TimeSpan.FromMinutes(way.Minutes))}: {way.ProfileRefresh}{(way.TagLists ? " with lists of tags" : Sentence.Empty)}{(way.IsSet ? " (as set)" : Sentence.Empty)}");
        foreach (Sentence warning in plan.Warnings)
            yield return warning.With(text => "  ! " + text);
    }

    private static Sentence Line(long? number, Sentence text) => Line(Sentence.Foreign(string.Create(CultureInfo.InvariantCulture, $"{number:N0}")), text);

    // Numbers and durations stand in a column of their own, under one another.
    private static Sentence Line(Sentence number, Sentence text) => Sentence.Join(" ", [number.With(shown => new string(' ', Math.Max(0, TextColumn - TextFold.CellsOf(shown))) + shown), text]);

    private static Sentence Spread(int? days) => days switch
    {
        null => (Sentence)"never: the reserve leaves no call",
        1 => "today",
        _ => $"spread over {days} days",
    };

    private static Sentence Left(long? calls) => calls is { } left ? (Sentence)$"{left:N0} left today" : "no daily limit known";

    private sealed record PlanReport(IReadOnlyList<AccountPlan> Accounts);

    private sealed record PlannedWay(string ProfileRefresh, bool TagLists, long Calls, double Minutes, bool IsSet);

    private sealed record AccountPlan(string AppId, string Name, Sentence? Error)
    {
        public long? WechatTotal { get; init; }

        public long? Following { get; init; }

        public long? ListCalls { get; init; }

        public long? ProfileCalls { get; init; }

        /// <summary>Null = lists of tags are not read, as things are set, or WeChat does not tell how many people have which.</summary>
        public long? TagListCalls { get; init; }

        /// <summary>A night with each way of refreshing.</summary>
        public IReadOnlyList<PlannedWay> Ways { get; init; } = [];

        public double? Minutes { get; init; }

        /// <summary>Null = never: the reserve leaves no call.</summary>
        public int? Days { get; init; }

        public long? ExpectedAdded { get; init; }

        public long? ExpectedGone { get; init; }

        public long? ListCallsLeft { get; init; }

        public long? ProfileCallsLeft { get; init; }

        public IReadOnlyList<Sentence> Warnings { get; init; } = [];

        public static AccountPlan Of(AccountOptions account, RunForecast forecast) => new(account.AppId, account.DisplayName, Error: null)
        {
            WechatTotal = forecast.WechatTotal,
            Following = forecast.Following,
            ListCalls = forecast.ListCalls,
            ProfileCalls = forecast.ProfileCalls,
            TagListCalls = forecast.TagCalls,
            Ways = [.. forecast.Ways.Select(way => new PlannedWay(way.Refresh.ToString(), way.TagLists, way.Calls, Math.Round(way.Duration.TotalMinutes, 2), way.IsChosen))],
            Minutes = Math.Round(forecast.Duration.TotalMinutes, 2),
            Days = forecast.Days == int.MaxValue ? null : forecast.Days,
            ExpectedAdded = forecast.ExpectedAdded,
            ExpectedGone = forecast.ExpectedGone,
            ListCallsLeft = forecast.ListQuota.Limit is null ? null : forecast.ListQuota.Left,
            ProfileCallsLeft = forecast.ProfileQuota.Limit is null ? null : forecast.ProfileQuota.Left,
            Warnings = forecast.Warnings,
        };
    }
}

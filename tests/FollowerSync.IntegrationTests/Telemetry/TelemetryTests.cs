using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Logging;
using FollowerSync.Telemetry.Exporting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Instruments = FollowerSync.Telemetry.Instruments;

namespace FollowerSync.IntegrationTests.Telemetry;

/// <summary>What is measured reaches who shall have it, without secrets and people in it, and holds up nothing.</summary>
public sealed class TelemetryTests
{
    private const string Key = "the-key-of-the-collector";

    private static readonly string[] Counts = ["followersync.follower.known", "wechat.quota.used", "wechat.quota.limit"];

    [Fact]
    public async Task A_run_is_sent_to_the_collector_as_metrics_and_spans_without_secrets_or_people()
    {
        await using Collector collector = await Collector.StartAsync();
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        installation.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
        installation.Settings["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-api-key={Key}";
        installation.Settings["Telemetry__TraceCalls"] = "true";
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = -1, Path = "/cgi-bin/user/info/batchget", Times = 1 });

        (int exitCode, _, string error) = await installation.InvokeAsync("sync");

        exitCode.ShouldBe(0, error);
        foreach (string name in (string[])["followersync.run.duration", "followersync.run.active", "followersync.follower.processed", "followersync.token.refresh", "wechat.client.request.duration", "wechat.client.retry", "/cgi-bin/user/get", "brand0", "succeeded"])
            collector.Metrics.ShouldContain(name);
        foreach (string name in (string[])["run", "listing", "confirming", "refreshing", "fetch", "merge", "close", "followersync.run.id", "/cgi-bin/user/info/batchget"])
            collector.Traces.ShouldContain(name);
        collector.Keys.ShouldBe([Key]);
        string all = collector.Metrics + collector.Traces;
        all.ShouldNotContain(installation.WeChat.Account.AppSecret);
        all.ShouldNotContain(Key);
        all.ShouldNotContain(await installation.Database.ReadAsync<string>("select access_token from followersync.access_tokens where access_token is not null"));
        all.ShouldNotContain(new Uri(collector.Address).Port + "/v1");
        foreach (string openId in installation.WeChat.Account.Followers().Select(follower => follower.OpenId))
            all.ShouldNotContain(openId);
        collector.Metrics.ShouldNotContain("run.id");
    }

    [Fact]
    public async Task Every_part_of_a_run_is_a_span_within_the_runs_own()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 });
        await account.SyncAsync();
        ConcurrentQueue<Activity> ended = [];
        using Activity test = new Activity("test").Start();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == Instruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == test.TraceId)
                    ended.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);

        await account.SyncAsync();

        Activity run = ended.Single(span => span.OperationName == "run");
        ended.Select(span => span.OperationName).Distinct().Order(StringComparer.Ordinal).ShouldBe(["close", "confirming", "fetch", "listing", "merge", "plan", "refreshing", "run"]);
        foreach (Activity part in ended.Where(span => span.OperationName is not ("run" or "plan")))
            part.ParentSpanId.ShouldBe(run.SpanId, part.OperationName);
        ActivitySpanId[] phases = [.. ended.Where(span => span.OperationName is "listing" or "confirming" or "refreshing").Select(span => span.SpanId)];
        foreach (Activity plan in ended.Where(span => span.OperationName == "plan"))
            phases.ShouldContain(plan.ParentSpanId);
        ended.ShouldAllBe(span => span.StartTimeUtc >= run.StartTimeUtc && span.StartTimeUtc + span.Duration <= run.StartTimeUtc + run.Duration);
    }

    [Fact]
    public async Task What_the_database_knows_is_told_as_gauges_and_a_limit_once_WeChat_has_told_it()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300, DailyLimits = ImmutableDictionary<string, int>.Empty.Add("/cgi-bin/user/get", 777) });
        await account.SyncAsync();
        await account.Tables.ExecuteAsync("update wechat.sync_runs set wechat_total = 301");
        // One that left the settings.
        await account.Tables.ExecuteAsync(
            """
            insert into wechat.accounts values ('wx00000000000000f9', 'Brand');
            insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, wechat_total) values ('wx00000000000000f9', 'schedule', 'succeeded', now() - interval '9 days', now() - interval '9 days', 999);
            insert into followersync.api_usage (app_id, api, day, calls) values ('wx00000000000000f9', '/cgi-bin/user/get', (now() at time zone interval '8 hours')::date, 999);
            """);
        (await GaugesAsync(account, Counts)).ShouldBe(["followersync.follower.known database 300", "followersync.follower.known wechat 301", "wechat.quota.used /cgi-bin/user/get 2"]);

        await account.Tables.ExecuteAsync("update followersync.api_usage set calls = 20 where api = '/cgi-bin/user/get'");
        await account.SyncAsync();

        (await GaugesAsync(account, Counts)).ShouldContain("wechat.quota.limit /cgi-bin/user/get 777");
    }

    [Fact]
    public async Task How_an_account_stands_is_told_before_its_first_run_while_runs_fail_or_wait_and_while_it_is_paused()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 3 });
        await StandsAsync(null, 0, null);

        await AddAsync("failed", hour: 1);
        await AddAsync("cancelled", hour: 2);
        await StandsAsync(1, 0, 1);

        await AddAsync("succeeded", hour: 3);
        await AddAsync("held", hour: 4);
        await StandsAsync(0, 1, 3);

        await account.Tables.ExecuteAsync("update wechat.sync_runs set status = 'abandoned' where status = 'held'");
        await account.Tables.ExecuteAsync($"insert into followersync.pauses (app_id, paused_at, paused_by) values ('{account.Account.AppId}', now(), 'me')");
        await StandsAsync(1, 0, null);

        await account.Tables.ExecuteAsync(
            $"""
            delete from followersync.pauses;
            insert into followersync.page_actions (action, app_id, actor, address, node, asked_at, ended_at, outcome)
            values ('resume', '{account.Account.AppId}', 'me', '', '', to_timestamp(0), to_timestamp(5 * 3600), 'done')
            """);
        await StandsAsync(1, 0, 5);

        await AddAsync("partial", hour: 6);
        await StandsAsync(0, 0, 5);
        await account.Tables.ExecuteAsync(
            $"insert into followersync.listings (app_id, status, started_at, paused_at) values ('{account.Account.AppId}', 'open', to_timestamp(6 * 3600), to_timestamp(6 * 3600))");
        await StandsAsync(0, 0, null);

        Task AddAsync(string status, int hour) => account.Tables.ExecuteAsync(
            $"""
            insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at)
            values ('{account.Account.AppId}', 'schedule', '{status}', to_timestamp({hour} * 3600), to_timestamp({hour} * 3600))
            """);

        async Task StandsAsync(int? failed, int held, int? hour)
        {
            (string Name, int? Value)[] expected = [("followersync.run.failed", failed), ("followersync.run.held", held), ("followersync.run.unsuccessful_since.time", hour * 3600)];
            (await GaugesAsync(account, [.. expected.Select(gauge => gauge.Name)]))
                .ShouldBe(expected.Where(gauge => gauge.Value is not null).Select(gauge => string.Create(CultureInfo.InvariantCulture, $"{gauge.Name} {gauge.Value}")));
        }
    }

    [Fact]
    public async Task A_collector_that_never_answers_holds_up_the_stop_for_three_seconds_at_most()
    {
        await using Collector collector = await Collector.StartAsync(answers: false);
        using TelemetryExport export = new(Settings(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address)), Options.Create(new TelemetryOptions()), new SecretMask(), TimeProvider.System);
        await export.StartAsync(default);
        Instruments.Runs.StartActivity("run")!.Dispose();
        Instruments.RunDuration.Record(1);

        long began = TimeProvider.System.GetTimestamp();
        await export.StopAsync(default);

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(10), "three are promised, without a limit it takes seventeen; the rest is for a busy machine");
    }

    [Fact]
    public async Task Metrics_are_scraped_where_that_is_set_and_answer_to_no_foreign_name()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        // So that the first reading has something to read, and there is something to measure besides.
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(0);
        await installation.Database.ExecuteAsync(
            "update wechat.sync_runs set started_at = started_at - interval '2 days', finished_at = finished_at - interval '2 days', complete_as_of = complete_as_of - interval '2 days'");
        installation.Settings["Telemetry__Metrics"] = "true";
        installation.WeChat.Account.Tokens.Expire();
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = -1, Path = "/cgi-bin/user/info/batchget", Times = 1 });
        await using FollowerSyncProcess worker = installation.Start("run");
        await installation.UntilAsync("select count(*) = 2 from wechat.sync_runs where status = 'succeeded'", worker);
        Uri address = new(Regex.Match(worker.Output, @"(?<=status page listens on )\S+", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Value);
        using HttpClient browser = new() { BaseAddress = address };

        string metrics = "";
        await Installation.UntilAsync(
            async () => (metrics = await browser.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains("followersync_run_duration_seconds_bucket", StringComparison.Ordinal)
                && metrics.Contains("followersync_run_held{", StringComparison.Ordinal),
            "the run and the first reading", worker);

        metrics.ShouldMatch("followersync_run_duration_seconds_count\\{[^}]*followersync_account=\"brand0\"[^}]*followersync_run_status=\"succeeded\"");
        foreach (MetricUse use in MetricUse.All)
            use.ShouldStandIn(metrics);
        using HttpRequestMessage foreign = new(HttpMethod.Get, new Uri("/metrics", UriKind.Relative)) { Headers = { Host = "evil.example" } };
        ((int)(await browser.SendAsync(foreign)).StatusCode).ShouldBe(400);
        (await worker.StopAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void With_nothing_set_nothing_is_built()
    {
        ServiceCollection services = [];

        services.AddTelemetry(Settings());

        services.ShouldBeEmpty();
        Instruments.Name.ShouldBe(Instruments.Runs.Name);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:my-password@collector.example:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    public async Task A_wrong_collector_stops_the_start_and_is_named(string key, string value)
    {
        (int exitCode, _, string error) = await VerbRun.InvokeAsync(new Dictionary<string, string>(StringComparer.Ordinal) { [key] = value }, "status");

        exitCode.ShouldBe(2);
        error.ShouldContain(key);
        error.ShouldNotContain("my-password");
    }

    [Fact]
    public void A_span_is_masked_as_the_log_is_and_one_with_a_secret_in_an_event_is_kept_back()
    {
        SecretMask mask = new();
        mask.Register("the-secret-of-brand");
        using ActivityListener listener = new() { ShouldListenTo = source => source.Name == "test of masks", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using ActivitySource source = new("test of masks");
        using MaskingProcessor processor = new(mask);
        using Activity span = source.StartActivity("call the-secret-of-brand")!;
        span.SetTag("url", "https://robot.example/hook/the-secret-of-brand").SetStatus(ActivityStatusCode.Error, "not with the-secret-of-brand");
        using Activity spoken = source.StartActivity("spoken")!;
        spoken.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection { ["exception.message"] = "the-secret-of-brand" }));

        processor.OnEnd(span);
        processor.OnEnd(spoken);

        $"{span.DisplayName} {span.GetTagItem("url")} {span.StatusDescription}".ShouldNotContain("the-secret-of-brand");
        (span.Recorded, spoken.Recorded).ShouldBe((true, false));
    }

    [Fact]
    public async Task The_rules_for_Prometheus_fire_when_they_should()
    {
        ProcessStartInfo start = new("promtool", ["test", "rules", Repository.PathOf("deploy/prometheus/rules.test.yml")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process promtool = Process.Start(start)!;
        string output = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();

        promtool.ExitCode.ShouldBe(0, output);
    }

    /// <summary>Gauges of these names, with what they say of the list, of people, or of the account alone.</summary>
    private static async Task<IReadOnlyList<string>> GaugesAsync(SyncedAccount account, params string[] names)
    {
        using GaugeReadings readings = new(account.Database, Options.Create(account.WeChat), TimeProvider.System);
        SortedSet<string> told = new(StringComparer.Ordinal);
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (names.Contains(instrument.Name, StringComparer.Ordinal))
                heard.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Tell(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Tell(instrument, value, tags));
        listener.Start();
        await readings.StartAsync(default);
        await Installation.UntilAsync(
            () =>
            {
                listener.RecordObservableInstruments();
                return Task.FromResult(told.Count > 0);
            },
            "the first reading");
        // It may have come in the middle.
        listener.RecordObservableInstruments();
        await readings.StopAsync(default);
        return [.. told];

        void Tell(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.ToArray().Select(tag => tag.Value).ToArray() is ["Brand"] or ["Brand", "wechat" or "database" or "/cgi-bin/user/get"])
                told.Add(string.Create(CultureInfo.InvariantCulture, $"{instrument.Name} {string.Join(' ', tags[1..].ToArray().Select(tag => tag.Value).Append(value))}"));
        }
    }

    private static IConfiguration Settings(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build();
}

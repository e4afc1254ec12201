using FollowerSync.Accounts;
using FollowerSync.Alerts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Texts;
using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Logging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>Accounts that were never synced, with records of runs that a test writes, and channels that lead to stand-ins.</summary>
internal sealed class AlertScene : IAsyncDisposable
{
    public const string AppId = "wx00000000000000a1";
    public const string OtherAppId = "wx00000000000000a2";

    private readonly List<ServiceProvider> _workers = [];

    private AlertScene(TestDatabase tables, StandInRobots robots) => (Tables, Robots) = (tables, robots);

    public TestDatabase Tables { get; }

    public StandInRobots Robots { get; }

    /// <summary>A mail server whose certificate is trusted.</summary>
    public StandInMail? Mail { get; set; }

    public AlertsOptions Options { get; } = new() { Delay = TimeSpan.Zero };

    public WeChatOptions WeChat { get; } = new() { Accounts = [new AccountOptions { Name = "品牌", AppId = AppId }, new AccountOptions { Name = "other", AppId = OtherAppId }] };

    public static async Task<AlertScene> CreateAsync(params ChannelKind[] kinds)
    {
        AlertScene scene = new(await TestDatabase.CreateAsync(), await StandInRobots.StartAsync());
        foreach (ChannelKind kind in kinds)
            scene.Options.Channels.Add(scene.ChannelOf(kind));
        return scene;
    }

    public AlertChannelOptions ChannelOf(ChannelKind kind) => kind switch
    {
        ChannelKind.WeCom => new() { Kind = kind, Url = $"{Robots.Address}/cgi-bin/webhook/send?key={StandInRobots.WeComKey}" },
        ChannelKind.DingTalk => new() { Kind = kind, Url = $"{Robots.Address}/robot/send?access_token={StandInRobots.DingTalkToken}", Secret = StandInRobots.Secret },
        ChannelKind.Feishu => new() { Kind = kind, Url = $"{Robots.Address}/open-apis/bot/v2/hook/{StandInRobots.FeishuToken}", Secret = StandInRobots.Secret },
        ChannelKind.Alertmanager => new() { Kind = kind, Url = Robots.Address },
        _ => new() { Kind = ChannelKind.Webhook, Url = $"{Robots.Address}/webhook" },
    };

    /// <summary>Another process, which shares nothing with the others but the database.</summary>
    public AlertWorker NewWorker(FollowerDatabase? database = null)
    {
        ServiceProvider services = TestServices.Build(database ?? Tables.Open(new DatabaseOptions { Retries = 0 }), WeChat, replace: collection =>
        {
            collection.AddAlerts(new ConfigurationBuilder().Build());
            collection.AddAlerting();
            collection.AddSingleton<AlertSchedule>(_ => moment => moment + TimeSpan.FromDays(1));
            collection.AddSingleton(Microsoft.Extensions.Options.Options.Create(Options));
            if (Mail is { } mail)
                collection.AddSingleton(provider => new AlertChannels(
                    Options.Channels, provider.GetRequiredService<AlertText>(), provider.GetRequiredService<SecretMask>(), TimeProvider.System, (_, certificate, _, _) => mail.Trusts(certificate)));
        });
        _workers.Add(services);
        return new AlertWorker(services);
    }

    /// <summary>A run ended.</summary>
    public Task RunEndsAsync(string status, string? error = null, string appId = AppId, string retryAt = "null") => Tables.ExecuteAsync(
        $"""
        insert into wechat.accounts (app_id, name) values ('{appId}', 'x') on conflict do nothing;
        insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, error, retry_at, listed, complete_as_of)
        values ('{appId}', 'schedule', '{status}', clock_timestamp() - interval '1 millisecond', clock_timestamp(), {(error is null ? "null" : $"'{error}'")}, {retryAt}, 1000, case when '{status}' = 'succeeded' then now() end)
        """);

    /// <summary>Everything that is stored happened so much earlier.</summary>
    public Task AgeAsync(string interval) => Tables.ExecuteAsync(
        $"""
        update wechat.sync_runs set started_at = started_at - interval '{interval}', finished_at = finished_at - interval '{interval}', complete_as_of = complete_as_of - interval '{interval}', retry_at = retry_at - interval '{interval}';
        update followersync.alerts set started_at = started_at - interval '{interval}', seen_at = seen_at - interval '{interval}', last_told_at = last_told_at - interval '{interval}';
        update followersync.alert_channels set posts = array(select p - interval '{interval}' from unnest(posts) p), summary_at = summary_at - interval '{interval}', blocked_until = blocked_until - interval '{interval}';
        update followersync.alert_messages set started_at = started_at - interval '{interval}', claimed_until = claimed_until - interval '{interval}', due_at = due_at - interval '{interval}'
        """);

    /// <summary>Titles of what a robot took.</summary>
    public string[] TitlesOf(string robot) => [.. Robots.TakenBy(robot).Select(text => text.Split('\n')[0])];

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProvider worker in _workers)
            await worker.DisposeAsync();
        await Robots.DisposeAsync();
        await Tables.DisposeAsync();
    }
}

/// <summary>What a worker does about alerts, a step at a time.</summary>
internal sealed class AlertWorker(ServiceProvider services)
{
    private readonly Dictionary<string, AlertDispatch> _dispatches = new(StringComparer.Ordinal);

    public Task LookAsync(TimeSpan? away = null) => services.GetRequiredService<AlertJudge>().LookAsync(away, default);

    public Task LookAtBooksAsync() => services.GetRequiredService<AlertJudge>().LookAtBooksAsync(default);

    public async Task SendAsync()
    {
        foreach (IAlertChannel channel in services.GetRequiredService<AlertChannels>().All)
        {
            string name = channel.Options.DisplayName;
            if (!_dispatches.TryGetValue(name, out AlertDispatch? dispatch))
            {
                _dispatches[name] = dispatch = new AlertDispatch(services.GetRequiredService<FollowerDatabase>(), channel, TimeProvider.System, NullLogger.Instance);
                await dispatch.BeginAsync(default);
            }

            await (channel.Options.Kind == ChannelKind.Alertmanager ? services.GetRequiredService<AlertFeed>().SendAsync(channel, default) : dispatch.SendAsync(default, default));
        }
    }

    public async Task WorkAsync()
    {
        await LookAsync();
        await LookAtBooksAsync();
        await SendAsync();
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using FollowerSync.Accounts;
using FollowerSync.Alerts;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.StatusPage;
using FollowerSync.StatusPage.Acting;
using FollowerSync.StatusPage.Guarding;
using FollowerSync.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>The inner listener of one worker with the status page on it, over an emulated account and a database, and somebody who looks at it.</summary>
internal sealed partial class PageScene : IAsyncDisposable
{
    private readonly List<HttpClient> _clients = [];
    private readonly List<StatusPageServer> _servers = [];

    private PageScene(SyncedAccount account) => Account = account;

    public SyncedAccount Account { get; }

    public TestDatabase Tables => Account.Tables;

    public StatusPageOptions Options { get; } = new() { Url = "http://127.0.0.1:0" };

    public AlertsOptions Alerts { get; } = new();

    /// <summary>What the database lacks, by the word of the worker.</summary>
    public Func<Sentence?> Lack { get; set; } = () => null;

    /// <summary>Accounts whose sync was asked for.</summary>
    public List<AccountOptions> Begun { get; } = [];

    /// <summary>What a sync that was asked for does.</summary>
    public Action Begin { get; set; } = () => { };

    public ApplicationLifetime Lifetime { get; } = new(NullLogger<ApplicationLifetime>.Instance);

    public RememberedLog<PageFaults> Log { get; } = new();

    public RememberedLog<RefusedSignIns> SignInLog { get; } = new();

    /// <summary>What the web server under the page said.</summary>
    public RememberedLog<StatusPageServer> ServerLog { get; } = new();

    /// <summary>What the worker that was started last answers on its listener.</summary>
    public IEnumerable<IInnerRoutes> Features { get; private set; } = [];

    /// <summary>What that worker tells of its runs.</summary>
    public ProgressFeed Progress { get; private set; } = null!;

    public Uri Address => new(_servers[0].Address!);

    public static async Task<PageScene> CreateAsync(int followers = 300, TimeProvider? time = null) =>
        new(await SyncedAccount.StartAsync(new EmulatorOptions { Followers = followers, PageSize = 1_000, TimeProvider = time ?? TimeProvider.System }));

    /// <summary>Another worker with a page of its own, which shares nothing with the others but the database.</summary>
    public async Task<Uri> StartAsync(FollowerDatabase? database = null, TimeProvider? time = null)
    {
        IServiceProvider process = Account.NewProcess(time, replace: services =>
        {
            services.AddAlerts(new ConfigurationBuilder().Build());
            services.AddSingleton<AlertSchedule>(_ => moment => moment + TimeSpan.FromDays(1));
            services.AddSingleton<IHostApplicationLifetime>(Lifetime);
            services.AddSingleton<FindDatabaseLack>(_ => Task.FromResult(Lack()));
            services.AddSingleton<ILogger<PageFaults>>(Log);
            services.AddSingleton<ILogger<RefusedSignIns>>(SignInLog);
            services.AddSingleton<StartSync>((account, _) =>
            {
                Begun.Add(account);
                Begin();
                return Task.CompletedTask;
            });
            services.AddPages();
            services.AddSingleton(Microsoft.Extensions.Options.Options.Create(Options));
            services.AddSingleton(Microsoft.Extensions.Options.Options.Create(Alerts));
            if (database is not null)
                services.AddSingleton(database);
        });
        Features = process.GetServices<IInnerRoutes>();
        Progress = process.GetRequiredService<ProgressFeed>();
        StatusPageServer server = new(
            Microsoft.Extensions.Options.Options.Create(Options), new HealthEndpoints(_ => Task.FromResult<Sentence?>(null), TimeProvider.System, NullLogger<HealthEndpoints>.Instance),
            Features, new OneLog(ServerLog), NullLogger<StatusPageServer>.Instance);
        _servers.Add(server);
        await server.StartAsync(default);
        return new Uri(server.Address!);
    }

    /// <summary>A browser without script, which keeps cookies.</summary>
    public HttpClient NewBrowser(string language = "en", string? password = null, string name = "wang")
    {
        HttpClient client = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        if (password is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        _clients.Add(client);
        return client;
    }

    /// <summary>Lets so many leave that the brake holds them.</summary>
    public async Task<SyncRun> HoldAsync(int people)
    {
        foreach (string openId in Account.Truth.Followers().Take(people).Select(follower => follower.OpenId).ToArray())
            Account.Truth.Unfollow(openId);
        SyncRun held = await Account.SyncAsync();
        held.Status.ShouldBe(RunStatus.Held, held.Error);
        return held;
    }

    public static async Task<(HttpStatusCode Status, string Text)> GetAsync(HttpClient browser, string path)
    {
        using HttpResponseMessage answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>Opens the question and presses its button; elsewhere = at another worker.</summary>
    public static async Task<HttpStatusCode> PressAsync(HttpClient browser, string path, Uri? elsewhere = null)
    {
        (HttpStatusCode status, string html) = await GetAsync(browser, path);
        status.ShouldBe(HttpStatusCode.OK, html);
        return await SendAsync(browser, html, elsewhere);
    }

    /// <summary>Presses the button of a question that was opened before.</summary>
    public static async Task<HttpStatusCode> SendAsync(HttpClient browser, string html, Uri? elsewhere = null)
    {
        string action = FormAction().Match(html).Groups["action"].Value;
        using FormUrlEncodedContent form = FormOf(html);
        using HttpResponseMessage answer = await browser.PostAsync(elsewhere is null ? new Uri(action, UriKind.Relative) : new Uri(elsewhere, action), form);
        return answer.StatusCode;
    }

    /// <summary>What a question's form sends.</summary>
    public static FormUrlEncodedContent FormOf(string html) =>
        new(Field().Matches(html).ToDictionary(field => field.Groups["name"].Value, field => field.Groups["value"].Value, StringComparer.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Lifetime.StopApplication();
        foreach (HttpClient client in _clients)
            client.Dispose();
        foreach (StatusPageServer server in _servers)
            await server.DisposeAsync();
        await Account.DisposeAsync();
    }

    private sealed class OneLog(ILogger log) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }

    [GeneratedRegex("<form method=\"post\" action=\"(?<action>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex FormAction();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Field();
}

using System.Globalization;
using System.Text.Json;
using FollowerSync.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog.Events;

namespace FollowerSync.Tests.Logging;

public sealed class WorkerLogTests
{
    private const string Secret = "0123456789abcdef-the-secret";
    private const string Token = "91_the-token-AbCdEfGh";

    [Theory]
    [InlineData((int)LogFormat.Text)]
    [InlineData((int)LogFormat.Json)]
    [InlineData((int)LogFormat.Journal)]
    public async Task Messages_properties_scopes_and_exceptions_are_masked(int format)
    {
        SecretMask mask = new();
        mask.Register(Secret);
        mask.RegisterToken(Token);
        using WrittenLog log = new((LogFormat)format, mask);
        await using ServiceProvider services = Services(log, mask, new ScriptedAnswer());
        ILogger logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("FollowerSync.Test");

        using (logger.BeginScope(new Dictionary<string, object>(StringComparer.Ordinal) { ["Scope"] = Secret }))
        {
            Exception exception = new InvalidOperationException($"Outer {Token}", new HttpRequestException($"https://h/x?secret={Secret}"));
            foreach (LogLevel level in new[] { LogLevel.Trace, LogLevel.Debug, LogLevel.Information, LogLevel.Critical })
                logger.Log(level, exception, "Sent {Secret} and {Token} to {Address} for {Body}", Secret, Token, $"https://h/p?access_token={Token}", """{"nickname":"小明"}""");
        }

        log.Text.ShouldContain("***");
        log.Text.ShouldNotContain(Secret);
        log.Text.ShouldNotContain(Token);
        log.Text.ShouldNotContain("小明");
        log.Text.ShouldNotContain("access_token=9");
    }

    [Fact]
    public void Lines_for_the_journal_have_its_priorities_and_no_moment()
    {
        using WrittenLog log = new(LogFormat.Journal, new SecretMask());
        ILogger<WorkerLogTests> logger = new Serilog.Extensions.Logging.SerilogLoggerFactory(log.Logger).CreateLogger<WorkerLogTests>();

        logger.LogInformation("One of {Count}", 3);
        logger.LogWarning(new EventId(1201, "Coped"), "Coped");
        logger.LogError("Look");

        string category = typeof(WorkerLogTests).FullName!;
        log.Text.ShouldBe($"<6>{category} One of 3\n<4>{category}[1201] Coped\n<3>{category} Look\n");
    }

    [Fact]
    public void Json_lines_stay_JSON_after_masking()
    {
        SecretMask mask = new();
        mask.Register("quo\"te\\secret");
        using WrittenLog log = new(LogFormat.Json, mask);

        log.Logger.Information("{Body} {Path} {Other}", "{\"access_token\":\"91_x\"}", "a \"secret=abc\" b", "quo\"te\\secret");
        log.Logger.Information(new InvalidOperationException("password=\"x y\"\nnext line"), "two");

        string[] lines = log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        foreach (string line in lines)
            JsonDocument.Parse(line).Dispose();
        log.Text.ShouldNotContain("91_x");
        log.Text.ShouldNotContain("x y");
        log.Text.ShouldNotContain("te\\\\secret");
    }

    [Fact]
    public void Other_libraries_are_quiet_until_asked()
    {
        LoggingOptions options = new();
        options.Level["FollowerSync.WeChat"] = LogEventLevel.Verbose;
        using Serilog.Core.Logger logger = WorkerLog.Levels(options).CreateLogger();

        Enabled(logger, "Quartz.Core", LogEventLevel.Information).ShouldBeFalse();
        Enabled(logger, "FollowerSync.Sync", LogEventLevel.Information).ShouldBeTrue();
        Enabled(logger, "FollowerSync.Sync", LogEventLevel.Debug).ShouldBeFalse();
        Enabled(logger, "FollowerSync.WeChat.Client", LogEventLevel.Verbose).ShouldBeTrue();
    }

    [Fact]
    public void Logging_waits_for_no_reader_and_says_afterwards_what_was_dropped()
    {
        using BlockedSink console = new();
        Serilog.Core.Logger logger = WorkerLog.Queued(new Serilog.LoggerConfiguration(), length: 3, sinks => sinks.Sink(console)).CreateLogger();

        // The first line is taken from the queue and stands still; three wait; the others find no place.
        logger.Information("line {Number}", 1);
        console.IsReached.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        foreach (int number in Enumerable.Range(2, 8))
            logger.Information("line {Number}", number);
        console.Reader.Set();
        logger.Dispose();

        console.Lines.ShouldBe(["line 1", "5 lines of the log were dropped: what reads the output of this program had stopped reading. The work went on meanwhile", "line 2", "line 3", "line 4"]);
    }

    private static bool Enabled(Serilog.ILogger logger, string category, LogEventLevel level) =>
        logger.ForContext(Serilog.Core.Constants.SourceContextPropertyName, category).IsEnabled(level);

    private static ServiceProvider Services(WrittenLog log, SecretMask mask, HttpMessageHandler answer)
    {
        ServiceCollection services = new();
        services.AddWorkerLogging(log.Logger, mask);
        services.AddHttpClient("wechat").ConfigurePrimaryHttpMessageHandler(() => answer);
        return services.BuildServiceProvider();
    }

    /// <summary>A console that writes nothing before its reader reads.</summary>
    private sealed class BlockedSink : Serilog.Core.ILogEventSink, IDisposable
    {
        public ManualResetEventSlim IsReached { get; } = new();

        public ManualResetEventSlim Reader { get; } = new();

        public List<string> Lines { get; } = [];

        public void Emit(LogEvent logEvent)
        {
            IsReached.Set();
            Reader.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
            Lines.Add(logEvent.RenderMessage(CultureInfo.InvariantCulture));
        }

        public void Dispose()
        {
            IsReached.Dispose();
            Reader.Dispose();
        }
    }

    private sealed class ScriptedAnswer : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.AbsolutePath == "/fail"
                ? throw new HttpRequestException("refused")
                : Task.FromResult(new HttpResponseMessage { Content = new StringContent("{}") });
    }
}

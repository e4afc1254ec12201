using System.Diagnostics;
using System.Globalization;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>An emulated WeChat, a database, and the program set up for both by its environment.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private Installation(TestDatabase database, WeChatEmulator weChat)
    {
        Database = database;
        WeChat = weChat;
        Settings = new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__FollowerSync"] = database.ConnectionString,
            ["Database__Retries"] = "0",
            ["WeChat__BaseAddress"] = weChat.BaseAddress.GetLeftPart(UriPartial.Authority),
            ["WeChat__Retries"] = "1",
            ["WeChat__RetryDelay"] = "00:00:00.010",
            ["Sync__MergeSize"] = "100",
            ["Privacy__HashKey"] = "a key of the tests, not of people",
            ["StatusPage__Url"] = "http://127.0.0.1:0",
        };
        for (int index = 0; index < weChat.Accounts.Count; index++)
            Configure(index, $"brand{index}", weChat.Accounts[index]);
    }

    public TestDatabase Database { get; }

    public WeChatEmulator WeChat { get; }

    /// <summary>The environment of the next process.</summary>
    public Dictionary<string, string> Settings { get; }

    public static async Task<Installation> CreateAsync(EmulatorOptions options)
    {
        TestDatabase database = await TestDatabase.CreateAsync();
        return new Installation(database, await WeChatEmulator.StartAsync(options, default));
    }

    public FollowerSyncProcess Start(params string[] arguments) => FollowerSyncProcess.Start(Settings, arguments);

    /// <summary>The bare process, its output not read.</summary>
    public Process StartRaw(params string[] arguments) => FollowerSyncProcess.StartRaw(Settings, arguments);

    /// <summary>A verb as a process of its own.</summary>
    public async Task<(int ExitCode, string Output, string Error)> InvokeAsync(params string[] arguments)
    {
        await using FollowerSyncProcess process = Start(arguments);
        int exitCode = await process.WaitAsync();
        return (exitCode, process.Output, process.Error);
    }

    /// <summary>A verb within the process of the test, which costs no start. Lines of the log are not in its output.</summary>
    public Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => VerbRun.InvokeAsync(Settings, arguments);

    /// <summary>Waits until a query answers true.</summary>
    public Task UntilAsync(string sql, FollowerSyncProcess process) => UntilAsync(() => Database.ReadAsync<bool>(sql), sql, process);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, FollowerSyncProcess? process = null, TimeSpan? deadline = null)
    {
        long start = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(Interval, TimeProvider.System);
        while (!await condition())
        {
            if (process is { HasExited: true } || TimeProvider.System.GetElapsedTime(start) > (deadline ?? Deadline))
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"Not so within {deadline ?? Deadline}, or the process ended: {what}\n{process?.Output}\n{process?.Error}"));
            await timer.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await WeChat.DisposeAsync();
        await Database.DisposeAsync();
    }

    private void Configure(int index, string name, EmulatedAccount account)
    {
        Settings[$"WeChat__Accounts__{index}__Name"] = name;
        Settings[$"WeChat__Accounts__{index}__AppId"] = account.AppId;
        Settings[$"WeChat__Accounts__{index}__AppSecret"] = account.AppSecret;
    }
}

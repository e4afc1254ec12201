using System.Text.RegularExpressions;
using FollowerSync.Database;
using FollowerSync.Database.Schema;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.CommandLine;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>Whatever dies in the middle of a burst: who was answered <c>success</c> is stored.</summary>
public sealed partial class PushKillTests
{
    private const int Enough = 500;

    [Fact]
    public async Task Who_was_answered_is_stored_when_the_worker_is_killed()
    {
        await using Installation installation = await InstallationAsync();
        FollowerSyncProcess worker = installation.Start("run");
        PushBurst burst = new(await AddressAsync(worker), KeysOf(installation));
        using CancellationTokenSource stop = new();
        Task sending = burst.RunAsync(stop.Token);
        await Installation.UntilAsync(() => Task.FromResult(burst.Answered.Count >= Enough), "a burst", worker);

        await worker.KillAsync();
        await stop.CancelAsync();
        await sending;
        await worker.DisposeAsync();

        await AllAreStoredAsync(burst, installation.Database.DataSource);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_was_answered_by_us_or_a_bot_is_stored_when_the_worker_is_stopped(bool withBot)
    {
        await using StandInBot bot = await StandInBot.StartAsync();
        bot.Answer = context => context.Response.WriteAsync("success");
        await using Installation installation = await InstallationAsync();
        if (withBot)
            installation.Settings["WeChat__Accounts__0__Push__ForwardTo"] = bot.Address.ToString();
        await using FollowerSyncProcess worker = installation.Start("run");
        PushBurst burst = new(await AddressAsync(worker), KeysOf(installation));
        using CancellationTokenSource stop = new();
        Task sending = burst.RunAsync(stop.Token);
        await Installation.UntilAsync(() => Task.FromResult(burst.Answered.Count >= Enough), "a burst", worker);

        (await worker.StopAsync()).ExitCode.ShouldBe(0);
        await stop.CancelAsync();
        await sending;

        await AllAreStoredAsync(burst, installation.Database.DataSource);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Who_was_answered_is_stored_when_PostgreSQL_crashes_and_pushes_are_taken_again_afterwards(bool commitsArePutOff, bool allOfIt)
    {
        await using CrashingPostgres postgres = await CrashingPostgres.StartAsync();
        await using (NpgsqlDataSource migration = NpgsqlDataSource.Create(postgres.ConnectionString + ";Pooling=false"))
            await new Migrator(migration, Migrations.Embedded(), ViewSet.Embedded(), MigrationWaits.From(new DatabaseOptions()), TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
        if (commitsArePutOff)
        {
            await postgres.ExecuteAsync("alter system set synchronous_commit = off");
            await postgres.ExecuteAsync("alter system set wal_writer_delay = '10s'");
            await postgres.ExecuteAsync("select pg_reload_conf()");
        }

        await using NpgsqlDataSource data = FollowerDataSource.Build(postgres.ConnectionString, new DatabaseOptions());
        FollowerDatabase database = new(data, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        await using PushScene scene = await PushScene.StartAsync(database, [PushKeys.Brand.Account]);
        PushBurst burst = new(scene.Address, PushKeys.Brand);
        using CancellationTokenSource stop = new();
        Task sending = burst.RunAsync(stop.Token);
        await Installation.UntilAsync(() => Task.FromResult(burst.Answered.Count >= Enough), "a burst");

        if (allOfIt)
        {
            await postgres.KillAsync();
            await postgres.StartServerAsync();
        }
        else
        {
            await postgres.KillSessionAsync();
        }

        int before = burst.Answered.Count;
        await Installation.UntilAsync(() => Task.FromResult(burst.Answered.Count >= before + Enough), "pushes taken again");
        await stop.CancelAsync();
        await sending;

        await AllAreStoredAsync(burst, data);
    }

    internal static async Task<Installation> InstallationAsync()
    {
        Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 10 });
        installation.Settings["Arrivals__Url"] = "http://127.0.0.1:0";
        installation.Settings["WeChat__Accounts__0__Push__Token"] = PushKeys.Brand.Token;
        installation.Settings["WeChat__Accounts__0__Push__EncodingAesKey"] = PushKeys.Brand.Key;
        return installation;
    }

    private static PushKeys KeysOf(Installation installation) => PushKeys.Brand with { AppId = installation.WeChat.Account.AppId };

    internal static async Task<Uri> AddressAsync(FollowerSyncProcess worker)
    {
        await Installation.UntilAsync(() => Task.FromResult(worker.Output.Contains("as URL of the server configuration", StringComparison.Ordinal)), "the worker has started", worker);
        return new Uri(PublicAddress().Match(worker.Output).Value);
    }

    private static async Task AllAreStoredAsync(PushBurst burst, NpgsqlDataSource data)
    {
        await using NpgsqlCommand missing = data.CreateCommand("select count(*) from unnest($1::text[]) as answered (openid) where not exists (select from followersync.arrivals a where a.openid = answered.openid)");
        missing.Parameters.AddWithValue(burst.Answered.ToArray());
        ((long)(await missing.ExecuteScalarAsync())!).ShouldBe(0, $"of {burst.Answered.Count} that were answered");
    }

    [GeneratedRegex("(?<=WeChat and visitors listens on \"?)http://[0-9.:]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PublicAddress();
}

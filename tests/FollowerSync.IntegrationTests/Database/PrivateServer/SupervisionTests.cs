using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.IntegrationTests.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database.PrivateServer;

/// <summary>A private PostgreSQL that ends under a program that needs it.</summary>
public sealed class SupervisionTests : IDisposable
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(30);

    private readonly PrivateScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_killed_server_is_back_within_seconds_for_the_same_data_source()
    {
        using IHost host = await StartAsync(TimeProvider.System);
        NpgsqlDataSource dataSource = host.Services.GetRequiredService<NpgsqlDataSource>();
        int killed = _scene.ServerPid;
        long start = TimeProvider.System.GetTimestamp();

        _scene.KillServer();
        await Installation.UntilAsync(() => AnswersAsync(dataSource), "the server is back");

        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Promised);
        _scene.ServerPid.ShouldNotBe(killed);
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        File.Exists(Path.Combine(_scene.Folder, "data", "postmaster.pid")).ShouldBeFalse("it stops with the host as ever");
    }

    [Fact]
    public async Task A_statement_that_outlives_its_server_does_not_keep_the_next_one_away()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using IHost host = await StartAsync(TimeProvider.System);
        NpgsqlDataSource dataSource = host.Services.GetRequiredService<NpgsqlDataSource>();
        Task busy = PrivateScene.ReadAsync(dataSource.ConnectionString + ";" + PasswordOf(host), "select sum(x) from generate_series(1, 100000000000) as t (x)");
        await Installation.UntilAsync(
            async () => await PrivateScene.ReadAsync(dataSource.ConnectionString + ";" + PasswordOf(host), "select count(*) from pg_stat_activity where query like 'select sum%' and state = 'active'") is 1L,
            "the statement runs");
        long start = TimeProvider.System.GetTimestamp();

        _scene.KillServer();
        await Installation.UntilAsync(() => AnswersAsync(dataSource), "the server is back");

        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Promised);
        await Should.ThrowAsync<NpgsqlException>(() => busy);
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_cannot_be_started_again_ends_the_program()
    {
        using IHost host = await StartAsync(new HurriedClock());
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(ended.SetResult);
        await File.AppendAllTextAsync(Path.Combine(_scene.Folder, "data", "postgresql.conf"), "nonsense = 1\n");

        _scene.KillServer();

        await ended.Task.WaitAsync(Promised, TimeProvider.System);
        DatabaseUnavailableException error = await Should.ThrowAsync<DatabaseUnavailableException>(() => host.Services.GetRequiredService<FollowerDatabase>()
            .RunAsync(_ => Task.CompletedTask, default));
        error.Remedy.ShouldContain(Path.Combine(_scene.Folder, "server.log"));
        error.Remedy.ShouldNotContain("ConnectionStrings");
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    private async Task<IHost> StartAsync(TimeProvider time)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Database:PrivateFolder", _scene.Folder), new("Database:Retries", "0")]);
        builder.Services.AddLogging().AddSingleton(time).AddDatabase(builder.Configuration).AddPrivatePostgresSupervision();
        IHost host = builder.Build();
        await host.Services.GetRequiredService<DatabaseAccess>().ConnectAsync(default);
        await host.StartAsync();
        return host;
    }

    private static string PasswordOf(IHost host) =>
        "Password=" + new NpgsqlConnectionStringBuilder(host.Services.GetRequiredService<DatabaseAccess>().PrivateServer!.ConnectionString).Password;

    private static async Task<bool> AnswersAsync(NpgsqlDataSource dataSource)
    {
        try
        {
            await using NpgsqlCommand command = dataSource.CreateCommand("select 1");
            return await command.ExecuteScalarAsync() is 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}

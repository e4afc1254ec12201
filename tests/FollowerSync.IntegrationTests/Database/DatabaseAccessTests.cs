using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database;

public sealed class DatabaseAccessTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Opens_the_database_of_the_connection_string_and_then_gives_it_to_the_stores()
    {
        await using ServiceProvider services = Build(database.ConnectionString);
        DatabaseAccess access = services.GetRequiredService<DatabaseAccess>();
        Should.Throw<InvalidOperationException>(services.GetRequiredService<NpgsqlDataSource>).Message.ShouldContain("OpenAsync");

        FollowerDatabase opened = await access.OpenAsync(default);

        services.GetRequiredService<FollowerDatabase>().ShouldBeSameAs(opened);
        services.GetRequiredService<NpgsqlDataSource>().ShouldBeSameAs(opened.DataSource);
        access.PrivateServer.ShouldBeNull();
        (await (await access.GetMigratorAsync(default)).GetStatusAsync(default)).IsCurrent.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_connection_string_a_private_server_starts_on_first_use_and_stops_with_the_services()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"followersync-access-{Guid.NewGuid():N}");
        await using (ServiceProvider services = Build("", ("Database:PrivateFolder", folder)))
        {
            DatabaseAccess access = services.GetRequiredService<DatabaseAccess>();
            Directory.Exists(folder).ShouldBeFalse();

            await Task.WhenAll(access.OpenAsync(default), access.OpenAsync(default));

            access.IsPrivate.ShouldBeTrue();
            access.PrivateServer!.Folder.ShouldBe(folder);
        }

        File.Exists(Path.Combine(folder, "data", "postmaster.pid")).ShouldBeFalse();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_pool_of_one_s_own_has_its_own_size_and_patience()
    {
        await using ServiceProvider services = Build(database.ConnectionString + ";Command Timeout=900;Minimum Pool Size=10;Maximum Pool Size=12");
        DatabaseAccess access = services.GetRequiredService<DatabaseAccess>();
        await access.OpenAsync(default);

        await using NpgsqlDataSource pool = access.BuildPool(9, TimeSpan.FromSeconds(15));

        NpgsqlConnectionStringBuilder settings = new(pool.ConnectionString);
        (settings.MinPoolSize, settings.MaxPoolSize, settings.CommandTimeout).ShouldBe((0, 9, 15));
    }

    [Fact]
    public async Task A_server_that_takes_no_writes_empties_every_pool_whoever_met_it()
    {
        await using ServiceProvider services = Build(database.ConnectionString);
        FollowerDatabase opened = await services.GetRequiredService<DatabaseAccess>().OpenAsync(default);
        await using NpgsqlDataSource pool = services.GetRequiredService<DatabaseAccess>().BuildPool(9, TimeSpan.FromSeconds(15));
        int[] before = [await SessionAsync(opened.DataSource), await SessionAsync(pool)];

        await Should.ThrowAsync<DatabaseUnavailableException>(() => opened.RunShortlyAsync(
            async tx =>
            {
                await tx.ExecuteAsync("set transaction read only");
                return await tx.ExecuteAsync("create table public.refused (id int)");
            },
            default));

        new[] { await SessionAsync(opened.DataSource), await SessionAsync(pool) }.ShouldNotContain(session => before.Contains(session));
    }

    [Fact]
    public async Task A_pool_of_one_s_own_keeps_no_connection_to_a_server_that_takes_no_writes()
    {
        await using ServiceProvider services = Build(database.ConnectionString + ";Options=-c default_transaction_read_only=on", ("Database:MigrateOnStart", "false"));
        await services.GetRequiredService<DatabaseAccess>().ConnectAsync(default);
        await using NpgsqlDataSource pool = services.GetRequiredService<DatabaseAccess>().BuildPool(9, TimeSpan.FromSeconds(15));

        PostgresException refusal = await Should.ThrowAsync<PostgresException>(async () => await pool.OpenConnectionAsync());

        refusal.SqlState.ShouldBe(PostgresErrorCodes.ReadOnlySqlTransaction);
    }

    [Fact]
    public async Task Connecting_tries_once_and_explains()
    {
        await using ServiceProvider services = Build(database.ConnectionString + ";Password=hunter2");

        DatabaseUnavailableException error = await Should.ThrowAsync<DatabaseUnavailableException>(
            () => services.GetRequiredService<DatabaseAccess>().ConnectAsync(default));

        error.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task All_wrong_settings_are_reported_at_once()
    {
        await using ServiceProvider services = Build(
            "", ("Database:Retries", "99"), ("Database:LockTimeout", "00:20:00"), ("Database:StatementTimeout", "00:00:00"), ("Database:PrivateFolder", "here"));

        OptionsValidationException error = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<DatabaseOptions>>().Value);

        error.Failures.Count().ShouldBe(4);
        error.Message.ShouldContain("Database:Retries must be from 0 to 20; it is \"99\"");
    }

    private static ServiceProvider Build(string connectionString, params (string Key, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(one => one.Key, one => (string?)one.Value))
            .AddInMemoryCollection([new("ConnectionStrings:FollowerSync", connectionString)])
            .Build();
        return new ServiceCollection().AddLogging().AddSingleton(configuration).AddDatabase(configuration).BuildServiceProvider();
    }

    private static async Task<int> SessionAsync(NpgsqlDataSource source)
    {
        await using NpgsqlCommand command = source.CreateCommand("select pg_backend_pid()");
        return (int)(await command.ExecuteScalarAsync())!;
    }
}

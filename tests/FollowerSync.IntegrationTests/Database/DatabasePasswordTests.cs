using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database;

public sealed class DatabasePasswordTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_password_that_was_changed_is_read_again_when_the_server_refuses_the_old_one()
    {
        string user = await CreateUserAsync("the first password");
        string settings = ConnectionString(user, "the first password");
        int read = 0;
        SecretSettings secrets = new(Settings(settings), () => { read++; return Settings(settings); }, NullLogger<SecretSettings>.Instance);
        DatabasePassword password = new(secrets, settings);
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(settings, new DatabaseOptions(), password);
        FollowerDatabase opened = new(dataSource, new DatabaseOptions { Retries = 0 }, TimeProvider.System, NullLogger<FollowerDatabase>.Instance) { Password = password };
        (await UserAsync(opened)).ShouldBe(user);

        // The file first: the old password goes on until the server knows it no more.
        settings = ConnectionString(user, "the second password");
        dataSource.Clear();
        (await UserAsync(opened)).ShouldBe(user);
        read.ShouldBe(0);

        await database.ExecuteAsync($"alter role {user} password 'the second password'");
        dataSource.Clear();
        (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => UserAsync(opened)))).ShouldAllBe(name => name == user);
        read.ShouldBeGreaterThan(0);

        await database.ExecuteAsync($"alter role {user} password 'the third password'");
        dataSource.Clear();
        DatabaseUnavailableException error = await Should.ThrowAsync<DatabaseUnavailableException>(() => UserAsync(opened));
        error.Message.ShouldContain("does not let user");
        error.ToString().ShouldNotContain("second password");
        await database.ExecuteAsync($"drop role {user}");
    }

    private static Task<string> UserAsync(FollowerDatabase opened) => opened.RunAsync(tx => tx.ReadAsync<string>("select current_user::text"), default);

    private static IConfiguration Settings(string connectionString) => new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:FollowerSync"] = connectionString }).Build();

    private async Task<string> CreateUserAsync(string password)
    {
        string user = $"rotated_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"create role {user} login password '{password}'");
        return user;
    }

    private string ConnectionString(string user, string password) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = user, Password = password, Passfile = "/nowhere" }.ConnectionString;
}

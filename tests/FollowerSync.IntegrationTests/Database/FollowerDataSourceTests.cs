using System.Net;
using System.Net.Sockets;
using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database;

public sealed class FollowerDataSourceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("Host=db;Password=se;cret")]
    [InlineData("Host=db;Port=secret")]
    [InlineData("postgres://user:secret@db/followers")]
    [InlineData("Password=secret")]
    public void A_connection_string_that_cannot_be_read_is_not_quoted(string connectionString)
    {
        DatabaseUnavailableException error = Should.Throw<DatabaseUnavailableException>(
            () => FollowerDataSource.Build(connectionString, new DatabaseOptions()));

        error.ToString().ShouldNotContain("cret", Case.Insensitive);
        error.Remedy.ShouldContain("Host=");
    }

    [Fact]
    public async Task A_wrong_password_is_named_as_such_and_not_shown()
    {
        DatabaseUnavailableException error = await FailAsync(builder => builder.Password = "hunter2");

        error.Message.ShouldContain("does not let user \"followersync\" in");
        error.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_missing_database_is_named() =>
        (await FailAsync(builder => builder.Database = "nowhere")).Message.ShouldContain("\"nowhere\"");

    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_host_and_port()
    {
        int port = UnusedPort();

        DatabaseUnavailableException error = await FailAsync(builder => (builder.Host, builder.Port) = ("127.0.0.1", port));

        error.Message.ShouldContain($"127.0.0.1:{port} cannot be reached");
    }

    [Fact]
    public async Task Of_several_hosts_the_one_that_answers_is_used()
    {
        NpgsqlConnectionStringBuilder settings = new(database.ConnectionString);
        settings.Host = $"127.0.0.1:{UnusedPort()},{settings.Host}";
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(settings.ConnectionString, new DatabaseOptions());

        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync();

        connection.Database.ShouldBe(settings.Database);
    }

    [Fact]
    public async Task What_the_connection_string_says_stays()
    {
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(
            "Host=db;Maximum Pool Size=3;Application Name=mine;Command Timeout=7;Tcp Keepalive=false", new DatabaseOptions());

        NpgsqlConnectionStringBuilder settings = new(dataSource.ConnectionString);

        (settings.MaxPoolSize, settings.ApplicationName, settings.CommandTimeout, settings.TcpKeepAlive).ShouldBe((3, "mine", 7, false));
    }

    [Fact]
    public async Task A_program_that_uses_all_its_connections_does_not_call_the_server_unreachable()
    {
        DatabaseOptions options = new() { Retries = 0, Connections = 1 };
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(database.ConnectionString + ";Timeout=1", options);
        RememberedLog<FollowerDatabase> log = new();
        FollowerDatabase opened = new(dataSource, options, TimeProvider.System, log);
        NpgsqlConnection only = await dataSource.OpenConnectionAsync();

        DatabaseUnavailableException error = await Should.ThrowAsync<DatabaseUnavailableException>(() => opened.RunAsync(_ => Task.CompletedTask, default));

        error.Message.ShouldContain("all 1 connections of this program are in use, and none came free within 1 s.");
        error.Remedy.ShouldContain("Maximum Pool Size");
        DatabaseFailure.IsPassing(error).ShouldBeTrue();
        await only.DisposeAsync();
        await opened.RunAsync(_ => Task.CompletedTask, default);
        log.Lines.ShouldBeEmpty("the database was there all the time: it neither went nor answers again");
    }

    private async Task<DatabaseUnavailableException> FailAsync(Action<NpgsqlConnectionStringBuilder> change)
    {
        NpgsqlConnectionStringBuilder settings = new(database.ConnectionString);
        change(settings);
        DatabaseOptions options = new() { Retries = 0 };
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(settings.ConnectionString, options);
        FollowerDatabase opened = new(dataSource, options, TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        return await Should.ThrowAsync<DatabaseUnavailableException>(() => opened.RunAsync(_ => Task.CompletedTask, default));
    }

    private static int UnusedPort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

using FollowerSync.Emulator;
using Npgsql;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>Machines that are set up in an unusual way: the program says what is wrong with them, or does without.</summary>
public sealed class MachineTests
{
    private static readonly EmulatorOptions Small = new() { Followers = 300 };

    [Theory]
    [InlineData("http_proxy")]
    [InlineData("HTTP_PROXY")]
    [InlineData("ALL_PROXY")]
    [InlineData("all_proxy")]
    public async Task A_proxy_of_the_environment_catches_no_call_to_this_machine(string variable)
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        installation.Settings[variable] = "http://127.0.0.1:9";

        (int exitCode, string output, string error) = await installation.InvokeAsync("sync");

        exitCode.ShouldBe(0, output + error);
    }

    [Fact]
    public async Task Without_time_zones_on_the_machine_their_package_is_named()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        installation.Settings["TZDIR"] = Path.Combine(AppContext.BaseDirectory, "no-such-folder");

        (int exitCode, string output, string error) = await installation.InvokeAsync("sync");

        exitCode.ShouldBe(2);
        (output + error).ShouldContain("Schedule:TimeZone");
        (output + error).ShouldContain("tzdata");

        installation.Settings["Schedule__TimeZone"] = "UTC";
        (exitCode, output, error) = await installation.InvokeAsync("sync");
        exitCode.ShouldBe(0, output + error);
    }

    [Theory]
    [InlineData("check", "LATIN1")]
    [InlineData("sync", "SQL_ASCII")]
    [InlineData("migrate", "EUC_CN")]
    public async Task A_database_of_another_encoding_is_refused_before_anything_is_made_in_it(string verb, string encoding)
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        string name = $"other_{encoding.ToLowerInvariant()}";
        await installation.Database.ExecuteAsync($"create database {name} encoding '{encoding}' locale 'C' template template0");
        installation.Settings["ConnectionStrings__FollowerSync"] = new NpgsqlConnectionStringBuilder(installation.Database.ConnectionString) { Database = name }.ConnectionString;

        (int exitCode, string output, string error) = await installation.InvokeAsync(verb);

        exitCode.ShouldBe(1);
        (output + error).ShouldContain($"the encoding {encoding}");
        (output + error).ShouldContain("template template0");
        await using NpgsqlDataSource other = NpgsqlDataSource.Create(installation.Settings["ConnectionStrings__FollowerSync"] + ";Pooling=false");
        await using NpgsqlCommand schemas = other.CreateCommand("select count(*) from pg_namespace where nspname in ('wechat', 'followersync')");
        (await schemas.ExecuteScalarAsync()).ShouldBe(0L);
    }
}

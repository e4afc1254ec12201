using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using Npgsql;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>The worker left to itself while somebody changes its secrets, by the built executable.</summary>
public sealed class RotatedSecretsTests : IDisposable
{
    private const string Token = "/cgi-bin/stable_token";
    private const string TokenStored = "select exists (select from followersync.access_tokens where access_token is not null)";

    private readonly string _folder = Directory.CreateTempSubdirectory("followersync-secrets-").FullName;

    [Fact]
    public async Task A_repaired_app_secret_is_used_within_seconds_and_told_once()
    {
        await using Installation installation = await StartAsync();
        // Blanks around it do not count.
        installation.Settings["WeChat__Accounts__0__AppId"] += " ";
        string right = installation.Settings["WeChat__Accounts__0__AppSecret"];
        Write("WeChat__Accounts__0__AppSecret", "0123456789abcdef0123456789abcdef");
        await using FollowerSyncProcess worker = installation.Start("run");
        await installation.UntilAsync("select exists (select from followersync.api_stops where secret is not null)", worker);

        Write("WeChat__Accounts__0__AppSecret", right);
        await installation.UntilAsync(TokenStored, worker);

        await Installation.UntilAsync(() => Task.FromResult(worker.Output.Contains("is had again", StringComparison.Ordinal)), "told that it is over", worker);
        installation.WeChat.Requests.Count(Token).ShouldBe(2);
        Lines(worker, "cannot be renewed").ShouldHaveSingleItem().ShouldContain("Another secret ends this at once");
        worker.Output.ShouldNotContain("   at ");
        worker.Output.ShouldNotContain(right);
        worker.Output.ShouldNotContain("0123456789abcdef0123456789abcdef");
    }

    [Fact]
    public async Task An_address_that_is_blocked_for_a_day_is_told_in_one_line_and_left_alone()
    {
        await using Installation installation = await StartAsync();
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 89506, Path = Token });
        installation.Settings["Schedule__Cron"] = "*/2 * * * * ?";
        await using FollowerSyncProcess worker = installation.Start("run");

        await installation.UntilAsync("select count(*) >= 4 from wechat.sync_runs where status = 'failed'", worker);

        // The first run and the token job may both have begun before the stop was known.
        installation.WeChat.Requests.Count(Token).ShouldBeLessThanOrEqualTo(2);
        Lines(worker, "cannot be renewed").ShouldHaveSingleItem().ShouldContain("sync by hand");
        worker.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_changed_password_of_the_database_is_read_again()
    {
        await using Installation installation = await StartAsync();
        string user = $"rotated_{Guid.NewGuid():N}";
        NpgsqlConnectionStringBuilder connection = new(installation.Settings["ConnectionStrings__FollowerSync"]) { Username = user, Password = "the first password" };
        await installation.Database.ExecuteAsync($"create role {user} superuser login password 'the first password'");
        Write("ConnectionStrings__FollowerSync", connection.ConnectionString);
        installation.Settings["Schedule__Cron"] = "*/2 * * * * ?";
        await using FollowerSyncProcess worker = installation.Start("run");
        await installation.UntilAsync("select exists (select from wechat.sync_runs where status = 'succeeded')", worker);

        connection.Password = "the second password";
        Write("ConnectionStrings__FollowerSync", connection.ConnectionString);
        await installation.Database.ExecuteAsync(
            $"alter role {user} password 'the second password'; select pg_terminate_backend(pid) from pg_stat_activity where usename = '{user}'");
        long runs = await installation.Database.ReadAsync<long>("select max(run_id) from wechat.sync_runs");

        await installation.UntilAsync($"select exists (select from wechat.sync_runs where run_id > {runs + 1} and status = 'succeeded')", worker);
        worker.Output.ShouldContain("there is a newer one");
        worker.Output.ShouldNotContain("second password");
        await worker.StopAsync();
        await installation.Database.ExecuteAsync($"drop role {user}");
    }

    [Fact]
    public async Task Check_compares_the_clocks_and_names_two_sources_of_tokens()
    {
        await using Installation installation = await StartAsync();
        await installation.InvokeAsync("check");
        await installation.Database.ExecuteAsync(
            "insert into followersync.access_tokens (app_id, source, obtained_at) select app_id, 'Classic', now() from followersync.access_tokens");

        (int exitCode, string output, _) = await installation.InvokeAsync("check");

        exitCode.ShouldBe(0);
        output.ShouldContain("ok       clock of the database: agrees with this machine within seconds");
        output.ShouldContain("warning  brand0, token source: Tokens of account");
        (await installation.InvokeAsync("status")).Output.ShouldContain("conflict   Tokens of account");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<Installation> StartAsync()
    {
        Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        installation.Settings["Secrets__Folder"] = _folder;
        installation.Settings["Schedule__RunAtStart"] = "false";
        return installation;
    }

    // As Kubernetes does it, at once.
    private void Write(string file, string secret)
    {
        string path = Path.Combine(_folder, file);
        string hidden = Path.Combine(_folder, $"ignore.{file}");
        File.WriteAllText(hidden, secret);
        File.Move(hidden, path, overwrite: true);
    }

    private static string[] Lines(FollowerSyncProcess process, string text) =>
        [.. process.Output.Split('\n').Where(line => line.Contains(text, StringComparison.Ordinal))];
}

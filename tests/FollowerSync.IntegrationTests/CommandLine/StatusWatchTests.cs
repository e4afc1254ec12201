using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary><c>status --watch</c>, redirected and on a terminal (which <c>script</c> plays).</summary>
public sealed class StatusWatchTests
{
    [Fact]
    public async Task Redirected_it_writes_plain_lines_on_what_changes_and_goes_on_while_the_database_is_away()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        await using NpgsqlConnection other = await installation.Database.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction held = await other.BeginTransactionAsync();
        // Whoever counts followers waits for this: of 30 million that takes longer than a look may.
        await using NpgsqlCommand hold = new("lock table wechat.followers in access exclusive mode", other, held);
        await hold.ExecuteNonQueryAsync();
        await using FollowerSyncProcess watch = installation.Start("status", "--watch");
        await SaysAsync(watch, "brand0: never complete yet; no run yet");
        await held.RollbackAsync();

        await installation.InvokeAsync("sync");
        await SaysAsync(watch, "brand0: 300 followers, complete as of ");
        string name = await installation.Database.ReadAsync<string>("select current_database()");
        await using (TestDatabase server = await TestDatabase.CreateEmptyAsync())
        {
            await server.ExecuteAsync($"alter database \"{name}\" allow_connections false");
            await server.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
            await SaysAsync(watch, "! The database is away since 20");
            await server.ExecuteAsync($"alter database \"{name}\" allow_connections true");
        }

        await SaysAsync(watch, "The database is there again.");
        (await watch.StopAsync(Signal.Terminate)).ExitCode.ShouldBe(0, watch.Error);
        watch.Output.ShouldNotContain("\u001b");
        // A look that falls into the run says a line of its own; what has not changed is not said again.
        int[] places = [.. watch.Output.Split('\n').Select(line => line.IndexOf("brand0: ", StringComparison.Ordinal))];
        watch.Output.Split('\n').Zip(places).Where(line => line.Second > 0).Select(line => line.First[line.Second..]).ShouldBeUnique();
    }

    [Fact]
    public async Task On_a_terminal_each_picture_is_drawn_over_the_last_and_nothing_is_wiped_between()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        installation.Settings["TERM"] = "xterm-256color";
        await using FollowerSyncProcess terminal = FollowerSyncProcess.StartBy(
            "stty cols 100 rows 12 2>/dev/null; exec script -qec \"stty cols 100 rows 12; dotnet '$2' status --watch --max-age 1h; echo code=\\$?\" /dev/null", installation.Settings);
        await SaysAsync(terminal, "Ctrl+C ends it.");
        await Installation.UntilAsync(() => Task.FromResult(terminal.Output.Split("\u001b[H").Length > 2), "a second picture", terminal);

        int worker = FindChild(ChaosOptions.Executable, "--watch");
        Signal.Terminate.SendTo(worker);

        await SaysAsync(terminal, "code=3");
        terminal.Output.Split("\u001b[2J").Length.ShouldBe(2, "wiped once, at the beginning");
        terminal.Output.ShouldContain("\u001b[?1049h");
        terminal.Output.ShouldContain("\u001b[?1049l");
    }

    private static Task SaysAsync(FollowerSyncProcess process, string text) =>
        Installation.UntilAsync(() => Task.FromResult(process.Output.Contains(text, StringComparison.Ordinal)), text, process);

    private static int FindChild(string program, string argument) => Directory.EnumerateDirectories("/proc")
        .Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit))
        .First(id => ReadCommandLine(id!) is ["dotnet", var file, .. var arguments] && file == program && arguments.Contains(argument, StringComparer.Ordinal)) is { } found
            ? int.Parse(found, System.Globalization.CultureInfo.InvariantCulture) : throw new InvalidOperationException();

    private static string[] ReadCommandLine(string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return [];
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Import;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary><c>import</c>, by the built executable.</summary>
public sealed class ImportVerbTests : IAsyncLifetime
{
    private const string Waiting = "select count(*) from followersync.arrivals";

    private readonly string _folder = Directory.CreateTempSubdirectory("followersync-import-").FullName;
    private Installation _installation = null!;

    public async Task InitializeAsync()
    {
        _installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 50 });
        (await _installation.RunAsync("migrate")).ExitCode.ShouldBe(0);
    }

    public async Task DisposeAsync()
    {
        await _installation.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_clean_file_exits_with_0_and_says_what_comes_next()
    {
        string file = await WriteAsync("openid\r\n" + string.Join("\r\n", Enumerable.Range(0, 250).Select(Person)));

        (int exitCode, string output, string error) = await _installation.RunAsync("import", file, "--account", "brand0", "--source", "shop");

        exitCode.ShouldBe(0, output + error);
        output.ShouldContain("250 put into the inbox");
        output.ShouldContain("3 calls");
        output.ShouldContain("nobody is a follower by the file's word");
        (await _installation.Database.ReadAsync<long>($"{Waiting} where event_key = 'shop'")).ShouldBe(250);
    }

    [Fact]
    public async Task Refused_lines_exit_with_3_by_number_and_what_was_right_is_stored()
    {
        string file = await WriteAsync($"{Person(1)}\n小明的电话13800000000\n{Person(2)}\noShort\n");

        (int exitCode, string output, string error) = await _installation.RunAsync("import", file, "--account", _installation.WeChat.Account.AppId);
        exitCode.ShouldBe(3, output + error);
        output.ShouldContain("line 2: ");
        output.ShouldContain("line 4: too short for an openid (6 letters)");
        (output + error).ShouldNotContain("13800000000");

        (exitCode, output, error) = await _installation.RunAsync("import", file, "--account", "brand0", "--json");
        exitCode.ShouldBe(3, output + error);
        JsonElement report = JsonDocument.Parse(output).RootElement;
        report.EnumerateObject().Select(field => field.Name).ShouldBe(
            ["account", "lines", "accepted", "duplicates", "in_inbox", "already_followers", "refused", "refused_lines", "calls"]);
        (report.GetProperty("lines").GetInt64(), report.GetProperty("in_inbox").GetInt64(), report.GetProperty("refused").GetInt64()).ShouldBe((4, 2, 2));
        report.GetProperty("refused_lines")[1].GetProperty("line").GetInt64().ShouldBe(4);
        (await _installation.Database.ReadAsync<long>(Waiting)).ShouldBe(2);
    }

    [Theory]
    [InlineData("FILE is empty", "import", "", "--account", "brand0")]
    [InlineData("is a folder", "forget", "--file", "/tmp")]
    [InlineData("There is no file", "forget", "--file", "/nowhere/people")]
    [InlineData("There is no folder /nowhere", "export", "--table", "followers", "--out", "/nowhere/followers.csv")]
    public async Task A_path_that_leads_nowhere_exits_with_2_and_says_so_in_our_words(string says, params string[] arguments)
    {
        (int exitCode, _, string error) = await _installation.RunAsync(arguments);

        exitCode.ShouldBe(2, error);
        error.ShouldContain(says);
        error.ShouldNotContain("Parameter");
        error.ShouldNotContain("part of the path");
    }

    [Fact]
    public async Task Stdin_is_read_and_a_file_of_nobody_is_no_fault()
    {
        (int exitCode, string output, string error) = await _installation.RunAsync("import", "/dev/null", "--account", "brand0");
        (exitCode, output).ShouldSatisfyAllConditions(_ => exitCode.ShouldBe(0, error), _ => output.ShouldContain("0 lines"), _ => output.ShouldContain("Nobody new"));

        await using FollowerSyncProcess piped = FollowerSyncProcess.StartBy($"printf '{Person(1)}\\n{Person(2)}\\n' | exec \"$@\"", _installation.Settings, "import", "-", "--account", "brand0");
        (await piped.WaitAsync()).ShouldBe(0, piped.Output + piped.Error);
        (await _installation.Database.ReadAsync<long>(Waiting)).ShouldBe(2);
    }

    [Fact]
    public async Task What_cannot_be_imported_exits_with_2_and_stores_nothing()
    {
        string file = await WriteAsync(Person(1));
        await ShouldBeWrongAsync("There is no file", "import", Path.Combine(_folder, "missing.txt"), "--account", "brand0");
        await ShouldBeWrongAsync("is a folder", "import", _folder, "--account", "brand0");
        await ShouldBeWrongAsync("no account \"nobody\"", "import", file, "--account", "nobody");
        await ShouldBeWrongAsync("--account", "import", file);
        await ShouldBeWrongAsync("--source", "import", file, "--account", "brand0", "--source", "two\nlines");
        await File.WriteAllBytesAsync(file, [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Person(1))]);
        await ShouldBeWrongAsync("UTF-16", "import", file, "--account", "brand0");
        await File.WriteAllBytesAsync(file, [0x1F, 0x8B, 8, 0, 0]);
        await ShouldBeWrongAsync("gunzip", "import", file, "--account", "brand0");
        (await _installation.Database.ReadAsync<long>(Waiting)).ShouldBe(0);
    }

    [Fact]
    public async Task Killed_in_the_middle_it_is_repeated_without_harm()
    {
        const int people = 10 * OpenIdImport.ChunkSize;
        string file = await WriteAsync(string.Join('\n', Enumerable.Range(0, people).Select(Person)));
        await using (FollowerSyncProcess killed = _installation.Start("import", file, "--account", "brand0"))
        {
            await _installation.UntilAsync("select exists (select from followersync.arrivals)", killed);
            await killed.KillAsync();
        }

        long before = await _installation.Database.ReadAsync<long>(Waiting);
        (int exitCode, string output, string error) = await _installation.RunAsync("import", file, "--account", "brand0", "--json");

        exitCode.ShouldBe(0, error);
        JsonElement report = JsonDocument.Parse(output).RootElement;
        (report.GetProperty("accepted").GetInt64() + report.GetProperty("in_inbox").GetInt64()).ShouldBe(people);
        report.GetProperty("in_inbox").GetInt64().ShouldBeGreaterThanOrEqualTo(before);
        (await _installation.Database.ReadAsync<long>(Waiting)).ShouldBe(people);
    }

    private static string Person(int number) => string.Create(CultureInfo.InvariantCulture, $"oImported{number:0000000000000000000}");

    private async Task<string> WriteAsync(string text)
    {
        string file = Path.Combine(_folder, "people.txt");
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    private async Task ShouldBeWrongAsync(string says, params string[] arguments)
    {
        (int exitCode, string output, string error) = await _installation.RunAsync(arguments);
        exitCode.ShouldBe(2, output + error);
        (output + error).ShouldContain(says);
    }
}

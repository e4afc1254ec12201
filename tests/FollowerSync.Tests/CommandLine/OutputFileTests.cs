using System.Diagnostics;
using System.Runtime.Versioning;
using FollowerSync.CommandLine;

namespace FollowerSync.Tests.CommandLine;

/// <summary>Where the bytes of a result go.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OutputFileTests : IDisposable
{
    private const UnixFileMode Odd = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly string _folder = Directory.CreateTempSubdirectory("followersync-output-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_new_file_is_for_its_owner_alone()
    {
        await WriteAsync(In("new.csv"));

        Text("new.csv").ShouldBe("rows");
        File.GetUnixFileMode(In("new.csv")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Names().ShouldBe(["new.csv"]);
    }

    [Fact]
    public async Task A_file_that_is_there_keeps_its_rights()
    {
        Make("old.csv", "older, and longer");
        File.SetUnixFileMode(In("old.csv"), Odd);

        await WriteAsync(In("old.csv"));

        Text("old.csv").ShouldBe("rows");
        File.GetUnixFileMode(In("old.csv")).ShouldBe(Odd);
    }

    [Fact]
    public async Task A_file_with_several_names_keeps_them()
    {
        Make("one.csv", "older, and longer");
        await RunAsync("ln", In("one.csv"), In("other.csv"));

        await WriteAsync(In("one.csv"));

        Text("other.csv").ShouldBe("rows");
        Names().ShouldBe(["one.csv", "other.csv"]);
    }

    [Theory]
    [InlineData("data/today.csv")]
    [InlineData("./data/../data/today.csv")]
    public async Task A_link_stays_a_link_and_leads_to_the_rows(string target)
    {
        Directory.CreateDirectory(In("data"));
        File.CreateSymbolicLink(In("second"), target);
        File.CreateSymbolicLink(In("first"), "second");

        await WriteAsync(In("first"));
        await WriteAsync(In("first"));

        File.ReadAllText(In("data/today.csv")).ShouldBe("rows");
        new FileInfo(In("first")).LinkTarget.ShouldBe("second");
        new FileInfo(In("second")).LinkTarget.ShouldBe(target);
        Directory.GetFiles(In("data")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Two_dots_behind_a_linked_folder_mean_its_true_parent()
    {
        Directory.CreateDirectory(In("far/inner"));
        Directory.CreateSymbolicLink(In("near"), "far/inner");

        await WriteAsync(In("near/../rows.csv"));

        Text("far/rows.csv").ShouldBe("rows");
    }

    [Fact]
    public async Task A_pipe_stays_a_pipe_and_its_reader_gets_the_rows()
    {
        await RunAsync("mkfifo", In("pipe"));
        Task<string> read = Task.Run(() => Text("pipe"));

        await WriteAsync(In("pipe"));

        (await read).ShouldBe("rows");
        (await OutputTarget.FindAsync(In("pipe"), default)).Kind.ShouldBe(OutputKind.Device);
    }

    [Fact]
    public async Task A_device_is_written_through_and_one_that_is_full_is_a_failure()
    {
        await WriteAsync("/dev/null");
        OutputException failed = await Should.ThrowAsync<OutputException>(() => WriteAsync("/dev/full"));

        failed.Message.ShouldContain("/dev/full could not be written to its end");
        new FileInfo("/dev/null").Length.ShouldBe(0);
        (await OutputTarget.FindAsync("/dev/null", default)).Kind.ShouldBe(OutputKind.Device);
    }

    [Theory]
    [InlineData("/dev/stdout", 1)]
    [InlineData("/dev/fd/2", 2)]
    [InlineData("/proc/self/fd/1", 1)]
    public async Task What_this_process_has_open_is_not_opened_again(string path, int descriptor) =>
        (await OutputTarget.FindAsync(path, default)).ShouldSatisfyAllConditions(
            target => target.Kind.ShouldBe(OutputKind.Descriptor), target => target.Descriptor.ShouldBe(descriptor));

    [Fact]
    public async Task Nothing_can_be_written_over_a_folder_a_circle_of_links_or_into_a_folder_that_is_not_there()
    {
        File.CreateSymbolicLink(In("a"), "b");
        File.CreateSymbolicLink(In("b"), "a");

        (await Should.ThrowAsync<UsageException>(() => WriteAsync(_folder))).Message.ShouldContain("is a folder");
        (await Should.ThrowAsync<UsageException>(() => WriteAsync(In("new/")))).Message.ShouldContain("is a folder");
        (await Should.ThrowAsync<UsageException>(() => WriteAsync(In("a")))).Message.ShouldContain("circle");
        (await Should.ThrowAsync<UsageException>(() => WriteAsync(In("none/rows.csv")))).Message.ShouldContain("There is no folder");
        Names().ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Root_writes_over_nothing_that_somebody_else_laid_into_a_folder_open_to_all()
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        File.SetUnixFileMode(_folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        Make("theirs.csv", "theirs");
        Make("ours.csv", "ours");
        File.SetUnixFileMode(In("theirs.csv"), (UnixFileMode)Convert.ToInt32("666", 8));
        File.CreateSymbolicLink(In("link.csv"), "ours.csv");
        await RunAsync("chown", "--no-dereference", "65534", In("theirs.csv"), In("link.csv"));
        File.CreateSymbolicLink(In("way.csv"), "./link.csv");

        foreach ((string name, string named) in new[] { ("theirs.csv", "theirs.csv"), ("link.csv", "link.csv"), ("way.csv", "link.csv") })
            (await Should.ThrowAsync<UsageException>(() => WriteAsync(In(name)))).Message.ShouldStartWith($"{In(named)} belongs to somebody else, user 65534");
        (Text("theirs.csv"), Text("ours.csv")).ShouldBe(("theirs", "ours"));
        Names().ShouldBe(["link.csv", "ours.csv", "theirs.csv", "way.csv"]);

        await WriteAsync(In("ours.csv"));
        await RunAsync("chown", "65534", _folder);
        await WriteAsync(In("theirs.csv"));
        (Text("ours.csv"), Text("theirs.csv")).ShouldBe(("rows", "rows"));
    }

    [Fact]
    public async Task What_fails_in_the_middle_leaves_the_old_file_and_nothing_else()
    {
        Make("old.csv", "older");

        await Should.ThrowAsync<InvalidOperationException>(async () => await OutputFile.WriteAsync<int>(
            await OutputTarget.FindAsync(In("old.csv"), default),
            async output =>
            {
                await output.WriteAsync("half"u8.ToArray());
                throw new InvalidOperationException("the database is gone");
            },
            default));

        Text("old.csv").ShouldBe("older");
        Names().ShouldBe(["old.csv"]);
    }

    private static async Task WriteAsync(string path) => await OutputFile.WriteAsync(
        await OutputTarget.FindAsync(path, default),
        async output =>
        {
            await output.WriteAsync("rows"u8.ToArray());
            return 1;
        },
        default);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    private string In(string name) => Path.Combine(_folder, name);

    private string Text(string name) => File.ReadAllText(In(name));

    private void Make(string name, string text) => File.WriteAllText(In(name), text);

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}

using System.Diagnostics;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>A program of others, written for Node, that plays a part in a test. It ends when its input does, also with a killed test run.</summary>
internal sealed class NodePeer : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    /// <param name="script">A script of the folder Node.</param>
    /// <param name="arguments">What it is told.</param>
    public static NodePeer Start(string script, params string[] arguments)
    {
        string folder = Repository.PathOf("tests/FollowerSync.IntegrationTests/Node");
        Directory.Exists(Path.Combine(folder, "node_modules")).ShouldBeTrue("eng/install-test-peers.sh installs what the tests play their peers with.");
        ProcessStartInfo start = new("node", ["--no-deprecation", Path.Combine(folder, script), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new NodePeer(Process.Start(start)!);
    }

    /// <summary>The next line it writes.</summary>
    public async Task<string> ReadAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Longest) ?? throw new EndOfStreamException("The script ended.");

    /// <summary>Asks it something on a line, and reads its answer on another.</summary>
    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    /// <summary>Gives it all of its input, and reads all that it writes.</summary>
    public async Task<string> FilterAsync(string input)
    {
        await _process.StandardInput.WriteAsync(input);
        _process.StandardInput.Close();
        return await _process.StandardOutput.ReadToEndAsync().WaitAsync(Longest);
    }

    /// <summary>Ends its input, so that it ends what it has started.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

using System.Diagnostics;
using System.Text.Json;
using FollowerSync.IntegrationTests.Chaos;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>Completion by real shells, which ask the real program. One account has a name that would do harm where a shell ran it.</summary>
public sealed class CompletionTests : IDisposable
{
    private const string Odd = "odd $(touch ran) `touch ran` \"q\" 'it'; touch ran";

    private readonly string _folder = Directory.CreateTempSubdirectory("completion").FullName;

    public CompletionTests()
    {
        File.WriteAllText(Path.Combine(_folder, "settings.json"), JsonSerializer.Serialize(new
        {
            WeChat = new
            {
                Accounts = new[]
                {
                    new { Name = "brand", AppId = "wx0000000000000001", AppSecret = "the-first-secret" },
                    new { Name = Odd, AppId = "wx0000000000000002", AppSecret = "the-second-secret" },
                    new { Name = "品牌 两", AppId = "wx0000000000000003", AppSecret = "the-third-secret" },
                },
            },
        }));
        string program = Path.Combine(_folder, "followersync");
        File.WriteAllText(program, $"#!/bin/sh\nexec dotnet '{ChaosOptions.Executable}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Bash_completes_verbs_options_and_names_and_runs_none_of_them()
    {
        string output = await RunAsync("bash", "--norc", "-c", """
            source <(followersync completion bash)
            try() {
                COMP_LINE=$1 COMP_POINT=${#1} COMP_CWORD=$3
                COMP_WORDS=("${@:4}")
                _followersync followersync "$2" ""
                printf '<%s>\n' "${COMPREPLY[@]}"
            }
            echo verbs; try 'followersync run' run 1 followersync run
            echo options; try 'followersync status --wa' --wa 2 followersync status --wa
            echo names; try 'followersync runs --account ' '' 3 followersync runs --account ''
            for reply in "${COMPREPLY[@]}"; do eval "word=$reply"; printf '{%s}\n' "$word"; done
            echo quoted; try 'followersync runs --account "odd' odd 3 followersync runs --account '"odd'
            eval "word=\"${COMPREPLY[0]}\""; printf '{%s}\n' "$word"
            try "followersync runs --account 'odd" odd 3 followersync runs --account "'odd"
            eval "word='${COMPREPLY[0]}'"; printf '{%s}\n' "$word"
            """);

        output.ShouldContain("verbs\n<run>\n<runs>\noptions\n<--watch>\nnames\n");
        output.ShouldContain($"{{brand}}\n{{{Odd}}}\n{{品牌 两}}\nquoted\n");
        output.Split($"{{{Odd}}}").Length.ShouldBe(4, output);
        File.Exists(Path.Combine(_folder, "ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task Zsh_completes_verbs_options_and_names_and_runs_none_of_them()
    {
        string output = await RunAsync("zsh", "-f", "-c", """
            autoload -Uz compinit; compinit -u -D
            source <(followersync completion zsh)
            compadd() { shift; printf '<%s>\n' "$@" }
            try() { words=("$@"); CURRENT=$#; PREFIX=$words[-1]; _followersync }
            try followersync run; echo; try followersync status --wa; echo; try followersync runs --account ''
            """);

        output.ShouldContain("\n<run>\n<runs>\n");
        output.ShouldContain("<--watch>\n");
        output.ShouldContain($"<brand>\n<{Odd}>\n<品牌 两>\n");
        File.Exists(Path.Combine(_folder, "ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task Fish_completes_verbs_options_and_names_and_runs_none_of_them()
    {
        string output = await RunAsync("fish", "--no-config", "-c", """
            followersync completion fish | source
            complete -C 'followersync ru'; complete -C 'followersync status --wa'; complete -C 'followersync runs --account '
            """);

        output.ShouldContain("run\nruns\n");
        output.ShouldContain("--watch\n");
        output.ShouldContain("brand\n");
        output.ShouldContain(Odd);
        File.Exists(Path.Combine(_folder, "ran")).ShouldBeFalse();
    }

    private async Task<string> RunAsync(string shell, params string[] arguments)
    {
        ProcessStartInfo start = new(shell, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = _folder };
        start.Environment["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = _folder;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["FOLLOWERSYNC_CONFIG"] = Path.Combine(_folder, "settings.json");
        start.Environment["DOTNET_CLI_HOME"] = _folder;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return $"{output}{await error}";
    }
}

using System.Globalization;
using FollowerSync.Emulator;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>How the worker of a campaign is set up: its environment, a folder with its secrets, and the clock of its machine.</summary>
internal sealed class ChaosSettings : IDisposable
{
    private const string SecretFile = "WeChat__Accounts__0__AppSecret";

    private readonly ChaosOptions _options;
    private readonly WeChatEmulator _wechat;
    private readonly CrashingPostgres _postgres;
    private readonly bool _fullProfiles;
    private readonly string _folder = Directory.CreateTempSubdirectory("followersync-chaos-settings-").FullName;

    public ChaosSettings(ChaosOptions options, WeChatEmulator wechat, CrashingPostgres postgres, bool fullProfiles)
    {
        (_options, _wechat, _postgres, _fullProfiles) = (options, wechat, postgres, fullProfiles);
        Directory.CreateDirectory(Secrets);
        WriteSecret(wechat.Account.AppSecret);
    }

    private string Secrets => Path.Combine(_folder, "secrets");

    private string Clock => Path.Combine(_folder, "clock");

    /// <summary>Puts an AppSecret where the worker finds it.</summary>
    public void WriteSecret(string secret)
    {
        // As an operator's tool does it: never half a secret.
        string file = Path.Combine(Secrets, SecretFile);
        File.WriteAllText($"{_folder}/new", secret);
        File.Move($"{_folder}/new", file, overwrite: true);
    }

    /// <summary>Sets the clock of the worker's machine wrong by so much, also of a worker that runs.</summary>
    public void SetClock(TimeSpan offset) => File.WriteAllText(Clock, string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? "" : "+")}{offset.TotalSeconds:0}"));

    /// <summary>The environment of the next worker.</summary>
    /// <param name="inPeace">Whether it is one of the undisturbed runs at the end.</param>
    /// <param name="wrongClock">Whether its clock is that of <see cref="SetClock"/>.</param>
    public Dictionary<string, string> Of(bool inPeace, bool wrongClock)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__FollowerSync"] = _postgres.ConnectionString,
            ["Secrets__Folder"] = Secrets,
            ["WeChat__BaseAddress"] = _wechat.BaseAddress.ToString(),
            ["WeChat__Accounts__0__Name"] = "Brand",
            ["WeChat__Accounts__0__AppId"] = _wechat.Account.AppId,
            ["WeChat__Accounts__0__TokenSource"] = _options.Seed % 3 == 0 ? "Classic" : "Stable",
            ["WeChat__AttemptTimeout"] = "00:00:01.5",
            ["WeChat__Retries"] = "4",
            ["WeChat__RetryDelay"] = "00:00:00.010",
            ["WeChat__MaxRetryDelay"] = "00:00:00.050",
            ["Token__ReplaceInterval"] = "00:00:00",
            // Where WeChat answers no nicknames a known one would stay for ever, also one that was only a fault.
            ["Sync__ProfileRefresh"] = inPeace || _options.Seed % 5 > 1 ? "Full" : "Rotate",
            ["Sync__RotateDays"] = "2",
            ["Sync__KeepKnownValues"] = _fullProfiles ? "true" : "false",
            ["Sync__BatchSize"] = _options.IsBig ? "100" : "20",
            ["Sync__MergeSize"] = _options.IsBig ? "5000" : "100",
            ["Database__LockTimeout"] = "00:00:02",
            ["Database__StatementTimeout"] = "00:00:20",
            ["Database__Retries"] = "3",
        };
        if (wrongClock && ChaosOptions.FakeTimeLibrary is { } library)
        {
            settings["LD_PRELOAD"] = library;
            settings["FAKETIME_TIMESTAMP_FILE"] = Clock;
            settings["FAKETIME_NO_CACHE"] = "1";
            settings["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        }

        foreach ((string name, string value) in _options.Settings)
            settings[name] = value;
        return settings;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

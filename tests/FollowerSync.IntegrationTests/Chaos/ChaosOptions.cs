using System.Globalization;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>How much is to be survived. <c>eng/chaos.sh</c> sets the variables; without them it is the short form with its fixed seed.</summary>
internal sealed record ChaosOptions
{
    /// <summary>Seed of everything that is drawn: people, faults, kills and their moments.</summary>
    public required int Seed { get; init; }

    /// <summary>Disturbed runs before the last, undisturbed ones.</summary>
    public int Runs { get; init; } = 8;

    public int Followers { get; init; } = 1_200;

    /// <summary>Further settings of the worker.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether the account is so big that a bad plan of the database would not end within the statement timeout.</summary>
    public bool IsBig { get; init; }

    /// <summary>The library that gives a process another clock, where it is installed; <c>eng/chaos.sh</c> installs it.</summary>
    public static string? FakeTimeLibrary { get; } = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        : null;

    /// <summary>Minutes of the long form; null for the short one.</summary>
    public static double? Minutes => Variable("FOLLOWERSYNC_CHAOS_MINUTES") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>First seed of the long form.</summary>
    public static int FirstSeed => Variable("FOLLOWERSYNC_CHAOS_SEED") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1_000;

    /// <summary>File the long form writes what it survived to.</summary>
    public static string? ReportFile => Variable("FOLLOWERSYNC_CHAOS_REPORT");

    /// <summary>Whether every run is written to the console.</summary>
    public static bool IsTraced => Variable("FOLLOWERSYNC_CHAOS_TRACE") is not null;

    /// <summary>The program under test: a published one, or the one that was built with the tests.</summary>
    public static string Executable => Variable("FOLLOWERSYNC_EXECUTABLE") ?? Path.Combine(AppContext.BaseDirectory, "followersync.dll");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

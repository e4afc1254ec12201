using System.Globalization;

namespace FollowerSync.Benchmarks;

/// <summary>What to measure.</summary>
internal sealed record BenchOptions
{
    /// <summary>Adds three and ten million followers.</summary>
    public bool Full { get; init; }

    /// <summary>Only the smallest account, without latency.</summary>
    public bool Quick { get; init; }

    /// <summary>Measures what a year of history costs instead: the nightly sync, and the views.</summary>
    public bool Year { get; init; }

    /// <summary>Measures instead how pushes are answered: 1,000 a second for a minute, and the bot behind us.</summary>
    public bool Pushes { get; init; }

    /// <summary>Measures how fast a backlog of arrivals is drained instead.</summary>
    public bool Arrivals { get; init; }

    /// <summary>Measures what a night costs with each way of refreshing instead.</summary>
    public bool Nights { get; init; }

    /// <summary>Folders of published builds to measure beside a careful Node script instead, as whole processes.</summary>
    public IReadOnlyList<string> Builds { get; init; } = [];

    /// <summary>Leaves out the contestant that takes minutes for a hundred thousand followers.</summary>
    public bool WithoutOneByOne { get; init; }

    /// <summary>How often the smallest account is measured; the contestants take turns.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Followers of the smallest account; the others are multiples of it. Null = 100,000, a million for <see cref="Year"/>, 60,000 for <see cref="Arrivals"/>, 300,000 for <see cref="Nights"/>, and 25,000, 100,000 and a million one after the other beside the script.</summary>
    public int? Followers { get; init; }

    /// <summary>File for the table, in Markdown.</summary>
    public string Out { get; init; } = "artifacts/benchmarks.md";

    /// <summary>File for the chart, in SVG; null = none.</summary>
    public string? Chart { get; init; }

    public static BenchOptions Parse(string[] args)
    {
        BenchOptions options = new();
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--full" => options with { Full = true },
                "--quick" => options with { Quick = true },
                "--arrivals" => options with { Arrivals = true },
                "--year" => options with { Year = true },
                "--nights" => options with { Nights = true },
                "--pushes" => options with { Pushes = true },
                "--script" => options with { Builds = args[++i].Split(',') },
                "--without-one-by-one" => options with { WithoutOneByOne = true },
                "--rounds" => options with { Rounds = int.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--followers" => options with { Followers = int.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--out" => options with { Out = args[++i] },
                "--chart" => options with { Chart = args[++i] },
                _ => throw new ArgumentException($"Unknown option {args[i]}. Usage: [--full | --quick | --year | --pushes | --arrivals | --nights | --script FOLDER,…] [--without-one-by-one] [--rounds N] [--followers N] [--out FILE] [--chart FILE]", nameof(args)),
            };
        }

        return options;
    }
}

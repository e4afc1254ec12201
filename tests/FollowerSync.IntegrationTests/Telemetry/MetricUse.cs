using System.Text.RegularExpressions;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Telemetry;

/// <summary>A metric that others rely on, by the name Prometheus gives it, and the labels they look at.</summary>
/// <param name="Name">Beginning of the name.</param>
/// <param name="Labels">Labels.</param>
/// <param name="Where">Who relies on it.</param>
internal sealed partial record MetricUse(string Name, IReadOnlyList<string> Labels, string Where)
{
    private const string Rules = "deploy/prometheus/rules.yml";
    private const string Document = "docs/telemetry.md";

    // A quota is told only to who asks for much, a notification only when there is something to tell.
    private static readonly string[] Seldom = ["wechat_quota_limit", "followersync_notification_sent"];

    // The label of what failed, which not everything does.
    private const string OfFailures = "error_type";

    /// <summary>Those of the alert rules and of the document.</summary>
    public static IReadOnlyList<MetricUse> All => [.. OfRules(), .. OfDocument()];

    /// <summary>It is measured, with these labels.</summary>
    public void ShouldStandIn(string metrics)
    {
        if (Seldom.Contains(Name, StringComparer.Ordinal))
            return;
        string[] series = [.. metrics.Split('\n').Where(line => line.StartsWith(Name, StringComparison.Ordinal) && line[Name.Length..].Split('{')[0] is "" or "_total" or "_count")];
        series.ShouldNotBeEmpty($"{Name} of {Where}");
        foreach (string label in Labels)
            (series.Any(line => Has(line, label)) || (label == OfFailures && Has(metrics, label))).ShouldBeTrue($"{label} of {Name} of {Where}");
    }

    private static bool Has(string text, string label) => text.Contains($"{label}=\"", StringComparison.Ordinal);

    private static IEnumerable<MetricUse> OfRules()
    {
        foreach (Match rule in Expression().Matches(File.ReadAllText(Repository.PathOf(Rules))))
        {
            string[] by = [.. By().Matches(rule.Value).SelectMany(match => match.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries))];
            foreach (Match metric in Metric().Matches(By().Replace(rule.Value, "")))
                yield return new MetricUse(metric.Groups["name"].Value, [.. by, .. Label().Matches(metric.Groups["filter"].Value).Select(match => match.Value)], Rules);
        }
    }

    private static IEnumerable<MetricUse> OfDocument()
    {
        foreach (Match row in Row().Matches(File.ReadAllText(Repository.PathOf(Document))))
            yield return new MetricUse(
                PlainOf(row.Groups["name"].Value) + (row.Groups["unit"].Value.StartsWith('s') ? "_seconds" : ""), [.. Quoted().Matches(row.Groups["attributes"].Value).Select(match => PlainOf(match.Value))], Document);
    }

    private static string PlainOf(string name) => name.Replace('.', '_');

    [GeneratedRegex(@"(?<=^ *expr: ).*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Expression();

    [GeneratedRegex(@"by \((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex By();

    [GeneratedRegex(@"(?<name>(followersync|wechat)_[a-z_]+?)(_count|_total)?(?![a-z_])(\{(?<filter>[^}]*)\})?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"[a-z_]+(?=!?=)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Label();

    [GeneratedRegex(@"^\| `(?<name>(followersync|wechat)\.[a-z._]+)` \| (?<unit>[^|]+) \| (?<attributes>.*) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<=`)[a-z._]+(?=`)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Quoted();
}

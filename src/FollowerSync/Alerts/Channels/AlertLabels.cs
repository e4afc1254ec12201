using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FollowerSync.Alerts.Texts;

namespace FollowerSync.Alerts.Channels;

/// <summary>An alert as Prometheus' programs know one: labels that tell it from others, annotations for people.</summary>
internal static class AlertLabels
{
    public static SortedDictionary<string, string> Of(AlertMessage message)
    {
        SortedDictionary<string, string> labels = new(StringComparer.Ordinal)
        {
            ["alertname"] = message.Step == AlertStep.Test ? "FollowerSyncTest" : $"FollowerSync{message.Kind}",
            ["severity"] = message.Step == AlertStep.Test ? "none" : message.Severity == AlertSeverity.Critical ? "critical" : "warning",
            ["job"] = "followersync",
        };
        if (message.Facts.AppId.Length > 0)
            (labels["account"], labels["app_id"]) = (message.Facts.Account, message.Facts.AppId);
        return labels;
    }

    public static SortedDictionary<string, string> AnnotationsOf(AlertMessage message, AlertText text)
    {
        SortedDictionary<string, string> annotations = new(StringComparer.Ordinal) { ["summary"] = text.TitleOf(message), ["description"] = text.WhatOf(message) };
        if (message.Step != AlertStep.Test)
            foreach ((string name, string said) in new[] { ("effect", text.EffectOf(message)), ("cause", text.CauseOf(message)), ("remedy", text.RemedyOf(message)) })
                if (said.Length > 0)
                    annotations[name] = said;
        return annotations;
    }

    /// <summary>A hash of the labels, which tells one alert from another.</summary>
    public static string Fingerprint(SortedDictionary<string, string> labels) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', labels.Select(label => $"{label.Key}={label.Value}")))))[..16];

    public static string Moment(DateTimeOffset? moment) => moment is { } at ? at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : "0001-01-01T00:00:00Z";
}

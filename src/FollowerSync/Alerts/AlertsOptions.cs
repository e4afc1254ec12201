using FollowerSync.Alerts.Channels;
using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Alerts;

/// <summary>Section <c>Alerts</c>: who is told when something needs a person, and how often.</summary>
internal sealed class AlertsOptions : ISettingsRules
{
    public const string Section = "Alerts";

    /// <summary>Language of the messages: <c>zh-CN</c> (default) or <c>en</c>.</summary>
    [OneOf(LanguageCode.Chinese, LanguageCode.English)]
    public string Language { get; set; } = LanguageCode.Chinese;

    /// <summary>After how long an alert that goes on is told again. Default 4 h, range 1 s to 30 days; warnings six times as seldom.</summary>
    [DurationRange("00:00:01", "30.00:00:00")]
    public TimeSpan RepeatAfter { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How much longer than the schedule's interval an account may be without success. Default 2 h, range 0 to 30 days.</summary>
    [DurationRange("00:00:00", "30.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Longest of the waits of chance before a message is sent, since runs end on the hour everywhere. Default 90 s, range 0 to 10 min.</summary>
    [DurationRange("00:00:00", "00:10:00")]
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Who is told. Default nobody.</summary>
    public IList<AlertChannelOptions> Channels { get; set; } = [];

    public IEnumerable<SettingsFault> BrokenRules()
    {
        for (int index = 1; index < Channels.Count; index++)
            for (int before = 0; before < index; before++)
                if (string.Equals(Channels[before].DisplayName, Channels[index].DisplayName, StringComparison.OrdinalIgnoreCase))
                    yield return new SettingsFault($"{nameof(Channels)}[{index}]:Name", $"must differ from that of Channels[{before}]", ShownValue.Of(Channels[index].DisplayName, secret: false));
    }
}

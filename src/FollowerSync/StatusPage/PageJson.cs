using System.Text.Json;
using System.Text.Json.Serialization;
using FollowerSync.StatusPage.Reading;

namespace FollowerSync.StatusPage;

/// <summary>What <c>/api/status</c> answers.</summary>
internal static class PageJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static object Of(OverviewModel model) => new
    {
        model.Now,
        model.Machinery.NextRunAt,
        Alerts = model.Alerts.Select(alert => new { alert.Alert, alert.Subject, alert.Severity, alert.StartedAt }),
        Accounts = model.Accounts.Select(card => new
        {
            card.AppId,
            card.Name,
            card.Configured,
            card.Followers,
            card.CompleteAsOf,
            card.WechatTotal,
            card.WechatTotalAt,
            card.Freshness,
            card.LastStatus,
            LastRunId = card.LastRun?.RunId,
            card.HeldRunId,
            card.PausedAt,
            card.CallsToday,
            card.IsRunning,
        }),
    };
}

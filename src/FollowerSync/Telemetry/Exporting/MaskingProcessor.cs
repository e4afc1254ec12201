using System.Diagnostics;
using FollowerSync.Logging;
using OpenTelemetry;

namespace FollowerSync.Telemetry.Exporting;

/// <summary>Masks the texts of a span as those of the log are, before it is exported. What cannot be changed any more, an event with text in it, keeps the span back.</summary>
internal sealed class MaskingProcessor(SecretMask mask) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach ((string key, object? value) in data.TagObjects.ToArray())
            if (value is string text && Masked(text) is { } masked)
                data.SetTag(key, masked);
        if (Masked(data.DisplayName) is { } name)
            data.DisplayName = name;
        if (data.StatusDescription is { } description && Masked(description) is { } told)
            data.SetStatus(data.Status, told);
        // Of events, as of an exception, the texts are fixed.
        if (data.Events.Any(one => Masked(one.Name) is not null || one.Tags.Any(tag => tag.Value is string text && Masked(text) is not null)))
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    private string? Masked(string text) => mask.Mask(Printable.Of(text)) is var masked && masked != text ? masked : null;
}

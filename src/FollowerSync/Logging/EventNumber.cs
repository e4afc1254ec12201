using Serilog.Events;

namespace FollowerSync.Logging;

/// <summary>The number by which a kind of line is known, however its words change. Each room of the program has a hundred of its own.</summary>
internal static class EventNumber
{
    /// <summary>The number; null = the line has none.</summary>
    public static int? Of(LogEvent logEvent) =>
        logEvent.Properties.GetValueOrDefault("EventId") is StructureValue { Properties: var parts } && parts.FirstOrDefault(part => part.Name == "Id")?.Value is ScalarValue { Value: int number } ? number : null;
}

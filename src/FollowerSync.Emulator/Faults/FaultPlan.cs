using System.Text.Json;

namespace FollowerSync.Emulator.Faults;

/// <summary>A list of rules, each of them tried on every call.</summary>
public sealed record FaultPlan(IReadOnlyList<FaultRule> Rules)
{
    /// <summary>No faults.</summary>
    public static FaultPlan None { get; } = new([]);

    /// <summary>Reads a plan from a JSON file; <c>docs/emulator.md</c> describes it.</summary>
    /// <exception cref="FaultPlanException">The file cannot be read or is not a plan.</exception>
    public static FaultPlan Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaultPlanException($"The fault plan '{path}' cannot be read: {e.Message}", e);
        }
        catch (FaultPlanException e)
        {
            throw new FaultPlanException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a plan from JSON.</summary>
    /// <exception cref="FaultPlanException">The text is not a plan.</exception>
    public static FaultPlan Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new FaultPlanException($"line {e.LineNumber + 1}: not JSON: {e.Message}", e);
        }
    }

    private static FaultPlan Read(JsonElement plan)
    {
        if (plan.ValueKind != JsonValueKind.Object || !plan.TryGetProperty("rules", out JsonElement rules) || rules.ValueKind != JsonValueKind.Array)
            throw new FaultPlanException("a plan is an object with an array 'rules'");
        if (plan.EnumerateObject().FirstOrDefault(property => property.Name != "rules") is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            throw new FaultPlanException($"'{unknown.Name}' is not known here; a plan has only 'rules'");
        return new FaultPlan([.. rules.EnumerateArray().Select((rule, i) => FaultRuleReader.Read(rule, $"rules[{i}]"))]);
    }
}

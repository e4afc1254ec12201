using System.Text;

namespace FollowerSync.Settings;

/// <summary>Settings that cannot be used. The message lists every fault and says where settings come from; it holds no secret.</summary>
internal sealed class SettingsException : Exception
{
    public SettingsException(IReadOnlyList<SettingsFault> faults, string? sources)
        : base(Describe(faults, sources))
    {
        Faults = faults;
    }

    public SettingsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Faults = [];
    }

    public IReadOnlyList<SettingsFault> Faults { get; }

    private static string Describe(IReadOnlyList<SettingsFault> faults, string? sources)
    {
        StringBuilder text = new();
        text.Append(faults.Count == 1 ? "1 setting is wrong:" : $"{faults.Count} settings are wrong:");
        foreach (SettingsFault fault in faults)
            text.Append("\n  ").Append(fault);
        if (sources is not null)
            text.Append('\n').Append(sources);
        return text.ToString();
    }
}

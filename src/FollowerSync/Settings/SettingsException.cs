using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>Settings that cannot be used. The message lists every fault and says where settings come from; it holds no secret.</summary>
internal sealed class SettingsException : SentenceException
{
    public SettingsException(IReadOnlyList<SettingsFault> faults, Sentence? sources)
        : base(Describe(faults, sources))
    {
        Faults = faults;
    }

    public SettingsException(Sentence message, Exception? innerException = null)
        : base(message, innerException)
    {
        Faults = [];
    }

    public IReadOnlyList<SettingsFault> Faults { get; }

    private static Sentence Describe(IReadOnlyList<SettingsFault> faults, Sentence? sources)
    {
        Sentence head = faults.Count == 1 ? (Sentence)"1 setting is wrong:" : $"{faults.Count} settings are wrong:";
        Sentence all = Sentence.Join("\n  ", [head, .. faults.Select(fault => fault.Text)]);
        return sources is null ? all : Sentence.Join("\n", [all, sources]);
    }
}

using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>An https address to be called, http only within the own house; or empty.</summary>
internal sealed class PingAddressAttribute : SettingRuleAttribute
{
    public override Sentence? Broken(object? value) => value is not string text || text.Length == 0 ? null
        : AddressRule.Broken(text) is { } broken ? broken
        : text.Contains('#', StringComparison.Ordinal) ? (Sentence)"must be an address without #" : null;
}

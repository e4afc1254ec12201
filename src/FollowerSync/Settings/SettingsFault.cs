namespace FollowerSync.Settings;

/// <summary>One wrong setting.</summary>
/// <param name="Key">Full path as people write it, for example <c>WeChat:Accounts[1]:AppId</c>.</param>
/// <param name="Rule">What the value has to be; completes the sentence "it …".</param>
/// <param name="Value">The value found, already made fit to be shown (see <see cref="ShownValue"/>); null when there is nothing to show.</param>
/// <param name="Origin">Where the value was set; null when it was not set.</param>
internal sealed record SettingsFault(string Key, string Rule, string? Value = null, string? Origin = null)
{
    public override string ToString()
    {
        string found = Value is null ? "" : $"; it is {Value}";
        string origin = Origin is null ? "" : $" ({Origin})";
        return $"{ShownValue.Name(Key)} {Rule}{found}{ShownValue.Name(origin)}";
    }
}

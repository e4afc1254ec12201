using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>One wrong setting.</summary>
/// <param name="Key">Full path as people write it, for example <c>WeChat:Accounts[1]:AppId</c>.</param>
/// <param name="Rule">What the value has to be; completes the sentence "it …".</param>
/// <param name="Value">The value found, already made fit to be shown (see <see cref="ShownValue"/>); null when there is nothing to show.</param>
/// <param name="Origin">Where the value was set; null when it was not set.</param>
internal sealed record SettingsFault(string Key, Sentence Rule, Sentence? Value = null, Sentence? Origin = null)
{
    /// <summary>All of it in one sentence.</summary>
    public Sentence Text => $"{ShownValue.Name(Key)} {Rule}{(Value is null ? Sentence.Empty : $"; it is {Value}")}{(Origin is null ? Sentence.Empty : (Sentence)$" ({Origin})").With(ShownValue.Name)}";

    public override string ToString() => Text.ToString();
}

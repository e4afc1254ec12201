namespace FollowerSync.WeChat.Answers;

/// <summary>Where in a JSON document a text value stands, its quotes left off. Length 0 = no text.</summary>
internal readonly record struct JsonTextSlice(int Start, int Length, bool IsEscaped)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> document) => document.Slice(Start, Length);
}

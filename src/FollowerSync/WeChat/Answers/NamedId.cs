using System.Text.Json;

namespace FollowerSync.WeChat.Answers;

/// <summary>A tag or a legacy group.</summary>
/// <param name="Id">Number of the tag or group.</param>
/// <param name="Name">Its name; empty when WeChat gives none.</param>
/// <param name="Count">People WeChat says have it; null = not told.</param>
internal sealed record NamedId(int Id, string Name, long? Count)
{
    public static NamedId? Read(ref Utf8JsonReader reader)
    {
        long? id = null;
        string? name = null;
        long? count = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = JsonText.ReadName(ref reader);
            reader.Read();
            if (property == "id")
                id = JsonText.ReadInteger(ref reader);
            else if (property == "name")
                name = JsonText.ReadText(ref reader);
            else if (property == "count")
                count = JsonText.ReadInteger(ref reader);
            else
                reader.Skip();
        }

        return id is >= int.MinValue and <= int.MaxValue ? new NamedId((int)id, name ?? "", count) : null;
    }
}

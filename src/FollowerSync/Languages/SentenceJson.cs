using System.Text.Json;
using System.Text.Json.Serialization;

namespace FollowerSync.Languages;

/// <summary>JSON is for programs: a sentence in it is English, whatever the language of the command line.</summary>
internal sealed class SentenceJson : JsonConverter<Sentence>
{
    public override Sentence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Sentence.Foreign(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, Sentence value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

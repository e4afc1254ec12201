using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using FollowerSync.Arrivals;
using FollowerSync.WeChat.Answers;

namespace FollowerSync.Push;

/// <summary>The fields of a message, be it XML or JSON. Their names count without blanks around them and in any case, as WeChat itself writes them in several ways.</summary>
internal sealed class PushFields
{
    private static readonly XmlReaderSettings Careful = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = PublicBody.Largest,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        // People type whatever they like to a bot; what must hold no control character is looked at itself. This takes what is written as a reference.
        CheckCharacters = false,
    };

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private PushFields()
    {
    }

    /// <summary>A field without blanks around it; null when it is missing or empty.</summary>
    public string? this[string name] => _values.TryGetValue(name, out string? value) && value.Trim() is { Length: > 0 } text ? text : null;

    /// <returns>Null when it is neither XML nor JSON, or says one thing twice in different ways.</returns>
    public static PushFields? Read(byte[] body)
    {
        string text = Encoding.UTF8.GetString(body).Trim('\uFEFF', ' ', '\t', '\r', '\n');
        try
        {
            PushFields fields = new();
            return (text.StartsWith('{') ? fields.ReadJson(JsonText.EscapeControlBytes(Encoding.UTF8.GetBytes(text))) : fields.ReadXml(Allowed(text))) ? fields : null;
        }
        // Whatever the readers find wrong, it is the sender's fault.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return null;
        }
    }

    // What XML does not allow at all, its reader refuses also unchecked. What comes of UTF-8 has no halves of pairs.
    private static string Allowed(string text) =>
        text.All(IsAllowed) ? text : string.Create(text.Length, text, static (allowed, all) =>
        {
            for (int index = 0; index < allowed.Length; index++)
                allowed[index] = IsAllowed(all[index]) ? all[index] : '\uFFFD';
        });

    private static bool IsAllowed(char letter) => XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter);

    private bool ReadXml(string text)
    {
        using StringReader source = new(text);
        using XmlReader reader = XmlReader.Create(source, Careful);
        // Lists within an event say nothing about who it is.
        return XElement.Load(reader).Elements().Where(element => !element.HasElements).All(element => Add(element.Name.LocalName, element.Value));
    }

    private bool ReadJson(byte[] text)
    {
        Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = 16 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = JsonText.ReadName(ref reader);
            reader.Read();
            if (JsonText.ReadRawText(ref reader) is { } value && !Add(name, value))
                return false;
        }

        return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
    }

    private bool Add(string name, string value) => _values.TryAdd(name.Trim(), value) || this[name.Trim()] == (value.Trim() is { Length: > 0 } text ? text : null);
}

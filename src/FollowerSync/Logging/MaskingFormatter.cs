using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Formatting;

namespace FollowerSync.Logging;

/// <summary>Writes what another formatter writes, masked: message, properties and exceptions alike. One event is one line, and what follows of it is
/// indented: no value can pass for another event.</summary>
internal sealed class MaskingFormatter(ITextFormatter inner, SecretMask mask, bool showsAllTraces) : ITextFormatter
{
    private readonly bool _isJson = inner is Serilog.Formatting.Json.JsonFormatter;

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using StringWriter rendered = new(CultureInfo.InvariantCulture);
        inner.Format(showsAllTraces ? logEvent : ExpectedFailure.InOneLine(logEvent, asProperty: _isJson), rendered);
        string text = rendered.ToString();
        string line = text.TrimEnd('\n', '\r');
        output.Write(mask.Mask(_isJson ? EscapedInJson(line) : Printable.Indented(line)));
        output.Write(text[line.Length..]);
    }

    // The formatter has escaped control characters, not those that turn the direction of reading or end a line for some readers.
    private static string EscapedInJson(string json)
    {
        if (json.All(letter => Printable.IsSafe(letter) || char.IsSurrogate(letter)))
            return json;

        StringBuilder escaped = new(json.Length + 16);
        foreach (char letter in json)
        {
            if (Printable.IsSafe(letter) || char.IsSurrogate(letter))
                escaped.Append(letter);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
        }

        return escaped.ToString();
    }
}

using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;

namespace FollowerSync.Logging;

/// <summary>Writes what another formatter writes, masked: message, properties and exceptions alike.</summary>
internal sealed class MaskingFormatter(ITextFormatter inner, SecretMask mask) : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using StringWriter rendered = new(CultureInfo.InvariantCulture);
        inner.Format(logEvent, rendered);
        output.Write(mask.Mask(rendered.ToString()));
    }
}

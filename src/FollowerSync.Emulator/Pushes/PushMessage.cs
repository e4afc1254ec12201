using System.Globalization;
using System.Text;

namespace FollowerSync.Emulator.Pushes;

/// <summary>An event as XML.</summary>
internal static class PushMessage
{
    /// <summary>The message.</summary>
    /// <param name="accountName"><c>ToUserName</c>: the account's original id.</param>
    /// <param name="pushed">The event.</param>
    /// <param name="createTime">When it happened, in Unix seconds.</param>
    public static string Of(string accountName, PushEvent pushed, long createTime)
    {
        StringBuilder xml = new();
        Add(xml, "ToUserName", accountName);
        Add(xml, "FromUserName", pushed.OpenId);
        xml.Append(CultureInfo.InvariantCulture, $"<CreateTime>{createTime}</CreateTime>");
        Add(xml, "MsgType", "event");
        Add(xml, "Event", pushed.Event);
        if (pushed.EventKey is { } key)
            Add(xml, "EventKey", key);
        foreach ((string name, string value) in pushed.Fields)
            Add(xml, name, value);
        return $"<xml>{xml}</xml>";
    }

    /// <summary>The body of the request: the message in the clear, or encrypted, or both.</summary>
    public static string Body(string message, string accountName, PushMode mode, string encrypted) => mode switch
    {
        PushMode.Plain => message,
        PushMode.Compatible => message.Replace("</xml>", $"{Element("Encrypt", encrypted)}</xml>", StringComparison.Ordinal),
        _ => $"<xml>{Element("ToUserName", accountName)}{Element("Encrypt", encrypted)}</xml>",
    };

    private static void Add(StringBuilder xml, string name, string value) => xml.Append(Element(name, value));

    private static string Element(string name, string value) =>
        $"<{name}><![CDATA[{value.Replace("]]>", "]]]]><![CDATA[>", StringComparison.Ordinal)}]]></{name}>";
}

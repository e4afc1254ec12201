using Microsoft.Extensions.Primitives;

namespace FollowerSync.Push;

/// <summary>What WeChat puts into the query of a request; a part that is missing is empty.</summary>
internal sealed record PushQuery(string Signature, string Timestamp, string Nonce, string MessageSignature, string Echo)
{
    /// <returns>Null when a part is there twice: whoever reads the first one and whoever reads the last one would not see the same.</returns>
    public static PushQuery? Of(IQueryCollection query)
    {
        StringValues[] parts = [query["signature"], query["timestamp"], query["nonce"], query["msg_signature"], query["echostr"]];
        return Array.Exists(parts, part => part.Count > 1) ? null
            : new PushQuery(parts[0].ToString(), parts[1].ToString(), parts[2].ToString(), parts[3].ToString(), parts[4].ToString());
    }
}

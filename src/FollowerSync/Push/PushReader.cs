using System.Security.Cryptography;

namespace FollowerSync.Push;

/// <summary>Finds out whether a request is WeChat's, and what it says. Each step is done only when the one before it says yes: signature of the query, its
/// time, signature of the message, decryption, account.</summary>
internal sealed class PushReader(PushClock clock)
{
    // So that nobody can put a forged message into the inbox first and have WeChat's own taken for its repetition.
    private static readonly byte[] PlainMark = [.. "plain:"u8];

    /// <summary>What is wrong with the query; null when it is WeChat's, of now.</summary>
    public PushOutcome? Fault(PushAccount account, PushQuery? query) =>
        query is null ? PushOutcome.Malformed
        : !Array.Exists(account.Tokens, token => PushSignature.Is(query.Signature, token, query.Timestamp, query.Nonce)) ? PushOutcome.BadSignature
        : !clock.IsNow(query.Timestamp) ? PushOutcome.Expired
        : null;

    /// <summary>Reads a body whose query was found right.</summary>
    public PushVerdict Read(PushAccount account, PushQuery query, byte[] body)
    {
        if (PushFields.Read(body) is not { } envelope)
            return PushOutcome.Malformed;
        // Without a key that anything encrypted could be read with, what stands beside it is taken as in plain mode.
        if (envelope["Encrypt"] is { } encrypted && !(account.AllowsPlain && account.Keys.Length == 0))
            return ReadEncrypted(account, query, encrypted);
        if (!account.AllowsPlain)
            return PushOutcome.Plain;
        return PushedMessage.Read(envelope, account.AppId, SHA256.HashData([.. PlainMark, .. body]), isTrusted: false, clock.IsPossible);
    }

    private PushVerdict ReadEncrypted(PushAccount account, PushQuery query, string encrypted)
    {
        if (!Array.Exists(account.Tokens, token => PushSignature.Is(query.MessageSignature, token, query.Timestamp, query.Nonce, encrypted)))
            return PushOutcome.BadSignature;

        PushOutcome why = PushOutcome.Malformed;
        foreach (byte[] key in account.Keys)
        {
            if (PushCipher.Open(encrypted, key) is not { } opened)
                continue;
            if (opened.AppId.Equals(account.AppId, StringComparison.OrdinalIgnoreCase))
                return ReadOpened(account, opened.Message);
            why = PushOutcome.Foreign;
        }

        return why;
    }

    private PushVerdict ReadOpened(PushAccount account, byte[] message) => PushFields.Read(message) is { } fields
        ? PushedMessage.Read(fields, account.AppId, SHA256.HashData(message), isTrusted: true, clock.IsPossible)
        : PushOutcome.Malformed;
}

using FollowerSync.Accounts;

namespace FollowerSync.Push;

/// <summary>An account that takes pushes, with the tokens and keys that are good for it at present.</summary>
internal sealed class PushAccount(AccountOptions account)
{
    public string AppId => account.AppId;

    public string Name => account.DisplayName;

    public bool AllowsPlain => account.Push.AllowPlain;

    /// <summary>The bot behind us; null = none.</summary>
    public Uri? Bot => account.Push.ForwardTo;

    /// <summary>The present token, and the one before.</summary>
    public string[] Tokens { get; } = [.. new[] { account.Push.Token, account.Push.PreviousToken }.Where(token => token.Length > 0)];

    /// <summary>The present key, and the one before.</summary>
    public byte[][] Keys { get; } =
        [.. new[] { account.Push.EncodingAesKey, account.Push.PreviousEncodingAesKey }.Where(key => key.Length > 0).Select(PushCipher.KeyOf)];

    public override string ToString() => Name;
}

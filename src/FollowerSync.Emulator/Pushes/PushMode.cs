namespace FollowerSync.Emulator.Pushes;

/// <summary>How messages are encrypted, as chosen in the console.</summary>
public enum PushMode
{
    /// <summary>Not at all; the signature does not cover the message.</summary>
    Plain,

    /// <summary>The message in the clear and, beside it, encrypted.</summary>
    Compatible,

    /// <summary>Encrypted only.</summary>
    Safe,
}

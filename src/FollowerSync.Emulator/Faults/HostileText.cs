namespace FollowerSync.Emulator.Faults;

/// <summary>Text in nickname and remark that parsers and databases stumble over.</summary>
public enum HostileText
{
    /// <summary>Raw bytes below 0x20 inside the JSON string: not JSON.</summary>
    Control,

    /// <summary>Bytes that are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>An escaped half of a surrogate pair.</summary>
    LoneSurrogate,

    /// <summary>An escaped U+0000, which PostgreSQL cannot store.</summary>
    Nul,

    /// <summary>Escaped quotes and backslashes, SQL and HTML: valid, but easily broken.</summary>
    Quotes,

    /// <summary>20 000 letters.</summary>
    VeryLong,
}

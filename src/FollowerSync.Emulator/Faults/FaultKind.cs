namespace FollowerSync.Emulator.Faults;

/// <summary>What can go wrong. In a fault plan the names are written the same, in any case.</summary>
public enum FaultKind
{
    /// <summary>An errcode in place of the answer; needs <see cref="FaultRule.ErrCode"/>.</summary>
    ErrCode,

    /// <summary>The answer comes later by <see cref="FaultRule.Delay"/>.</summary>
    Delay,

    /// <summary>The call is carried out, but its answer never comes; ends when the client leaves.</summary>
    Hang,

    /// <summary>The call is carried out, then the connection is reset without an answer.</summary>
    Reset,

    /// <summary>Half of the body. With <see cref="FaultRule.FullLength"/> the whole length is announced and the connection cut.</summary>
    CutBody,

    /// <summary>A page of HTML, with <see cref="FaultRule.Status"/> (200).</summary>
    Html,

    /// <summary>Only an HTTP status: <see cref="FaultRule.Status"/> (503).</summary>
    Status,

    /// <summary>The text <c>FastReject</c>, as WeChat's edge sends it to a caller in a hurry, with <see cref="FaultRule.Status"/> (403).</summary>
    FastReject,

    /// <summary>Status 200 and nothing else.</summary>
    EmptyBody,

    /// <summary>The body compressed, whether asked for or not.</summary>
    Gzip,

    /// <summary>The right body as it is, under a <c>Content-Encoding</c> of <see cref="FaultRule.Encoding"/> (<c>gzip</c>).</summary>
    LyingEncoding,

    /// <summary>The right body as <see cref="FaultRule.ContentType"/> (<c>text/plain</c>).</summary>
    ContentType,

    /// <summary>Another program fetches a classic token before the call.</summary>
    RotateToken,

    /// <summary>All tokens of the account run out before the call: 42001.</summary>
    ExpireToken,

    /// <summary>All tokens of the account become invalid before the call: 40001.</summary>
    InvalidateToken,

    /// <summary>Each entry of a batch has the unionid of its neighbour.</summary>
    ShiftUnionIds,

    /// <summary><c>subscribe: 0</c> for people who follow.</summary>
    FalseUnsubscribe,

    /// <summary>Entries of a batch are left out.</summary>
    MissingEntries,

    /// <summary>Entries of a batch come twice.</summary>
    DuplicateEntries,

    /// <summary>A batch has <see cref="FaultRule.Count"/> (1) entries of followers that nobody asked for.</summary>
    ExtraEntries,

    /// <summary>Profiles with all keys but without data, though the person follows.</summary>
    EmptyEntries,

    /// <summary>Raw control bytes, invalid UTF-8, lone surrogates, U+0000, broken quoting or 20 000 letters in nickname and remark;
    /// <see cref="FaultRule.Text"/> picks one.</summary>
    HostileText,

    /// <summary>All numbers of a profile as strings.</summary>
    NumbersAsStrings,

    /// <summary>Profiles without the keys of <see cref="FaultRule.Keys"/>.</summary>
    MissingKeys,

    /// <summary>Profiles with fields nobody has heard of.</summary>
    UnknownFields,

    /// <summary>A page names the cursor it was asked with as the next one.</summary>
    RepeatCursor,

    /// <summary>A page names a next cursor that WeChat does not know.</summary>
    LostCursor,

    /// <summary>40003 for the cursor of the request.</summary>
    DeadCursor,

    /// <summary>Half a page and no next cursor.</summary>
    EndEarly,

    /// <summary>A page without data and without next cursor in the middle of the list.</summary>
    EmptyPage,

    /// <summary><c>total</c>, or every <c>count</c> of <c>tags/get</c>, is wrong by <see cref="FaultRule.Count"/>, which may be negative.</summary>
    WrongTotal,

    /// <summary>A page begins with the last <see cref="FaultRule.Count"/> (10) openids of the page before.</summary>
    DuplicateOpenIds,

    /// <summary>A page begins with an empty string.</summary>
    EmptyFirstOpenId,

    /// <summary><see cref="FaultRule.Count"/> (1) followers leave before the call is answered.</summary>
    PeopleLeave,

    /// <summary><see cref="FaultRule.Count"/> (1) new followers come before the call is answered.</summary>
    PeopleCome,
}

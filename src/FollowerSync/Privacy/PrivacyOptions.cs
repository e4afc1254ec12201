using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Privacy;

/// <summary>Section <c>Privacy</c>: what becomes of a person's data after the person has unfollowed.</summary>
internal sealed class PrivacyOptions : ISettingsRules
{
    public const string Section = "Privacy";

    /// <summary>What a person must know who left <see cref="HashKey"/> out.</summary>
    public const string KeyIsMissing =
        "Privacy:HashKey is not set. It is the key of the hash that takes the place of openid and unionid when somebody who unfollowed is anonymised, so that "
        + "counts stay right and a return is recognised. Without it these people are deleted instead, after Privacy:Delay, and past counts shrink. "
        + "Set it to a secret of 16 characters or more (openssl rand -base64 32) and never change it, or set Privacy:AfterUnfollow to Delete or Keep";

    /// <summary>What a person must know whose key is another one than before.</summary>
    public const string KeyIsAnother =
        "Privacy:HashKey is not the key that people of this database were anonymised with. With another key nobody of them would be recognised who follows again, nor found by "
        + "\"followersync forget\", so nobody is anonymised or deleted after an unfollow until that is mended. Put the old key back, exactly as it was: no quotes, no line end. "
        + "If it is lost or to be replaced for good, run in the database: delete from followersync.hash_key; people anonymised before then stay unrecognised for ever";

    /// <summary>What a person must know whose key was there before.</summary>
    public const string KeyIsLost =
        "Privacy:HashKey is not set, but people of this database were anonymised with a key. Without it nobody of them would be recognised who follows again, nor found by "
        + "\"followersync forget\", so nobody is anonymised or deleted after an unfollow until that is mended. Put the key back; where it is a file of Secrets:Folder, look whether that is mounted. "
        + "If it is lost for good, run in the database: delete from followersync.hash_key; people anonymised before then stay unrecognised for ever";

    private const int ShortestKey = 16;

    /// <summary>What is done with people who unfollowed. Default <see cref="AfterUnfollow.Anonymise"/>.</summary>
    public AfterUnfollow AfterUnfollow { get; set; } = AfterUnfollow.Anonymise;

    /// <summary>How long after an unfollow was proven (<c>unfollowed_before</c>) it is done. Default 30 days, range 0 to 3,650 days.</summary>
    [DurationRange("00:00:00", "3650.00:00:00")]
    public TimeSpan Delay { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long after their last visit people are kept who came by web authorisation and do not follow, with what a migration made of their openids, and scans of
    /// people who are not stored as followers. Default 400 days, range 0 to 3,650 days; 0 = for ever.</summary>
    [DurationRange("00:00:00", "3650.00:00:00")]
    public TimeSpan VisitorRetention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How long rows of <c>wechat.changes</c> are kept, those with openids of forgotten people included; who follows the changes and was away longer
    /// needs a new full export. Default 30 days, range 1 to 365 days.</summary>
    [DurationRange("1.00:00:00", "365.00:00:00")]
    public TimeSpan ChangeRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Key of the hash that stands for an anonymised person. At least 16 characters; it must not change later, or returns are not recognised.
    /// Never stored, never logged. Empty (default): <see cref="AfterUnfollow.Anonymise"/> deletes instead, unless people were anonymised with a key before.</summary>
    [Secret]
    public string HashKey { get; set; } = "";

    /// <summary>Whether people are to be anonymised and nothing can stand for them.</summary>
    public bool LacksKey => AfterUnfollow == AfterUnfollow.Anonymise && HashKey.Length == 0;

    /// <summary>Why nobody is anonymised or deleted after an unfollow, though it was asked for; null = they are.</summary>
    public Sentence? WhyNobody(HashKeyState key) => (AfterUnfollow, key) switch
    {
        (AfterUnfollow.Anonymise, HashKeyState.Another) => (Sentence)$"{(Sentence)KeyIsAnother}.",
        (AfterUnfollow.Anonymise, HashKeyState.Missing) => (Sentence)$"{(Sentence)KeyIsLost}.",
        _ => null,
    };

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (HashKey.Length is > 0 and < ShortestKey)
            yield return new SettingsFault(nameof(HashKey), $"must have at least {ShortestKey} characters, or be empty");
    }
}

/// <summary>What is done with people who unfollowed.</summary>
internal enum AfterUnfollow
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>The personal columns go, from the present row and from all history; a keyed hash takes the place of openid and unionid.</summary>
    Anonymise,

    /// <summary>All rows about them go.</summary>
    Delete,
}

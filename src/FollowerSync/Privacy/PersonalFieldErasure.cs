using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Followers.Encoding;

namespace FollowerSync.Privacy;

/// <summary>Empties personal fields of a person in the row, in all its versions and in the visitor's: WeChat cleaned them, or the person took them back.
/// The person stays.</summary>
internal static class PersonalFieldErasure
{
    // What is emptied is a version of nothing: the old value is not to be kept. Without the hash the next answer is compared field by field. Emptied versions
    // alone are told as a change too, since they have no time of their own.
    private const string EmptySql =
        $"""
        with f as (update wechat.followers set {Emptied}, profile_hash = null where app_id = @appId and openid = @openId and ({IsThere}) returning 1),
             v as (update wechat.follower_versions set {Emptied} where app_id = @appId and openid = @openId and ({IsThere}) returning 1),
             w as (update wechat.visitors set nickname = null, changed_at = now() where app_id = @appId and openid = @openId and @face and nickname is not null returning 1)
        select (select count(*) from f) + (select count(*) from v) + (select count(*) from w), (select count(*) from f) + (select count(*) from v) > 0
        """;

    private const string Emptied =
        """
        nickname = case when not @face then nickname end, headimgurl = case when not @face then headimgurl end,
        city = case when not @place then city end, province = case when not @place then province end, country = case when not @place then country end,
        sex = case when not @sex then sex end
        """;

    private const string IsThere =
        "@face and (nickname is not null or headimgurl is not null) or @place and (city is not null or province is not null or country is not null) or @sex and sex is not null";

    /// <summary>The fields that a revoked authorisation names: 205 = nickname and picture, 206 = place; others of WeChat's numbers name nothing that is stored here.</summary>
    public static PersonalFields OfRevocation(string info) => info.Trim() switch
    {
        "205" => PersonalFields.Face,
        "206" => PersonalFields.Place,
        "201" or "202" or "203" or "204" or "207" => PersonalFields.None,
        _ => PersonalFields.All,
    };

    /// <summary>The profile without these fields.</summary>
    public static FollowerProfile Without(FollowerProfile profile, PersonalFields fields) => profile.Without(
        (fields.HasFlag(PersonalFields.Face) ? ProfileFields.Nickname | ProfileFields.HeadImgUrl : ProfileFields.None)
        | (fields.HasFlag(PersonalFields.Place) ? ProfileFields.City | ProfileFields.Province | ProfileFields.Country : ProfileFields.None)
        | (fields.HasFlag(PersonalFields.Sex) ? ProfileFields.Sex : ProfileFields.None));
    /// <summary>The columns of the fields.</summary>
    private static IEnumerable<string> ColumnsOf(PersonalFields fields) =>
    [
        .. fields.HasFlag(PersonalFields.Face) ? ["nickname", "headimgurl"] : Array.Empty<string>(),
        .. fields.HasFlag(PersonalFields.Place) ? ["city", "province", "country"] : Array.Empty<string>(),
        .. fields.HasFlag(PersonalFields.Sex) ? ["sex"] : Array.Empty<string>(),
    ];

    /// <summary>Empties the fields, and logs it when there was anything.</summary>
    /// <param name="tx">The caller's, who proves the lease last.</param>
    /// <param name="appId">The account.</param>
    /// <param name="openId">The person.</param>
    /// <param name="fields">Which.</param>
    public static async Task EraseAsync(Transaction tx, string appId, string openId, PersonalFields fields)
    {
        var parameters = new
        {
            appId,
            openId,
            face = fields.HasFlag(PersonalFields.Face),
            place = fields.HasFlag(PersonalFields.Place),
            sex = fields.HasFlag(PersonalFields.Sex),
        };
        (long rows, bool isOfFollower) = fields == PersonalFields.None ? default : await tx.ReadAsync<(long, bool)>(EmptySql, parameters);
        if (isOfFollower)
            ChangeFeed.NoteSame(tx, appId, [openId], ChangeKinds.Erased, [.. ColumnsOf(fields)]);
        if (rows > 0)
            await DeletionLog.WriteAsync(tx, appId, DeletionReason.Event, DeletionAction.Emptied, people: 1, rows);
    }
}

using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary><c>wechat.known_visitors</c>: visitors beside what is known of them as followers.</summary>
public sealed class KnownVisitorsTests
{
    [Theory]
    [InlineData("follower", "true/u1/wxa,wxb")]
    [InlineData("leaver", "false/u2/wxb")]
    [InlineData("told", "false/u1/wxa,wxb")]
    [InlineData("unasked", "null/null/null")]
    [InlineData("answered", "true/null/null")]
    [InlineData("single", "true/null/wxa")]
    public async Task A_visitor_is_joined_by_openid_and_across_accounts_by_unionid(string openId, string expected)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            insert into wechat.accounts (app_id, name) values ('wxa', 'A'), ('wxb', 'B');
            insert into wechat.followers (app_id, openid, unionid, subscribe, subscribe_time, first_seen_at, changed_at, profile_hash, unfollowed_before) values
                ('wxa', 'follower', 'u1', true, now(), now(), now(), 0, null), ('wxb', 'follower_b', 'u1', true, now(), now(), now(), 0, null),
                ('wxa', 'leaver', 'u2', false, now(), now(), now(), 0, now()), ('wxb', 'leaver_b', 'u2', true, now(), now(), now(), 0, null),
                ('wxa', 'single', null, true, now(), now(), now(), 0, null);
            insert into wechat.visitors (app_id, openid, unionid, first_seen_at, last_seen_at, visits, subscribed) values
                ('wxa', 'follower', null, now(), now(), 2, null), ('wxa', 'leaver', null, now(), now(), 1, true), ('wxa', 'told', 'u1', now(), now(), 1, false),
                ('wxa', 'unasked', null, now(), now(), 1, null), ('wxa', 'answered', null, now(), now(), 1, true), ('wxa', 'single', null, now(), now(), 1, null)
            """);

        (await database.ReadAsync<string>(
            $"""
            select coalesce(subscribe::text, 'null') || '/' || coalesce(unionid, 'null') || '/' || coalesce(array_to_string(accounts_followed, ','), 'null')
            from wechat.known_visitors where app_id = 'wxa' and openid = '{openId}'
            """)).ShouldBe(expected);
    }
}

using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Documents;

public sealed class RightsPageTests
{
    private const string OnePerson =
        """
        insert into wechat.followers (app_id, openid, subscribe, nickname, first_seen_at, changed_at)
        select 'wx0', 'o' || n, true, 'somebody', now(), now() from generate_series(1, 100) n;
        analyze wechat.followers;
        """;

    [Fact]
    public async Task The_page_of_rights_says_in_either_language_what_the_server_answers()
    {
        await using OwnedDatabase fresh = await OwnedDatabase.CreateAsync();
        await using OwnedDatabase upgraded = await OwnedDatabase.CreateAsync();
        await fresh.Tables.ExecuteAsync(OnePerson);
        await upgraded.Tables.ExecuteAsync(OnePerson + "grant create on schema public to public");

        IReadOnlyList<TriedRight> rights = await RightsTrial.RunAsync(fresh, upgraded);
        foreach (RightsPage page in (RightsPage[])[RightsPage.English, RightsPage.Chinese])
            await GeneratedDocument.CheckAsync(page.Path, page.Write(rights));
    }
}

using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FsCheck;
using FsCheck.Fluent;

namespace FollowerSync.IntegrationTests.WeChat;

/// <summary>The end of the list, whatever the pages say.</summary>
public sealed class OpenIdPaginatorTests
{
    private const int MostPages = 8;

    [Fact]
    public async Task Any_pages_are_walked_to_an_end_or_to_the_first_cursor_that_comes_again()
    {
        await using ScriptedList list = await ScriptedList.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 }, options => options.BaseAddress = list.Address);
        Property property = Prop.ForAll(Pages().ToArbitrary(), async pages =>
        {
            list.Pages = pages;
            list.Asked = 0;
            (List<ScriptedPage> walk, bool ends) = Walk(pages);

            List<OpenIdPage> read = [];
            bool broken = false;
            try
            {
                await foreach (OpenIdPage page in new OpenIdPaginator(account.NewClient().ListOpenIdsAsync).ReadPagesAsync("", default))
                    read.Add(page);
            }
            catch (ListingBrokenException)
            {
                broken = true;
            }

            broken.ShouldBe(!ends);
            list.Asked.ShouldBe(walk.Count);
            read.SelectMany(page => page.OpenIds).ShouldBe(walk.SelectMany(page => page.OpenIds));
            read.Select(page => page.Total).ShouldBe(walk.Select(page => page.Total));
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), property);
    }

    [Fact]
    public async Task A_list_much_longer_than_its_total_is_given_up()
    {
        await using ScriptedList list = await ScriptedList.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 }, options => options.BaseAddress = list.Address);
        string[] many = [.. Enumerable.Range(0, 10_000).Select(i => $"o{i}")];
        list.Pages = Enumerable.Range(0, 1_000).ToDictionary(i => i == 0 ? "" : $"c{i}", i => new ScriptedPage(many, $"c{i + 1}", 5));

        await Should.ThrowAsync<ListingBrokenException>(async () =>
        {
            await foreach (OpenIdPage _ in new OpenIdPaginator(account.NewClient().ListOpenIdsAsync).ReadPagesAsync("", default))
                list.Asked.ShouldBeLessThan(20);
        });
    }

    private static Gen<Dictionary<string, ScriptedPage>> Pages() =>
        from count in Gen.Choose(1, MostPages)
        from pages in Page(count).ArrayOf(count)
        select pages.Select((page, i) => (Cursor: i == 0 ? "" : $"c{i}", Page: page)).ToDictionary(p => p.Cursor, p => p.Page);

    // Mostly the next one, as WeChat does; or the end, or any cursor at all.
    private static Gen<ScriptedPage> Page(int count) =>
        from openIds in Gen.Choose(0, 9).Select(size => Enumerable.Range(0, size == 0 ? 0 : 1 + (size % 4)).Select(_ => $"o{Guid.NewGuid():N}").ToArray())
        from next in Gen.Frequency(
            (2, Gen.Constant("")),
            (9, Gen.Choose(1, MostPages - 1).Select(i => i < count ? $"c{i}" : "")))
        from total in Gen.Choose(0, 50)
        select new ScriptedPage(openIds, next, total);

    private static (List<ScriptedPage> Walk, bool Ends) Walk(Dictionary<string, ScriptedPage> pages)
    {
        List<ScriptedPage> walk = [];
        HashSet<string> visited = new(StringComparer.Ordinal);
        string cursor = "";
        while (visited.Add(cursor))
        {
            ScriptedPage page = pages[cursor];
            walk.Add(page);
            if (page.OpenIds.Count == 0 || page.Next.Length == 0)
                return (walk, true);
            cursor = page.Next;
        }

        return (walk, false);
    }
}

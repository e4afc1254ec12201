using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Privacy;

namespace FollowerSync.IntegrationTests.Privacy;

/// <summary>What <c>Privacy:AfterUnfollow</c> asks for, with a key and without.</summary>
public sealed class PrivacyChoiceTests
{
    [Theory]
    [InlineData(nameof(AfterUnfollow.Delete), "a key of sixteen letters or more")]
    [InlineData(nameof(AfterUnfollow.Delete), "")]
    [InlineData(nameof(AfterUnfollow.Anonymise), "")]
    public async Task Delete_and_anonymise_without_a_key_delete_all_about_the_person(string choice, string key)
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        scene.Account.Privacy.AfterUnfollow = Enum.Parse<AfterUnfollow>(choice);
        scene.Account.Privacy.HashKey = key;
        EmulatedFollower person = scene.Truth.Followers().First();
        await scene.LeaveAsync(person.OpenId);
        await scene.SyncAfterAsync(days: 29);
        (await scene.CountAsync("wechat.followers where not subscribe")).ShouldBe(1);

        await scene.SyncAfterAsync(days: 1);

        (await EverywhereSearch.FindAsync(scene.Tables, [person.OpenId, person.UnionId!])).ShouldBeEmpty();
        (await scene.CountAsync("wechat.follower_history")).ShouldBe(59);
        (await scene.CountAsync("followersync.deletions where reason = 'unfollowed' and action = 'deleted' and people = 1 and rows = 2")).ShouldBe(1);
        await scene.Account.ShouldEqualTruthAsync();
        await scene.Account.FactsShouldBeAFullCountAsync();
    }

    [Fact]
    public async Task Keep_keeps()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        scene.Account.Privacy.AfterUnfollow = AfterUnfollow.Keep;
        EmulatedFollower person = scene.Truth.Followers().First();
        await scene.LeaveAsync(person.OpenId);

        await scene.CleanAfterAsync(days: 4_000);

        (await scene.CountAsync($"wechat.followers where openid = '{person.OpenId}' and unionid = '{person.UnionId}' and anonymised_at is null")).ShouldBe(1);
        (await scene.CountAsync("followersync.deletions")).ShouldBe(0);
    }

    [Fact]
    public async Task The_program_does_what_is_due_after_a_sync_and_says_at_its_start_that_a_key_is_missing()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 100 });
        string key = installation.Settings["Privacy__HashKey"];
        installation.Settings["Privacy__HashKey"] = "";
        installation.Settings["Privacy__Delay"] = "00:00:00";
        (await installation.RunAsync("check")).Output.ShouldContain("warning  privacy: Privacy:HashKey is not set.");
        (await installation.InvokeAsync("sync")).Error.ShouldMatch(@"WRN FollowerSync\.Privacy\.PrivacyWarning\[\d+\] Privacy:HashKey is not set\.");
        installation.Settings["Privacy__HashKey"] = key;
        string leaver = installation.WeChat.Account.Followers().First().OpenId;
        installation.WeChat.Account.Unfollow(leaver);

        (int exitCode, string output, string error) = await installation.RunAsync("sync");

        exitCode.ShouldBe(0, output + error);
        error.ShouldNotContain("HashKey");
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.followers where anonymised_at is not null")).ShouldBe(1);
        (await EverywhereSearch.FindAsync(installation.Database, [leaver, key])).ShouldBeEmpty();
        (await installation.RunAsync("check")).Output.ShouldContain("ok       privacy: people are anonymised");
        (await installation.RunAsync("forget", leaver)).ExitCode.ShouldBe(0);
        installation.Settings["Privacy__AfterUnfollow"] = "Keep";
        installation.Settings["Privacy__HashKey"] = "";
        (await installation.InvokeAsync("sync")).Error.ShouldNotContain("HashKey");
    }
}

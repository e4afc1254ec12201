using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Privacy;

namespace FollowerSync.IntegrationTests.Privacy;

/// <summary>Another key than before is noticed, and nothing is done with it.</summary>
public sealed class HashKeyTests
{
    [Fact]
    public async Task With_another_key_or_none_nobody_is_anonymised_or_deleted_until_the_old_one_is_back()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 40);
        string[] leavers = [.. scene.Truth.Followers().Take(2).Select(f => f.OpenId)];
        await scene.LeaveAsync(leavers[0]);
        await scene.CleanAfterAsync(days: 31);
        string key = scene.Account.Privacy.HashKey;
        await scene.LeaveAsync(leavers[1]);

        scene.Account.Privacy.HashKey = key + "\r";
        await scene.CleanAfterAsync(days: 31);

        (await scene.NewHashKeys().ReadAsync(default)).ShouldBe(HashKeyState.Another);
        (await scene.CountAsync($"wechat.followers where openid = '{leavers[1]}' and anonymised_at is null")).ShouldBe(1);
        (await Should.ThrowAsync<UnknownPersonException>(() => scene.NewErasure().ForgetAsync([leavers[0]], default)))
            .Message.ShouldContain("Put the old key back");

        scene.Account.Privacy.HashKey = "";
        await scene.CleanAfterAsync(days: 0);
        (await scene.NewHashKeys().ReadAsync(default)).ShouldBe(HashKeyState.Missing);
        (await scene.CountAsync($"wechat.followers where openid = '{leavers[1]}' and anonymised_at is null")).ShouldBe(1);

        scene.Account.Privacy.HashKey = key;
        await scene.CleanAfterAsync(days: 0);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(2);
        (await scene.NewErasure().ForgetAsync([leavers[0]], default)).Warning.ShouldBeNull();
        (await EverywhereSearch.FindAsync(scene.Tables, [key])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_key_or_none_is_accepted_when_the_fingerprint_of_the_old_one_is_deleted()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 40);
        string[] leavers = [.. scene.Truth.Followers().Take(2).Select(f => f.OpenId)];
        await scene.LeaveAsync(leavers[0]);
        await scene.CleanAfterAsync(days: 31);
        await scene.LeaveAsync(leavers[1]);
        scene.Account.Privacy.HashKey = "another key of the tests";

        await scene.Tables.ExecuteAsync("delete from followersync.hash_key");
        await scene.CleanAfterAsync(days: 31);

        (await scene.NewHashKeys().ReadAsync(default)).ShouldBe(HashKeyState.Same);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(2);

        scene.Account.Privacy.HashKey = "";
        await scene.LeaveAsync(scene.Truth.Followers().First().OpenId);
        await scene.Tables.ExecuteAsync("delete from followersync.hash_key");
        await scene.CleanAfterAsync(days: 31);
        (await scene.CountAsync("followersync.deletions where reason = 'unfollowed' and action = 'deleted'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_start_check_status_and_forget_say_so_and_the_log_once_for_all_accounts()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions
        {
            Followers = 50,
            Accounts = [new EmulatedAccountOptions { AppId = "wx00000000000000a1", AppSecret = "secret-of-one" }, new EmulatedAccountOptions { AppId = "wx00000000000000a2", AppSecret = "secret-of-two" }],
        });
        installation.Settings["Privacy__Delay"] = "00:00:00";
        await installation.RunAsync("sync");
        string leaver = installation.WeChat.Account.Followers().First().OpenId;
        installation.WeChat.Account.Unfollow(leaver);
        await installation.RunAsync("sync");
        installation.Settings["Privacy__HashKey"] = "another key of the tests";

        (await installation.InvokeAsync("sync")).Error.ShouldMatch(@"ERR FollowerSync\.Privacy\.PrivacyWarning\[\d+\] Privacy:HashKey is not the key");
        (int exitCode, string output, _) = await installation.RunAsync("check");
        exitCode.ShouldBe(1, output);
        output.ShouldContain("failed   privacy: Privacy:HashKey is not the key");
        (await installation.RunAsync("forget", leaver)).Error.ShouldContain("Put the old key back");
        (await installation.RunAsync("forget", "--json", installation.WeChat.Account.Followers().First().OpenId)).Output.ShouldContain("Put the old key back");

        installation.Settings["Privacy__HashKey"] = "";
        foreach (EmulatedAccount account in installation.WeChat.Accounts)
            account.Unfollow(account.Followers().Last().OpenId);
        string error = (await installation.InvokeAsync("sync")).Error;
        error.Split('\n').Count(line => line.Contains(" ERR ", StringComparison.Ordinal)).ShouldBe(1, error);
        error.ShouldMatch(@"ERR FollowerSync\.Privacy\.PrivacyWarning\[\d+\] Privacy:HashKey is not set, but");
        (exitCode, output, _) = await installation.RunAsync("check");
        exitCode.ShouldBe(1, output);
        output.ShouldContain("failed   privacy: Privacy:HashKey is not set, but");
        (await installation.RunAsync("status")).Output.ShouldStartWith("! Privacy:HashKey is not set, but");
        using JsonDocument status = JsonDocument.Parse((await installation.RunAsync("status", "--json")).Output);
        status.RootElement.GetProperty("attention").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldStartWith("Privacy:HashKey is not set, but");
    }
}

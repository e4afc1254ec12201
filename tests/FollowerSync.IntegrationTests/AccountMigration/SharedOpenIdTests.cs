using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.AccountMigration;

/// <summary><c>migrate-account</c> against a WeChat whose answers name one new openid for many people, or the old one for the new.</summary>
public sealed class SharedOpenIdTests
{
    [Theory]
    [InlineData("oEverybody_0000000000000001")]
    [InlineData(null)]
    public async Task What_would_make_one_person_of_many_is_believed_of_nobody(string? named)
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions { Followers = 150 });
        string[] people = [.. scene.Old.Followers().Select(follower => follower.OpenId)];
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(0);
        // About everybody in every answer, whoever was asked about.
        wechat.Instead = (context, _) => AnswerAsync(context, people.Select(openId => (openId, named ?? openId)));
        scene.Installation.Settings["WeChat__BaseAddress"] = wechat.Address.GetLeftPart(UriPartial.Authority);

        (int exitCode, string output, string error) = await scene.MigrateAsync();

        exitCode.ShouldNotBe(0, output + error);
        (await scene.CountAsync("wechat.openid_changes where new_openid is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_people_in_different_calls_the_first_one_at_most_has_the_openid()
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions { Followers = 600 });
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(0);
        // One of each call has the same new openid as one of every other call.
        wechat.Instead = async (context, _) => context.Request.Path == MigratedAccounts.ChangeOpenId
            && await AnswerAsync(context, (await AskedAsync(context)).Select((openId, index) => (openId, index == 0 ? "oTheSame_000000000000000001" : $"{openId}-new")));
        scene.Installation.Settings["WeChat__BaseAddress"] = wechat.Address.GetLeftPart(UriPartial.Authority);

        (await scene.MigrateAsync()).ExitCode.ShouldBe(3);

        (await scene.CountAsync("wechat.openid_changes where new_openid = 'oTheSame_000000000000000001'")).ShouldBe(1);
        (await scene.CountAsync("wechat.openid_changes where new_openid is not null")).ShouldBe(595);
    }

    private static async Task<string[]> AskedAsync(HttpContext context)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        return [.. body.RootElement.GetProperty("openid_list").EnumerateArray().Select(openId => openId.GetString()!)];
    }

    private static async Task<bool> AnswerAsync(HttpContext context, IEnumerable<(string Old, string New)> changes)
    {
        if (context.Request.Path != MigratedAccounts.ChangeOpenId)
            return false;
        await context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            errcode = 0,
            errmsg = "ok",
            result_list = changes.Select(change => new { ori_openid = change.Old, new_openid = change.New, err_msg = "ok" }),
        }));
        return true;
    }
}

using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.Languages;

namespace FollowerSync.IntegrationTests.Languages;

/// <summary>Errors and reasons in the analysts' tables are in their language, and known in English too.</summary>
public sealed class StoredTextsTests
{
    [Fact]
    public async Task Errors_of_runs_and_reasons_follow_the_language_of_the_analysts()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 150 });
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = "/cgi-bin/tags/get" });
        await installation.RunAsync("sync");
        FaultRule noQuota = new() { Fault = FaultKind.ErrCode, ErrCode = 45009, Path = "/cgi-bin/user/info/batchget" };
        installation.WeChat.Faults.Add(noQuota);

        await installation.RunAsync("sync");

        const string Chinese = "select error from wechat.sync_runs order by run_id desc limit 1";
        const string English = "select coalesce(error_en, 'none') from wechat.sync_runs order by run_id desc limit 1";
        string told = await installation.Database.ReadAsync<string>(Chinese);
        told.ShouldStartWith("微信对 /cgi-bin/user/info/batchget 的调用返回 45009");
        (await installation.Database.ReadAsync<string>(English)).ShouldStartWith("WeChat answered 45009 to /cgi-bin/user/info/batchget: daily limit reached");
        (await installation.Database.ReadAsync<string>("select why from wechat.freshness")).ShouldContain(told);
        (await installation.Database.ReadAsync<string>("select not_read from wechat.freshness")).ShouldStartWith("tags: 微信对 /cgi-bin/tags/get 的调用返回 48001");

        installation.Settings["Analysts__Language"] = "en";
        await installation.RunAsync("sync");

        (await installation.Database.ReadAsync<string>(Chinese)).ShouldContain("WeChat answered 45009");
        (await installation.Database.ReadAsync<string>(English)).ShouldBe("none", "the error is English already");
        (await installation.Database.ReadAsync<string>("select not_read from wechat.freshness")).ShouldStartWith("tags: WeChat answered 48001 to /cgi-bin/tags/get");
    }

    [Fact]
    public void A_sentence_in_a_sentence_keeps_its_own_translation()
    {
        Sentence inner = "system busy";
        Sentence outer = $"{inner} {Sentence.Of("and then", "然后")} {4_000:N0}";

        (outer.ToString(), outer.In(Language.Chinese)).ShouldBe(("system busy and then 4,000", "系统繁忙 然后 4,000"));
    }
}

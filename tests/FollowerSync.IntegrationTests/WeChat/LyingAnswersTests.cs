using System.IO.Compression;
using System.Text;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.WeChat;

/// <summary>Answers that are not what their headers say, or larger than any answer is: they are no answers, and a run asks again.</summary>
public sealed class LyingAnswersTests
{
    private static readonly string[] Lies =
    [
        "gzip announced", "deflate announced", "br announced", "truncated gzip", "truncated br", "garbage in gzip", "gzip unannounced", "gzip twice, announced once",
        "gzip twice, announced twice", "unknown encoding of gzip", "UTF-16 as UTF-8", "UTF-32 as UTF-8", "nothing, gzipped", "gzip of zeros", "64 MB of control bytes",
        "announced length beyond all",
    ];

    private static readonly string[] Apis = ["/cgi-bin/stable_token", "/cgi-bin/user/get", "/cgi-bin/user/info/batchget", "/cgi-bin/user/info"];

    private static readonly string[] Readings =
        ["/cgi-bin/groups/get", "/cgi-bin/tags/get", "/cgi-bin/tags/members/getblacklist", "/datacube/getusersummary", "/datacube/getusercumulate"];

    public static TheoryData<string, string> LiesOfApis()
    {
        TheoryData<string, string> all = [];
        foreach (string lie in Lies)
            foreach (string api in Apis)
                all.Add(lie, api);
        return all;
    }

    public static TheoryData<string> AllLies() => [.. Lies];

    [Theory]
    [MemberData(nameof(LiesOfApis))]
    public async Task One_lying_answer_is_repeated_and_harms_nobody(string lie, string api)
    {
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 120);
        await using SyncedAccount account = await StartAsync(wechat);
        wechat.Fields = openId => openId.EndsWith("000007-abcdefghijkl", StringComparison.Ordinal) ? "" : ""","subscribe_time":1700000000 """;
        int lied = 0;
        wechat.Instead = async (context, body) =>
        {
            if (context.Request.Path.Value != api || lied++ > 0)
                return false;
            await LieAsync(lie, context, body);
            return true;
        };

        SyncRun run = await account.SyncAsync();

        lied.ShouldBeGreaterThan(1, "somebody without any field is asked about singly");
        (run.Status, run.Retries).ShouldBe((RunStatus.Succeeded, 1), run.Error);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where subscribe")).ShouldBe(120);
    }

    [Theory]
    [MemberData(nameof(AllLies))]
    public async Task Lying_answers_of_what_is_read_after_a_run_leave_the_run_as_it_was(string lie)
    {
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 120);
        await using SyncedAccount account = await StartAsync(wechat);
        wechat.Fields = _ => ""","subscribe_time":1700000000 """;
        wechat.Instead = async (context, body) =>
        {
            if (!Readings.Contains(context.Request.Path.Value))
                return false;
            await LieAsync(lie, context, body);
            return true;
        };

        SyncRun run = await account.NewProcess().GetRequiredService<SyncWithFollowUps>().RunAsync(account.Account, SyncTrigger.Manual, progress: null, default);

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.account_readings where why[1] like 'No usable answer%'")).ShouldBe(4);
    }

    [Theory]
    [MemberData(nameof(AllLies))]
    public async Task Answers_that_go_on_lying_fail_the_run_with_a_word_on_the_answer_and_none_on_the_program(string lie)
    {
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 120);
        await using SyncedAccount account = await StartAsync(wechat);
        wechat.Instead = async (context, body) =>
        {
            if (context.Request.Path.Value != "/cgi-bin/user/get")
                return false;
            await LieAsync(lie, context, body);
            return true;
        };

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error!.ShouldContain("No usable answer");
        run.Error!.ShouldNotContain("fault of the program");
        if (lie is "gzip of zeros" or "64 MB of control bytes" or "announced length beyond all")
            run.Error!.ShouldContain("larger than 2 MiB");
    }

    private static async Task LieAsync(string lie, HttpContext context, string right)
    {
        byte[] plain = Encoding.UTF8.GetBytes(right);
        (string? encoding, byte[] body) = lie switch
        {
            "gzip announced" => ("gzip", plain),
            "deflate announced" => ("deflate", plain),
            "br announced" => ("br", plain),
            "truncated gzip" => ("gzip", Pack(plain)[..^12]),
            "truncated br" => ("br", PackBrotli(plain)[..^4]),
            "garbage in gzip" => ("gzip", [.. Pack(plain)[..10], .. Enumerable.Repeat((byte)0xEE, 40)]),
            "gzip unannounced" => (null, Pack(plain)),
            "gzip twice, announced once" => ("gzip", Pack(Pack(plain))),
            "gzip twice, announced twice" => ("gzip, gzip", Pack(Pack(plain))),
            "unknown encoding of gzip" => ("zstd", Pack(plain)),
            "UTF-16 as UTF-8" => (null, Encoding.Unicode.GetBytes(right)),
            "UTF-32 as UTF-8" => (null, Encoding.UTF32.GetBytes(right)),
            "nothing, gzipped" => ("gzip", Pack([])),
            "gzip of zeros" => ("gzip", Pack(new byte[200_000_000])),
            "64 MB of control bytes" => (null, [.. "{\"nickname\":\""u8, .. Enumerable.Repeat((byte)1, 64_000_000)]),
            "announced length beyond all" => (null, new byte[30_000_000]),
            _ => throw new ArgumentOutOfRangeException(nameof(lie)),
        };
        if (encoding is not null)
            context.Response.Headers.ContentEncoding = encoding;
        context.Response.ContentType = "application/json; charset=utf-8";
        if (lie == "announced length beyond all")
            context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }

    private static byte[] Pack(byte[] plain)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            gzip.Write(plain);
        return packed.ToArray();
    }

    private static byte[] PackBrotli(byte[] plain)
    {
        using MemoryStream packed = new();
        using (BrotliStream brotli = new(packed, CompressionLevel.Fastest))
            brotli.Write(plain);
        return packed.ToArray();
    }

    private static Task<SyncedAccount> StartAsync(StandInWeChat wechat) =>
        SyncedAccount.StartAsync(new EmulatorOptions { Followers = 0 }, options => options.BaseAddress = wechat.Address);
}

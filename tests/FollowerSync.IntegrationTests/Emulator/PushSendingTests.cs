using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Pushes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Emulator;

/// <summary>What a server gets that an emulated account pushes to.</summary>
public sealed class PushSendingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(PushMode.Plain)]
    [InlineData(PushMode.Compatible)]
    [InlineData(PushMode.Safe)]
    public async Task Whoever_follows_scans_or_leaves_is_pushed_in_every_mode(PushMode mode)
    {
        await using Receiver receiver = await Receiver.StartAsync();
        await using WeChatEmulator emulator = await StartAsync(receiver.Options with { Mode = mode });
        EmulatedFollower person = emulator.Account.AddFollower();
        emulator.Account.Scan(person.OpenId, "booth 7");
        emulator.Account.Unfollow(person.OpenId);
        emulator.Account.Scan(person.OpenId, "4294967295");

        string[] events = await receiver.TakeAsync(4);

        events.Order(StringComparer.Ordinal).ShouldBe(
            [$"SCAN {person.OpenId} booth 7", $"subscribe {person.OpenId} {KeyOf(person)}", $"subscribe {person.OpenId} qrscene_4294967295", $"unsubscribe {person.OpenId} "],
            ignoreOrder: true);
        receiver.Bodies.All(body => body.Contains("<Encrypt>", StringComparison.Ordinal) == (mode != PushMode.Plain)).ShouldBeTrue();
        receiver.Bodies.All(body => body.Contains(person.OpenId, StringComparison.Ordinal) == (mode != PushMode.Safe)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(503, "")]
    [InlineData(200, "ok")]
    public async Task A_message_that_is_not_answered_well_is_sent_three_times_encrypted_anew(int status, string text)
    {
        await using Receiver receiver = await Receiver.StartAsync(refused: int.MaxValue, status, text);
        await using WeChatEmulator emulator = await StartAsync(receiver.Options with { Timeout = TimeSpan.FromSeconds(2) });

        PushResult result = await emulator.Account.Pushes!.SendAsync(new PushEvent { Event = "subscribe", OpenId = "o1" }, default);

        result.ShouldSatisfyAllConditions(() => result.IsAnswered.ShouldBeFalse(), () => result.Attempts.ShouldBe(3), () => result.Status.ShouldBe(status));
        receiver.Bodies.Distinct().Count().ShouldBe(3);
        (await receiver.TakeAsync(3)).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Churn_comes_as_a_burst_some_of_it_lost_some_twice()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        await using WeChatEmulator emulator = await StartAsync(
            receiver.Options with { LostPercent = 20, DuplicatePercent = 20, LongestDelay = TimeSpan.FromMilliseconds(100) }, followers: 3_000);
        ChurnCounts moved = emulator.Account.Churn(20);
        AccountPushes pushes = emulator.Account.Pushes!;

        pushes.Queued.ShouldBe(moved.Followed + moved.Returned + moved.Left);
        using CancellationTokenSource patience = new(Patience);
        while (!pushes.IsIdle)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);

        pushes.Lost.ShouldBeInRange(pushes.Queued / 10, pushes.Queued / 3);
        (pushes.Answered + pushes.Lost).ShouldBe(pushes.Queued);
        receiver.Bodies.Count.ShouldBeGreaterThan((int)pushes.Answered * 11 / 10);
    }

    [Fact]
    public async Task The_console_takes_a_URL_that_knows_the_token_and_no_other()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        await using WeChatEmulator emulator = await StartAsync(receiver.Options);
        (await emulator.Account.Pushes!.CheckUrlAsync(default)).ShouldBeTrue();

        await using WeChatEmulator other = await StartAsync(receiver.Options with { Token = "anotherToken" });
        (await other.Account.Pushes!.CheckUrlAsync(default)).ShouldBeFalse();
    }

    private static string KeyOf(EmulatedFollower person) => person.SubscribeScene != "ADD_SCENE_QR_CODE" ? ""
        : person.QrSceneStr.Length > 0 ? $"qrscene_{person.QrSceneStr}" : FormattableString.Invariant($"qrscene_{person.QrScene}");

    private static Task<WeChatEmulator> StartAsync(EmulatedPushOptions push, int followers = 100) => WeChatEmulator.StartAsync(
        new EmulatorOptions
        {
            Followers = followers,
            Accounts = [new EmulatedAccountOptions { AppId = EmulatorOptions.DefaultAppId, AppSecret = EmulatorOptions.DefaultAppSecret, Push = push }],
        },
        default);

    /// <summary>A server that reads messages by WeChat's description of them.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly BlockingCollection<string> _events = [];
        private int _refusals;

        private readonly (int Status, string Text) _refusal;

        private Receiver(int refused, int status, string text)
        {
            _refusals = refused;
            _refusal = (status, text);
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.Run(AnswerAsync);
        }

        public ConcurrentBag<string> Bodies { get; } = [];

        public EmulatedPushOptions Options => new() { Url = new Uri($"{_app.Urls.First()}/wechat") };

        public static async Task<Receiver> StartAsync(int refused = 0, int status = 503, string text = "")
        {
            Receiver receiver = new(refused, status, text);
            await receiver._app.StartAsync();
            return receiver;
        }

        public Task<string[]> TakeAsync(int count) => Task.Run(() =>
        {
            using CancellationTokenSource patience = new(Patience);
            return Enumerable.Range(0, count).Select(_ => _events.Take(patience.Token)).ToArray();
        });

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _events.Dispose();
        }

        private async Task AnswerAsync(HttpContext context)
        {
            IQueryCollection query = context.Request.Query;
            if (query["signature"] != Sign([query["timestamp"]!, query["nonce"]!]))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }

            if (query.TryGetValue("echostr", out Microsoft.Extensions.Primitives.StringValues echo))
            {
                await context.Response.WriteAsync(echo!);
                return;
            }

            using StreamReader reader = new(context.Request.Body);
            string body = await reader.ReadToEndAsync();
            Bodies.Add(body);
            XElement message = XElement.Parse(body);
            if (message.Element("Encrypt") is { } encrypted)
            {
                query["msg_signature"].ToString().ShouldBe(Sign([query["timestamp"]!, query["nonce"]!, encrypted.Value]));
                message = XElement.Parse(Decrypt(encrypted.Value));
            }

            _events.Add($"{message.Element("Event")!.Value} {message.Element("FromUserName")!.Value} {message.Element("EventKey")?.Value}");
            if (Interlocked.Decrement(ref _refusals) < 0)
                return;
            context.Response.StatusCode = _refusal.Status;
            await context.Response.WriteAsync(_refusal.Text);
        }

        [SuppressMessage("Security", "CA5350", Justification = "WeChat signs so.")]
        private static string Sign(string[] parts) => Convert.ToHexStringLower(
            SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Append(EmulatedPushOptions.DefaultToken).Order(StringComparer.Ordinal)))));

        private static string Decrypt(string encrypted)
        {
            using Aes aes = Aes.Create();
            aes.Key = Convert.FromBase64String(EmulatedPushOptions.DefaultEncodingAesKey + "=");
            byte[] plain = aes.DecryptCbc(Convert.FromBase64String(encrypted), aes.Key.AsSpan(0, 16), PaddingMode.None);
            int length = BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(16));
            Encoding.UTF8.GetString(plain, 20 + length, plain.Length - 20 - length - plain[^1]).ShouldBe(EmulatorOptions.DefaultAppId);
            return Encoding.UTF8.GetString(plain, 20, length);
        }
    }
}

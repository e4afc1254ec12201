using System.CommandLine;
using System.Globalization;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary><c>emulate</c>: serves the fake WeChat until stopped.</summary>
internal sealed class EmulateVerb(CommandContext context)
{
    private readonly Option<int> _port = new("--port") { Description = context.Say("Port on 127.0.0.1; 0 = any free one."), HelpName = "N", DefaultValueFactory = _ => 8090 };
    private readonly Option<int> _followers = new("--followers") { Description = context.Say("Followers of every account that does not say its own number."), HelpName = "N", DefaultValueFactory = _ => 25_000 };
    private readonly Option<int> _latency = new("--latency") { Description = context.Say("Least time of every answer, in milliseconds."), HelpName = "MS", DefaultValueFactory = _ => 0 };
    private readonly Option<FileInfo?> _faults = new("--faults") { Description = context.Say("A plan of faults, as JSON."), HelpName = "FILE" };
    private readonly Option<int> _seed = new("--seed") { Description = context.Say("The same seed gives the same people."), HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> _chaos = new("--chaos") { Description = context.Say("Strike some calls with faults, reproducibly by this seed."), HelpName = "SEED" };
    private readonly Option<double> _churn = new("--churn") { Description = context.Say("Percent of the people who change every minute; 0 = nobody."), HelpName = "PERCENT", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _empty = new("--empty-profiles") { Description = context.Say("Nickname and picture are empty, as WeChat has answered since 2021-12.") };
    private readonly Option<string?> _push = new("--push") { Description = context.Say("Push who follows and leaves to this public listener of FollowerSync (Arrivals:Url)."), HelpName = "URL" };
    private readonly EmulatedAccounts _accounts = new(context);

    public Verb Create()
    {
        Verb verb = new("emulate", context.Say("Serves a fake WeChat on this machine, for trials and tests."))
        {
            Examples =
            [
                ("followersync emulate", "25,000 followers on http://127.0.0.1:8090"),
                ("followersync emulate --followers 1000000 --latency 100", "a big account at a realistic pace"),
                ("followersync emulate --accounts 3 --followers 5000", "three accounts that share people"),
                ("followersync emulate --account wx00000000000000a1:9000 --account wx00000000000000a2:2000", "two accounts of different size"),
                ("followersync emulate --chaos 7 --churn 1", "an account in motion behind a bad line"),
                ("followersync emulate --churn 1 --push http://127.0.0.1:8081", "every follow and leave is pushed, encrypted, as it happens"),
            ],
        };
        foreach (Option option in new Option[] { _port, _followers, _latency, _faults, _seed, _chaos, _churn, _empty, _push }.Concat(_accounts.Options))
            verb.Add(option);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        EmulatorOptions options = Read(parsed);
        await using WeChatEmulator emulator = await StartAsync(options, cancellationToken);
        await context.Output.WriteLineAsync(context.Say(Describe(emulator)));
        await CancellationWait.AnyAsync(cancellationToken);
        return ExitCodes.Succeeded;
    }

    private static Sentence Describe(WeChatEmulator emulator) => Sentence.Join("\n",
        [
            $"The emulated WeChat listens on {emulator.BaseAddress}. Point FollowerSync at it with",
            Sentence.Foreign($"  export WeChat__BaseAddress={emulator.BaseAddress.GetLeftPart(UriPartial.Authority)}"),
            .. emulator.Accounts.Select((account, index) => Sentence.Foreign(string.Create(
                CultureInfo.InvariantCulture,
                $"  export WeChat__Accounts__{index}__Name=account{index + 1} WeChat__Accounts__{index}__AppId={account.AppId}\n  export WeChat__Accounts__{index}__AppSecret={account.AppSecret}{DescribePush(account, index)}"))),
            "Ctrl+C stops it.",
        ]);

    private static string DescribePush(EmulatedAccount account, int index) => account.Pushes is null ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"\n  export WeChat__Accounts__{index}__Push__Token={EmulatedPushOptions.DefaultToken} WeChat__Accounts__{index}__Push__EncodingAesKey={EmulatedPushOptions.DefaultEncodingAesKey}");

    private EmulatedPushOptions? PushOf(ParseResult parsed, string appId) => parsed.GetValue(_push) is not { } listener ? null
        : Uri.TryCreate(listener, UriKind.Absolute, out Uri? url) && url is { AbsolutePath: "/", Scheme: "http" or "https" }
            ? new EmulatedPushOptions { Url = new Uri(url, $"wechat/{appId}") }
            : throw new UsageException("--push takes the address of a public listener, without path, such as http://127.0.0.1:8081");

    private EmulatorOptions Read(ParseResult parsed)
    {
        double churn = parsed.GetValue(_churn);
        return new EmulatorOptions
        {
            Port = parsed.GetValue(_port),
            Followers = parsed.GetValue(_followers),
            Latency = TimeSpan.FromMilliseconds(parsed.GetValue(_latency)),
            Seed = parsed.GetValue(_seed),
            ChaosSeed = parsed.GetValue(_chaos),
            ChurnPercent = churn,
            ChurnInterval = churn > 0 ? TimeSpan.FromMinutes(1) : TimeSpan.Zero,
            FullProfiles = !parsed.GetValue(_empty),
            Accounts = [.. _accounts.Read(parsed).Select(account => account with { Push = PushOf(parsed, account.AppId) })],
            Faults = parsed.GetValue(_faults) is { } file ? LoadFaults(file) : FaultPlan.None,
        };
    }

    private static FaultPlan LoadFaults(FileInfo file)
    {
        try
        {
            return FaultPlan.Load(file.FullName);
        }
        catch (FaultPlanException exception)
        {
            throw new UsageException(Sentence.Foreign(exception.Message));
        }
    }

    private static async Task<WeChatEmulator> StartAsync(EmulatorOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await WeChatEmulator.StartAsync(options, cancellationToken);
        }
        catch (IOException exception)
        {
            throw new UsageException($"Port {options.Port} cannot be listened on: {exception.GetBaseException().Message}. Take another one with --port.");
        }
        catch (ArgumentException exception)
        {
            // .NET adds the name of a parameter, which nobody typed.
            throw new UsageException(Sentence.Foreign(exception.Message.Split(" (Parameter '", 2)[0]));
        }
    }
}

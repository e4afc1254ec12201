using System.CommandLine;
using FollowerSync.Alerts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Texts;
using FollowerSync.Languages;
using FollowerSync.Logging;

namespace FollowerSync.CommandLine;

/// <summary><c>alert test</c>: sends a message to each channel and says what it answered.</summary>
internal sealed class AlertVerb(CommandContext context, BuildHost buildHost)
{
    // Where the text of a line begins, behind its mark.
    private const int TextColumn = 9;

    private readonly Option<string?> _channel = new("--channel") { Description = context.Say("Only this channel: its name in Alerts:Channels."), HelpName = "NAME" };
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the answers as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb test = new("test", context.Say("Sends a test message to the alert channels and shows what they answer."))
        {
            Examples =
            [
                ("followersync alert test", "a message to every channel"),
                ("followersync alert test --channel ops", "to this one"),
            ],
            Notes =
            [
                "The database is not needed. It exits with 2 when a channel says that its settings are wrong, with 1 when one cannot be reached or is busy.",
            ],
            Json = "{ channels: [ { channel, kind, delivered, what, answer } ] }",
        };
        test.Add(_channel);
        test.Add(_json);
        test.SetAction(RunAsync);
        Verb verb = new("alert", context.Say("Tries the channels that people are told of trouble by (Alerts:Channels).")) { Examples = test.Examples };
        verb.Add(test);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Services, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;

        bool json = parsed.GetValue(_json);
        List<ChannelAnswer> answers = [];
        List<int> codes = [];
        foreach (IAlertChannel channel in Selected(host.Services.GetRequiredService<AlertChannels>(), parsed.GetValue(_channel)))
        {
            Delivery delivery = await channel.SendAsync([AlertMessage.Trial(context.Time.GetUtcNow())], cancellationToken);
            ChannelAnswer answer = new(channel.Options.DisplayName, channel.Options.Kind, delivery.IsDelivered, delivery.What.With(Shown), delivery.Answer is { Length: > 0 } said ? Shown(said) : null);
            answers.Add(answer);
            codes.Add(delivery.IsDelivered ? ExitCodes.Succeeded : delivery.IsSetting ? ExitCodes.WrongSettings : ExitCodes.Failed);
            if (!json)
                Tell(answer);
        }

        if (json)
            await JsonOutput.WriteAsync(context, new AlertTestReport(answers));
        return ExitCodes.Worst(codes);
    }

    private static IEnumerable<IAlertChannel> Selected(AlertChannels channels, string? name)
    {
        if (channels.All.Count == 0)
            throw new UsageException($"No channel is set. Add one to {AlertsOptions.Section}:{nameof(AlertsOptions.Channels)}: docs/alerts.md has a few lines for each kind.");
        if (name is null)
            return channels.All;
        IAlertChannel[] named = [.. channels.All.Where(channel => string.Equals(channel.Options.DisplayName, name, StringComparison.OrdinalIgnoreCase))];
        return named.Length > 0 ? named
            : throw new UsageException($"There is no channel \"{Printable.Of(name)}\". There are: {string.Join(", ", channels.All.Select(channel => channel.Options.DisplayName))}.");
    }

    private string Shown(string text) => context.Mask.Mask(Printable.Of(text));

    private void Tell(ChannelAnswer answer)
    {
        context.Tell($"{TextFold.Padded(answer.Delivered ? (Sentence)"ok" : "failed", TextColumn)}{answer.Channel} ({answer.Kind}): {answer.What}", TextColumn);
        if (answer.Answer is { } said)
            context.Tell(((Sentence)$"it said: {said}").With(text => new string(' ', TextColumn) + text), TextColumn);
    }
}

/// <summary>What <c>alert test --json</c> writes.</summary>
/// <param name="Channels">In the order of the settings.</param>
internal sealed record AlertTestReport(IReadOnlyList<ChannelAnswer> Channels);

/// <param name="Channel">Name of the channel.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Delivered">Whether it took the message.</param>
/// <param name="What">What that comes to, and what to do.</param>
/// <param name="Answer">Its own words, without secrets; null = none.</param>
internal sealed record ChannelAnswer(string Channel, ChannelKind Kind, bool Delivered, Sentence What, string? Answer);

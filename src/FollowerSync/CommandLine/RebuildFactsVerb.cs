using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Database.Opening;
using FollowerSync.Facts;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary><c>rebuild-facts</c>: counts the daily facts anew.</summary>
internal sealed class RebuildFactsVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Option<string?> _account = new("--account") { Description = context.Say("One account only."), HelpName = "NAME|APPID" };

    public Verb Create()
    {
        Verb verb = new("rebuild-facts", context.Say("Counts the daily facts of analysts anew from all that is stored."))
        {
            Examples = [("followersync rebuild-facts --account brand", "after rows were changed by hand")],
            Notes =
            [
                "Every complete run counts what it found new, so this is not needed as a rule. Totals, growth, retention and churn come from these facts. What was said of a day when it was new, and what was corrected later, become one. Takes some minutes for ten million followers.",
            ],
        };
        verb.Add(_account);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed);
        IReadOnlyList<AccountOptions> accounts = AccountSelection.Of(settings.Accounts, parsed.GetValue(_account));
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireWritableAsync(cancellationToken);

        FactRebuild rebuild = host.Services.GetRequiredService<FactRebuild>();
        foreach (AccountOptions account in accounts)
        {
            context.Tell(await rebuild.RunAsync(account.AppId, cancellationToken)
                ? (Sentence)$"{account.DisplayName}: counted anew."
                : $"{account.DisplayName}: nothing to count, no run was complete yet.");
        }

        return ExitCodes.Succeeded;
    }
}

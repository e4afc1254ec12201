using System.CommandLine;
using System.Globalization;
using FollowerSync.Database.Opening;
using FollowerSync.Privacy;

namespace FollowerSync.CommandLine;

/// <summary><c>forget</c>: deletes all that is stored about people.</summary>
internal sealed class ForgetVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Argument<string[]> _openIds = new("OPENID") { Description = "Whom to forget.", Arity = ArgumentArity.OneOrMore };

    public Verb Create()
    {
        Verb verb = new("forget", "Deletes all that is stored about people, everywhere and at once.")
        {
            Examples = [("followersync forget oABC…", "for a person who asked for it")],
            Notes = "followersync.deletions says when and how much was deleted, not whose. While the person follows, the next sync stores the person anew:\n"
                + "let the person unfollow first. Backups and exports are yours to clean.",
        };
        verb.Add(_openIds);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireCurrentSchemaAsync(cancellationToken);

        string[] openIds = [.. parsed.GetValue(_openIds)!.Distinct(StringComparer.Ordinal)];
        long rows = await host.Services.GetRequiredService<PersonErasure>().ForgetAsync(openIds, cancellationToken);
        await context.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Forgotten: {openIds.Length:N0} people, {rows:N0} rows."));
        return ExitCodes.Succeeded;
    }
}

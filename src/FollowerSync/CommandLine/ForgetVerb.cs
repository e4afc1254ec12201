using System.CommandLine;
using FollowerSync.Database.Opening;
using FollowerSync.Import;
using FollowerSync.Languages;
using FollowerSync.Privacy;

namespace FollowerSync.CommandLine;

/// <summary><c>forget</c>: deletes all that is stored about people.</summary>
internal sealed class ForgetVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Argument<string[]> _openIds = new("OPENID") { Description = context.Say("Whom to forget."), Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _file = new("--file") { Description = context.Say("A file with an openid a line; - reads them from stdin."), HelpName = "PATH" };
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the result as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("forget", context.Say("Deletes all that is stored about people, everywhere and at once."))
        {
            Examples =
            [
                ("followersync forget oABC…", "for a person who asked for it"),
                ("followersync forget --file - < people.txt", "for several; other users of the machine see arguments in ps, not these"),
            ],
            Notes =
            [
                "followersync.deletions says when and how much was deleted, not whose. While the person follows, the next sync stores the person anew: let the person unfollow first. Backups and exports are yours to clean.",
            ],
            Json = "{ people, rows, still_following: [ openid ], warning }",
        };
        verb.Add(_openIds);
        verb.Add(_file);
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] openIds = await ReadOpenIdsAsync(parsed, cancellationToken);
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireWritableAsync(cancellationToken);

        ForgottenPeople forgotten = await host.Services.GetRequiredService<PersonErasure>().ForgetAsync(openIds, cancellationToken);
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, new ForgetReport(forgotten.People, forgotten.Rows, forgotten.Following, forgotten.Warning));
        else
            Write(forgotten);
        return ExitCodes.Succeeded;
    }

    private void Write(ForgottenPeople forgotten)
    {
        context.Tell($"Forgotten: {forgotten.People:N0} people, {forgotten.Rows:N0} rows.");
        foreach (string openId in forgotten.Following)
            context.Tell($"warning: {openId} still follows as far as is known: the next sync stores the person anew. Let the person unfollow, sync, and forget again.");
        if (forgotten.Warning is { } warning)
            context.Tell($"warning: {warning}");
    }

    private async Task<string[]> ReadOpenIdsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        IEnumerable<string> named = parsed.GetValue(_openIds)!;
        if (parsed.GetValue(_file) is { } file)
            named = named.Concat(await ReadLinesAsync(file, cancellationToken));
        string[] openIds = [.. named.Select(openId => openId.Trim()).Where(openId => openId.Length > 0).Distinct(StringComparer.Ordinal)];
        return openIds.Length > 0 ? openIds : throw new UsageException("Nobody is named. Give openids, or a file with one a line: --file PATH, or --file - for stdin.");
    }

    private static async Task<string[]> ReadLinesAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            using StreamReader reader = new(ImportSource.Open(file));
            return (await reader.ReadToEndAsync(cancellationToken)).Split('\n');
        }
        catch (ImportException exception)
        {
            throw new UsageException(exception.Text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The openids cannot be read: {exception.Message}");
        }
    }

    private sealed record ForgetReport(int People, long Rows, IReadOnlyList<string> StillFollowing, Sentence? Warning);
}

using System.CommandLine;
using FollowerSync.Database.Opening;
using FollowerSync.Languages;
using FollowerSync.Status;

namespace FollowerSync.CommandLine;

/// <summary><c>run RUN_ID</c>: one run whole, from the database alone.</summary>
internal static class ShownRun
{
    public static async Task<int> ShowAsync(CommandContext context, BuildHost buildHost, ParseResult parsed, (long RunId, bool Json) asked, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireCurrentSchemaAsync(cancellationToken);

        RunReader reader = host.Services.GetRequiredService<RunReader>();
        RunDetails details = await reader.FindAsync(asked.RunId, cancellationToken)
            ?? throw new UsageException($"There is no run {asked.RunId}. {WhatThereIs(await reader.ReadAsync(new RunFilter { Count = Named }, cancellationToken))}");
        if (asked.Json)
            await JsonOutput.WriteAsync(context, WholeRunReport.Of(details));
        else
            new RunLines(context, new ZonedTime(ZonedTime.ScheduleOf(settings.Configuration))).Write(details);
        return ExitCodes.Succeeded;
    }

    private const int Named = 5;

    private static Sentence WhatThereIs(IReadOnlyList<RunView> newest) => newest.Count == 0
        ? (Sentence)"There was no run yet."
        : $"The newest are {string.Join(", ", newest.Select(view => $"{view.Run.RunId} ({view.Account})"))}; \"followersync runs --since 30d\" lists more. Runs of arrivals that succeeded are kept for a day.";
}

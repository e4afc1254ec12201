using System.Numerics;
using FollowerSync.Database;

namespace FollowerSync.Import;

/// <summary>Puts the openids of a file into the inbox, from where runs ask WeChat about each of them. What a file says makes nobody a follower.</summary>
/// <remarks>Some ten thousand at a time, each in a transaction of its own: memory does not grow with the file, no transaction waits for a slow pipe, and a
/// broken import is made again without harm.</remarks>
internal sealed class OpenIdImport(FollowerDatabase database)
{
    /// <summary>Openids stored in one transaction.</summary>
    public const int ChunkSize = 20_000;

    /// <param name="appId">The account.</param>
    /// <param name="file">The file; not closed.</param>
    /// <param name="source">What it is called; null = nothing.</param>
    /// <param name="progress">Hears how far it is; null = nobody wants to know.</param>
    /// <param name="cancellationToken">Ends it; what was stored by then stays.</param>
    /// <exception cref="ImportException">The file cannot be imported as it is.</exception>
    public async Task<ImportTally> RunAsync(string appId, Stream file, string? source, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        ImportTally tally = new();
        LineReader lines = new(file);
        HashSet<string> chunk = new(ChunkSize, StringComparer.Ordinal);
        long newest = await database.RunAsync(tx => ImportStore.ReadNewestAsync(tx, appId), cancellationToken);
        int chunks = 0;
        await AnalyzeAsync();
        await foreach (OpenIdRecord record in new OpenIdRecords(lines).ReadAsync(cancellationToken))
        {
            tally.Count(record);
            if (record.WhyRefused is null && !chunk.Add(record.OpenId))
                tally.CountDuplicate();
            if (chunk.Count == ChunkSize)
                await StoreAsync();
        }

        if (chunk.Count > 0)
            await StoreAsync();
        return tally;

        async Task StoreAsync()
        {
            string[] openIds = [.. chunk];
            tally.CountStored(await database.RunAsync(tx => ImportStore.InsertAsync(tx, appId, openIds, source, newest), cancellationToken));
            chunk.Clear();
            // Whenever the file has doubled what there is: statistics are never of less than half of it.
            if (BitOperations.IsPow2(++chunks))
                await AnalyzeAsync();
            progress?.Report(new ImportProgress(tally.Lines, lines.Read));
        }

        Task AnalyzeAsync() => database.RunAsync(ImportStore.AnalyzeAsync, cancellationToken);
    }
}

/// <param name="Lines">Lines read and stored.</param>
/// <param name="Bytes">Bytes read.</param>
internal sealed record ImportProgress(long Lines, long Bytes);

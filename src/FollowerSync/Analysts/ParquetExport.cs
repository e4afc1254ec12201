using FollowerSync.Database;
using Parquet;
using Parquet.Schema;

namespace FollowerSync.Analysts;

/// <summary>Writes rows as Apache Parquet, thousands in a group: no more than a group is in memory.</summary>
internal static class ParquetExport
{
    private const int GroupSize = 32 * 1024;

    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Zstd };

    /// <summary>Writes them.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="source">What to read.</param>
    /// <param name="output">Where to; need not be able to go back.</param>
    /// <param name="progress">Hears of rows written.</param>
    /// <returns>Rows written.</returns>
    public static async Task<long> WriteAsync(Transaction tx, ExportSource source, Stream output, Action<long> progress)
    {
        ParquetColumn[] columns = [.. source.Columns.Select(ParquetColumn.Of)];
        // Neither is disposed of when something fails: that would end the file, and half of the rows would look like all of them.
        BufferedStream buffered = new(output, bufferSize: 256 * 1024);
        ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(columns.Select(c => c.Field)), buffered, Options, cancellationToken: tx.CancellationToken);
        long rows = 0;
        await tx.ReadEachAsync(source.Select, async row =>
        {
            for (int i = 0; i < columns.Length; i++)
                columns[i].Add(row, i);
            if (++rows % GroupSize == 0)
                await EndGroupAsync();
        });
        if (rows % GroupSize > 0)
            await EndGroupAsync();
        await writer.DisposeAsync();
        await buffered.FlushAsync(tx.CancellationToken);
        progress(rows);
        return rows;

        async Task EndGroupAsync()
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            foreach (ParquetColumn column in columns)
                await column.WriteAsync(group, tx.CancellationToken);
            progress(rows);
        }
    }
}

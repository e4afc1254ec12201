using System.Data.Common;
using Parquet;
using Parquet.Schema;

namespace FollowerSync.Analysts;

/// <summary>Numbers, moments, days and truth values.</summary>
internal sealed class ValueColumn<T>(DataField column) : ParquetColumn
    where T : struct
{
    private readonly List<T?> _values = [];

    public override Field Field => column;

    public override void Add(DbDataReader row, int ordinal) => _values.Add(row.IsDBNull(ordinal) ? null : row.GetFieldValue<T>(ordinal));

    public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        await group.WriteAsync<T>(column, _values.ToArray(), cancellationToken: cancellationToken);
        _values.Clear();
    }
}

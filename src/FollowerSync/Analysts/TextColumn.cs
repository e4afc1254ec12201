using System.Data.Common;
using Parquet;
using Parquet.Schema;

namespace FollowerSync.Analysts;

/// <summary>Texts.</summary>
internal sealed class TextColumn(string name) : ParquetColumn
{
    private readonly DataField _field = new(name, typeof(string), isNullable: true);
    private readonly List<string?> _values = [];

    public override Field Field => _field;

    public override void Add(DbDataReader row, int ordinal) => _values.Add(row.IsDBNull(ordinal) ? null : row.GetString(ordinal));

    public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        await group.WriteAsync(_field, _values!);
        _values.Clear();
    }
}

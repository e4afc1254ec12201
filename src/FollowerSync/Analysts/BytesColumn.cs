using System.Data.Common;
using Parquet;
using Parquet.Schema;

namespace FollowerSync.Analysts;

/// <summary>Bytes.</summary>
internal sealed class BytesColumn(string name) : ParquetColumn
{
    private readonly DataField _field = new(name, typeof(byte[]), isNullable: true);
    private readonly List<byte[]?> _values = [];

    public override Field Field => _field;

    public override void Add(DbDataReader row, int ordinal) => _values.Add(row.IsDBNull(ordinal) ? null : row.GetFieldValue<byte[]>(ordinal));

    public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        await group.WriteAsync(_field, _values!);
        _values.Clear();
    }
}

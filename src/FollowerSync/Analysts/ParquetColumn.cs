using System.Data.Common;
using Parquet;
using Parquet.Schema;

namespace FollowerSync.Analysts;

/// <summary>A column of a Parquet file: gathers the values of a group of rows, and writes them.</summary>
internal abstract class ParquetColumn
{
    /// <summary>The column in the file's schema.</summary>
    public abstract Field Field { get; }

    /// <summary>Whether a type of PostgreSQL has one in Parquet.</summary>
    public static bool HasTypeFor(string type) => type is "boolean" or "smallint" or "integer" or "bigint" or "real" or "double precision" or "numeric" or "date"
        or "timestamp with time zone" or "bytea" or "text" or "character varying" or "integer[]" or "bigint[]" or "smallint[]" or "text[]";

    public static ParquetColumn Of(ExportColumn column) => column.Type switch
    {
        "boolean" => new ValueColumn<bool>(new DataField(column.Name, typeof(bool), isNullable: true)),
        "smallint" => new ValueColumn<short>(new DataField(column.Name, typeof(short), isNullable: true)),
        "integer" => new ValueColumn<int>(new DataField(column.Name, typeof(int), isNullable: true)),
        "bigint" => new ValueColumn<long>(new DataField(column.Name, typeof(long), isNullable: true)),
        // A numeric without a scale, such as a rate: Parquet's decimals have one.
        "real" or "double precision" or "numeric" => new ValueColumn<double>(new DataField(column.Name, typeof(double), isNullable: true)),
        "date" => new ValueColumn<DateOnly>(new DataField(column.Name, typeof(DateOnly), isNullable: true)),
        "timestamp with time zone" => new ValueColumn<DateTime>(
            new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true)),
        "bytea" => new BytesColumn(column.Name),
        "smallint[]" => new ListColumn<short, short>(column.Name, typeof(short), item => item),
        "integer[]" => new ListColumn<int, int>(column.Name, typeof(int), item => item),
        "bigint[]" => new ListColumn<long, long>(column.Name, typeof(long), item => item),
        "text[]" => new ListColumn<string, ReadOnlyMemory<char>>(column.Name, typeof(string), item => item.AsMemory()),
        _ => new TextColumn(column.Name),
    };

    /// <summary>Takes the value of a row.</summary>
    public abstract void Add(DbDataReader row, int ordinal);

    /// <summary>Writes what was taken, and keeps nothing of it.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken);
}

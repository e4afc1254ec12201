namespace FollowerSync.Analysts;

/// <summary>A column of a relation, and how it is written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its values need.</param>
/// <param name="Type">Its type, as PostgreSQL names it.</param>
internal sealed record ExportColumn(string Name, ExportColumnKind Kind, string Type)
{
    /// <summary>What a spreadsheet takes for the beginning of a formula, the full-width and small forms that Chinese and Japanese keyboards write too. Signs
    /// that show nothing may stand in front: spreadsheets pass over them.</summary>
    private const string Formula = """^[\u0001-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff]*[=+@\-\u2212\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]""";

    /// <summary>What begins a new cell or line for a spreadsheet that parts by it, so that a formula can follow.</summary>
    private const string Separator = """^[\t\n\r;\uff1b]""";

    /// <summary>The column of a CSV: text harmless, a time in ISO 8601 with its distance from UTC.</summary>
    public string ForCsv => Kind switch
    {
        ExportColumnKind.Text => $"case when {Quoted} ~ '{Formula}' or {Quoted} ~ '{Separator}' then '''' || {Quoted} else {Quoted} end as {Quoted}",
        ExportColumnKind.Time => $"btrim(to_json({Quoted})::text, '\"') as {Quoted}",
        _ => Quoted,
    };

    /// <summary>The column of a Parquet file: what has no type of its own there is text.</summary>
    public string ForParquet => ParquetColumn.HasTypeFor(Type) ? Quoted : $"{Quoted}::text as {Quoted}";

    public string Quoted => Quote(Name);

    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}

/// <summary>What the values of a column need in a CSV.</summary>
internal enum ExportColumnKind
{
    /// <summary>Nothing.</summary>
    Other,

    /// <summary>To be kept from being taken for a formula.</summary>
    Text,

    /// <summary>To be written as a moment.</summary>
    Time,
}

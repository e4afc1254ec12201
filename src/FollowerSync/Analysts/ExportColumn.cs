namespace FollowerSync.Analysts;

/// <summary>A column of a relation, and how it is written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its values need.</param>
/// <param name="Type">Its type, as PostgreSQL names it.</param>
internal sealed record ExportColumn(string Name, ExportColumnKind Kind, string Type)
{
    /// <summary>What a spreadsheet takes for the beginning of a formula, the full-width and small forms that Chinese and Japanese keyboards write too.</summary>
    private const string Sign = """[=+@\-\u2212\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]""";

    /// <summary>What shows nothing: spreadsheets pass over it in front of a formula.</summary>
    private const string Blank = """\u0001-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff""";

    /// <summary>What begins a new cell or line for a spreadsheet that parts by it, as Excel does by <c>;</c> where numbers have a decimal comma.</summary>
    private const string Separator = """[\t\n\r;\uff1b]""";

    /// <summary>Text that has to be looked at; nearly all has not.</summary>
    private const string Suspect = $"^[{Blank}]*{Sign}|{Separator}";

    private const string Beginning = $"^([{Blank}]*{Sign}|{Separator})";

    /// <summary>A separator with a formula behind it. A quotation mark in front of that only begins a quoted cell.</summary>
    private const string BeforeFormula = $"""({Separator})(?=["{Blank}]*{Sign})""";

    /// <summary>The column of a CSV: text harmless, a time in ISO 8601 with its distance from UTC.</summary>
    public string ForCsv => Kind switch
    {
        ExportColumnKind.Text => $"case when {Quoted} ~ '{Suspect}' then {Harmless} else {Quoted} end as {Quoted}",
        ExportColumnKind.Time => $"btrim(to_json({Quoted})::text, '\"') as {Quoted}",
        _ => Quoted,
    };

    /// <summary>The column of a Parquet file: what has no type of its own there is text.</summary>
    public string ForParquet => ParquetColumn.HasTypeFor(Type) ? Quoted : $"{Quoted}::text as {Quoted}";

    public string Quoted => Quote(Name);

    /// <summary>With an apostrophe wherever a spreadsheet could begin a formula.</summary>
    private string Harmless => $"""case when {Quoted} ~ '{Beginning}' then '''' else '' end || regexp_replace({Quoted}, '{BeforeFormula}', '\1''', 'g')""";

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

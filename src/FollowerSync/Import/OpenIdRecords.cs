using System.Runtime.CompilerServices;
using FollowerSync.Languages;

namespace FollowerSync.Import;

/// <summary>Reads openids from lines: one a line, or a CSV's first column, or its column <c>openid</c> where a header names one. Empty lines are nothing.</summary>
internal sealed class OpenIdRecords(LineReader lines)
{
    private const string Header = "openid";

    /// <summary>Lines that one record may take, by line ends within quotes. A quote that is not closed by then is taken for a letter.</summary>
    private const int MostLines = 100;

    private readonly List<(long Number, byte[] Text)> _held = [];
    private int _column;
    private byte[] _separators = CsvFields.AnySeparator.ToArray();
    private bool _hasHeader;
    private bool _isFirst = true;

    /// <exception cref="ImportException">The file is of a kind that cannot be read.</exception>
    public async IAsyncEnumerable<OpenIdRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (FileLine line in lines.ReadAsync(cancellationToken))
        {
            if (_held.Count > 0 || MayGoOn(line))
            {
                foreach (OpenIdRecord record in Continue(line))
                    yield return record;
            }
            else if (Read(line.Number, line.Text.Span, line.IsTooLong) is { } record)
            {
                yield return record;
            }
        }

        foreach (OpenIdRecord record in ReleaseHeld())
            yield return record;
    }

    /// <summary>Whether a quoted field goes on in the next line. A line of one field is no CSV: a quote at its beginning is only a quote.</summary>
    private bool MayGoOn(FileLine line)
    {
        if (line.IsTooLong || line.Text.Span.IndexOf((byte)'"') < 0)
            return false;
        FoundField field = Find(line.Text.Span);
        return field.EndsInQuotes && (field.Fields > 1 || _hasHeader);
    }

    private OpenIdRecord[] Continue(FileLine line)
    {
        if (line.IsTooLong || _held.Count == MostLines || _held.Sum(held => held.Text.Length) + line.Text.Length > LineReader.Longest)
        {
            OpenIdRecord[] released = ReleaseHeld();
            return Read(line.Number, line.Text.Span, line.IsTooLong) is { } alone ? [.. released, alone] : released;
        }

        _held.Add((line.Number, line.Text.ToArray()));
        byte[] whole = [.. _held.SelectMany((held, i) => i == 0 ? held.Text : [(byte)'\n', .. held.Text])];
        if (Find(whole).EndsInQuotes)
            return [];

        long number = _held[0].Number;
        _held.Clear();
        return Read(number, whole, isTooLong: false) is { } record ? [record] : [];
    }

    private OpenIdRecord[] ReleaseHeld()
    {
        (long Number, byte[] Text)[] held = [.. _held];
        _held.Clear();
        return [.. held.Select(line => Read(line.Number, line.Text, isTooLong: false)).OfType<OpenIdRecord>()];
    }

    private FoundField Find(ReadOnlySpan<byte> line) => CsvFields.Find(line, _column, _separators);

    /// <summary>What a line says; null when it says nothing.</summary>
    private OpenIdRecord? Read(long number, ReadOnlySpan<byte> line, bool isTooLong)
    {
        if (isTooLong)
            return Refused(number, $"longer than {LineReader.Longest:N0} bytes");
        // A spreadsheet writes separators for rows that are empty.
        if (line.Trim(" \t,;\""u8).IsEmpty)
            return null;
        if (_isFirst && IsHeader(line))
            return null;

        _isFirst = false;
        FoundField field = Find(line);
        if (!field.Exists)
            return Refused(number, "no openid in it: the line has fewer columns than the header");
        return ImportedOpenId.Read(line.Slice(field.Start, field.Length), out string openId) is { } why ? Refused(number, why) : new OpenIdRecord(number, openId, WhyRefused: null);
    }

    private static OpenIdRecord Refused(long number, Sentence why) => new(number, "", why);

    /// <summary>Whether the first line names the columns; from then on its own separator is the one.</summary>
    private bool IsHeader(ReadOnlySpan<byte> line)
    {
        _isFirst = false;
        int fields = CsvFields.Find(line, 0, _separators).Fields;
        for (int number = 0; number < fields; number++)
        {
            FoundField field = CsvFields.Find(line, number, _separators);
            if (!ImportedOpenId.Clean(line.Slice(field.Start, field.Length)).Equals(Header, StringComparison.OrdinalIgnoreCase))
                continue;
            if (fields > 1)
                _separators = [Separator(line)];
            _column = number;
            _hasHeader = fields > 1;
            return true;
        }

        return false;
    }

    private static byte Separator(ReadOnlySpan<byte> header)
    {
        byte most = (byte)',';
        foreach (byte separator in CsvFields.AnySeparator)
            if (header.Count(separator) > header.Count(most))
                most = separator;
        return most;
    }
}

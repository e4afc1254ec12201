using System.Globalization;
using System.Text;
using FollowerSync.Languages;

namespace FollowerSync.Database.Schema;

/// <summary>A session that holds a lock an upgrade waits for.</summary>
/// <param name="Pid">Its process; 0 = a prepared transaction, which has none.</param>
/// <param name="User">Its login; null = the session is over by now.</param>
/// <param name="Application">What it calls itself; may be empty.</param>
/// <param name="Since">Begin of its transaction; null = hidden from our login.</param>
/// <param name="Query">Its newest statement; null = hidden from our login.</param>
internal sealed record LockHolder(int Pid, string? User, string? Application, DateTime? Since, string? Query)
{
    private const int LongestText = 60;

    /// <summary>How to end the sessions by hand: a sentence.</summary>
    public static Sentence HowToEnd(IReadOnlyCollection<LockHolder> holders)
    {
        string[] calls = [.. holders.Where(holder => holder.Pid > 0).Select(holder => FormattableString.Invariant($"select pg_terminate_backend({holder.Pid})"))];
        return calls.Length > 0
            ? (Sentence)$"To end it, run as an administrator: {string.Join("; ", calls)};"
            : "Look into pg_stat_activity and pg_prepared_xacts for who holds it, and end it.";
    }

    /// <summary>Who it is, in words. What others chose themselves is cut short, made printable and stands without its literals.</summary>
    public Sentence Text
    {
        get
        {
            if (Pid == 0)
                return "a prepared transaction (see pg_prepared_xacts)";

            Sentence user = User is null ? Sentence.Empty : $" of user \"{Printable(User)}\"";
            Sentence application = string.IsNullOrEmpty(Application) ? Sentence.Empty : $", application \"{Printable(Application)}\"";
            Sentence since = Since is { } begun ? (Sentence)$", in a transaction since {begun:yyyy-MM-dd HH:mm:ss} UTC" : ", since when is hidden from this database user (pg_read_all_stats shows it)";
            Sentence query = string.IsNullOrWhiteSpace(Query) ? Sentence.Empty : $", newest statement: {Printable(WithoutLiterals(Query))}";
            return $"session {Pid}{user}{application}{since}{query}";
        }
    }

    public override string ToString() => Text.ToString();

    // A literal can be a password or a person. What follows it is not looked at: cut there, no trick with quotes shows one.
    private static string WithoutLiterals(string query)
    {
        int literal = query.AsSpan().IndexOfAny('\'', '$');
        return literal < 0 ? query : query[..literal] + "…";
    }

    private static string Printable(string text)
    {
        StringBuilder kept = new(Math.Min(text.Length, LongestText));
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (kept.Length >= LongestText)
                return kept.Append('…').ToString();
            if (Rune.IsWhiteSpace(rune) && kept.Length > 0 && kept[^1] == ' ')
                continue;
            bool shown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            kept.Append(shown && !Rune.IsWhiteSpace(rune) ? rune.ToString() : " ");
        }

        return kept.ToString();
    }
}

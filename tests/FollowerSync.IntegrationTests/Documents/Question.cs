using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>A file of <c>db/queries</c>: comment lines with the question in English and, if somebody wrote it, in Chinese; then the query.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="English">The question.</param>
/// <param name="Chinese">The question in Chinese; the English one where there is none.</param>
/// <param name="Sql">The query, without the comment.</param>
internal sealed record Question(string File, string English, string Chinese, string Sql)
{
    public const string Folder = "db/queries";

    /// <summary>The file's name without its end: where the question stands in the cookbook.</summary>
    public string Name => Path.GetFileNameWithoutExtension(File);

    /// <summary>All files, in the order of their numbers.</summary>
    public static IReadOnlyList<Question> ReadAll() =>
        [.. Directory.GetFiles(Repository.PathOf(Folder), "*.sql").Order(StringComparer.Ordinal).Select(Read)];

    private static Question Read(string path)
    {
        string[] lines = System.IO.File.ReadAllLines(path);
        string[] comment = [.. lines.TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal))];
        string[] chinese = [.. comment.Where(line => line.EndsWith('？'))];
        string english = Text(comment.Except(chinese));
        return new Question(Path.GetFileName(path), english, chinese.Length == 0 ? english : Text(chinese), string.Join('\n', lines[comment.Length..]).Trim());
    }

    private static string Text(IEnumerable<string> comment) => string.Join(' ', comment.Select(line => line.TrimStart('-').Trim()));
}

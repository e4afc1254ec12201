using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>A checked-in file that the tests write, so that it says what is so.</summary>
internal static class GeneratedDocument
{
    /// <summary>Set to 1, the tests write the files instead of comparing them.</summary>
    private const string Switch = "FOLLOWERSYNC_WRITE_DOCS";

    /// <summary>Compares the file with the text it must have, but for line ends; or writes it.</summary>
    public static async Task CheckAsync(string path, string text)
    {
        string file = Repository.PathOf(path);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            await File.WriteAllTextAsync(file, text);
            return;
        }

        string stored = File.Exists(file) ? (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n") : "";
        if (stored == text)
            return;

        string[] stands = stored.Split('\n');
        string[] must = text.Split('\n');
        int line = Enumerable.Range(0, int.Max(stands.Length, must.Length)).First(at => stands.ElementAtOrDefault(at) != must.ElementAtOrDefault(at));
        Assert.Fail(
            $"""
            {path} is not what the database says, from line {line + 1} on. Write it anew, look at the difference, and commit it:
              {Switch}=1 dotnet test tests/FollowerSync.IntegrationTests --configuration Release --filter FullyQualifiedName~Documents
            The file has: {stands.ElementAtOrDefault(line) ?? "(its end)"}
            It must have: {must.ElementAtOrDefault(line) ?? "(its end)"}
            """);
    }
}

using System.CommandLine;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary>A verb with what its help shows below the options.</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Command lines to copy, each with a word on what it does.</summary>
    public IReadOnlyList<(string Line, Sentence Meaning)> Examples { get; init; } = [];

    /// <summary>Further paragraphs.</summary>
    public IReadOnlyList<Sentence> Notes { get; init; } = [];

    /// <summary>The shape of what <c>--json</c> writes, and what of it is not plain: alike in all languages, as the JSON is; null = it writes none.</summary>
    public string? Json { get; init; }
}

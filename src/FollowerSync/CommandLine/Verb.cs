using System.CommandLine;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary>A verb with what its help shows below the options.</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Command lines to copy, each with a word on what it does.</summary>
    public IReadOnlyList<(string Line, Sentence Meaning)> Examples { get; init; } = [];

    /// <summary>Further paragraphs, such as the shape of the JSON.</summary>
    public string? Notes { get; init; }
}

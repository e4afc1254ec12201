using Microsoft.CodeAnalysis;

namespace FollowerSync.Structure;

/// <summary>One file, and the room it stands in: its folder under the project, <c>(root)</c> for the project's own.</summary>
internal sealed record SourceFile(string Path, string Room, SyntaxTree Tree)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public int Lines => Tree.GetText().ToString().TrimEnd('\n').Split('\n').Length;
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace FollowerSync.Structure;

/// <summary>What can be counted in the worker's sources.</summary>
internal sealed class Measures(SourceTree sources)
{
    public IReadOnlyList<int> FileLines => [.. sources.Files.Select(file => file.Lines).Order()];

    /// <summary>Methods, constructors and local functions, from their first word to their last brace, without attributes and comments above.</summary>
    public IReadOnlyList<int> MethodLines =>
        [.. Nodes().Where(found => found.Node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax).Select(found => LinesOf(found.Node)).Order()];

    /// <summary>Constructors by the number of their parameters, primary ones of classes included; records are data and left out.</summary>
    public IReadOnlyList<(string Room, string Type, int Parameters)> Constructors =>
    [
        .. from found in Nodes()
           let constructor = found.Node switch
           {
               ConstructorDeclarationSyntax { Parent: not RecordDeclarationSyntax } own => (own.Identifier.Text, own.ParameterList.Parameters.Count),
               TypeDeclarationSyntax { ParameterList: { } list } type and not RecordDeclarationSyntax => (type.Identifier.Text, list.Parameters.Count),
               _ => default,
           }
           where constructor.Text is not null
           orderby constructor.Count descending, constructor.Text
           select (found.File.Room, constructor.Text, constructor.Count),
    ];

    public IReadOnlyList<string> LeaseProofs =>
    [
        .. from found in Nodes()
           where found.Node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ProveAsync" } }
           select $"{found.File.Room}/{found.File.Name}",
    ];

    /// <summary>Parameter lists that hand on both a connection and its transaction, by room.</summary>
    public IReadOnlyList<(string Room, int Signatures)> HandedTransactions =>
    [
        .. from found in Nodes()
           where found.Node is ParameterListSyntax list && Takes(list, "NpgsqlConnection") && Takes(list, "NpgsqlTransaction")
           group found by found.File.Room into room
           orderby room.Key
           select (room.Key, room.Count()),
    ];

    public static int Percentile(IReadOnlyList<int> ordered, int percent) => ordered[(ordered.Count - 1) * percent / 100];

    private IEnumerable<(SourceFile File, SyntaxNode Node)> Nodes() =>
        sources.Files.SelectMany(file => file.Tree.GetRoot().DescendantNodes().Select(node => (file, node)));

    private static bool Takes(ParameterListSyntax list, string type) =>
        list.Parameters.Any(parameter => parameter.Type?.ToString().TrimEnd('?') == type);

    private static int LinesOf(SyntaxNode node)
    {
        SyntaxNodeOrToken first = node.ChildNodesAndTokens().First(part => !part.IsKind(SyntaxKind.AttributeList));
        FileLinePositionSpan whole = node.SyntaxTree.GetLineSpan(TextSpan.FromBounds(first.SpanStart, node.Span.End));
        return whole.EndLinePosition.Line - whole.StartLinePosition.Line + 1;
    }
}

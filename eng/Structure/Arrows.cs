using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FollowerSync.Structure;

/// <summary>
/// Which room names which: types wherever code writes them, with or without a <c>using</c>, and extension methods by their class. Comments and
/// strings name nothing.
/// </summary>
internal static class Arrows
{
    public static IReadOnlyList<Arrow> Of(SourceTree sources)
    {
        ILookup<string, (string Room, string Type)> extensions = Extensions(sources);
        HashSet<string> asked = [.. sources.TypeNames, .. extensions.Select(methods => methods.Key)];
        return [.. sources.Files.AsParallel().AsOrdered().SelectMany(file => Of(file, sources, extensions, asked)).Distinct()];
    }

    private static IEnumerable<Arrow> Of(
        SourceFile file, SourceTree sources, ILookup<string, (string Room, string Type)> extensions, HashSet<string> asked)
    {
        SemanticModel model = sources.Compilation.GetSemanticModel(file.Tree);
        IEnumerable<SimpleNameSyntax> names = file.Tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>();
        foreach (SimpleNameSyntax name in names.Where(name => asked.Contains(name.Identifier.Text)))
        {
            SymbolInfo bound = model.GetSymbolInfo(name);
            ISymbol? symbol = bound.Symbol ?? bound.CandidateSymbols.FirstOrDefault();
            (string Room, string Type)? named = symbol is null ? UnboundExtension(name, extensions) : Named(symbol, sources);
            if (named is { } there && there.Room != file.Room)
                yield return new Arrow(file.Room, there.Room, file.Name, there.Type);
        }
    }

    private static (string Room, string Type)? Named(ISymbol symbol, SourceTree sources)
    {
        INamedTypeSymbol? type = symbol switch
        {
            INamedTypeSymbol itself => itself,
            IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.ReducedExtension } method => method.ContainingType,
            _ => null,
        };
        SyntaxTree? tree = type?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree;
        return tree is not null && sources.RoomOf.TryGetValue(tree, out string? room) ? (room, type!.Name) : null;
    }

    /// <summary>A call on a value whose type comes from a package is not bound; its name tells, when only one class has such an extension.</summary>
    private static (string Room, string Type)? UnboundExtension(SimpleNameSyntax name, ILookup<string, (string Room, string Type)> extensions) =>
        name.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } access && access.Name == name
        && extensions[name.Identifier.Text].ToArray() is [var only]
            ? only
            : null;

    private static ILookup<string, (string Room, string Type)> Extensions(SourceTree sources) =>
        (from file in sources.Files
         from method in file.Tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
         where method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) is true
         let type = (TypeDeclarationSyntax)method.Parent!
         select (method.Identifier.Text, Named: (file.Room, type.Identifier.Text)))
        .Distinct()
        .ToLookup(method => method.Text, method => method.Named);
}

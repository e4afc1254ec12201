using System.Text;
using FollowerSync.Languages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FollowerSync.Tests.Languages;

/// <summary>Every <see cref="Sentence"/> the worker's code makes, as the compiler binds it: constants and interpolated strings where a sentence is asked for.</summary>
internal sealed class CodeSentences
{
    private static readonly Lazy<CodeSentences> Only = new(() => new CodeSentences());

    private readonly SortedSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    private CodeSentences()
    {
        // Here the packages' types are needed too: what cannot be bound tells of no conversion.
        string[] own = ["followersync", "FollowerSync.Emulator"];
        Compilation compilation = CheckoutSources.Tree.Compilation.AddReferences(
            Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
                .Where(file => !own.Contains(Path.GetFileNameWithoutExtension(file))).Select(file => MetadataReference.CreateFromFile(file)));
        foreach (SyntaxTree tree in CheckoutSources.Tree.Files.Select(file => file.Tree))
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (ExpressionSyntax expression in tree.GetRoot().DescendantNodes().OfType<ExpressionSyntax>())
                Read(model, expression);
        }
    }

    /// <summary>The names their translations go by.</summary>
    public static IReadOnlyCollection<string> Keys => Only.Value._keys;

    /// <summary>Texts that would stay English in every language.</summary>
    public static IReadOnlyCollection<string> Faults => Only.Value._faults;

    private void Read(SemanticModel model, ExpressionSyntax expression)
    {
        // The conversion that a cast asks for is the cast's own.
        if (expression is CastExpressionSyntax { Expression: var text } && model.GetTypeInfo(expression).Type is { Name: nameof(Sentence) })
        {
            if (text is InterpolatedStringExpressionSyntax)
                ReadInterpolated(model, text);
            else if (model.GetTypeInfo(text).Type is { SpecialType: SpecialType.System_String })
                ReadText(model, text);
            return;
        }

        if (model.GetTypeInfo(expression).ConvertedType is not { Name: nameof(Sentence) })
            return;

        Conversion conversion = model.GetConversion(expression);
        if (conversion.IsInterpolatedStringHandler)
            ReadInterpolated(model, expression);
        else if (conversion is { IsUserDefined: true, IsImplicit: true })
            ReadText(model, expression);
    }

    private void ReadText(SemanticModel model, ExpressionSyntax expression)
    {
        if (model.GetConstantValue(expression) is { HasValue: true, Value: string text })
            Add(text);
        else
            Fault(expression, "is put together before it becomes a sentence: make its parts sentences, or say Sentence.Foreign");
    }

    private void ReadInterpolated(SemanticModel model, ExpressionSyntax expression)
    {
        StringBuilder key = new();
        int holes = 0;
        foreach (InterpolatedStringContentSyntax part in expression.DescendantNodesAndSelf(node => node is BinaryExpressionSyntax).OfType<InterpolatedStringExpressionSyntax>().SelectMany(part => part.Contents))
        {
            if (part is InterpolatedStringTextSyntax text)
                key.Append(text.TextToken.ValueText);
            else if (part is InterpolationSyntax hole)
            {
                key.Append('{').Append(holes++).Append('}');
                ReadHole(model, hole);
            }
        }

        Add(key.ToString());
    }

    // Words in a hole that are a string and no sentence stay English.
    private void ReadHole(SemanticModel model, InterpolationSyntax hole)
    {
        if (model.GetTypeInfo(hole.Expression).Type is not { SpecialType: SpecialType.System_String })
            return;
        foreach (ExpressionSyntax branch in Branches(hole.Expression).Where(branch => branch is InterpolatedStringExpressionSyntax || model.GetConstantValue(branch) is { HasValue: true, Value: string }))
        {
            bool isWord = branch is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax
                ? branch.ToString().Any(char.IsAsciiLetter) : model.GetConstantValue(branch).Value is string text && text.Contains(' ', StringComparison.Ordinal);
            if (isWord)
                Fault(branch, "is a word in a sentence: make it a sentence");
        }
    }

    private static IEnumerable<ExpressionSyntax> Branches(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Branches(inner.Expression),
        ConditionalExpressionSyntax choice => [.. Branches(choice.WhenTrue), .. Branches(choice.WhenFalse)],
        SwitchExpressionSyntax choice => choice.Arms.SelectMany(arm => Branches(arm.Expression)),
        BinaryExpressionSyntax binary => [.. Branches(binary.Left), .. Branches(binary.Right)],
        _ => [expression],
    };

    private void Add(string key)
    {
        if (key.Any(char.IsLetter) || key.Contains("{0}", StringComparison.Ordinal))
            _keys.Add(key);
    }

    private void Fault(ExpressionSyntax expression, string why)
    {
        FileLinePositionSpan place = expression.GetLocation().GetLineSpan();
        _faults.Add($"{Path.GetFileName(place.Path)}:{place.StartLinePosition.Line + 1} {expression} {why}");
    }
}

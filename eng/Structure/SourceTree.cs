using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FollowerSync.Structure;

/// <summary>The sources of a checkout: the worker's files, and the emulator's as far as the worker names them.</summary>
internal sealed class SourceTree
{
    public const string Root = "(root)";
    public const string Emulator = "Emulator";

    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Net.Http.Json; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    private SourceTree(SourceFile[] files, SourceFile[] emulator)
    {
        Files = files;
        EmulatorLines = emulator.Sum(file => file.Lines);
        RoomOf = files.Concat(emulator).ToDictionary(file => file.Tree, file => file.Room);
        Compilation = CSharpCompilation.Create(
            "FollowerSync",
            [.. RoomOf.Keys, CSharpSyntaxTree.ParseText(ImplicitUsings)],
            Framework(),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication));
    }

    public IReadOnlyList<SourceFile> Files { get; }

    public int EmulatorLines { get; }

    /// <summary>Packages are not among its references: what the sources name of each other is bound all the same.</summary>
    public CSharpCompilation Compilation { get; }

    public IReadOnlyDictionary<SyntaxTree, string> RoomOf { get; }

    /// <summary>What the sources call types of their own: no other name can lead to another room.</summary>
    public IEnumerable<string> TypeNames =>
        from tree in RoomOf.Keys
        from node in tree.GetRoot().DescendantNodes(within => within is not BaseMethodDeclarationSyntax)
        let name = node switch
        {
            BaseTypeDeclarationSyntax type => Written(type.Identifier.Text),
            DelegateDeclarationSyntax handler => handler.Identifier.Text,
            UsingDirectiveSyntax { Alias: { } alias } => alias.Name.Identifier.Text,
            _ => null,
        }
        where name is not null
        select name;

    public IReadOnlyList<string> Rooms => [.. Files.Select(file => file.Room).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The checkout this program was built from.</summary>
    public static string OwnCheckout([CallerFilePath] string file = "")
    {
        string folder = Path.GetDirectoryName(file)!;
        while (!File.Exists(Path.Combine(folder, "FollowerSync.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"There is no FollowerSync.sln above {file}.");
        return folder;
    }

    /// <param name="checkout">The folder of the solution.</param>
    /// <exception cref="DirectoryNotFoundException">The folder holds no <c>src/FollowerSync</c>.</exception>
    public static SourceTree Read(string checkout)
    {
        string source = Path.GetFullPath(Path.Combine(checkout, "src"));
        string emulator = Path.Combine(source, "FollowerSync.Emulator");
        return new SourceTree(
            ReadProject(Path.Combine(source, "FollowerSync"), folder => folder is "." ? Root : folder),
            Directory.Exists(emulator) ? ReadProject(emulator, _ => Emulator) : []);
    }

    private static SourceFile[] ReadProject(string project, Func<string, string> roomOf) =>
    [
        .. from path in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
           let folder = Path.GetRelativePath(project, Path.GetDirectoryName(path)!).Replace('\\', '/')
           where folder.Split('/')[0] is not ("bin" or "obj")
           select new SourceFile(path, roomOf(folder), CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path)),
    ];

    /// <summary>Attributes are written without their ending.</summary>
    private static string Written(string type) => type.EndsWith("Attribute", StringComparison.Ordinal) ? type[..^"Attribute".Length] : type;

    private static IEnumerable<MetadataReference> Framework() =>
        from anchor in new[] { typeof(object), typeof(WebApplication) }
        from path in Directory.EnumerateFiles(Path.GetDirectoryName(anchor.Assembly.Location)!, "*.dll")
        where !path.Contains("Native", StringComparison.OrdinalIgnoreCase)
        select MetadataReference.CreateFromFile(path);
}

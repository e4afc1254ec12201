using FollowerSync.Structure;

namespace FollowerSync.Tests;

/// <summary>The reading of rooms and arrows, tried on small sources.</summary>
public sealed class StructureTests : IDisposable
{
    private readonly string _checkout = Directory.CreateTempSubdirectory("followersync-structure-").FullName;

    [Fact]
    public void A_type_of_an_enclosing_namespace_is_named_without_a_using()
    {
        Write("Sync/Round.cs", "namespace FollowerSync.Sync; internal sealed class Round;");
        Write("Sync/Asking/Plan.cs", "namespace FollowerSync.Sync.Asking; internal sealed class Plan(Round round) { public object It => round; }");

        Read().ShouldBe([new Arrow("Sync/Asking", "Sync", "Plan.cs", "Round")]);
    }

    [Fact]
    public void The_projects_own_folder_is_a_room()
    {
        Write("Program.cs", "FollowerSync.Runs.Run.Go();");
        Write("Runs/Run.cs", "namespace FollowerSync.Runs; internal static class Run { public static void Go() { } }");

        Read().ShouldBe([new Arrow("(root)", "Runs", "Program.cs", "Run")]);
    }

    [Fact]
    public void Comments_strings_and_members_of_the_same_name_name_nothing()
    {
        Write("Runs/Run.cs", "namespace FollowerSync.Runs; internal sealed class Run;");
        Write("Web/Page.cs", """
            namespace FollowerSync.Web;
            /// <summary>Shows a <c>Run</c>.</summary>
            internal sealed class Page { public string Run => "Run"; public string Text => this.Run; /* Run */ }
            """);

        Read().ShouldBeEmpty();
    }

    [Fact]
    public void A_using_decides_between_types_of_one_name()
    {
        Write("Runs/Store.cs", "namespace FollowerSync.Runs; internal sealed class Store;");
        Write("Status/Store.cs", "namespace FollowerSync.Status; internal sealed class Store;");
        Write("Web/Page.cs", "using FollowerSync.Status; namespace FollowerSync.Web; internal sealed class Page { private readonly Store _store = new(); }");

        Read().ShouldBe([new Arrow("Web", "Status", "Page.cs", "Store")]);
    }

    [Fact]
    public void An_attribute_and_an_extension_of_a_packages_type_are_named_by_use()
    {
        Write("Settings/KeyAttribute.cs", "namespace FollowerSync.Settings; internal sealed class KeyAttribute : Attribute;");
        Write("Database/Speech.cs", "namespace FollowerSync.Database; internal static class Speech { public static void Say(this NpgsqlConnection to) { } }");
        Write("Web/Page.cs", """
            using FollowerSync.Database; using FollowerSync.Settings; namespace FollowerSync.Web;
            internal sealed class Page { [Key] public void Show(NpgsqlConnection to) => to.Say(); }
            """);

        Read().Select(arrow => arrow.To).ShouldBe(["Settings", "Database"]);
    }

    [Fact]
    public void Rooms_that_come_back_to_themselves_are_a_circle()
    {
        Arrow[] arrows = [new("A", "B", "", ""), new("B", "C", "", ""), new("C", "A", "", ""), new("D", "A", "", "")];

        Circles.Of(arrows).ShouldHaveSingleItem().ShouldBe(["A", "B", "C"]);
    }

    [Fact]
    public void The_picture_leaves_out_an_arrow_that_follows_from_others()
    {
        Arrow[] arrows = [new("A/Inner", "B", "", ""), new("B", "C", "", ""), new("A", "C", "", ""), new("A", "A/Inner", "", "")];

        Picture.Of(arrows).ShouldBe("graph TD\n    A --> B\n    B --> C\n");
    }

    [Fact]
    public void Constructors_methods_proofs_and_handed_transactions_are_counted()
    {
        Write("Runs/Run.cs", """
            namespace FollowerSync.Runs;
            internal sealed record Row(int A, int B, int C);
            internal sealed class Run(int a, int b)
            {
                [Obsolete]
                public async Task CloseAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction)
                {
                    await a.ProveAsync(b);
                }
            }
            """);

        Measures measures = new(SourceTree.Read(_checkout));
        measures.Constructors.ShouldBe([("Runs", "Run", 2)]);
        measures.MethodLines.ShouldBe([4]);
        measures.LeaseProofs.ShouldBe(["Runs/Run.cs"]);
        measures.HandedTransactions.ShouldBe([("Runs", 1)]);
    }

    public void Dispose() => Directory.Delete(_checkout, recursive: true);

    private IReadOnlyList<Arrow> Read() => Arrows.Of(SourceTree.Read(_checkout));

    private void Write(string file, string text)
    {
        string path = Path.Combine(_checkout, "src", "FollowerSync", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

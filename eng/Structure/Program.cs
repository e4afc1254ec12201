using FollowerSync.Structure;

bool picture = args.Contains("--mermaid");
string[] folders = [.. args.Where(argument => argument != "--mermaid")];
if (folders.Length > 1 || folders.Any(folder => folder.StartsWith('-')))
{
    Console.Error.WriteLine("usage: eng/structure.sh [--mermaid] [CHECKOUT]");
    return 2;
}

string checkout = folders.FirstOrDefault(SourceTree.OwnCheckout());
if (!Directory.Exists(Path.Combine(checkout, "src", "FollowerSync")))
{
    Console.Error.WriteLine($"There is no src/FollowerSync in {checkout}: name the folder of a checkout.");
    return 2;
}

SourceTree sources = SourceTree.Read(checkout);
if (picture)
    Console.Write(Picture.Of(Arrows.Of(sources)));
else
    Report.Write(sources, Console.Out);
return 0;

using FollowerSync.Languages;

namespace FollowerSync.Database.PrivateServer;

/// <summary>The folder named for the private PostgreSQL is neither new nor one of ours: nothing in it was touched.</summary>
internal sealed class FolderNotOursException(string folder, Sentence why)
    : DatabaseException(
        $"The folder {folder} cannot be used for the private PostgreSQL: {why}.",
        "Name a folder that is absent or empty and lies where nobody else can write (Database:PrivateFolder; for the demo --folder), or leave it unnamed.");

using System.Globalization;

namespace FollowerSync.Database.PrivateServer;

/// <summary>An entry of the file system as it stands there: a link is a link, not what it leads to.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Mode">Type and rights as ls writes them, <c>drwxr-xr-x</c>.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Owner">Number of the user.</param>
/// <param name="Group">Number of the group.</param>
internal sealed record FileEntry(string Path, string Mode, int Links, int Owner, int Group)
{
    public const int Root = 0;

    private const int GroupMayWrite = 5;
    private const int OthersMayWrite = 8;
    private const int Sticky = 9;

    public bool IsLink => Mode[0] == 'l';

    public bool IsFile => Mode[0] == '-';

    public bool IsFolder => Mode[0] == 'd';

    /// <summary>Whether members of its group can change what lies in it.</summary>
    public bool IsOpenToGroup => Mode[GroupMayWrite] == 'w' && !IsSticky;

    /// <summary>Whether anybody can change what lies in it.</summary>
    public bool IsOpenToAll => Mode[OthersMayWrite] == 'w' && !IsSticky;

    // In a sticky folder (/tmp) everybody may create, and only owners may rename or remove.
    private bool IsSticky => Mode[Sticky] is 't' or 'T';

    /// <summary>Null when there is none.</summary>
    public static async Task<FileEntry?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        PostgresCommand.Answer answer = await PostgresCommand.RunAsync("/bin/ls", ["-ldn", "--", path], account: null, cancellationToken);
        string[] columns = answer.Output.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
        return answer.ExitCode == 0 && columns is [{ Length: > Sticky } mode, string links, string owner, string group, ..]
            ? new FileEntry(path, mode, int.Parse(links, CultureInfo.InvariantCulture), int.Parse(owner, CultureInfo.InvariantCulture), int.Parse(group, CultureInfo.InvariantCulture))
            : null;
    }

    /// <summary>Gives it to another user and group.</summary>
    /// <returns>False when that is not ours to do.</returns>
    public async Task<bool> TryGiveAsync(int owner, int group, CancellationToken cancellationToken)
    {
        string to = string.Create(CultureInfo.InvariantCulture, $"{owner}:{group}");
        return (await PostgresCommand.RunAsync("/bin/chown", ["-h", to, "--", Path], account: null, cancellationToken)).ExitCode == 0;
    }

    /// <summary>Number of the user this program runs as.</summary>
    public static async Task<int> OwnUserAsync(CancellationToken cancellationToken)
    {
        PostgresCommand.Answer answer = await PostgresCommand.RunAsync("/usr/bin/id", ["-u"], account: null, cancellationToken);
        return int.Parse(answer.Output.Trim(), CultureInfo.InvariantCulture);
    }
}

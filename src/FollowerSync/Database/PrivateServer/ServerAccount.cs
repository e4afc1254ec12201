using System.Globalization;

namespace FollowerSync.Database.PrivateServer;

/// <summary>The unprivileged account PostgreSQL runs under when this program runs as root, which PostgreSQL refuses to.</summary>
internal sealed record ServerAccount(string Name, int UserId, int GroupId)
{
    private static readonly string[] Preferred = ["postgres", "_postgres", "nobody"];
    private static readonly string[] ProgramFolders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    /// <summary>Null when this program is not root and needs no other account.</summary>
    /// <exception cref="PrivatePostgresException">There is no account to drop to, or no program to do it with.</exception>
    public static ServerAccount? Current()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return null;

        ServerAccount[] accounts = File.Exists("/etc/passwd") ? [.. File.ReadLines("/etc/passwd").Select(Parse).OfType<ServerAccount>()] : [];
        ServerAccount? account = Preferred.Select(name => Array.Find(accounts, one => one.Name == name)).OfType<ServerAccount>().FirstOrDefault();
        if (account is null || (Find("setpriv") ?? Find("runuser")) is null)
        {
            throw new PrivatePostgresException(
                "This program runs as root, PostgreSQL refuses to, and there is no way to another account (user postgres or nobody; setpriv or runuser).",
                "Run followersync as an ordinary user, or name a PostgreSQL server in ConnectionStrings:FollowerSync.");
        }

        return account;
    }

    /// <summary>The command that runs <paramref name="program"/> under this account.</summary>
    public (string Program, IReadOnlyList<string> Arguments) Wrap(string program, IReadOnlyList<string> arguments)
    {
        // setpriv first: runuser opens a PAM session, which containers often lack.
        return Find("setpriv") is { } setpriv
            ? (setpriv, [Id("--reuid", UserId), Id("--regid", GroupId), "--init-groups", "--", program, .. arguments])
            : (Find("runuser")!, ["-u", Name, "--", program, .. arguments]);
    }

    private static string Id(string option, int id) => string.Create(CultureInfo.InvariantCulture, $"{option}={id}");

    private static string? Find(string program) =>
        ProgramFolders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static ServerAccount? Parse(string line) =>
        line.Split(':') is [string name, _, string user, string group, ..]
        && int.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out int userId)
        && int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out int groupId)
            ? new ServerAccount(name, userId, groupId)
            : null;
}

using System.CommandLine;
using FollowerSync.Analysts;
using FollowerSync.Database;
using FollowerSync.Database.Opening;
using Npgsql;

namespace FollowerSync.CommandLine;

/// <summary><c>grant</c>: gives an analyst a login that can only read.</summary>
internal sealed class GrantVerb(CommandContext context, BuildHost buildHost)
{
    private const string Analyst = "analyst";
    private const string AnalystPii = "analyst_pii";

    private readonly Argument<string> _user = new("USER") { Description = "Name of the login; created when missing." };
    private readonly Option<string> _role = new Option<string>("--role")
    {
        Description = "analyst: all but nickname, picture, remark, sex, language and place; analyst_pii: all of the schema wechat.",
        DefaultValueFactory = _ => Analyst,
    }.AcceptOnlyFromAmong(Analyst, AnalystPii);

    public Verb Create()
    {
        Verb verb = new("grant", "Gives an analyst a login to the database that can only read.")
        {
            Examples = [("followersync grant anna --role analyst", "prints the connection line with a new password, once")],
            Notes = "The login reads only, a minute at the longest, over five connections, and sees nothing of the schema followersync.\n"
                + "Run it again after an upgrade: views that are new get their rights then.",
        };
        verb.Add(_user);
        verb.Add(_role);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string user = parsed.GetValue(_user)!;
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        DatabaseAccess access = host.Services.GetRequiredService<DatabaseAccess>();
        await access.RequireCurrentSchemaAsync(cancellationToken);

        string role = parsed.GetValue(_role) == AnalystPii ? AnalystRoles.AnalystPii : AnalystRoles.Analyst;
        FollowerDatabase database = host.Services.GetRequiredService<FollowerDatabase>();
        string? password = await new AnalystRoles(database).GrantAsync(user, role, cancellationToken);
        NpgsqlConnectionStringBuilder target = new(database.DataSource.ConnectionString);
        if (access.PrivateServer is { } server)
            (target.Host, target.Port) = ("127.0.0.1", server.Port);
        string login = Uri.EscapeDataString(user) + (password is null ? "" : ":" + password);
        string name = Uri.EscapeDataString(target.Database ?? "");
        string line = target.Host!.StartsWith('/')
            ? $"postgresql://{login}@/{name}?host={Uri.EscapeDataString(target.Host)}&port={target.Port}"
            : $"postgresql://{login}@{target.Host}:{target.Port}/{name}";
        await context.Output.WriteLineAsync(password is null
            ? $"{user} is in {role} now and keeps its password. Connect with: psql '{line}'"
            : $"{user} was created, in {role}. The password is shown this once. Connect with: psql '{line}'");
        return ExitCodes.Succeeded;
    }
}

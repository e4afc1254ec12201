using System.CommandLine;
using FollowerSync.Analysts;
using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.Database.Schema;
using FollowerSync.Languages;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.CommandLine;

/// <summary>What <c>grant</c> and <c>revoke</c> share: who changes roles, and what is said when nobody here may.</summary>
internal sealed class AnalystVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Option<bool> _sql = new("--sql") { Description = context.Say("Changes nothing; writes the statements for an administrator of the server to stdout.") };
    private readonly Option<string?> _administrator = new("--admin-connection")
    {
        Description = context.Say("Connection string by which roles are created, such as \"Username=postgres\"; what it leaves out is as in ConnectionStrings:FollowerSync. "
            + "Without its password, which comes from the environment variable PGPASSWORD or from ~/.pgpass: arguments can be seen by everybody on the machine."),
        HelpName = "CONNECTION",
    };

    public void AddTo(Verb verb)
    {
        verb.Add(_sql);
        verb.Add(_administrator);
    }

    /// <param name="parsed">The arguments.</param>
    /// <param name="change">Does the work; told whether to return a script instead.</param>
    /// <param name="tell">What to say when it is done, or will be once the script was run.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<int> RunAsync(
        ParseResult parsed, Func<AnalystRoles, bool, Task<LoginChange>> change, Func<LoginChange, AnalystTarget, Sentence> tell, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        DatabaseAccess access = host.Services.GetRequiredService<DatabaseAccess>();
        await (parsed.GetValue(_sql) ? access.RequireCurrentSchemaAsync(cancellationToken) : access.RequireWritableAsync(cancellationToken));

        FollowerDatabase database = host.Services.GetRequiredService<FollowerDatabase>();
        NpgsqlConnectionStringBuilder target = new(database.DataSource.ConnectionString);
        if (access.PrivateServer is { } server)
            (target.Host, target.Port) = ("127.0.0.1", server.Port);
        await using NpgsqlDataSource? administrator = parsed.GetValue(_administrator) is { } connection ? AdministratorConnection.Open(connection, target) : null;
        FollowerDatabase? byAdministrator = administrator is null
            ? null : new FollowerDatabase(administrator, new DatabaseOptions { Retries = 0 }, context.Time, NullLogger<FollowerDatabase>.Instance);
        AnalystTarget shown = new(target, AnalystsOptions.ReadHostsOf(settings.Configuration, target.Port));
        LoginChange done = await change(new AnalystRoles(database, byAdministrator, ZonedTime.ScheduleOf(settings.Configuration).TimeZone), parsed.GetValue(_sql));
        if (done.Script is null)
        {
            context.Tell(tell(done, shown));
            return ExitCodes.Succeeded;
        }

        // The statements alone go to stdout, ready for psql; the password is in none of them.
        await context.Output.WriteLineAsync(done.Script);
        if (done.Refusal is not null)
        {
            context.Complain(
                $"followersync: Not done: {(administrator is null ? (Sentence)$"the database user \"{target.Username}\"" : "the administrator's login")} may not change roles ({done.Refusal}), and should not need to. "
                + $"Let an administrator of the server run the statements above in the database \"{target.Database}\", or run this again with --admin-connection.");
        }

        context.Complain($"Once they were run: {tell(done, shown)}");
        return done.Refusal is null ? ExitCodes.Succeeded : ExitCodes.Failed;
    }
}

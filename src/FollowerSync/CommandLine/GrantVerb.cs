using System.CommandLine;
using FollowerSync.Analysts;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary><c>grant</c>: gives an analyst a login that can only read.</summary>
internal sealed class GrantVerb(CommandContext context, BuildHost buildHost)
{
    private const string Analyst = "analyst";
    private const string AnalystPii = "analyst_pii";

    private readonly AnalystVerb _shared = new(context, buildHost);
    private readonly Argument<string> _user = new("USER") { Description = context.Say("Name of the login; created when missing.") };
    private readonly Option<string?> _role = new Option<string?>("--role")
    {
        Description = context.Say("analyst: all but nickname, picture, remark, sex, language and place; analyst_pii: all of the schema wechat. Unless named: the one USER has, else analyst."),
    }.AcceptOnlyFromAmong(Analyst, AnalystPii);

    private readonly Option<bool> _renewPassword = new("--renew-password") { Description = context.Say("Gives a login that is there already a new password.") };

    public Verb Create()
    {
        Verb verb = new("grant", context.Say("Gives an analyst a login to the database that can only read."))
        {
            Examples =
            [
                ("followersync grant anna --role analyst", "prints the connection line with a new password, once"),
                ("followersync grant anna --sql", "writes the statements for an administrator, and changes nothing"),
                ("followersync grant anna --admin-connection Username=postgres", "creates the login as that user"),
            ],
            Notes =
            [
                "The login reads one of the two halves of the schema wechat and nothing of the schema followersync, in this database only. What has no personal column it reads as a whole (select *); the views *_plain have the rest of what does. Its sessions begin in the schema wechat and the schedule's zone.",
                "A login is in one of the roles: giving the one takes the other. Run it again after an upgrade: views that are new get their rights then.",
            ],
        };
        verb.Add(_user);
        verb.Add(_role);
        verb.Add(_renewPassword);
        _shared.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => _shared.RunAsync(
            parsed,
            (roles, asScript) => roles.GrantAsync(
                parsed.GetValue(_user)!, parsed.GetValue(_role) is { } role ? role == AnalystPii : null, parsed.GetValue(_renewPassword), asScript, cancellationToken),
            (change, target) => Tell(parsed.GetValue(_user)!, change, target),
            cancellationToken));
        return verb;
    }

    private static Sentence Tell(string user, LoginChange change, AnalystTarget target)
    {
        Sentence done = (change.IsNew, change.Password) switch
        {
            (true, _) => (Sentence)$"{user} was created, in {change.Role}. The password is shown this once.",
            (false, not null) => $"{user} is in {change.Role} and has a new password, shown this once.",
            (false, null) => $"{user} is in {change.Role} now and keeps its password.",
        };
        Sentence connect = $"Connect with: psql '{target.AddressFor(Uri.EscapeDataString(user) + (change.Password is null ? "" : ":" + change.Password))}'";
        return Sentence.Join(" ",
        [
            done, connect,
            .. target.Replicas.Count > 0 ? ["It is the replica of Analysts:ReadHost, which learns of the login, as of everything, some moments after the primary."] : Array.Empty<Sentence>(),
        ]);
    }
}

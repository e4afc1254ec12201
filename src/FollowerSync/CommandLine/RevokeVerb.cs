using System.CommandLine;

namespace FollowerSync.CommandLine;

/// <summary><c>revoke</c>: takes an analyst's rights away.</summary>
internal sealed class RevokeVerb(CommandContext context, BuildHost buildHost)
{
    private readonly AnalystVerb _shared = new(context, buildHost);
    private readonly Argument<string> _user = new("USER") { Description = context.Say("Name of the login.") };

    public Verb Create()
    {
        Verb verb = new("revoke", context.Say("Takes an analyst's rights in this database away."))
        {
            Examples = [("followersync revoke anna", "her next statement is refused")],
            Notes =
            [
                "The login itself stays, since it may be used in other databases; an administrator removes it with \"drop role\".",
            ],
        };
        verb.Add(_user);
        _shared.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => _shared.RunAsync(
            parsed,
            (roles, asScript) => roles.RevokeAsync(parsed.GetValue(_user)!, asScript, cancellationToken),
            (_, target) => $"{parsed.GetValue(_user)} reads nothing of \"{target.Server.Database}\" any more. The login itself stays; to remove it, as an administrator: drop role \"{parsed.GetValue(_user)!.Replace("\"", "\"\"", StringComparison.Ordinal)}\";",
            cancellationToken));
        return verb;
    }
}

using System.Security.Claims;
using FollowerSync.Web;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>What is kept of somebody who signed in: a name, who that is to the provider, and why they may come in. No token.</summary>
internal static class PageSession
{
    /// <summary>Scheme of the cookie.</summary>
    public const string Scheme = "session";

    /// <summary>So long after signing in the provider is asked again, whatever was done meanwhile.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    /// <summary>Claims a person is called by, the best first.</summary>
    public static readonly string[] Names = ["preferred_username", "email", "sub"];

    private const string ShownName = "shown_name";

    /// <summary>Whether the settings let the person in; asked again at every page, since a session outlives a start with other settings.</summary>
    public static bool IsAllowed(ClaimsPrincipal person, SignInOptions settings) => person.Claims.Any(claim => IsAllowed(claim, settings));

    /// <summary>Whether the provider itself does not vouch for the address by which the person would come in.</summary>
    public static bool IsUnproven(ClaimsPrincipal person, SignInOptions settings) =>
        settings.Claim == "email" && person.HasClaim(claim => claim.Type == "email_verified" && claim.Value.Equals("false", StringComparison.OrdinalIgnoreCase));

    /// <summary>What the page calls the person.</summary>
    public static string NameOf(ClaimsPrincipal person) =>
        Names.Select(name => PageVisitor.Shown(ValueOf(person, name))).FirstOrDefault(name => name.Length > 0) ?? "";

    /// <summary>What the log of actions calls the person of a session: by their name, which they may be able to change at the provider, and by who they are there, which stays.</summary>
    public static string ActorOf(ClaimsPrincipal session)
    {
        string name = session.Identity!.Name!;
        string subject = PageVisitor.Shown(ValueOf(session, "sub"));
        return name == subject ? subject : $"{name} ({subject})";
    }

    /// <summary>The little that the cookie keeps.</summary>
    public static ClaimsPrincipal Of(ClaimsPrincipal person, SignInOptions settings)
    {
        IEnumerable<Claim> kept = person.FindAll(claim => claim.Type == "sub" || IsAllowed(claim, settings));
        return new ClaimsPrincipal(new ClaimsIdentity(
            kept.Select(claim => new Claim(claim.Type, claim.Value)).Append(new Claim(ShownName, NameOf(person))).DistinctBy(claim => (claim.Type, claim.Value)), Scheme, ShownName, roleType: null));
    }

    // Names of claims differ in capitals too, by the standard; to the library's own search they do not.
    private static bool IsAllowed(Claim claim, SignInOptions settings) => claim.Type == settings.Claim && settings.Allowed.Contains(claim.Value, StringComparer.Ordinal);

    private static string ValueOf(ClaimsPrincipal person, string name) => person.FindFirst(claim => claim.Type == name)?.Value ?? "";
}

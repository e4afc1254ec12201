using System.Text.Json.Serialization;
using FollowerSync.Accounts;
using FollowerSync.Sharing;

namespace FollowerSync.CommandLine;

/// <summary>What <c>token --json</c> writes.</summary>
/// <param name="Accounts">Those asked for.</param>
internal sealed record TokenReport(IReadOnlyList<AccountTokenReport> Accounts);

/// <summary>How the token of one account stands, and who gets it.</summary>
/// <param name="AppId">The account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Source">Service the token comes from.</param>
/// <param name="ObtainedAt">When it was fetched; null when none is stored.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="SecondsLeft">Its remaining life; 0 when it has ended.</param>
/// <param name="Mirrors">Caches it is written to.</param>
/// <param name="Clients">Programs that may ask for it by HTTP.</param>
/// <param name="AccessToken">The token itself, for who asked for it.</param>
internal sealed record AccountTokenReport(
    string AppId,
    string Name,
    TokenSource Source,
    DateTimeOffset? ObtainedAt,
    DateTimeOffset? ExpiresAt,
    long? SecondsLeft,
    IReadOnlyList<MirrorState> Mirrors,
    IReadOnlyList<string> Clients,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AccessToken);

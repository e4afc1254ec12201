namespace FollowerSync.IntegrationTests.Documents;

/// <summary>Whether something is allowed.</summary>
/// <param name="Fresh">On a new server.</param>
/// <param name="Upgraded">On one upgraded from PostgreSQL 14, to whose schema <c>public</c> everybody may write.</param>
internal sealed record RightAnswers(bool Fresh, bool Upgraded);

namespace FollowerSync.Analysts;

/// <summary>What became of a login, or what an administrator has to run for it.</summary>
/// <param name="Role">The role it is in now.</param>
/// <param name="IsNew">Whether it was not there before.</param>
/// <param name="Password">Its new password; null when it keeps the one it has.</param>
/// <param name="Script">Statements for an administrator, when nothing was changed; null when all is done.</param>
/// <param name="Refusal">What the database refused; null when nothing was tried, or all is done.</param>
internal sealed record LoginChange(string Role, bool IsNew, string? Password, string? Script = null, string? Refusal = null);

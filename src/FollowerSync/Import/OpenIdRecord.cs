using FollowerSync.Languages;

namespace FollowerSync.Import;

/// <summary>What stands about one person in a file.</summary>
/// <param name="Line">Number of the line, or of its first one.</param>
/// <param name="OpenId">The openid; empty when there is none.</param>
/// <param name="WhyRefused">Why there is none; null when there is one.</param>
internal readonly record struct OpenIdRecord(long Line, string OpenId, Sentence? WhyRefused);

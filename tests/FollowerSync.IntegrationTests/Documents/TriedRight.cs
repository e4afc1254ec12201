using FollowerSync.Languages;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>Something that logins tried.</summary>
/// <param name="What">For people.</param>
/// <param name="Analyst">What the first role was answered.</param>
/// <param name="AnalystPii">Likewise the one of the personal columns.</param>
internal sealed record TriedRight(Sentence What, RightAnswers Analyst, RightAnswers AnalystPii);

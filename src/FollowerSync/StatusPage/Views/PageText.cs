namespace FollowerSync.StatusPage.Views;

/// <summary>A text of the page in both languages, with places <c>{0}</c>, <c>{1}</c> for what goes in.</summary>
/// <param name="Chinese">In Chinese.</param>
/// <param name="English">In English.</param>
internal sealed record PageText(string Chinese, string English);

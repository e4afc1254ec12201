using FollowerSync.Languages;

namespace FollowerSync.StatusPage.Views;

/// <summary>What a person is asked before an action.</summary>
/// <param name="Question">The action with its numbers.</param>
/// <param name="Button">What it is called.</param>
/// <param name="Action">Where the form goes.</param>
/// <param name="Back">Where to go instead.</param>
/// <param name="AppId">The account.</param>
internal sealed record Confirmation(string Question, string Button, string Action, string Back, string AppId)
{
    /// <summary>Fields that the form brings back as they are: what the question said.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A page that says one thing.</summary>
internal sealed record Notice(PageText Title, PageText Hint, Sentence? Detail = null)
{
    /// <summary>Where signing in begins, for whoever is not signed in; null = the overview is offered.</summary>
    public string? SignInAt { get; init; }

    /// <summary>The run that it is about; null = about none.</summary>
    public long? RunId { get; init; }
}

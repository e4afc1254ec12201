using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.AccountMigration;

/// <summary>Asks about up to 100 openids of the old account, whatever it takes: splits a refused list until the openids at fault stand alone, asks again about
/// those an answer left out, and believes no answer that gives two people one openid.</summary>
internal sealed class ChangeAsker(WeChatClient client, string from)
{
    /// <summary>Openids in one call; WeChat's maximum.</summary>
    public const int MostInACall = 100;

    public async Task<IReadOnlyList<ChangedOpenId>> AskAsync(string[] openIds, CancellationToken cancellationToken)
    {
        Dictionary<string, ChangedOpenId> answers = new(StringComparer.Ordinal);
        RefusedGroups groups = new(group => AskGroupAsync(group, answers, cancellationToken));
        await groups.AskAsync(openIds);
        foreach (string openId in openIds.Where(openId => !answers.ContainsKey(openId)).ToArray())
            await groups.AskAsync([openId]);
        // Asked one by one, two people can be given one openid in two answers.
        HashSet<string> shared = Repeated(answers.Values.Select(answer => answer.NewOpenId));
        return [.. openIds.Select(openId => answers.GetValueOrDefault(openId) switch
        {
            null => new ChangedOpenId(openId, NewOpenId: null, ChangedOpenId.LeftOut),
            { NewOpenId: { } named } when shared.Contains(named) => new ChangedOpenId(openId, NewOpenId: null, ChangedOpenId.NamedTwice),
            ChangedOpenId answer => answer,
        })];
    }

    /// <returns>Whether the group was answered whole.</returns>
    private async Task<bool> AskGroupAsync(string[] openIds, Dictionary<string, ChangedOpenId> answers, CancellationToken cancellationToken)
    {
        try
        {
            Take(openIds, await client.ChangeOpenIdsAsync(from, openIds, cancellationToken), answers);
            return true;
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.BadOpenId)
        {
            if (openIds.Length == 1)
                answers[openIds[0]] = new ChangedOpenId(openIds[0], NewOpenId: null, $"{exception.ErrorCode} {exception.ErrorText}");
            return false;
        }
    }

    private static HashSet<string> Repeated(IEnumerable<string?> openIds) => new(
        openIds.OfType<string>().GroupBy(openId => openId, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key), StringComparer.Ordinal);

    /// <summary>By openid, never by position; what nobody asked for, what is told twice and differs, and the old openid in the place of the new one are passed over.</summary>
    private static void Take(string[] asked, IReadOnlyList<OpenIdChange> answer, Dictionary<string, ChangedOpenId> answers)
    {
        HashSet<string> expected = new(asked, StringComparer.Ordinal);
        OpenIdChange[] told = [.. answer.Where(change => expected.Contains(change.OldOpenId) && change.NewOpenId != change.OldOpenId).Distinct()];
        HashSet<string> doubtful = Repeated(told.Select(change => change.OldOpenId));
        HashSet<string> shared = Repeated(told.Select(change => change.NewOpenId));
        foreach (OpenIdChange change in told.Where(change => !doubtful.Contains(change.OldOpenId)))
        {
            if (change.NewOpenId is null || !shared.Contains(change.NewOpenId))
                answers[change.OldOpenId] = Of(change);
        }
    }

    private static ChangedOpenId Of(OpenIdChange change) =>
        change.NewOpenId is not null ? new(change.OldOpenId, change.NewOpenId, Why: null)
        : new(change.OldOpenId, NewOpenId: null, change.IsUnknown ? ChangedOpenId.Unknown : $"no new openid: {ErrorText.Of(change.Text)}");
}

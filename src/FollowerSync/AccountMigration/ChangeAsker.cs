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
        return [.. openIds.Select(openId => answers.GetValueOrDefault(openId) ?? new ChangedOpenId(openId, NewOpenId: null, ChangedOpenId.LeftOut))];
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

    /// <summary>By openid, never by position; what nobody asked for, and what is told twice and differs, is passed over.</summary>
    private static void Take(string[] asked, IReadOnlyList<OpenIdChange> answer, Dictionary<string, ChangedOpenId> answers)
    {
        HashSet<string> expected = new(asked, StringComparer.Ordinal);
        OpenIdChange[] told = [.. answer.Where(change => expected.Contains(change.OldOpenId)).Distinct()];
        HashSet<string> doubtful = new(told.GroupBy(change => change.OldOpenId, StringComparer.Ordinal).Where(person => person.Count() > 1).Select(person => person.Key), StringComparer.Ordinal);
        HashSet<string> shared = new(
            told.Where(change => change.NewOpenId is not null).GroupBy(change => change.NewOpenId!, StringComparer.Ordinal).Where(person => person.Count() > 1).Select(person => person.Key),
            StringComparer.Ordinal);
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

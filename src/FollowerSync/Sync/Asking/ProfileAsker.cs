using FollowerSync.Followers;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync.Asking;

/// <summary>Gets a batch of profiles, whatever it takes: splits a refused, broken or untrustworthy batch until the openids at fault
/// stand alone, asks again for entries left out, and asks singly where one answer is not enough.</summary>
internal sealed class ProfileAsker(WeChatClient client, bool keepKnown)
{
    /// <summary>So many groups and single people may go without an answer that can be used, and one more for each hundred groups that are answered:
    /// when there are more, it is not because of somebody in them.</summary>
    private const int MostWithout = 10;

    /// <summary>Nor is it when more parts of a group than this fail in a row. Two who stand side by side make six fail.</summary>
    private const int MostPartsInARow = 6;

    private int _without;
    private int _answered;

    /// <summary>How many batches may be asked for at once.</summary>
    public CallPace Pace => client.Pace;

    public async Task<AskedBatch> AskAsync(IReadOnlyList<Ask> asks, CancellationToken cancellationToken)
    {
        var answers = new Answers(asks, keepKnown);
        await new RefusedGroups(group => AskGroupAsync(group, answers, cancellationToken)).AskAsync([.. asks.Select(a => a.OpenId)]);
        foreach (string openId in answers.Unanswered())
            await AskAgainAsync(openId, answers, cancellationToken);
        foreach (Ask ask in asks)
        {
            // The complete list is the second witness for whoever is missing from it. Of who arrived nothing is believed but with a signed event, which is one.
            // Anybody else is asked about twice.
            if (ask.Reason != AskReason.Missing && !ask.IsArrival && answers.SaysGone(ask.OpenId))
                await ConfirmGoneAsync(ask.OpenId, answers, cancellationToken);
        }

        return answers.ToBatch();
    }

    /// <summary>Asks for the group in one call.</summary>
    /// <returns>Whether it was answered, and the answer adds up.</returns>
    private async Task<bool> AskGroupAsync(string[] openIds, Answers answers, CancellationToken cancellationToken)
    {
        try
        {
            BatchAnswer answer = await (answers.Failure is null ? client.GetProfilesAsync(openIds, cancellationToken) : client.GetPartAsync(openIds, cancellationToken));
            Interlocked.Increment(ref _answered);
            answers.PartsFailed = 0;
            if (openIds.Length > 1 && !BatchTrust.CanBelieve(openIds, answer))
                return false;
            answers.Take(openIds, answer);
            return true;
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.BadOpenId)
        {
            if (openIds.Length == 1)
                answers.Reject(new Rejection(openIds[0], exception.ErrorCode, exception.ErrorText, exception.RequestId));
            return false;
        }
        catch (WeChatApiException exception) when (exception.MayBeAboutOne && !answers.AreArrivals)
        {
            // Whoever stands alone in the end is asked about singly, as one left out of an answer is.
            WeChatApiException first = answers.Failure ?? exception;
            if (answers.Failure is null ? !MayGoWithout() : ++answers.PartsFailed > MostPartsInARow)
                throw first;
            answers.Failure = first;
            return false;
        }
    }

    private bool MayGoWithout() => Interlocked.Increment(ref _without) <= MostWithout + (Volatile.Read(ref _answered) / 100);

    /// <summary>An openid left out of an answer, or answered without content, is asked for once more, singly; then it counts as rejected.</summary>
    private async Task AskAgainAsync(string openId, Answers answers, CancellationToken cancellationToken)
    {
        try
        {
            FollowerProfile profile = await client.GetProfileAsync(openId, cancellationToken);
            answers.TakeSingle(openId, profile);
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.BadOpenId || (exception.MayBeAboutOne && !answers.AreArrivals && MayGoWithout()))
        {
            answers.Reject(exception.IsBroken
                ? new Rejection(openId, ErrorCode: null, "WeChat's answers about this openid cannot be read: they are broken JSON", RequestId: null) { IsRefusal = true }
                : new Rejection(openId, exception.ErrorCode, exception.ErrorText, exception.RequestId));
        }
    }

    private async Task ConfirmGoneAsync(string openId, Answers answers, CancellationToken cancellationToken)
    {
        answers.Forget(openId);
        await AskAgainAsync(openId, answers, cancellationToken);
        answers.Confirm(openId);
    }

    /// <summary>Collects the answers by openid, never by position.</summary>
    private sealed class Answers(IReadOnlyList<Ask> asks, bool keepKnown)
    {
        private readonly Dictionary<string, FollowerProfile> _profiles = new(asks.Count, StringComparer.Ordinal);
        private readonly HashSet<string> _confirmedGone = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Rejection> _rejections = new(StringComparer.Ordinal);

        /// <summary>Whether all of them arrived: the inbox has its own way with whom WeChat cannot answer about.</summary>
        public bool AreArrivals { get; } = asks.All(ask => ask.IsArrival);

        /// <summary>Why the whole group got no answer that can be used; null = it was answered, or refused.</summary>
        public WeChatApiException? Failure { get; set; }

        /// <summary>How many parts of it got none since one was answered.</summary>
        public int PartsFailed { get; set; }

        public void Take(string[] asked, BatchAnswer answer)
        {
            HashSet<string> expected = new(asked, StringComparer.Ordinal);
            foreach (FollowerProfile profile in answer.Profiles)
            {
                if (expected.Contains(profile.OpenId) && IsUsable(profile))
                    _profiles[profile.OpenId] = profile;
            }
        }

        /// <summary>An answer without content for the second time: the person follows, and that is all we know. It must not be stored over more.</summary>
        public void TakeSingle(string openId, FollowerProfile profile)
        {
            if (profile.OpenId == openId && profile.Subscribe is not null)
                _profiles[openId] = profile.IsHollow ? profile.KeepingEverythingKnown() : profile;
            else
                Reject(new Rejection(openId, ErrorCode: null, "WeChat's answers left this openid out, or did not say whether it follows, twice", RequestId: null));
        }

        public void Reject(Rejection rejection) => _rejections[rejection.OpenId] = rejection;

        public void Forget(string openId) => _profiles.Remove(openId);

        public bool SaysGone(string openId) => _profiles.TryGetValue(openId, out FollowerProfile? profile) && profile.Subscribe == false;

        public void Confirm(string openId)
        {
            if (SaysGone(openId))
                _confirmedGone.Add(openId);
        }

        public IReadOnlyList<string> Unanswered() =>
            [.. asks.Select(a => a.OpenId).Where(openId => !_profiles.ContainsKey(openId) && !_rejections.ContainsKey(openId))];

        public AskedBatch ToBatch()
        {
            List<FollowerProfile> following = [];
            List<GoneAnswer> gone = [];
            int unchanged = 0;
            // A list that steps back has somebody twice.
            foreach (Ask ask in asks.DistinctBy(ask => ask.OpenId))
            {
                if (!_profiles.TryGetValue(ask.OpenId, out FollowerProfile? profile))
                    continue;
                if (ask.StoredHash is { } stored && profile.HashFor(keepKnown) == stored)
                    unchanged++;
                else if (profile.Subscribe == true)
                    following.Add(profile);
                else
                    gone.Add(new GoneAnswer(ask.OpenId, ask.Reason, _confirmedGone.Contains(ask.OpenId), ask.ListedAt));
            }

            return new AskedBatch(asks, following, gone, [.. _rejections.Values], unchanged) { Unreadable = CountUnreadable() };
        }

        private Dictionary<string, int> CountUnreadable() => _profiles.Values.Where(p => p.Unreadable != 0)
            .SelectMany(p => p.UnreadableColumns).CountBy(name => name).ToDictionary(StringComparer.Ordinal);

        private static bool IsUsable(FollowerProfile profile) => profile.Subscribe is not null && !profile.IsHollow;
    }
}

using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Sync.Asking;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync.Merging;

/// <summary>Decides about answers that would give a person another unionid than the stored one, or one that somebody else of the account has.
/// Nothing of a batch that holds such an answer is stored before it is decided: one shifted entry shifts its neighbours too.</summary>
/// <param name="client">Asks again.</param>
/// <param name="database">Says what is stored.</param>
/// <param name="appId">The account.</param>
/// <param name="isHolding">Whether earlier runs hold changed unionids: then every other one is held too, until somebody has looked.</param>
/// <remarks>One per run; called by the run's one writer.</remarks>
internal sealed class IdentityGuard(WeChatClient client, FollowerDatabase database, string appId, bool isHolding)
{
    /// <summary>So many unionids may change in a run; more than that cannot be right, and the brake holds them.</summary>
    public const int ChangeLimit = 10;

    /// <summary>So many batches are proven in parts in a run; when more than that lie, the brake holds the rest.</summary>
    private const int ProofLimit = 20;

    /// <summary>Up to so many doubtful people of a batch are asked about singly before the whole batch is doubted.</summary>
    private const int Few = 3;

    private readonly List<IdentityConflict> _conflicts = [];
    private readonly Dictionary<string, string> _held = new(StringComparer.Ordinal);

    /// <summary>Who was given a unionid by the batches decided so far, of those that are stored together: the table does not know of them yet.</summary>
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);
    private int _changes;
    private int _proofs;

    /// <summary>Whether the brake holds changed unionids, of this or an earlier run.</summary>
    public bool IsHolding { get; private set; } = isHolding;

    /// <summary>Whether nothing is decided, nor held: the batch is stored without its unionids, and a full run decides.</summary>
    public bool LeavesDoubt { get; init; }

    /// <summary>Hands over what the decisions of the last batches left to record.</summary>
    public IdentityFindings TakeFindings()
    {
        var findings = new IdentityFindings([.. _conflicts], new Dictionary<string, string>(_held, StringComparer.Ordinal));
        _conflicts.Clear();
        _held.Clear();
        _given.Clear();
        return findings;
    }

    /// <summary>The batch with every unionid either proven or left out.</summary>
    /// <param name="batch">The batch as it was answered.</param>
    /// <param name="suspects">People, of this or any other batch, with a suspicious unionid.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async Task<AskedBatch> DecideAsync(AskedBatch batch, IReadOnlySet<string> suspects, CancellationToken cancellationToken)
    {
        FollowerProfile[] doubtful = [.. batch.Profiles.Where(p => suspects.Contains(p.OpenId))];
        if (doubtful.Length == 0)
            return batch;
        if (LeavesDoubt)
            return WithoutUnionIds(batch);
        if (IsHolding || _proofs >= ProofLimit || _changes >= ChangeLimit)
            return Hold(batch, doubtful);

        Dictionary<string, string> stored = await ReadStoredAsync(batch.Profiles, cancellationToken);
        var proof = new Proof(batch.Profiles, stored);
        if (doubtful.Length > Few || !await AreBornOutAsync(doubtful, proof, cancellationToken))
        {
            _proofs++;
            await ProveAsync(proof.OpenIdsWithKnownOnesSpread(), proof, cancellationToken);
        }

        foreach (FollowerProfile profile in proof.Profiles)
            if (profile.UnionId is { } unionId)
                _given[unionId] = profile.OpenId;
        return batch with { Profiles = proof.Profiles };
    }

    /// <summary>Whether single answers say the same about the doubtful people as the batch did; if so the batch is right about everybody.</summary>
    private async Task<bool> AreBornOutAsync(FollowerProfile[] doubtful, Proof proof, CancellationToken cancellationToken)
    {
        foreach (FollowerProfile answered in doubtful)
        {
            if ((await AskSinglyAsync(answered.OpenId, cancellationToken))?.UnionId != answered.UnionId)
                return false;
        }

        foreach (FollowerProfile answered in doubtful)
            await AcceptSingleAsync(answered, proof, cancellationToken);
        return true;
    }

    /// <summary>Asks for a group again, and for its halves when it still does not agree with what is stored, down to single answers. A group of
    /// which no unionid is stored has nothing to disagree with, so its people are asked about singly: the batches may go on lying.</summary>
    private async Task ProveAsync(string[] openIds, Proof proof, CancellationToken cancellationToken)
    {
        const int Smallest = 4;
        if (openIds.Length <= Smallest || !openIds.Any(openId => proof.StoredUnionId(openId) is not null))
        {
            foreach (string openId in openIds)
                await DecideSinglyAsync(openId, proof, cancellationToken);
            return;
        }

        IReadOnlyList<FollowerProfile>? answers = await AskGroupAsync(openIds, cancellationToken);
        if (answers is not null && !await HoldsDoubtAsync(answers, proof, cancellationToken))
        {
            foreach (FollowerProfile answered in answers)
                proof.Accept(answered);
            return;
        }

        int half = openIds.Length / 2;
        await ProveAsync(openIds[..half], proof, cancellationToken);
        await ProveAsync(openIds[half..], proof, cancellationToken);
    }

    private async Task DecideSinglyAsync(string openId, Proof proof, CancellationToken cancellationToken)
    {
        FollowerProfile? single = await AskSinglyAsync(openId, cancellationToken);
        string? stored = proof.StoredUnionId(openId);
        string? answered = proof.AnsweredUnionId(openId);
        if (single is null || (stored is not null && single.UnionId != stored && single.UnionId != answered))
        {
            // Not even two of the three agree, or there is no single answer: the stored value stays.
            Refuse(openId, single, proof, otherOpenId: null);
            return;
        }

        if (answered is not null && single.UnionId != answered)
            _conflicts.Add(new IdentityConflict(openId, stored, answered, single.UnionId, OtherOpenId: null));
        await AcceptSingleAsync(single, proof, cancellationToken);
    }

    /// <summary>Takes a single answer's unionid, unless another person has it or too many have changed already.</summary>
    private async Task AcceptSingleAsync(FollowerProfile single, Proof proof, CancellationToken cancellationToken)
    {
        string? stored = proof.StoredUnionId(single.OpenId);
        if (single.UnionId is { } unionId && unionId != stored)
        {
            if (await FindOtherHolderAsync(single.OpenId, unionId, proof, cancellationToken) is { } other)
            {
                Refuse(single.OpenId, single, proof, other);
                return;
            }

            if (stored is not null && ++_changes > ChangeLimit)
            {
                IsHolding = true;
                _held[single.OpenId] = unionId;
                proof.Accept(single.WithoutUnionId());
                return;
            }
        }

        proof.Accept(single);
    }

    private void Refuse(string openId, FollowerProfile? single, Proof proof, string? otherOpenId)
    {
        _conflicts.Add(new IdentityConflict(openId, proof.StoredUnionId(openId), proof.AnsweredUnionId(openId), single?.UnionId, otherOpenId));
        proof.AcceptWithoutUnionId(openId);
    }

    /// <summary>Another person of the account who, asked singly too, has the same unionid.</summary>
    private async Task<string?> FindOtherHolderAsync(string openId, string unionId, Proof proof, CancellationToken cancellationToken)
    {
        IEnumerable<string> others = (await FindHoldersAsync([unionId], cancellationToken))[unionId].Concat(proof.WhoWasGiven(unionId)).Concat(GivenTo(unionId));
        foreach (string other in others.Distinct(StringComparer.Ordinal).Where(other => other != openId))
        {
            FollowerProfile? single = await AskSinglyAsync(other, cancellationToken);
            if (single is null || single.UnionId is null || single.UnionId == unionId)
                return other;
        }

        return null;
    }

    private async Task<bool> HoldsDoubtAsync(IReadOnlyList<FollowerProfile> answers, Proof proof, CancellationToken cancellationToken)
    {
        if (answers.Any(a => a.UnionId is not null && proof.StoredUnionId(a.OpenId) is { } stored && stored != a.UnionId))
            return true;

        ILookup<string, string> holders = await FindHoldersAsync([.. answers.Select(a => a.UnionId).OfType<string>()], cancellationToken);
        return answers.Any(a => a.UnionId is not null && holders[a.UnionId].Concat(GivenTo(a.UnionId)).Any(holder => holder != a.OpenId));
    }

    private IEnumerable<string> GivenTo(string unionId) => _given.TryGetValue(unionId, out string? openId) ? [openId] : [];

    /// <summary>The group's answers; null unless WeChat answered for exactly the group, everybody once and following.</summary>
    private async Task<IReadOnlyList<FollowerProfile>?> AskGroupAsync(string[] openIds, CancellationToken cancellationToken)
    {
        try
        {
            BatchAnswer answer = await client.GetProfilesAsync(openIds, cancellationToken);
            return BatchTrust.CanBelieve(openIds, answer) && answer.Profiles.All(p => p.Subscribe == true) ? answer.Profiles : null;
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.BadOpenId)
        {
            return null;
        }
    }

    private async Task<FollowerProfile?> AskSinglyAsync(string openId, CancellationToken cancellationToken)
    {
        try
        {
            FollowerProfile single = await client.GetProfileAsync(openId, cancellationToken);
            return single.OpenId == openId && single.Subscribe == true && !single.IsHollow ? single : null;
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.BadOpenId)
        {
            return null;
        }
    }

    /// <summary>Keeps every stored unionid of the batch and stores none for new people; the next run asks again.</summary>
    private AskedBatch Hold(AskedBatch batch, FollowerProfile[] doubtful)
    {
        IsHolding = true;
        foreach (FollowerProfile profile in doubtful)
            _held[profile.OpenId] = profile.UnionId!;
        return WithoutUnionIds(batch);
    }

    private static AskedBatch WithoutUnionIds(AskedBatch batch) => batch with { Profiles = [.. batch.Profiles.Select(p => p.WithoutUnionId())] };

    private Task<Dictionary<string, string>> ReadStoredAsync(IReadOnlyList<FollowerProfile> profiles, CancellationToken cancellationToken) =>
        database.RunAsync(
            tx => FollowerStore.ReadUnionIdsAsync(tx, appId, [.. profiles.Select(p => p.OpenId)]),
            cancellationToken);

    private Task<ILookup<string, string>> FindHoldersAsync(string[] unionIds, CancellationToken cancellationToken) =>
        database.RunAsync(
            tx => FollowerStore.FindHoldersAsync(tx, appId, unionIds), cancellationToken);

    /// <summary>What is known about the people of a batch, and what has been proven of it.</summary>
    private sealed class Proof(IReadOnlyList<FollowerProfile> answered, Dictionary<string, string> stored)
    {
        private readonly Dictionary<string, FollowerProfile> _answered = answered.ToDictionary(p => p.OpenId, StringComparer.Ordinal);
        private readonly Dictionary<string, FollowerProfile> _proven = new(StringComparer.Ordinal);

        public IReadOnlyList<FollowerProfile> Profiles => [.. _answered.Select(a => _proven.GetValueOrDefault(a.Key, a.Value))];

        /// <summary>Everybody, the people whose unionid is stored spread evenly among the others, so that every part has some to be judged by.</summary>
        public string[] OpenIdsWithKnownOnesSpread()
        {
            string[] known = [.. _answered.Keys.Where(stored.ContainsKey)];
            string[] others = [.. _answered.Keys.Where(openId => !stored.ContainsKey(openId))];
            return [.. Places(known).Concat(Places(others)).OrderBy(p => p.Place).Select(p => p.OpenId)];

            static IEnumerable<(double Place, string OpenId)> Places(string[] openIds) =>
                openIds.Select((openId, i) => ((i + 0.5) / openIds.Length, openId));
        }

        public string? StoredUnionId(string openId) => stored.GetValueOrDefault(openId);

        public string? AnsweredUnionId(string openId) => _answered[openId].UnionId;

        public IEnumerable<string> WhoWasGiven(string unionId) =>
            _answered.Values.Where(p => p.UnionId == unionId && !_proven.ContainsKey(p.OpenId)).Concat(_proven.Values.Where(p => p.UnionId == unionId)).Select(p => p.OpenId);

        public void Accept(FollowerProfile profile) => _proven[profile.OpenId] = profile;

        public void AcceptWithoutUnionId(string openId) => _proven[openId] = _answered[openId].WithoutUnionId();
    }
}

using FollowerSync.Followers;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Merging;
using FollowerSync.Tests.WeChat.Answers;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.Sync.Merging;

/// <summary>Which chunks may be stored side by side.</summary>
public sealed class ChunkUnderWayTests
{
    private readonly SeenUnionIds _seen = new();

    [Fact]
    public void Strangers_may() => After(("o1", "u1")).With(("o2", "u2")).ShouldBeFalse();

    [Fact]
    public void A_person_listed_twice_may_not() => After(("o1", "u1")).With(("o2", "u2"), ("o1", "u1")).ShouldBeTrue();

    [Fact]
    public void One_unionid_of_two_people_may_not() => After(("o1", "u1")).With(("o2", "u1")).ShouldBeTrue();

    [Fact]
    public void People_without_a_unionid_may() => After(("o1", null)).With(("o2", null)).ShouldBeFalse();

    [Fact]
    public void Whoever_is_not_known_to_be_new_may_not()
    {
        ChunkUnderWay before = Chunk(null, AskReason.New, ("o1", "u1"));
        ChunkUnderWay own = Chunk(before, AskReason.Known, ("o2", "u2"));

        own.MeetsTheOneBefore.ShouldBeTrue();
        Chunk(own, AskReason.New, ("o3", "u3")).MeetsTheOneBefore.ShouldBeTrue();
    }

    [Fact]
    public async Task What_follows_one_that_was_not_stored_is_not_stored_either()
    {
        ChunkUnderWay before = Chunk(null, AskReason.New, ("o1", "u1"));
        before.Stored = Task.FromException(new InvalidOperationException());
        ChunkUnderWay own = Chunk(before, AskReason.New, ("o2", "u2"));

        await Should.ThrowAsync<OperationCanceledException>(own.WaitForTheOneBeforeAsync());

        before.Stored = Task.CompletedTask;
        await own.WaitForTheOneBeforeAsync();
    }

    [Fact]
    public async Task What_follows_one_that_was_stored_otherwise_than_answered_is_stored_anew()
    {
        ChunkUnderWay before = Chunk(null, AskReason.New, ("o1", "u1"));
        ChunkUnderWay own = Chunk(before, AskReason.New, ("o2", "u2"));

        before.Proven = before.Batches.Single().Profiles;

        await Should.ThrowAsync<OperationCanceledException>(own.WaitForTheOneBeforeAsync());
    }

    private Pair After((string OpenId, string? UnionId) person) => new(this, Chunk(null, AskReason.New, person));

    private ChunkUnderWay Chunk(ChunkUnderWay? before, AskReason reason, params (string OpenId, string? UnionId)[] people)
    {
        FollowerProfile[] profiles = [.. people.Select(person => AnswerReader.ReadProfile(WeChatApi.UserInfo, System.Text.Encoding.UTF8.GetBytes(
            $$"""{"openid":"{{person.OpenId}}","subscribe":1{{(person.UnionId is { } unionId ? $",\"unionid\":\"{unionId}\"" : "")}}}"""), AnyProfile.Now))];
        AskedBatch batch = new([.. people.Select(person => new Ask(person.OpenId, reason))], profiles, [], [], Unchanged: 0);
        ChunkUnderWay chunk = new([batch], people.Length) { Before = before };
        chunk.Remember(MergeChunk.Of([batch]), _seen);
        foreach (FollowerProfile profile in profiles)
            _seen.Add(profile.UnionIdUtf8);
        return chunk;
    }

    private sealed record Pair(ChunkUnderWayTests Tests, ChunkUnderWay Before)
    {
        public bool With(params (string OpenId, string? UnionId)[] people) => Tests.Chunk(Before, AskReason.New, people).MeetsTheOneBefore;
    }
}

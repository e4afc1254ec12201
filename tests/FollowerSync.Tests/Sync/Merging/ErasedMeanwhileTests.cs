using FollowerSync.Followers;
using FollowerSync.Privacy;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Merging;
using FollowerSync.Tests.WeChat.Answers;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Sync.Merging;

/// <summary>Answers that were asked for before something was erased bring nothing of it back.</summary>
public sealed class ErasedMeanwhileTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task An_answer_asked_for_before_loses_what_was_erased_and_keeps_the_rest()
    {
        ErasedMeanwhile erased = new(_time);
        AskedBatch before = Batch();
        await EraseAsync(erased, PersonalFields.Face);

        FollowerProfile left = erased.LeftOf(before).Profiles.Single();

        (left.Nickname, left.HeadImgUrl).ShouldBe((null, null));
        (left.City, left.Sex, left.UnionId, left.SubscribeTime, left.Remark).ShouldBe(("广州", (short)1, "u1", DateTime.UnixEpoch.AddSeconds(1_700_000_000), "a regular"));
        left.TagIdList.ShouldBe([2, 3]);
        left.HashFor(keepKnown: true).ShouldBeNull("the answer is another one");
    }

    [Fact]
    public async Task Several_erasures_add_up()
    {
        ErasedMeanwhile erased = new(_time);
        AskedBatch before = Batch();
        await EraseAsync(erased, PersonalFields.Face);
        await EraseAsync(erased, PersonalFields.Place);

        FollowerProfile left = erased.LeftOf(before).Profiles.Single();

        (left.Nickname, left.City, left.Sex).ShouldBe((null, null, (short)1));
    }

    [Fact]
    public async Task Of_whoever_is_forgotten_nothing_is_left()
    {
        ErasedMeanwhile erased = new(_time);
        AskedBatch before = Batch();
        await EraseAsync(erased, PersonalFields.Face);
        await EraseAsync(erased, fields: null);

        erased.LeftOf(before).Profiles.ShouldBeEmpty();
        erased.LeftOf(before with { Profiles = [], Gone = [new GoneAnswer("o1", AskReason.Known, AskedSingly: true)] }).Gone.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_asked_for_afterwards_is_the_word_of_now()
    {
        ErasedMeanwhile erased = new(_time);
        await EraseAsync(erased, fields: null);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        erased.LeftOf(Batch()).Profiles.Single().Nickname.ShouldBe("小红");
    }

    [Theory]
    [InlineData("New", false)]
    [InlineData("Known", false)]
    [InlineData("Stranger", true)]
    public async Task That_a_forgotten_person_is_gone_or_refused_is_told_to_the_inbox_alone(string reason, bool told)
    {
        ErasedMeanwhile erased = new(_time);
        await EraseAsync(erased, fields: null);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Ask ask = new("o1", Enum.Parse<AskReason>(reason));
        AskedBatch afterwards = AskedBatch.Unanswered([ask, new Ask("o2", AskReason.New)]) with
        {
            Gone = [new GoneAnswer("o1", ask.Reason, AskedSingly: true), new GoneAnswer("o2", AskReason.New, AskedSingly: true)],
            Rejections = [new Rejection("o1", 40003, "invalid openid", RequestId: null), new Rejection("o2", 40003, "invalid openid", RequestId: null)],
            AskedAt = _time.GetTimestamp(),
        };

        AskedBatch left = erased.LeftOf(afterwards);

        string[] people = told ? ["o1", "o2"] : ["o2"];
        left.Gone.Select(gone => gone.OpenId).ShouldBe(people);
        left.Rejections.Select(rejection => rejection.OpenId).ShouldBe(people);
    }

    [Fact]
    public async Task Nothing_is_erased_while_answers_are_written()
    {
        ErasedMeanwhile erased = new(_time);
        IDisposable one = await erased.HoldOffAsync(default);
        IDisposable another = await erased.HoldOffAsync(default);

        Task erasing = EraseAsync(erased, PersonalFields.Face);

        one.Dispose();
        erasing.IsCompleted.ShouldBeFalse();
        another.Dispose();
        await erasing;
        (await erased.HoldOffAsync(default)).Dispose();
    }

    [Fact]
    public async Task Who_waits_no_longer_to_erase_holds_nobody_up()
    {
        ErasedMeanwhile erased = new(_time);
        IDisposable writing = await erased.HoldOffAsync(default);
        using CancellationTokenSource stop = new();
        Task erasing = erased.EraseAsync("o1", PersonalFields.Face, () => Task.CompletedTask, stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(erasing);
        (await erased.HoldOffAsync(default)).Dispose();
        writing.Dispose();
        await EraseAsync(erased, PersonalFields.Face);
    }

    private static Task EraseAsync(ErasedMeanwhile erased, PersonalFields? fields) => erased.EraseAsync("o1", fields, () => Task.CompletedTask, default);

    private AskedBatch Batch()
    {
        FollowerProfile profile = AnswerReader.ReadProfile(WeChatApi.UserInfo, """{"openid":"o1","subscribe":1,"nickname":"小红","headimgurl":"https://a/1","sex":1,"city":"广州","subscribe_time":1700000000,"unionid":"u1","remark":"a regular","tagid_list":[2,3]}"""u8.ToArray(), AnyProfile.Now);
        return new AskedBatch([new Ask("o1", AskReason.Known)], [profile], [], [], Unchanged: 0) { AskedAt = _time.GetTimestamp() };
    }
}

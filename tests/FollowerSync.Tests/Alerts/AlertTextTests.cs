using FollowerSync.Alerts.Texts;
using FollowerSync.Languages;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.Alerts;

/// <summary>Every message says what broke, what it leads to and what to do, in both languages.</summary>
public sealed class AlertTextTests
{
    private static readonly DateTimeOffset Begun = new(2026, 3, 9, 19, 31, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Messages()
    {
        TheoryData<string, string> messages = new();
        foreach (string kind in Enum.GetNames<AlertKind>())
        {
            messages.Add(kind, "zh");
            messages.Add(kind, "en");
        }

        return messages;
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_kind_has_its_words(string kind, string language)
    {
        AlertText text = Text(language);
        AlertMessage message = new(Enum.Parse<AlertKind>(kind), AlertStep.Firing, AlertSeverity.Critical, new AlertFacts { Account = "brand", AppId = "wx", RunId = 7, Count = 12, Of = 3_000 }, Begun);

        string firing = text.Of([message]);
        string resolved = text.Of([message with { Step = AlertStep.Resolved, EndedAt = Begun.AddMinutes(125) }]);

        firing.Split('\n').Length.ShouldBeGreaterThanOrEqualTo(5);
        firing.ShouldContain("FollowerSync");
        firing.ShouldContain("brand");
        firing.ShouldContain("2026-03-10 03:31");
        firing.ShouldContain("http://status.brand.example/");
        resolved.ShouldContain(language == "zh" ? "持续 2 小时 5 分钟" : "2 h 5 min");
    }

    [Fact]
    public void What_to_run_is_of_the_account_alone()
    {
        AlertFacts[] causes = [.. Enum.GetValues<AlertCause>().Select(cause => new AlertFacts { Account = "brand", AppId = "wx1", RunId = 7, Cause = cause, ErrorCode = 40164 })];
        string[] remedies = [.. from kind in Enum.GetValues<AlertKind>() from facts in causes from language in new[] { "zh", "en" }
                               select Text(language).RemedyOf(new AlertMessage(kind, AlertStep.Firing, AlertSeverity.Critical, facts, Begun))];

        remedies.Count(remedy => remedy.Contains("followersync sync --account wx1", StringComparison.Ordinal)).ShouldBe(causes.Length * 2 * 3, "RunFailed, Partial and Stale");
        remedies.ShouldAllBe(remedy => !remedy.Replace("followersync sync --account wx1", "", StringComparison.Ordinal).Contains("followersync sync", StringComparison.Ordinal));
        new[] { true, false }.ShouldAllBe(secret => ApiStop.EndedBy(secret, "wx1").In(Language.Chinese).Contains("followersync sync --account wx1", StringComparison.Ordinal));
    }

    [Fact]
    public void Codes_that_end_a_run_have_a_meaning_in_Chinese()
    {
        int[] ending = [.. ErrorReactions.All.Where(code => code.Value.Reaction is Reaction.StopAccount or Reaction.QuotaSpent or Reaction.SlowDown or Reaction.Retry).Select(code => code.Key)];

        ending.ShouldAllBe(code => ErrorReactions.Of(code).Meaning.In(Language.Chinese) != ErrorReactions.Of(code).Meaning.ToString());
        ErrorReactions.OfTokenCall(40001).Meaning.In(Language.Chinese).ShouldBe("AppSecret 错误或属于另一个公众号");
    }

    [Fact]
    public void A_test_says_that_nothing_is_wrong() => Text("zh").Of([AlertMessage.Trial(Begun)]).ShouldBe("[FollowerSync] 【测试】\n这是一条测试消息。该渠道工作正常，没有任何故障。");

    private static AlertText Text(string language) => new(language == "zh" ? new ChineseWords() : new EnglishWords(), new Uri("http://status.brand.example"));
}

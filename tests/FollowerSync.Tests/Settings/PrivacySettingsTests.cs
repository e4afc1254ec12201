using FollowerSync.Settings;

namespace FollowerSync.Tests.Settings;

public sealed class PrivacySettingsTests
{
    [Fact]
    public void A_short_key_is_a_fault_that_does_not_show_it()
    {
        SettingsFault fault = SettingsText.FaultsBesideAnAccount("""  "Privacy": { "HashKey": "fifteen letters" } """).ShouldHaveSingleItem();

        fault.Key.ShouldBe("Privacy:HashKey");
        fault.ToString().ShouldContain("16");
        fault.ToString().ShouldNotContain("fifteen letters");
    }

    [Theory]
    [InlineData("""{ "HashKey": "" }""")]
    [InlineData("""{ "HashKey": "sixteen letters!", "AfterUnfollow": "delete", "Delay": "00:00:00" }""")]
    [InlineData("""{ "AfterUnfollow": "Keep", "Delay": "3650.00:00:00" }""")]
    public void These_are_right(string privacy) => SettingsText.FaultsBesideAnAccount($"\"Privacy\": {privacy}").ShouldBeEmpty();

    [Theory]
    [InlineData("""{ "AfterUnfollow": "Forget" }""", "Privacy:AfterUnfollow")]
    [InlineData("""{ "Delay": "3651.00:00:00" }""", "Privacy:Delay")]
    [InlineData("""{ "Delay": "-00:00:01" }""", "Privacy:Delay")]
    public void These_are_wrong(string privacy, string key) =>
        SettingsText.FaultsBesideAnAccount($"\"Privacy\": {privacy}").ShouldHaveSingleItem().Key.ShouldBe(key);
}

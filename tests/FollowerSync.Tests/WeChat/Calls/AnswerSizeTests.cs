using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.WeChat.Calls;

public sealed class AnswerSizeTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData(WeChatApi.BatchGet, 16 * MiB)]
    [InlineData(WeChatApi.GroupsGet, 4 * MiB)]
    [InlineData(WeChatApi.TagsGet, 4 * MiB)]
    [InlineData(WeChatApi.UserGet, 2 * MiB)]
    [InlineData(WeChatApi.TagGet, 2 * MiB)]
    [InlineData(WeChatApi.Blacklist, 2 * MiB)]
    [InlineData(WeChatApi.UserInfo, MiB)]
    [InlineData("https://tokens.example/wx", MiB / 16)]
    public void What_an_answer_may_take_of_the_memory_is_bounded_by_its_API(string api, int most) => AnswerSize.LimitOf(api).ShouldBe(most);
}

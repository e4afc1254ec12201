using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Calls;

/// <summary>How large the body of an answer may be, unpacked: several times what WeChat answers, and no more than memory can bear for every call under way.
/// What is larger is no answer.</summary>
internal static class AnswerSize
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    /// <summary>Most bytes of an answer to the API.</summary>
    /// <param name="api">One of <see cref="WeChatApi"/>; anything else is the address of a token service.</param>
    public static int LimitOf(string api) => api switch
    {
        // A hundred profiles, each with a nickname and a remark of 64 KiB.
        WeChatApi.BatchGet => 16 * MiB,

        // Ten thousand openids take 310 kB.
        WeChatApi.UserGet or WeChatApi.TagGet or WeChatApi.Blacklist => 2 * MiB,
        WeChatApi.GroupsGet or WeChatApi.TagsGet => 4 * MiB,
        WeChatApi.UserInfo or WeChatApi.SnsUserInfo or WeChatApi.UserSummary or WeChatApi.UserCumulate => MiB,
        _ => 64 * KiB,
    };

    /// <summary>The limit in words.</summary>
    public static string Describe(int limit) => limit >= MiB ? FormattableString.Invariant($"{limit / MiB} MiB") : FormattableString.Invariant($"{limit / KiB} KiB");
}

using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Apis;

/// <summary>The addresses of WeChat; here from the ranges kept for documents.</summary>
internal static class AddressApis
{
    public static WeChatError? CallbackAddresses(ApiCall call)
    {
        call.Answer.Raw("{\"ip_list\":[\"192.0.2.1\",\"192.0.2.2\",\"198.51.100.0/25\"]}"u8);
        return null;
    }

    public static WeChatError? ApiAddresses(ApiCall call)
    {
        call.Answer.Raw("{\"ip_list\":[\"203.0.113.1\",\"203.0.113.2\",\"203.0.113.3\"]}"u8);
        return null;
    }
}

using System.Text.Json;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Apis;

/// <summary><c>changeopenid</c>: what openids of an account are after its migration to the one that asks. Any two accounts of the emulator are taken for
/// migrated; the person with a number in the one is the person with that number in the other.</summary>
internal sealed class MigrationApis(IReadOnlyList<EmulatedAccount> accounts)
{
    private const int MaxSize = 100;

    public WeChatError? Change(ApiCall call)
    {
        EmulatedAccount? from = accounts.FirstOrDefault(account => account.AppId == call.Field("from_appid"));
        if (from is null || from == call.Account)
            return WeChatError.NotMigrated;
        if (!call.Json.TryGetProperty("openid_list", out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            return WeChatError.EmptyOpenIdList;
        string[] openIds = [.. list.EnumerateArray().Select(Text)];
        call.OpenIds = openIds.Length;
        if (openIds.Length > MaxSize)
            return WeChatError.InvalidListSize;
        if (openIds.Any(openId => from.Book.IndexOf(openId) is >= 0 and long index && from.Book.IsRefused(index)))
            return WeChatError.InvalidOpenId;

        Write(call, from.Book, openIds);
        return null;
    }

    private static void Write(ApiCall call, FollowerBook from, string[] openIds)
    {
        call.Answer.Raw("{\"errcode\":0,\"errmsg\":\"ok\",\"result_list\":["u8);
        bool isFirst = true;
        foreach (string openId in openIds.Where(openId => !IsLeftOut(call, from, openId)))
        {
            call.Answer.Raw(isFirst ? "{\"ori_openid\":"u8 : ",{\"ori_openid\":"u8);
            isFirst = false;
            call.Answer.Text(openId);
            long index = from.IndexOf(openId);
            bool isKnown = index >= 0 && from.IsListed(index, from.Epoch) && index < call.Account.Book.Population.Size;
            if (isKnown)
            {
                call.Answer.Raw(",\"new_openid\":"u8);
                call.Answer.Text(call.Account.Book.OpenIdAt(index));
            }

            call.Answer.Raw(isKnown ? ",\"err_msg\":\"ok\"}"u8 : ",\"err_msg\":\"ori_openid error\"}"u8);
        }

        call.Answer.Raw("]}"u8);
    }

    private static bool IsLeftOut(ApiCall call, FollowerBook from, string openId) =>
        call.Fault(FaultKind.MissingEntries) is { } rule && (rule.OpenId is not { } struck || from.IndexOf(struck) == from.IndexOf(openId));

    private static string Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }
}

using System.Text.Json;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Apis;

/// <summary><c>user/info</c> and <c>user/info/batchget</c>.</summary>
internal static class ProfileApis
{
    public static WeChatError? Single(ApiCall call)
    {
        if (call.Query("openid") is not { Length: > 0 } openId)
            return WeChatError.MissingOpenId;
        call.OpenIds = 1;
        FollowerBook book = call.Account.Book;
        long index = book.IndexOf(openId);
        if (index < 0 || book.IsRefused(index))
            return WeChatError.InvalidOpenId;
        AnswerLanguage language = AnswerLanguages.Parse(call.Query("lang"));
        if (EntryFaults.Concern(call))
            new EntryFaults(call).Write(index, language);
        else
            FollowerJson.Write(call.Answer, book.FieldsOf(index, language, new ProfileScratch()));
        return null;
    }

    public static WeChatError? Batch(ApiCall call)
    {
        BatchRequest batch;
        try
        {
            batch = BatchRequest.Read(call.Request.Written.Span, call.Account.Book);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return WeChatError.BadJson;
        }
        call.OpenIds = batch.Size;
        if (batch.Size is 0 or > BatchRequest.MaxSize)
            return WeChatError.InvalidListSize;
        if (batch.HasInvalidOpenId)
            return WeChatError.InvalidOpenId;
        batch.Shuffle();
        call.Answer.Raw("{\"user_info_list\":["u8);
        if (EntryFaults.Concern(call))
            new EntryFaults(call).WriteBatch(batch.People);
        else
            WriteEntries(call, batch);
        call.Answer.Raw("]}"u8);
        return null;
    }

    private static void WriteEntries(ApiCall call, BatchRequest batch)
    {
        ProfileScratch scratch = new();
        foreach ((long index, AnswerLanguage language) in batch.People)
        {
            FollowerJson.Write(call.Answer, call.Account.Book.FieldsOf(index, language, scratch));
            call.Answer.Raw(","u8);
        }
        call.Answer.Truncate(call.Answer.Length - 1);
    }
}

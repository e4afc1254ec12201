using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Apis;

/// <summary>Tags and legacy groups.</summary>
internal static class TagApis
{
    public static WeChatError? Tags(ApiCall call)
    {
        long[] counts = call.Account.Statistics.Read().Tags;
        call.Answer.Raw("{\"tags\":["u8);
        EmulatedTags tags = call.Account.Tags;
        int[] existing = [.. Enumerable.Range(0, counts.Length).Where(i => tags.Exists(TagBook.TagId(i)))];
        foreach (int i in existing)
            WriteNamed(call.Answer, TagBook.TagId(i), tags.Name(TagBook.TagId(i)), counts[i] + ListFaults.TotalError(call), last: i == existing[^1]);
        call.Answer.Raw("]}"u8);
        return null;
    }

    public static WeChatError? Groups(ApiCall call)
    {
        long[] counts = call.Account.Statistics.Read().Groups;
        call.Answer.Raw("{\"groups\":["u8);
        for (int i = 0; i < counts.Length; i++)
            WriteNamed(call.Answer, TagBook.GroupId(i), TagBook.GroupName(i), counts[i], last: i == counts.Length - 1);
        call.Answer.Raw("]}"u8);
        return null;
    }

    public static WeChatError? TagsOfPerson(ApiCall call)
    {
        if (call.Field("openid") is not { Length: > 0 } openId)
            return WeChatError.MissingOpenId;
        call.OpenIds = 1;
        FollowerBook book = call.Account.Book;
        long index = book.IndexOf(openId);
        if (index < 0 || book.IsRefused(index))
            return WeChatError.InvalidOpenId;
        bool follows = book.IsListed(index, book.Epoch);
        call.Answer.Raw("{\"tagid_list\":"u8);
        WriteIds(call.Answer, follows ? call.Account.Listing.TagsOf(index, book.Epoch, new int[TagBook.MaxTags]) : []);
        call.Answer.Raw("}"u8);
        return null;
    }

    public static void WriteIds(BodyBuffer body, ReadOnlySpan<int> ids)
    {
        body.Raw("["u8);
        for (int i = 0; i < ids.Length; i++)
        {
            if (i > 0)
                body.Raw(","u8);
            body.Number(ids[i]);
        }
        body.Raw("]"u8);
    }

    private static void WriteNamed(BodyBuffer body, int id, ReadOnlySpan<byte> name, long count, bool last)
    {
        body.Raw("{\"id\":"u8);
        body.Number(id);
        body.Raw(",\"name\":"u8);
        body.Text(name);
        body.Raw(",\"count\":"u8);
        body.Number(count);
        body.Raw(last ? "}"u8 : "},"u8);
    }
}

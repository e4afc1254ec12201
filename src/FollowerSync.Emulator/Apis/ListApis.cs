using System.Buffers;
using System.Text.Json;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Apis;

/// <summary><c>user/get</c>, <c>user/tag/get</c> and <c>getblacklist</c>: openids in pages behind a cursor.</summary>
internal sealed class ListApis(EmulatorOptions options)
{
    public WeChatError? Followers(ApiCall call) =>
        Page(call, call.Query("next_openid"), options.PageSize, call.Account.Total, ListFilter.All, 0, WeChatError.InvalidOpenId);

    public WeChatError? Tagged(ApiCall call)
    {
        bool isNumber = call.Json.TryGetProperty("tagid", out JsonElement tag) && tag.ValueKind == JsonValueKind.Number;
        if (!isNumber || !tag.TryGetInt32(out int tagId) || TagBook.TagIndex(tagId) < 0 || !call.Account.Tags.Exists(tagId))
            return WeChatError.InvalidTagId;
        return Page(call, call.Field("next_openid"), options.PageSize, null, ListFilter.Tag, tagId, WeChatError.InvalidOpenId);
    }

    public WeChatError? Blacklist(ApiCall call)
    {
        long total = call.Account.Statistics.Read().Blacklisted;
        return Page(call, call.Field("begin_openid"), options.BlacklistPageSize, total, ListFilter.Blacklisted, 0, WeChatError.ForeignOpenId);
    }

    private WeChatError? Page(ApiCall call, string? cursor, int size, long? total, ListFilter filter, int argument, WeChatError badCursor)
    {
        FollowerBook book = call.Account.Book;
        long position = 0;
        if (!string.IsNullOrEmpty(cursor))
        {
            long index = book.IndexOf(cursor);
            bool dead = options.RefuseCursorOfDeparted && index >= 0 && !book.IsListed(index, book.Epoch);
            if (index < 0 || dead || call.Fault(FaultKind.DeadCursor) is not null)
                return badCursor;
            position = ListFaults.Start(call, book.Population.PositionOf(index) + 1);
        }
        long[] page = ArrayPool<long>.Shared.Rent(size);
        int count = ListFaults.Shorten(call, call.Account.Listing.Read(position, page.AsSpan(0, size), filter, argument));
        ListJson.Write(call, page.AsSpan(0, count), total + ListFaults.TotalError(call), cursor);
        ArrayPool<long>.Shared.Return(page);
        return null;
    }
}

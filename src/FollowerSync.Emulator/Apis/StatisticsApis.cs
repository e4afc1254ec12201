using System.Globalization;

namespace FollowerSync.Emulator;

/// <summary><c>datacube/getusersummary</c> and <c>getusercumulate</c>: a plausible week, not a history of the churn.</summary>
internal sealed class StatisticsApis(TimeProvider time)
{
    private const int MaxDays = 7;

    public WeChatError? Summary(ApiCall call) => Days(call, static (call, day) =>
    {
        ulong hash = SeededHash.Of(call.Account.Book.Population.Seed, day.DayNumber, 0x60);
        int most = (int)Math.Min(int.MaxValue, (call.Account.Total / 200) + 1);
        call.Answer.Raw(",\"user_source\":0,\"new_user\":"u8);
        call.Answer.Number(hash.Below(most));
        call.Answer.Raw(",\"cancel_user\":"u8);
        call.Answer.Number(SeededHash.Mix(hash).Below(most));
    });

    public WeChatError? Cumulate(ApiCall call) => Days(call, static (call, _) =>
    {
        call.Answer.Raw(",\"user_source\":0,\"cumulate_user\":"u8);
        call.Answer.Number(call.Account.Total);
    });

    private WeChatError? Days(ApiCall call, Action<ApiCall, DateOnly> write)
    {
        if (!TryDate(call.Field("begin_date"), out DateOnly begin) || !TryDate(call.Field("end_date"), out DateOnly end))
            return WeChatError.InvalidDate;
        DateOnly today = DateOnly.FromDateTime(time.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).DateTime);
        if (end < begin || end >= today || end.DayNumber - begin.DayNumber >= MaxDays)
            return WeChatError.InvalidDateRange;
        call.Answer.Raw("{\"list\":["u8);
        for (DateOnly day = begin; day <= end; day = day.AddDays(1))
        {
            call.Answer.Raw(day == begin ? "{\"ref_date\":"u8 : ",{\"ref_date\":"u8);
            call.Answer.Text(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            write(call, day);
            call.Answer.Raw("}"u8);
        }
        call.Answer.Raw("]}"u8);
        return null;
    }

    private static bool TryDate(string? text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}

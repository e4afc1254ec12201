using System.Globalization;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Apis;

/// <summary><c>datacube/getusersummary</c> and <c>getusercumulate</c>, by the account's <see cref="DayBook"/>.</summary>
internal static class StatisticsApis
{
    private const int MaxDays = 7;

    public static WeChatError? Summary(ApiCall call) => Days(call, static (answer, day) =>
    {
        answer.Raw(",\"user_source\":0,\"new_user\":"u8);
        answer.Number(day.New);
        answer.Raw(",\"cancel_user\":"u8);
        answer.Number(day.Left);
    });

    public static WeChatError? Cumulate(ApiCall call) => Days(call, static (answer, day) =>
    {
        answer.Raw(",\"user_source\":0,\"cumulate_user\":"u8);
        answer.Number(day.Followers);
    });

    private static WeChatError? Days(ApiCall call, Action<BodyBuffer, DayMoves> write)
    {
        if (!TryDate(call.Field("begin_date"), out DateOnly begin) || !TryDate(call.Field("end_date"), out DateOnly end))
            return WeChatError.InvalidDate;
        DayBook book = call.Account.Book.Days;
        if (end < begin || end >= book.Today || end.DayNumber - begin.DayNumber >= MaxDays)
            return WeChatError.InvalidDateRange;
        call.Answer.Raw("{\"list\":["u8);
        for (DateOnly day = begin; day <= end; day = day.AddDays(1))
        {
            call.Answer.Raw(day == begin ? "{\"ref_date\":"u8 : ",{\"ref_date\":"u8);
            call.Answer.Text(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            write(call.Answer, book.Of(day));
            call.Answer.Raw("}"u8);
        }
        call.Answer.Raw("]}"u8);
        return null;
    }

    private static bool TryDate(string? text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}

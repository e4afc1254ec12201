using System.Globalization;
using System.Text.Json;

namespace FollowerSync.WeChat.Answers;

/// <summary>One row of <c>datacube/getusersummary</c> (a day and one way of finding the account) or <c>getusercumulate</c> (a day).</summary>
/// <param name="Day">The day, in Beijing.</param>
/// <param name="NewUser">People who followed; null in <c>getusercumulate</c>.</param>
/// <param name="CancelUser">People who left; null in <c>getusercumulate</c>.</param>
/// <param name="CumulateUser">Followers at the end of the day; null in <c>getusersummary</c>.</param>
internal sealed record DatacubeDay(DateOnly Day, long? NewUser, long? CancelUser, long? CumulateUser)
{
    public static DatacubeDay? Read(ref Utf8JsonReader reader)
    {
        string? day = null;
        Dictionary<string, long?> numbers = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = JsonText.ReadName(ref reader);
            reader.Read();
            if (property == "ref_date")
                day = JsonText.ReadText(ref reader);
            else
                numbers[property] = JsonText.ReadInteger(ref reader);
        }

        return DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? new DatacubeDay(date, numbers.GetValueOrDefault("new_user"), numbers.GetValueOrDefault("cancel_user"), numbers.GetValueOrDefault("cumulate_user"))
            : null;
    }
}

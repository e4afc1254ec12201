using System.Text.Json;

namespace FollowerSync.IntegrationTests.Emulator;

internal static class JsonAnswers
{
    public static int ErrCode(this JsonElement answer) => answer.TryGetProperty("errcode", out JsonElement code) ? code.GetInt32() : 0;

    public static List<JsonElement> People(this JsonElement answer) => [.. answer.GetProperty("user_info_list").EnumerateArray()];

    public static string Text(this JsonElement answer, string name) => answer.GetProperty(name).GetString()!;
}

namespace FollowerSync.Emulator.People;

internal static class AnswerLanguages
{
    public static AnswerLanguage Parse(ReadOnlySpan<byte> lang) =>
        lang.SequenceEqual("en"u8) ? AnswerLanguage.English
        : lang.SequenceEqual("zh_TW"u8) ? AnswerLanguage.TraditionalChinese
        : AnswerLanguage.SimplifiedChinese;

    public static AnswerLanguage Parse(string? lang) => lang switch
    {
        "en" => AnswerLanguage.English,
        "zh_TW" => AnswerLanguage.TraditionalChinese,
        _ => AnswerLanguage.SimplifiedChinese,
    };
}

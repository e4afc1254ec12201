namespace FollowerSync.Emulator.People;

/// <summary>The languages that <c>lang</c> asks for; anything else means the first.</summary>
internal enum AnswerLanguage
{
    SimplifiedChinese,
    TraditionalChinese,
    English,
}

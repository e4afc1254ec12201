using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Tokens;

/// <summary>The answer of a token endpoint: a token and its remaining seconds, or an error.</summary>
internal readonly record struct TokenAnswer(string Token, long ExpiresIn, WeChatError? Error);

namespace FollowerSync.Emulator.Hosting;

/// <summary>One endpoint.</summary>
/// <param name="Path">Its path, in lower case.</param>
/// <param name="IsPost">POST with a JSON body, or GET.</param>
/// <param name="NeedsToken">Whether an access token says whose account it is.</param>
/// <param name="Answer">Writes the answer, or returns the error that takes its place.</param>
internal sealed record Api(string Path, bool IsPost, bool NeedsToken, Func<ApiCall, WeChatError?> Answer);

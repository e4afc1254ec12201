namespace FollowerSync.WeChat;

/// <summary>Asks about a group in one call, and in parts when it is refused, until the openids at fault stand alone: WeChat refuses a whole group for one of
/// them and does not say which.</summary>
/// <param name="ask">Asks about a group in one call. Returns whether it was answered whole; what is wrong with somebody who is refused alone, it keeps itself.</param>
internal sealed class RefusedGroups(Func<string[], Task<bool>> ask)
{
    /// <summary>Asks about everybody of the group.</summary>
    public Task AskAsync(string[] openIds) => AskAsync(openIds, isSuspect: false);

    /// <param name="openIds">The group.</param>
    /// <param name="isSuspect">Whether the group is known to hold a refused openid, so that asking it whole would be a call for nothing.</param>
    /// <returns>Whether the group was answered whole.</returns>
    private async Task<bool> AskAsync(string[] openIds, bool isSuspect)
    {
        if (!isSuspect || openIds.Length == 1)
        {
            bool isAnswered = await ask(openIds);
            if (isAnswered || openIds.Length == 1)
                return isAnswered;
        }

        // The first part is the smaller one: when it is refused both parts are asked, when it is not only the rest is split on. Dividing
        // by the golden section makes the worse of the two cost the same, about 1.44 · log2(n) calls for one refused openid.
        int first = Math.Max(1, (int)Math.Round(openIds.Length * 0.382));
        bool firstIsGood = await AskAsync(openIds[..first], isSuspect: false);
        await AskAsync(openIds[first..], isSuspect: firstIsGood);
        return false;
    }
}

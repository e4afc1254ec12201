namespace FollowerSync.OAuth;

/// <summary>Gives whoever comes back again with one state what was answered first, also while that is under way. WeChat's app on Android loads the way back twice
/// within a second, with one code or with two, and shows what it heard last.</summary>
internal sealed class FirstAnswers(TimeProvider time)
{
    /// <summary>How long an answer is kept. An openid may stand in it: it is dropped then, whether anybody comes or not.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    // 30 MB with the longest addresses. Of more visitors at once each is answered alone, and refused when coming again.
    private const int Most = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<BackAnswer>> _answers = new(StringComparer.Ordinal);

    /// <param name="nonce">Of a state that is proven: it stands for account, target and browser too.</param>
    /// <param name="make">Makes the answer; called for the first one alone.</param>
    public Task<BackAnswer> GetAsync(byte[] nonce, Func<Task<BackAnswer>> make)
    {
        string text = Convert.ToHexStringLower(nonce);
        lock (_gate)
        {
            if (_answers.TryGetValue(text, out Task<BackAnswer>? first))
                return first;
            if (_answers.Count < Most)
                return _answers[text] = KeepAsync(text, make);
        }

        return make();
    }

    private async Task<BackAnswer> KeepAsync(string nonce, Func<Task<BackAnswer>> make)
    {
        // Leaves the gate.
        await Task.Yield();
        try
        {
            return await make();
        }
        finally
        {
            _ = ForgetAsync(nonce);
        }
    }

    private async Task ForgetAsync(string nonce)
    {
        await Task.Delay(Life, time, CancellationToken.None);
        lock (_gate)
            _answers.Remove(nonce);
    }
}

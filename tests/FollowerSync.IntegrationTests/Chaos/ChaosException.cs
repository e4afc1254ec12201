namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>A broken promise: seed, step and difference, enough to try it again.</summary>
internal sealed class ChaosException(int seed, string step, IReadOnlyCollection<string> differences, string output) : Exception(
    $"Seed {seed}, {step}: {differences.Count} differences{Environment.NewLine}"
    + $"{string.Join(Environment.NewLine, differences.Take(10))}{Environment.NewLine}--- output of the worker{Environment.NewLine}{Tail(output)}")
{
    private const int Shown = 6_000;

    private static string Tail(string output) => output.Length <= Shown ? output : output[^Shown..];
}

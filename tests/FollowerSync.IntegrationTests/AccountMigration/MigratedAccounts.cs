using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.CommandLine;

namespace FollowerSync.IntegrationTests.AccountMigration;

/// <summary>Two synced accounts, of which the second was migrated to the first.</summary>
internal sealed class MigratedAccounts : IAsyncDisposable
{
    public const string ChangeOpenId = "/cgi-bin/changeopenid";

    private MigratedAccounts(Installation installation) => Installation = installation;

    public Installation Installation { get; }

    public EmulatedAccount New => Installation.WeChat.Accounts[0];

    public EmulatedAccount Old => Installation.WeChat.Accounts[1];

    public static async Task<MigratedAccounts> CreateAsync(EmulatorOptions options)
    {
        EmulatedAccountOptions[] accounts =
        [
            new() { AppId = "wx00000000000000b2", AppSecret = EmulatorOptions.DefaultAppSecret }, new() { AppId = "wx00000000000000b1", AppSecret = EmulatorOptions.DefaultAppSecret },
        ];
        MigratedAccounts scene = new(await Installation.CreateAsync(options with { Accounts = [.. accounts] }));
        (int exitCode, string output, string error) = await scene.Installation.RunAsync("sync");
        exitCode.ShouldBe(0, output + error);
        return scene;
    }

    public Task<(int ExitCode, string Output, string Error)> MigrateAsync(params string[] more) =>
        Installation.RunAsync(["migrate-account", "--from", Old.AppId, "--to", New.AppId, .. more]);

    public Task<long> CountAsync(string from) => Installation.Database.ReadAsync<long>($"select count(*) from {from}");

    public ValueTask DisposeAsync() => Installation.DisposeAsync();
}

using FollowerSync.Alerts;
using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.Languages;
using FollowerSync.Privacy;
using FollowerSync.Status;
using Microsoft.Extensions.Options;

namespace FollowerSync.CommandLine;

/// <summary>Reads the status, once or again and again, by one host.</summary>
internal sealed class StatusLooks(BuildHost buildHost, VerbSettings settings, StatusAttention attention) : IAsyncDisposable
{
    private IHost? _host;

    /// <summary>The status, and the exit code that goes with it.</summary>
    /// <param name="counts">Whether the followers are counted, which takes as long as there are many.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<(StatusReport Report, int ExitCode)> ReadAsync(bool counts, CancellationToken cancellationToken)
    {
        IHost host = _host ??= await buildHost(settings, HostParts.Database, cancellationToken);
        await host.Services.GetRequiredService<DatabaseAccess>().RequireCurrentSchemaAsync(cancellationToken);
        StatusReader reader = host.Services.GetRequiredService<StatusReader>();
        StatusReport report = await (counts ? reader.ReadAsync(settings.Accounts, cancellationToken) : reader.SummariseAsync(settings.Accounts, cancellationToken));
        List<AlertRow> alerts = await host.Services.GetRequiredService<FollowerDatabase>().RunAsync(AlertStore.ReadFiringAsync, cancellationToken);
        Sentence? nobody = host.Services.GetRequiredService<IOptions<PrivacyOptions>>().Value.WhyNobody(await host.Services.GetRequiredService<HashKeyStore>().ReadAsync(cancellationToken));
        report = report with { Attention = [.. attention.Of(report, alerts, nobody).Select(one => one.With(settings.Context.Mask.Mask))] };
        return (report, attention.FindOld(report).Count > 0 ? ExitCodes.Partial : ExitCodes.Succeeded);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
    }
}

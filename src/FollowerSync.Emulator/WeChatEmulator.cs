using System.Net;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.Emulator.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FollowerSync.Emulator;

/// <summary>A WeChat Official Account API on this machine: same endpoints, habits and faults, invented people.</summary>
public sealed class WeChatEmulator : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly ITimer? _churn;
    private int _churning;

    private WeChatEmulator(EmulatorOptions options)
    {
        Accounts = [.. options.AccountsOrDefault().Select((account, i) => new EmulatedAccount(options, account, i))];
        Requests = new RequestLog(options.RememberedRequests);
        Faults = new FaultScript(options);
        KestrelServerOptions kestrel = new() { AddServerHeader = false };
        kestrel.Listen(IPAddress.Loopback, options.Port);
        SocketTransportFactory sockets = new(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(kestrel), sockets, NullLoggerFactory.Instance);
        if (options.ChurnInterval > TimeSpan.Zero)
            _churn = options.TimeProvider.CreateTimer(_ => ChurnAll(), null, options.ChurnInterval, options.ChurnInterval);
    }

    /// <summary>Where it listens, for example <c>http://127.0.0.1:45678/</c>.</summary>
    public Uri BaseAddress => new(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <summary>The first account.</summary>
    public EmulatedAccount Account => Accounts[0];

    /// <summary>All accounts, in the order of the options.</summary>
    public IReadOnlyList<EmulatedAccount> Accounts { get; }

    /// <summary>What goes wrong.</summary>
    public FaultScript Faults { get; }

    /// <summary>What was asked.</summary>
    public RequestLog Requests { get; }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="ArgumentException">An option has a value outside its range.</exception>
    public static async Task<WeChatEmulator> StartAsync(EmulatorOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        WeChatEmulator emulator = new(options);
        FailedCalls failed = new();
        CallAnswerer answerer = new(options, emulator.Accounts, new ApiTable(options, emulator.Accounts, failed), failed);
        try
        {
            await emulator._server.StartAsync(new EmulatorApplication(options, answerer, emulator.Faults, emulator.Requests), cancellationToken);
            return emulator;
        }
        catch
        {
            await emulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops at once; calls in flight are cut.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_churn is not null)
            await _churn.DisposeAsync();
        foreach (EmulatedAccount account in Accounts)
            if (account.Pushes is { } pushes)
                await pushes.DisposeAsync();
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        _server.Dispose();
    }

    // A step over many millions of people may take longer than the interval; the next one then waits for its own turn.
    private void ChurnAll()
    {
        if (Interlocked.Exchange(ref _churning, 1) == 1)
            return;
        foreach (EmulatedAccount account in Accounts)
            account.Churn();
        Interlocked.Exchange(ref _churning, 0);
    }
}

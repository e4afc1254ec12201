using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>A mail server of one connection at a time, as strict as a real one, that can be told to lack what real ones have.</summary>
internal sealed class StandInMail : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly X509Certificate2 _certificate = SelfSigned();
    private readonly Task _serving;

    public StandInMail()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public bool OffersStartTls { get; set; } = true;

    public bool IsTlsFromTheFirstByte { get; set; }

    /// <summary>Whether it goes away as soon as it is to encrypt.</summary>
    public bool BreaksAtEncryption { get; set; }

    /// <summary>What it answers to a command, or to a whole line, in the place of its usual answer.</summary>
    public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>All that came, encrypted or not.</summary>
    public List<(bool Encrypted, string Line)> Heard { get; } = [];

    public IEnumerable<string> Mails => Heard.Where(heard => heard.Line.StartsWith("Subject:", StringComparison.Ordinal)).Select(heard => heard.Line);

    public bool Trusts(X509Certificate? certificate) => certificate?.GetCertHashString() == _certificate.GetCertHashString();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _certificate.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            try
            {
                Stream stream = client.GetStream();
                if (IsTlsFromTheFirstByte)
                    stream = await EncryptAsync(stream);
                await TalkAsync(stream, IsTlsFromTheFirstByte, greets: true);
            }
            catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The other side went away.
            }
        }
    }

    private async Task TalkAsync(Stream stream, bool encrypted, bool greets)
    {
        using StreamReader reader = new(stream, Encoding.UTF8, leaveOpen: true);
        await using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        if (greets)
            await writer.WriteLineAsync("220 mail.stand-in");
        while (await reader.ReadLineAsync(_stopping.Token) is { } line)
        {
            Heard.Add((encrypted, line));
            string verb = line.Split(' ')[0].ToUpperInvariant();
            await writer.WriteLineAsync(Answers.TryGetValue(line, out string? answer) || Answers.TryGetValue(verb, out answer) ? answer : Usual(verb, encrypted));
            if (verb == "STARTTLS" && !Answers.ContainsKey(verb))
            {
                await TalkAsync(await EncryptAsync(stream), encrypted: true, greets: false);
                return;
            }

            if (verb == "DATA" && answer is null)
            {
                while (await reader.ReadLineAsync(_stopping.Token) is { } text && text != ".")
                    Heard.Add((encrypted, text));
                await writer.WriteLineAsync(Answers.GetValueOrDefault(".", "250 queued as 4711"));
            }

            if (verb == "QUIT")
                return;
        }
    }

    private string Usual(string verb, bool encrypted) => verb switch
    {
        "EHLO" => !encrypted && OffersStartTls ? "250-mail.stand-in\r\n250 STARTTLS" : "250-mail.stand-in\r\n250 AUTH PLAIN",
        "STARTTLS" => "220 go ahead",
        "AUTH" => "235 welcome",
        "DATA" => "354 go ahead",
        "QUIT" => "221 bye",
        _ => "250 ok",
    };

    private async Task<Stream> EncryptAsync(Stream stream)
    {
        if (BreaksAtEncryption)
            throw new IOException("The connection broke.");
        SslStream encrypted = new(stream);
        await encrypted.AuthenticateAsServerAsync(_certificate);
        return encrypted;
    }

    private static X509Certificate2 SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}

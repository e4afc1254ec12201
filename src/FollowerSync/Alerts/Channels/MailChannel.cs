using System.Globalization;
using System.Net.Security;
using FollowerSync.Alerts.Texts;
using FollowerSync.Languages;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace FollowerSync.Alerts.Channels;

/// <summary>Mail, by a server that encrypts. One that does not is refused before it gets the password.</summary>
internal sealed class MailChannel(AlertChannelOptions options, AlertText text, AlertHttp http) : IAlertChannel
{
    private const int PortOfStartTls = 587;
    private const int PortOfTls = 465;

    private readonly Uri _server = new(options.Url);

    /// <summary>Judges the server's certificate; null = as the system does.</summary>
    public RemoteCertificateValidationCallback? Trust { get; init; }

    public AlertChannelOptions Options => options;

    public async Task<Delivery> SendAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(2 * AlertHttp.Patience, http.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        bool isGiven = false;
        try
        {
            using MailClient client = new() { Timeout = (int)AlertHttp.Patience.TotalMilliseconds, CheckCertificateRevocation = false, ServerCertificateValidationCallback = Trust };
            await ConnectAsync(client, either.Token);
            isGiven = true;
            string said = await client.SendAsync(Compose(messages), either.Token);
            await client.DisconnectAsync(quit: true, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1), http.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Delivery.Arrived(client.Refused.Count == 0 ? "the mail server took it" : NotFor(client.Refused)) with { Answer = http.Said(said), IsForAll = client.Refused.Count == 0 };
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return Judge(exception, isGiven) with { Answer = http.Said(exception.Message) };
        }
    }

    // By their place in the settings, as an address is a person's.
    private Sentence NotFor(IReadOnlyList<SmtpCommandException> refused)
    {
        IEnumerable<string> places = options.To.Select((to, index) => (Address: MailboxAddress.Parse(to).Address, Place: FormattableString.Invariant($"{nameof(options.To)}[{index}]")))
            .Join(refused, to => to.Address, refusal => refusal.Mailbox?.Address ?? "", (to, refusal) => FormattableString.Invariant($"{to.Place} ({(int)refusal.StatusCode})"), StringComparer.OrdinalIgnoreCase);
        return $"the mail server took it, but not for {string.Join(", ", places)}";
    }

    private async Task ConnectAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        bool isTls = options.Security == MailSecurity.Tls;
        int port = _server.Port > 0 ? _server.Port : isTls ? PortOfTls : PortOfStartTls;
        await client.ConnectAsync(_server.DnsSafeHost, port, isTls ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, cancellationToken);
        if (User.Length > 0)
            await client.AuthenticateAsync(User, options.Password, cancellationToken);
    }

    private string User => Uri.UnescapeDataString(_server.UserInfo);

    private MimeMessage Compose(IReadOnlyList<AlertMessage> messages)
    {
        MailboxAddress from = MailboxAddress.Parse(options.From.Length > 0 ? options.From : User);
        MimeMessage mail = new()
        {
            Subject = text.TitleOf(messages),
            Body = new TextPart("plain") { Text = text.Of(messages) },
            // The same message sent once more is known by it.
            MessageId = string.Create(CultureInfo.InvariantCulture, $"followersync.{messages[0].Number}.{messages[0].StartedAt.UtcTicks}@{from.Domain}"),
            Date = http.Time.GetUtcNow(),
        };
        mail.From.Add(from);
        mail.To.AddRange(options.To.Select(MailboxAddress.Parse));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }

    private static Delivery Judge(Exception exception, bool isGiven) => exception switch
    {
        AuthenticationException { InnerException: SmtpCommandException { StatusCode: var code } } when (int)code < 500 => Delivery.Passing($"the mail server answered {(int)code}: not now"),
        AuthenticationException => Delivery.Refused("the mail server does not take user and password", isSetting: true),
        SslHandshakeException when AlertHttp.IsDistrust(exception) => Delivery.Refused("no encrypted connection: the server's certificate is not trusted, or Security is wrong for the port", isSetting: true),
        NotSupportedException => Delivery.Refused("the mail server offers no STARTTLS, or no login; nothing was sent to it", isSetting: true),
        SmtpCommandException { StatusCode: var code } when (int)code is >= 400 and < 500 => Delivery.Passing($"the mail server answered {(int)code}: not now"),
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } => Delivery.Refused("the mail server does not take a recipient", isSetting: true),
        SmtpCommandException { ErrorCode: SmtpErrorCode.SenderNotAccepted } => Delivery.Refused("the mail server does not take the sender", isSetting: true),
        SmtpCommandException { StatusCode: var code } => Delivery.Refused($"the mail server answered {(int)code}"),
        ServiceNotAuthenticatedException => Delivery.Refused("the mail server wants a login: give a user in Url and the Password", isSetting: true),
        _ => Delivery.Passing(isGiven ? (Sentence)"the connection to the mail server broke before it said that it has the mail" : "the mail server cannot be reached", isGiven),
    };
}

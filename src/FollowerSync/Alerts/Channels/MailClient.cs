using MailKit.Net.Smtp;
using MimeKit;

namespace FollowerSync.Alerts.Channels;

/// <summary>Gives a mail to a server for all whom that takes: one recipient whom it does not take keeps it from nobody else.</summary>
internal sealed class MailClient : SmtpClient
{
    private readonly List<SmtpCommandException> _refused = [];

    /// <summary>Whom the server did not take, each with its answer.</summary>
    public IReadOnlyList<SmtpCommandException> Refused => _refused;

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        _refused.Add(new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, response.StatusCode, mailbox, response.Response));

    // Codes from 500 on are for good: while one of them may be taken later, it is tried again.
    protected override void OnNoRecipientsAccepted(MimeMessage message) => throw _refused.MinBy(refusal => refusal.StatusCode)!;
}

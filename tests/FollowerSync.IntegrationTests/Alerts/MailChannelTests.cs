using System.Text;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Texts;
using FollowerSync.Logging;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>Alerts by mail: encrypted or not at all.</summary>
public sealed class MailChannelTests
{
    private const string Password = "mail0password1of2tests";

    [Theory]
    [InlineData("StartTls")]
    [InlineData("Tls")]
    public async Task A_mail_arrives_encrypted_with_its_subject_and_password(string way)
    {
        MailSecurity security = Enum.Parse<MailSecurity>(way);
        await using StandInMail mail = new() { IsTlsFromTheFirstByte = security == MailSecurity.Tls };

        Delivery delivery = await SendAsync(mail, security);

        delivery.Outcome.ShouldBe(DeliveryOutcome.Delivered, delivery.What);
        mail.Mails.ShouldHaveSingleItem().ShouldContain("FollowerSync");
        string auth = mail.Heard.Single(heard => heard.Line.StartsWith("AUTH PLAIN", StringComparison.Ordinal)).Line;
        Encoding.UTF8.GetString(Convert.FromBase64String(auth["AUTH PLAIN ".Length..])).ShouldEndWith($"fs@brand.example\0{Password}");
        mail.Heard.Where(heard => !heard.Encrypted).ShouldAllBe(heard => heard.Line.StartsWith("EHLO", StringComparison.Ordinal) || heard.Line == "STARTTLS");
        mail.Heard.Select(heard => heard.Line).ShouldContain("RCPT TO:<ops@brand.example>");
    }

    [Fact]
    public async Task A_server_that_does_not_encrypt_gets_nothing()
    {
        await using StandInMail mail = new() { OffersStartTls = false };

        Delivery delivery = await SendAsync(mail, MailSecurity.StartTls);

        (delivery.Outcome, delivery.IsSetting).ShouldBe((DeliveryOutcome.Refused, true));
        delivery.What.ShouldContain("no STARTTLS");
        mail.Heard.ShouldAllBe(heard => heard.Line.StartsWith("EHLO", StringComparison.Ordinal) || heard.Line == "QUIT");
    }

    [Fact]
    public async Task A_server_nobody_trusts_gets_no_password()
    {
        await using StandInMail mail = new();

        Delivery delivery = await SendAsync(mail, MailSecurity.StartTls, trusts: false);

        (delivery.Outcome, delivery.IsSetting).ShouldBe((DeliveryOutcome.Refused, true));
        mail.Heard.ShouldNotContain(heard => heard.Line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AUTH", "535 5.7.8 bad " + Password, "Refused")]
    [InlineData("AUTH", "454 4.7.0 temporary authentication failure", "Passing")]
    [InlineData("RCPT", "550 no such user", "Refused")]
    [InlineData("RCPT", "451 greylisted", "Passing")]
    [InlineData("MAIL", "452 full", "Passing")]
    [InlineData(".", "554 spam", "Refused")]
    [InlineData("EHLO", "421 too busy", "Passing")]
    public async Task What_the_server_answers_decides(string command, string answer, string outcome)
    {
        await using StandInMail mail = new() { Answers = { [command] = answer, ["HELO"] = "421 too busy" } };

        Delivery delivery = await SendAsync(mail, MailSecurity.StartTls);

        delivery.Outcome.ToString().ShouldBe(outcome, delivery.What);
        $"{delivery.What} {delivery.Answer}".ShouldNotContain(Password);
    }

    [Theory]
    [InlineData("550 no such user", "550")]
    [InlineData("452 full", "452")]
    public async Task One_recipient_whom_the_server_does_not_take_keeps_the_mail_from_nobody_else(string answer, string code)
    {
        await using StandInMail mail = new() { Answers = { ["RCPT TO:<gone@brand.example>"] = answer } };

        Delivery delivery = await SendAsync(mail, MailSecurity.StartTls, to: ["Gone <gone@brand.example>", "ops@brand.example"]);

        (delivery.Outcome, delivery.IsForAll).ShouldBe((DeliveryOutcome.Delivered, false), delivery.What);
        delivery.What.ToString().ShouldEndWith($"not for To[0] ({code})");
        mail.Mails.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_mail_that_nobody_may_get_now_is_tried_again_when_somebody_may_later()
    {
        await using StandInMail mail = new() { Answers = { ["RCPT TO:<gone@brand.example>"] = "550 no such user", ["RCPT TO:<ops@brand.example>"] = "452 full" } };

        Delivery delivery = await SendAsync(mail, MailSecurity.StartTls, to: ["gone@brand.example", "ops@brand.example"]);

        delivery.Outcome.ShouldBe(DeliveryOutcome.Passing, delivery.What);
        mail.Mails.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("StartTls")]
    [InlineData("Tls")]
    public async Task A_connection_that_breaks_while_it_is_being_encrypted_is_tried_again(string way)
    {
        MailSecurity security = Enum.Parse<MailSecurity>(way);
        await using StandInMail mail = new() { BreaksAtEncryption = true, IsTlsFromTheFirstByte = security == MailSecurity.Tls };

        Delivery delivery = await SendAsync(mail, security);

        (delivery.Outcome, delivery.IsUncertain).ShouldBe((DeliveryOutcome.Passing, false), delivery.What);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again()
    {
        StandInMail mail = new();
        int port = mail.Port;
        await mail.DisposeAsync();

        (await SendAsync(port, MailSecurity.StartTls, _ => true)).ShouldSatisfyAllConditions(delivery => delivery.Outcome.ShouldBe(DeliveryOutcome.Passing), delivery => delivery.IsUncertain.ShouldBeFalse());
    }

    private static Task<Delivery> SendAsync(StandInMail mail, MailSecurity security, bool trusts = true, string[]? to = null) =>
        SendAsync(mail.Port, security, certificate => trusts && mail.Trusts(certificate), to);

    private static async Task<Delivery> SendAsync(int port, MailSecurity security, Func<System.Security.Cryptography.X509Certificates.X509Certificate?, bool> trusts, string[]? to = null)
    {
        AlertChannelOptions options = new()
        {
            Kind = ChannelKind.Smtp,
            Url = FormattableString.Invariant($"smtp://fs%40brand.example@127.0.0.1:{port}"),
            Password = Password,
            To = to ?? ["ops@brand.example"],
            Security = security,
        };
        using AlertChannels channels = new([options], new AlertText(new EnglishWords(), null), new SecretMask(), TimeProvider.System, (_, certificate, _, _) => trusts(certificate));
        return await channels.All.Single().SendAsync([AlertMessage.Trial(TimeProvider.System.GetUtcNow())], default);
    }
}

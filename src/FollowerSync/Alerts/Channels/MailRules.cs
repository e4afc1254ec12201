using FollowerSync.Languages;
using FollowerSync.Settings;
using MimeKit;

namespace FollowerSync.Alerts.Channels;

/// <summary>What the settings of a mail channel have to be.</summary>
internal static class MailRules
{
    private static readonly Sentence Form = "must be smtp://USER@HOST:PORT (a user with an @ in it is written with %40: smtp://alerts%40brand.example@smtp.brand.example:587)";

    public static IEnumerable<SettingsFault> Broken(AlertChannelOptions channel)
    {
        if (!Uri.TryCreate(channel.Url, UriKind.Absolute, out Uri? address) || address.Scheme != "smtp" || address.Host.Length == 0 || address.PathAndQuery.Length > 1)
            yield return new SettingsFault(nameof(channel.Url), channel.Url.StartsWith("smtps:", StringComparison.OrdinalIgnoreCase) ? (Sentence)$"{Form}; for TLS from the first byte set Security to Tls" : Form);
        else if (address.UserInfo.Contains(':', StringComparison.Ordinal))
            yield return new SettingsFault(nameof(channel.Url), $"{Form}, without a password: that goes into Password");
        else
            foreach (SettingsFault fault in OfPeople(channel, address.UserInfo))
                yield return fault;
        if (channel.Key.Length > 0 || channel.Secret.Length > 0)
            yield return new SettingsFault(channel.Key.Length > 0 ? nameof(channel.Key) : nameof(channel.Secret), "is not for Smtp: the user stands in Url, the password in Password");
        if (channel.To.Count == 0)
            yield return new SettingsFault(nameof(channel.To), "must name at least one mailbox", "empty");
        for (int index = 0; index < channel.To.Count; index++)
            if (!IsMailbox(channel.To[index]))
                yield return new SettingsFault($"{nameof(channel.To)}[{index}]", "must be a mailbox, such as ops@brand.example");
    }

    private static IEnumerable<SettingsFault> OfPeople(AlertChannelOptions channel, string user)
    {
        if (user.Length > 0 && channel.Password.Length == 0)
            yield return new SettingsFault(nameof(channel.Password), "must be the password of Url's user", "empty");
        if (user.Length == 0 && channel.Password.Length > 0)
            yield return new SettingsFault(nameof(channel.Url), $"{Form}: Password is given, but no user");
        if (channel.From.Length == 0 ? !IsMailbox(Uri.UnescapeDataString(user)) : !IsMailbox(channel.From))
            yield return new SettingsFault(nameof(channel.From), "must be the sender's mailbox, such as followersync@brand.example", channel.From.Length == 0 ? (Sentence)"empty" : null);
    }

    private static bool IsMailbox(string text) =>
        !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out MailboxAddress? mailbox) && mailbox.Address.Contains('@', StringComparison.Ordinal) && mailbox.Domain.Length > 0;
}

using FollowerSync.AccountMigration;
using FollowerSync.Analysts;
using FollowerSync.Database;
using FollowerSync.Database.PrivateServer;
using FollowerSync.Import;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Logging;
using FollowerSync.Nodes;
using FollowerSync.Privacy;
using FollowerSync.Settings;
using FollowerSync.Sync;
using FollowerSync.Web;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;

namespace FollowerSync.CommandLine;

/// <summary>An exception as a person gets to see it: what happened, why, what to do; and the exit code that goes with it.</summary>
internal static class ErrorMessage
{
    public static int ExitCodeOf(Exception exception) => exception switch
    {
        SettingsException or UsageException or OptionsValidationException or NotHeldException or UnknownPersonException or ExportException or GrantException or FolderNotOursException
            or ImportException or MigrationOrderException => ExitCodes.WrongSettings,
        WeChatApiException { Due.IsSetting: true } => ExitCodes.WrongSettings,
        RunActiveException => ExitCodes.RunActive,
        OperationCanceledException => ExitCodes.Partial,
        _ => ExitCodes.Failed,
    };

    /// <summary>The text without secrets; with the stack trace when asked for.</summary>
    public static Sentence Of(Exception exception, CommandContext context)
    {
        if (context.ShowsStackTraces)
            return Sentence.Foreign(context.Mask.Mask(Printable.Lines(exception.ToString())));
        if (exception is OperationCanceledException)
            return "Stopped before it was done.";

        Sentence text = SentenceException.TextOf(exception);
        bool expected = exception is DatabaseException or WeChatApiException or OutputException or ListenException or NodeConflictException || ExitCodeOf(exception) != ExitCodes.Failed;
        for (Exception? cause = exception.InnerException; cause is not null && !expected; cause = cause.InnerException)
            if (!text.ToString().Contains(cause.Message, StringComparison.Ordinal))
                text = $"{text}\n  because: {SentenceException.TextOf(cause)}";
        if (!expected)
            text = $"{text}\nFor details, run it again with the environment variable Logging__Level__Default=Debug.";
        return text.With(shown => context.Mask.Mask(Printable.Lines(shown)));
    }
}

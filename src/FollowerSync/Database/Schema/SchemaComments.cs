using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>What the analysts' schema says of itself, in one language. Migrations and views bring the English comments along; those of another language are
/// written over them.</summary>
/// <param name="language">Its <see cref="LanguageCode"/>.</param>
/// <param name="sql">One <c>comment on</c> for everything in the schema.</param>
internal sealed partial class SchemaComments(string language, string sql)
{
    // Comments are a courtesy: nobody waits long for one, and the next start tries again.
    private const string Begin = "set local statement_timeout = '60s'; set local lock_timeout = '5s'; lock table followersync.schema_migrations in exclusive mode";

    private const string StoredSql = "select coalesce(comments, 'en') from followersync.schema_views where checksum = @checksum";
    private const string KeepSql = "update followersync.schema_views set comments = @name where checksum = @checksum";

    /// <summary>Tells these comments from those of another language, and from an earlier translation.</summary>
    public string Name { get; } = language == LanguageCode.English ? LanguageCode.English : $"{language} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)))[..16]}";

    /// <summary>What lay in <c>db</c> when the program was built.</summary>
    public static SchemaComments Embedded(string language) =>
        new(language, language == LanguageCode.Chinese ? EmbeddedScripts.Read("db/comments.").Single(script => script.Name == $"{language}.sql").Sql : ReadEnglish());

    /// <summary>Writes them, unless they stand there, or the views are a newer program's. Without the right to, or while somebody is in the way, the schema is as
    /// good as before: that is told, and nothing else.</summary>
    public async Task ApplyAsync(NpgsqlConnection connection, string checksum, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(connection, checksum, cancellationToken);
        }
        catch (PostgresException exception)
        {
            TellNotWritten(logger, language, exception.MessageText);
        }
    }

    private async Task WriteAsync(NpgsqlConnection connection, string checksum, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        string? stored = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(StoredSql, new { checksum }, transaction, cancellationToken: cancellationToken));
        if (stored is null || stored == Name)
            return;

        await connection.ExecuteAsync(new CommandDefinition(Begin, transaction: transaction, cancellationToken: cancellationToken));
        await using (NpgsqlCommand comments = new(sql, connection, transaction) { CommandTimeout = 0 })
            await comments.ExecuteNonQueryAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(KeepSql, new { checksum, name = Name }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    private static string ReadEnglish() => string.Join(
        ";\n",
        from script in Migrations.Embedded().Select(migration => migration.Sql).Concat(ViewSet.Embedded().Scripts.Select(view => view.Sql))
        from statement in SqlScript.Split(script)
        where CommentOnOurs().IsMatch(statement.Text)
        select statement.Text);

    [LoggerMessage(
        EventId = 1714, Level = LogLevel.Warning,
        Message = "The descriptions of tables and columns were not written in {Language}: {Reason}. The next start tries again; so does \"followersync migrate\", which the owner of the tables may run.")]
    private static partial void TellNotWritten(ILogger logger, string language, string reason);

    [GeneratedRegex(@"^comment on (schema|table|view|column|function) wechat\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommentOnOurs();
}

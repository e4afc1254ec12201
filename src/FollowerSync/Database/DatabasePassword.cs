using FollowerSync.Settings;
using Npgsql;

namespace FollowerSync.Database;

/// <summary>The password of <c>ConnectionStrings:FollowerSync</c>: that of the start, or a newer one once the settings were read again. All else of the connection
/// string stays.</summary>
internal sealed class DatabasePassword(SecretSettings settings, string connectionString)
{
    private readonly NpgsqlConnectionStringBuilder _atStart = new(connectionString);

    /// <summary>The password; null when the connection string has none.</summary>
    public string? Current =>
        _atStart.Password is null ? null
        : settings.Current.GetConnectionString(DatabaseOptions.ConnectionStringName) is { } newer
            && DatabaseOptions.PartsOf(newer) is { Password.Length: > 0 } other && other.Username == _atStart.Username
        ? other.Password : _atStart.Password;

    /// <summary>Whether there is another password than the one that was refused; looks for one where the settings came from.</summary>
    public bool HasAnother(string? refused)
    {
        if (refused is not null && Current == refused)
            settings.ReadAgain();
        return Current != refused;
    }
}

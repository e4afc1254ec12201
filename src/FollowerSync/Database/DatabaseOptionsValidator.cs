using Microsoft.Extensions.Options;

namespace FollowerSync.Database;

/// <summary>Reports every wrong value of <see cref="DatabaseOptions"/> at once.</summary>
internal sealed class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        ValidateOptionsResultBuilder result = new();
        RequireRange(result, nameof(options.StatementTimeout), options.StatementTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        RequireRange(result, nameof(options.LockTimeout), options.LockTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        RequireRange(result, nameof(options.Retries), options.Retries, 0, 20);
        if (options.PrivateFolder.Length > 0 && !Path.IsPathFullyQualified(options.PrivateFolder))
            result.AddError($"{Key(nameof(options.PrivateFolder))} must be an absolute path, but is \"{options.PrivateFolder}\".");
        return result.Build();
    }

    private static void RequireRange<T>(ValidateOptionsResultBuilder result, string property, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            result.AddError($"{Key(property)} must be from {least} to {most}, but is {value}.");
    }

    private static string Key(string property) => $"{DatabaseOptions.Section}:{property}";
}

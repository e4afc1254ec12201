using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FollowerSync.Settings;

/// <summary>Registers options bound to a section of checked settings.</summary>
internal static class SettingsServices
{
    /// <summary>Binds <typeparamref name="TOptions"/> to a section and checks it once more when the host starts: a host may be built from
    /// settings that no verb has checked.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="section">Name of the section.</param>
    /// <param name="except">Keys the caller does without.</param>
    public static IServiceCollection AddSettings<TOptions>(
        this IServiceCollection services, IConfiguration configuration, string section, params string[] except)
        where TOptions : class, new()
    {
        services.AddOptions<TOptions>().Bind(configuration.GetSection(section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new SectionValidator<TOptions>(configuration, section, except));
        return services;
    }

    /// <summary>Secrets that are not read again, unless <see cref="SecretSettings"/> are registered already.</summary>
    public static void TryAddSecrets(this IServiceCollection services, IConfiguration configuration) => services.TryAddSingleton(
        provider => new SecretSettings(configuration, () => configuration, provider.GetRequiredService<ILogger<SecretSettings>>()));

    private sealed class SectionValidator<TOptions>(IConfiguration configuration, string section, string[] except) : IValidateOptions<TOptions>
        where TOptions : class, new()
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            if (configuration is not IConfigurationRoot root)
                return ValidateOptionsResult.Skip;
            IReadOnlyList<SettingsFault> faults = new SettingsSchema().Section<TOptions>(section).Check(root, except);
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Select(fault => fault.ToString()));
        }
    }
}

using Microsoft.Extensions.Options;

namespace FollowerSync.Settings;

/// <summary>Registers options bound to a section of checked settings.</summary>
internal static class SettingsServices
{
    /// <summary>Binds <typeparamref name="TOptions"/> to a section and checks it once more when the host starts: a host may be built from
    /// settings that no verb has checked.</summary>
    public static IServiceCollection AddSettings<TOptions>(this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class, new()
    {
        services.AddOptions<TOptions>().Bind(configuration.GetSection(section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new SectionValidator<TOptions>(configuration, section));
        return services;
    }

    private sealed class SectionValidator<TOptions>(IConfiguration configuration, string section) : IValidateOptions<TOptions>
        where TOptions : class, new()
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            if (configuration is not IConfigurationRoot root)
                return ValidateOptionsResult.Skip;
            IReadOnlyList<SettingsFault> faults = new SettingsSchema().Section<TOptions>(section).Check(root);
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Select(fault => fault.ToString()));
        }
    }
}

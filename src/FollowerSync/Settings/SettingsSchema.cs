using FollowerSync.Languages;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace FollowerSync.Settings;

/// <summary>All sections and single values the program knows, and the check of given settings against them.</summary>
internal sealed class SettingsSchema
{
    private readonly List<(string Name, Type Type)> _sections = [];
    private readonly List<ConnectionStringRule> _connectionStrings = [];
    private readonly List<SingleValueRule> _values = [];
    private readonly List<SingleValueRule> _fileValues = [];
    private readonly List<Func<IConfiguration, IEnumerable<SettingsFault>>> _rules = [];

    /// <summary>The sections and the types they are bound to.</summary>
    public IReadOnlyList<(string Name, Type Type)> Sections => _sections;

    /// <summary>Adds a section bound to <typeparamref name="TOptions"/>; its rules stand beside the properties.</summary>
    public SettingsSchema Section<TOptions>(string name)
        where TOptions : class, new()
    {
        _sections.Add((name, typeof(TOptions)));
        return this;
    }

    /// <summary>Adds a connection string. <paramref name="broken"/> answers what a non-empty value has to be when it is not.</summary>
    public SettingsSchema ConnectionString(string name, Func<string, Sentence?> broken)
    {
        _connectionStrings.Add(new ConnectionStringRule(name, broken));
        return this;
    }

    /// <summary>Adds a setting that stands in no section. <paramref name="broken"/> answers what a non-empty value has to be when it is not.</summary>
    public SettingsSchema Value(string key, Func<string, Sentence?> broken)
    {
        _values.Add(new SingleValueRule(key, broken));
        return this;
    }

    /// <summary>Adds one that the environment does not set, because its name there belongs to somebody else.</summary>
    public SettingsSchema FileValue(string key, Func<string, Sentence?> broken)
    {
        _fileValues.Add(new SingleValueRule(key, broken));
        return this;
    }

    /// <summary>The value of such a setting; null when there is none.</summary>
    public static string? ValueOfFile(IConfigurationRoot root, string key) =>
        root.Providers.Where(provider => provider is not EnvironmentVariablesConfigurationProvider).Select(file => file.TryGet(key, out string? value) ? value : null).LastOrDefault(value => value is not null);

    /// <summary>Adds a rule that concerns several sections. It is asked only when each of them is right by itself.</summary>
    public SettingsSchema Rule(Func<IConfiguration, IEnumerable<SettingsFault>> broken)
    {
        _rules.Add(broken);
        return this;
    }

    /// <summary>Every fault, in the order of the schema; empty when the settings can be used.</summary>
    /// <param name="root">The settings.</param>
    /// <param name="except">Keys whose rules are left out, with all below them, for verbs that do without (<c>WeChat:Accounts</c>). What stands there must be readable in
    /// any case: the binder leaves out an entry of a list that it cannot read, and says nothing.</param>
    public IReadOnlyList<SettingsFault> Check(IConfigurationRoot root, params string[] except)
    {
        List<SettingsFault> faults = [];
        HashSet<SettingsFault> unreadable = [];
        foreach ((string name, Type type) in _sections)
            faults.AddRange(CheckSection(root, name, type, unreadable));
        foreach (ConnectionStringRule rule in _connectionStrings)
            faults.AddRange(rule.Check(root));
        foreach (SingleValueRule rule in _values)
            faults.AddRange(rule.Check(root[rule.Key]));
        foreach (SingleValueRule rule in _fileValues)
            faults.AddRange(rule.Check(ValueOfFile(root, rule.Key), isShown: true));
        faults.AddRange(UnknownSections(root));
        if (faults.Count == 0)
            faults.AddRange(_rules.SelectMany(rule => rule(root)));
        return [.. faults.Where(fault => unreadable.Contains(fault) || !except.Any(key => IsWithin(fault.Key, key)))];
    }

    private static List<SettingsFault> CheckSection(IConfigurationRoot root, string name, Type type, HashSet<SettingsFault> unreadable)
    {
        List<SettingsFault> faults = [];
        HashSet<string> leftOut = new(StringComparer.OrdinalIgnoreCase);
        new SectionShape(root, (fault, path) => { faults.Add(fault); unreadable.Add(fault); leftOut.Add(path); }).Check(type, root.GetSection(name), name);

        IConfigurationSection readable = FrozenSettings.Of(root, leftOut).GetSection(name);
        object options = readable.Get(type) ?? Activator.CreateInstance(type)!;
        new SectionRules(root, fault => { if (!faults.Exists(known => known.Key == fault.Key)) faults.Add(fault); }).Check(options, readable, name);
        return faults;
    }

    // Only our own file is looked through: the environment is full of other programs' variables.
    private IEnumerable<SettingsFault> UnknownSections(IConfigurationRoot root)
    {
        string[] known = [.. _sections.Select(section => section.Name), .. _connectionStrings.Count == 0 ? [] : new[] { ConnectionStringRule.Section }, .. _values.Concat(_fileValues).Select(value => value.Key)];
        foreach (JsonConfigurationProvider file in root.Providers.OfType<JsonConfigurationProvider>())
        {
            foreach (string key in file.GetChildKeys([], null).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                if (known.Contains(key, StringComparer.OrdinalIgnoreCase))
                    continue;
                Sentence advice = NearestKey.Of(key, known) is { } nearest ? (Sentence)$"Did you mean {nearest}?" : $"Known: {string.Join(", ", known)}.";
                yield return new SettingsFault(key, $"is not a section. {advice}", Origin: $"in {file.Source.Path}");
            }
        }
    }

    private static bool IsWithin(string key, string parent) =>
        key.StartsWith(parent, StringComparison.OrdinalIgnoreCase) && (key.Length == parent.Length || key[parent.Length] is ':' or '[');
}

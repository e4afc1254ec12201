using System.Text.RegularExpressions;
using FollowerSync.CommandLine;
using Microsoft.Extensions.Configuration;
using YamlDotNet.RepresentationModel;

namespace FollowerSync.Tests.Deploying;

/// <summary>What is deployed is set by names that there are, and asked where it answers.</summary>
public sealed partial class DeployedSettingsTests
{
    private const string Port = "8080";

    [Fact]
    public void Every_setting_that_a_file_names_is_one()
    {
        string[] names = [.. DeployFiles.Of("systemd", "kubernetes", "compose").SelectMany(file => SettingName().Matches(File.ReadAllText(file))).Select(match => match.Value).Distinct(StringComparer.Ordinal)];
        names.Length.ShouldBeGreaterThan(5);

        IConfigurationRoot settings = new ConfigurationBuilder().AddInMemoryCollection(names.Select(name => KeyValuePair.Create(name.Replace("__", ":", StringComparison.Ordinal), (string?)""))).Build();

        FollowerSyncSettings.Schema.Check(settings).Where(fault => fault.Rule.ToString().StartsWith("is not a se", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Kubernetes_asks_where_the_worker_answers()
    {
        YamlNode container = Document("kubernetes/statefulset.yaml")["spec"]["template"]["spec"]["containers"][0];

        container["ports"][0]["containerPort"].ToString().ShouldBe(Port);
        (string Probe, string Path)[] probes = [("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready")];
        foreach ((string probe, string path) in probes)
            (container[probe]["httpGet"]["path"].ToString(), container[probe]["httpGet"]["port"].ToString()).ShouldBe((path, container["ports"][0]["name"].ToString()), probe);
        File.ReadAllText(DeployFiles.PathOf("kubernetes/settings.env")).ShouldContain($"StatusPage__Url=http://0.0.0.0:{Port}\n");
    }

    [Fact]
    public void Kubernetes_gives_the_worker_a_user_and_a_disk_that_it_cannot_change_and_time_to_stop()
    {
        YamlNode pod = Document("kubernetes/statefulset.yaml")["spec"]["template"]["spec"];
        YamlNode container = pod["containers"][0];

        pod["securityContext"]["runAsUser"].ToString().ShouldBe(ImageUser());
        (pod["securityContext"]["runAsNonRoot"].ToString(), container["securityContext"]["readOnlyRootFilesystem"].ToString(), container["securityContext"]["capabilities"]["drop"][0].ToString())
            .ShouldBe(("true", "true", "ALL"));
        double.Parse(pod["terminationGracePeriodSeconds"].ToString(), System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(StopSignal.Deadline.TotalSeconds);
        container["resources"]["limits"]["memory"].ToString().ShouldBe(container["resources"]["requests"]["memory"].ToString());
    }

    [Fact]
    public void Kubernetes_replaces_a_pod_that_never_was_ready() => Document("kubernetes/statefulset.yaml")["spec"]["podManagementPolicy"].ToString().ShouldBe("Parallel");

    [Fact]
    public void Compose_waits_for_the_server_that_stays_and_not_for_the_one_that_makes_the_database() =>
        ((YamlSequenceNode)Document("compose/compose.yaml")["services"]["database"]["healthcheck"]["test"]).Select(word => word.ToString()).ShouldContain("--host=127.0.0.1");

    [Theory]
    [InlineData("kubernetes/statefulset.yaml")]
    [InlineData("compose/compose.yaml")]
    public void No_secret_is_handed_over_by_the_environment(string file)
    {
        string text = File.ReadAllText(DeployFiles.PathOf(file));

        foreach (string secret in new[] { "AppSecret", "ConnectionStrings__", "StatusPage__Password", "HashKey" })
            EnvironmentEntry(secret).IsMatch(text).ShouldBeFalse(secret);
    }

    [Fact]
    public void Compose_hands_over_every_secret_that_it_declares()
    {
        YamlMappingNode compose = (YamlMappingNode)Document("compose/compose.yaml");
        YamlNode worker = compose["services"]["followersync"];

        string[] declared = [.. ((YamlMappingNode)compose["secrets"]).Children.Keys.Select(key => key.ToString())];
        string[] given = [.. ((YamlMappingNode)compose["services"]).Children.Values.Where(service => ((YamlMappingNode)service).Children.ContainsKey("secrets")).SelectMany(service => (YamlSequenceNode)service["secrets"]).Select(secret => secret.ToString())];
        given.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(declared.Order(StringComparer.Ordinal));
        (worker["user"].ToString(), worker["read_only"].ToString(), worker["ports"][0].ToString()).ShouldBe((ImageUser(), "true", $"127.0.0.1:{Port}:{Port}"));
    }

    [Fact]
    public void Compose_starts_every_service_again_with_the_machine()
    {
        YamlMappingNode services = (YamlMappingNode)Document("compose/compose.yaml")["services"];

        // After on-failure a worker that the machine's own end stopped, and that ended well, stays away.
        services.Children.Values.ShouldAllBe(service => service["restart"].ToString() == "unless-stopped");
    }

    private static string ImageUser() =>
        Regex.Match(File.ReadAllText(DeployFiles.PathOf("../src/FollowerSync/FollowerSync.csproj")), "<ContainerUser>(?<user>[0-9]+)<", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["user"].Value;

    private static YamlNode Document(string name)
    {
        YamlStream stream = [];
        using StreamReader reader = File.OpenText(DeployFiles.PathOf(name));
        stream.Load(reader);
        return stream.Documents.Single().RootNode;
    }

    private static Regex EnvironmentEntry(string name) => new($@"(name: *|^ +)[A-Za-z0-9_]*{name}[A-Za-z0-9_]*(,|: *[^\s{{])", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+(__[A-Za-z0-9]+)+\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex SettingName();
}

using FollowerSync.Alerts;
using Microsoft.Extensions.Configuration;

namespace FollowerSync.Tests.Alerts;

public sealed class AlertLinkTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", null, "")]
    [InlineData("http://0.0.0.0:8080", null, "")]
    [InlineData("http://10.0.0.5:8080", null, "http://10.0.0.5:8080/")]
    [InlineData("http://0.0.0.0:8080", "https://followers.example", "https://followers.example/")]
    [InlineData("http://127.0.0.1:8080", "https://followers.example", "https://followers.example/")]
    public void An_alert_links_to_where_people_open_the_page(string url, string? publicBase, string expected) => AlertServices.TextOf(
        new AlertsOptions(),
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["StatusPage:Url"] = url, ["StatusPage:PublicBase"] = publicBase }).Build()).Link.ShouldBe(expected);
}

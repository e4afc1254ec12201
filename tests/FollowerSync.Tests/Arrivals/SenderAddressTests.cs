using System.Net;
using FollowerSync.Arrivals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace FollowerSync.Tests.Arrivals;

public sealed class SenderAddressTests
{
    [Theory]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")] // nobody we know says so
    [InlineData("10.0.0.5", "198.51.100.1", "198.51.100.1")]
    [InlineData("::ffff:10.0.0.5", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.5", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("2001:db8::1", "[2001:db8:9::7]:80", "2001:db8:9::7")]
    [InlineData("10.0.0.5", "1.1.1.1, 198.51.100.1", "198.51.100.1")] // what a caller writes to the left is not believed
    [InlineData("10.0.0.5", "198.51.100.1, 10.9.9.9", "198.51.100.1")]
    [InlineData("10.0.0.5", "198.51.100.1|10.9.9.9", "198.51.100.1")] // two headers
    [InlineData("10.0.0.5", "10.1.1.1, 10.9.9.9", "10.1.1.1")]
    [InlineData("10.0.0.5", "evil, 10.9.9.9", "10.9.9.9")]
    [InlineData("10.0.0.5", "", "10.0.0.5")]
    [InlineData("10.0.0.5", "unknown", "10.0.0.5")]
    public void Is_who_connected_unless_a_known_proxy_names_another(string connected, string forwarded, string expected)
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse(connected);
        if (forwarded.Length > 0)
            context.Request.Headers["X-Forwarded-For"] = new StringValues(forwarded.Split('|'));

        new SenderAddress(Options.Create(new ArrivalsOptions { KnownProxies = ["10.0.0.0/8", "2001:db8::1"] })).Of(context).ToString().ShouldBe(expected);
    }
}

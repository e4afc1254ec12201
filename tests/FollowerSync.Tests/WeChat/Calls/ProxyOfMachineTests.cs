using System.Net;
using FollowerSync.WeChat.Calls;

namespace FollowerSync.Tests.WeChat.Calls;

public sealed class ProxyOfMachineTests
{
    private static readonly ProxyOfMachine Proxy = new(new WebProxy("http://proxy.example:3128"));

    [Theory]
    [InlineData("http://127.0.0.1:8081/")]
    [InlineData("http://127.9.8.7/")]
    [InlineData("https://localhost/token")]
    [InlineData("http://LOCALHOST.:5000/")]
    [InlineData("http://wechat.localhost:5000/")]
    [InlineData("http://[::1]:8081/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    public void What_is_on_this_machine_is_called_directly(string address)
    {
        Proxy.IsBypassed(new Uri(address)).ShouldBeTrue();
        Proxy.GetProxy(new Uri(address)).ShouldBeNull();
    }

    [Theory]
    [InlineData("https://api.weixin.qq.com/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://localhost.example/")]
    [InlineData("http://[2001:db8::1]/")]
    public void Everything_else_goes_by_the_proxy(string address) =>
        Proxy.GetProxy(new Uri(address))!.Host.ShouldBe("proxy.example");
}

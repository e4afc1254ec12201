using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A web server on this machine alone, for those who stand in for somebody else.</summary>
internal static class LoopbackServer
{
    /// <summary>At any free port, and silent; to be told what it answers, and started.</summary>
    public static WebApplication Create()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}

using System.IO.Compression;
using System.Net;
using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.Emulator;

public class TransportFaultTests
{
    [Theory]
    [InlineData(FaultKind.Html, null, HttpStatusCode.OK, "<html>")]
    [InlineData(FaultKind.Html, 502, HttpStatusCode.BadGateway, "<html>")]
    [InlineData(FaultKind.Status, null, HttpStatusCode.ServiceUnavailable, "")]
    [InlineData(FaultKind.FastReject, null, HttpStatusCode.Forbidden, "FastReject")]
    [InlineData(FaultKind.EmptyBody, null, HttpStatusCode.OK, "")]
    [InlineData(FaultKind.ContentType, null, HttpStatusCode.OK, "{\"total\":3,")]
    public async Task Replaces_the_answer(FaultKind fault, int? status, HttpStatusCode expected, string body)
    {
        await using EmulatorClient client = await StrickenAsync(new() { Fault = fault, Status = status });
        using HttpResponseMessage response = await AskAsync(client);
        response.StatusCode.ShouldBe(expected);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith(body);
        if (fault == FaultKind.ContentType)
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
    }

    [Fact]
    public async Task Cuts_the_body_with_a_right_length()
    {
        await using EmulatorClient client = await StrickenAsync(new() { Fault = FaultKind.CutBody });
        using HttpResponseMessage response = await AskAsync(client);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith("{\"total\":3,");
        response.Content.Headers.ContentLength!.Value.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task Cuts_the_body_and_the_connection()
    {
        await using EmulatorClient client = await StrickenAsync(new() { Fault = FaultKind.CutBody, FullLength = true });
        await Should.ThrowAsync<HttpRequestException>(() => AskAsync(client));
    }

    [Fact]
    public async Task Resets_after_the_call_was_carried_out()
    {
        await using EmulatorClient client = await StrickenAsync(new() { Fault = FaultKind.Reset, Path = "/cgi-bin/token" });
        await Should.ThrowAsync<HttpRequestException>(client.ClassicTokenAsync);
        client.Account.Tokens.ClassicIssued.ShouldBe(1);
    }

    [Fact]
    public async Task Hangs_until_the_client_leaves()
    {
        await using EmulatorClient client = await StrickenAsync(new() { Fault = FaultKind.Hang });
        using CancellationTokenSource patience = new();
        Task<string> call = client.Http.GetStringAsync("cgi-bin/user/get", patience.Token);
        while (client.Emulator.Requests.InFlight == 0)
            await Task.Yield();
        call.IsCompleted.ShouldBeFalse();
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        while (client.Emulator.Requests.InFlight > 0)
            await Task.Yield();
    }

    [Fact]
    public async Task Compresses_unasked()
    {
        await using EmulatorClient client = await StrickenAsync(new() { Fault = FaultKind.Gzip });
        using HttpResponseMessage response = await AskAsync(client);
        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using GZipStream gzip = new(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using StreamReader reader = new(gzip);
        (await reader.ReadToEndAsync()).ShouldStartWith("{\"total\":3,");
    }

    [Fact]
    public async Task Announces_a_compression_that_is_none()
    {
        await using EmulatorClient client = await StrickenAsync(new() { Fault = FaultKind.LyingEncoding, Encoding = "br" });
        using HttpResponseMessage response = await AskAsync(client);
        response.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith("{\"total\":3,");
    }

    [Theory]
    [InlineData(FaultKind.ExpireToken, 42001)]
    [InlineData(FaultKind.InvalidateToken, 40001)]
    [InlineData(FaultKind.RotateToken, 0)]
    public async Task Ends_the_token_under_the_call(FaultKind fault, int errCode)
    {
        await using EmulatorClient client = await StrickenAsync(new() { Fault = fault, Times = 1 });
        (await client.PageAsync()).ErrCode().ShouldBe(errCode);
        client.Account.Tokens.ClassicIssued.ShouldBe(fault == FaultKind.RotateToken ? 1 : 0);
    }

    private static async Task<EmulatorClient> StrickenAsync(FaultRule rule)
    {
        EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 3 });
        client.Emulator.Faults.Add(rule);
        return client;
    }

    private static Task<HttpResponseMessage> AskAsync(EmulatorClient client) => client.Http.GetAsync($"cgi-bin/user/get?access_token={client.Token}");
}

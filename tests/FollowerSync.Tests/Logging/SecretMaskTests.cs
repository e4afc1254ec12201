using System.Security.Cryptography;
using FollowerSync.Logging;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.Logging;

public sealed class SecretMaskTests
{
    private readonly SecretMask _mask = new();

    [Fact]
    public void A_registered_secret_is_replaced_wherever_it_stands()
    {
        _mask.Register("hunter2hunter2");

        _mask.Mask("before hunter2hunter2, (hunter2hunter2)").ShouldBe("before ***, (***)");
    }

    [Fact]
    public void A_secret_is_found_escaped_in_an_address_and_in_JSON()
    {
        _mask.Register("p&s \"word\"");

        _mask.Mask("a p%26s%20%22word%22 b").ShouldBe("a *** b");
        _mask.Mask("""{"x":"p\u0026s \u0022word\u0022"}""").ShouldBe("""{"x":"***"}""");
        _mask.Mask("""{"x":"p&s \"word\""}""").ShouldBe("""{"x":"***"}""");
    }

    [Fact]
    public void A_secret_that_begins_with_another_leaves_nothing_behind()
    {
        _mask.Register("abcd");
        _mask.Register("abcdefgh");

        _mask.Mask("abcdefgh abcd").ShouldBe("*** ***");
    }

    [Fact]
    public void A_public_text_stays_whole_though_a_secret_has_letters_in_common_with_it()
    {
        const string Secret = "e0000000000000000000000000000001";
        _mask.RegisterAppId("wx00000000000000e1");
        _mask.Register(Secret);

        _mask.Mask($"brand (wx00000000000000e1), appid%3Dwx00000000000000e1, {Secret}").ShouldBe("brand (wx00000000000000e1), appid%3Dwx00000000000000e1, ***");
        _mask.Mask("wx00000000000000e2").ShouldBe("wx***e2", "it is none of the settings");
        _mask.Mask("0000000000000000").ShouldBe("***");
    }

    [Fact]
    public void No_remedy_is_taken_for_a_secret()
    {
        foreach (ErrorReaction reaction in ErrorReactions.All.Values)
            _mask.Mask(reaction.Remedy.ToString()).ShouldBe(reaction.Remedy.ToString());
    }

    [Fact]
    public void Old_tokens_are_forgotten_and_lasting_secrets_are_not()
    {
        _mask.Register("the-app-secret");
        for (int token = 0; token < 300; token++)
            _mask.RegisterToken($"{token:000}-{token:000}-{token:000}-{token:000}");

        _mask.Mask("the-app-secret 299-299-299-299 000-000-000-000").ShouldBe("*** *** 000-000-000-000");
    }

    [Fact]
    public void What_a_forgotten_token_has_in_common_with_others_is_masked_on()
    {
        const string Beginning = "80_commonBeginning-";
        _mask.RegisterToken($"{Beginning}oldest");
        _mask.Register($"{Beginning}lasting");
        for (int token = 0; token < 256; token++)
            _mask.RegisterToken($"{token:000}-{token:000}-{token:000}-{token:000}");

        _mask.Mask($"{Beginning} oldest").ShouldBe("*** oldest");
        _mask.Mask($"{Beginning}oldest").ShouldBe("***oldest");
    }

    [Fact]
    public void The_tokens_of_many_accounts_are_all_masked_and_another_one_makes_no_new_index()
    {
        string[] tokens = [.. Enumerable.Range(0, 300).Select(_ => Convert.ToHexString(RandomNumberGenerator.GetBytes(64)))];
        for (int account = 0; account < tokens.Length; account++)
            _mask.RegisterAppId($"wx{account:x16}");
        Array.ForEach(tokens, _mask.RegisterToken);
        tokens.Select(token => _mask.Mask(token[..16])).ShouldAllBe(masked => masked == "***");

        long before = GC.GetAllocatedBytesForCurrentThread();
        Array.ForEach(tokens, _mask.RegisterToken);
        _mask.RegisterToken(Convert.ToHexString(RandomNumberGenerator.GetBytes(64)));
        _mask.Mask("whatever");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000, "an index of so many tokens takes more than ten times that");
        tokens.Select(token => _mask.Mask(token[..16])).ShouldAllBe(masked => masked == "***");
    }

    [Fact]
    public async Task A_secret_registered_while_others_are_looked_for_is_masked_from_then_on()
    {
        for (int token = 0; token < 200; token++)
            _mask.RegisterToken(Convert.ToHexString(RandomNumberGenerator.GetBytes(64)));
        for (int attempt = 0; attempt < 20; attempt++)
        {
            string secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            using Barrier start = new(2);
            Task masking = Task.Run(() =>
            {
                start.SignalAndWait();
                _mask.Mask("whatever");
            });
            start.SignalAndWait();
            Thread.SpinWait(attempt * 1_000);
            _mask.Register(secret);
            await masking;

            _mask.Mask(secret).ShouldBe("***");
        }
    }

    [Fact]
    public void A_secret_is_masked_in_every_encoding_and_wherever_it_was_cut()
    {
        const string Secret = "0f1e/2d3c+4b5a\"69788&796a5b4c3d2e";
        _mask.RegisterToken(Secret);
        foreach (string echo in EncodedText.FormsOf(Secret))
        {
            for (int from = 0; from < echo.Length; from += 7)
            {
                for (int to = from + 1; to <= echo.Length; to += 11)
                    EncodedText.LeaksOf([Secret], _mask.Mask($"answer [{echo[from..to]}] end")).ShouldBeEmpty($"{echo} from {from} to {to}");
            }
        }
    }

    [Theory]
    [InlineData("GET https://api.weixin.qq.com/cgi-bin/user/get?access_token=91_Abc-d&next_openid=o1", "GET https://api.weixin.qq.com/cgi-bin/user/get?***")]
    [InlineData("/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=s3 failed", "/cgi-bin/token?*** failed")]
    [InlineData("Host=db;Username=me;Password=hunter2;Database=f", "Host=db;Username=me;Password=***;Database=f")]
    [InlineData("postgres://me:hunter2@db/f", "postgres://***@db/f")]
    [InlineData("Authorization: Bearer eyJhbGciOi.x", "Authorization: Bearer ***")]
    [InlineData("""{"access_token":"91_Abc","expires_in":7200}""", """{"access_token":"***","expires_in":7200}""")]
    [InlineData("""{"openid":"o1","nickname":"小明 \" \\","sex":0}""", """{"openid":"o1","nickname":"***","sex":0}""")]
    [InlineData("""{"body":"{\"nickname\":\"小明\",\"sex\":0}"}""", """{"body":"{\"nickname\":\"***\",\"sex\":0}"}""")]
    [InlineData("""cut: {"access_token":"91_Ab""", """cut: {"access_token":"***""")]
    [InlineData("""{"m":"secret=abc\" next"}""", """{"m":"secret=***\" next"}""")]
    public void What_looks_secret_is_masked_though_nobody_registered_it(string text, string masked) => _mask.Mask(text).ShouldBe(masked);

    [Theory]
    [InlineData("Synced 25000 followers of brand in 00:00:12; is that right? yes")]
    [InlineData("https://followersync.example/docs says why")]
    [InlineData("The token expires at 12:00; tokens: 3")]
    public void Ordinary_text_stays_as_it_is(string text) => _mask.Mask(text).ShouldBe(text);
}

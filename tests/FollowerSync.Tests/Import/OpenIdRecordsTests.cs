using System.Text;
using FollowerSync.Import;

namespace FollowerSync.Tests.Import;

/// <summary>What is read from a file, line by line.</summary>
public sealed class OpenIdRecordsTests
{
    private const string One = "oAbCdEfGhIjKlMnOpQrStUvWxY01";
    private const string Two = "oAbCdEfGhIjKlMnOpQrStUvWxY-_";

    [Theory]
    [InlineData(One + "\n" + Two + "\n")]
    [InlineData(One + "\r\n" + Two + "\r\n")]
    [InlineData(One + "\r" + Two)]
    [InlineData("\uFEFF" + One + "\n\uFEFF" + Two)]
    [InlineData("\n\n  \n" + One + "\n\t\n" + Two + "\n\n")]
    [InlineData("\"" + One + "\"\n'" + Two + "'\n")]
    [InlineData("\u201C" + One + "\u201D\n\u00A0" + Two + "\u3000\n")]
    [InlineData("\"" + One + "\n" + Two + "\"\n")]
    [InlineData("  " + One + "  \n\u200B" + Two + "\u200E\n")]
    [InlineData(One + ",Anna,1\n" + Two + ";Ben\n")]
    [InlineData("\"" + One + "\",\"Anna, the \"\"first\"\"\"\n\"" + Two + "\",\"Ben\"\n")]
    [InlineData(One + ",\"Anna\nMaria\"\n" + Two + ",\"Ben\"\n")]
    [InlineData("openid\n" + One + "\n" + Two)]
    [InlineData("\uFEFFOpenID\r\n" + One + "\r\n" + Two)]
    [InlineData("name,openid,city\nAnna," + One + ",x\n\"Ben\r\nJunior\"," + Two + ",y\n")]
    [InlineData("name;openid\n\"a;b\";" + One + "\nx,y;" + Two + "\n")]
    [InlineData("name\t\"openid\"\nAnna\t" + One + "\nBen\t" + Two + "\n,,,\n")]
    public async Task Openids_are_read_whatever_stands_around_them(string file)
    {
        (string[] openIds, (long, string)[] refused) = await ReadAsync(Encoding.UTF8.GetBytes(file));

        openIds.ShouldBe([One, Two]);
        refused.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("oAbCdEfGhIjKlMnOpQr", "too short for an openid (19 letters)")]
    [InlineData("oAbCdEfGhIjKlMnOpQrStUvWxY01oAbCdEfGhIjKlMnOpQrStUvWxY01oAbCdEfGh", "too long for an openid (65 letters)")]
    [InlineData("oAbCdEfGhIjKlMn OpQrStUvWxY01", "a letter in it that no openid has")]
    [InlineData("oAbCdEfGhIjKlMnOpQrStUvWxY0\u0000", "a letter in it that no openid has")]
    [InlineData("oАbCdEfGhIjKlMnOpQrStUvWxY01", "a letter in it that no openid has")]
    [InlineData("ｏAbCdEfGhIjKlMnOpQrStUvWxY01", "a letter in it that no openid has")]
    [InlineData("oAbCdEfGhIjKlMn\"OpQrStUvWxY01", "a letter in it that no openid has")]
    [InlineData("oAbCdEfGhIjKlMnOpQrStUvWxY01=", "a letter in it that no openid has")]
    [InlineData("'; drop table wechat.followers; --", "no openid in it")]
    [InlineData("\"\",Anna", "no openid in it")]
    [InlineData(",Anna", "no openid in it")]
    [InlineData("小明", "a letter in it that no openid has")]
    public async Task What_is_no_openid_is_refused_by_its_number_and_not_repeated(string line, string why)
    {
        (string[] openIds, (long Line, string Why)[] refused) = await ReadAsync(Encoding.UTF8.GetBytes($"{One}\n\n{line}\n{Two}\n"));

        openIds.ShouldBe([One, Two]);
        refused.Single().Line.ShouldBe(3);
        refused.Single().Why.ShouldContain(why);
        refused.Single().Why.ShouldNotContain(line.Trim('"', ','));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(64)]
    public async Task The_shortest_and_the_longest_openid_are_taken(int length)
    {
        string openId = new('x', length);

        (await ReadAsync(Encoding.UTF8.GetBytes(openId))).OpenIds.ShouldBe([openId]);
    }

    [Fact]
    public async Task Case_counts() =>
        (await ReadAsync(Encoding.UTF8.GetBytes($"{One}\n{One.ToUpperInvariant()}\n"))).OpenIds.ShouldBe([One, One.ToUpperInvariant()]);

    [Fact]
    public async Task Names_in_GBK_beside_the_openid_do_no_harm()
    {
        byte[] name = [0xD0, 0xA1, 0xC3, 0xF7, 0x5C];

        (await ReadAsync([.. "openid,name\n"u8, .. Encoding.ASCII.GetBytes(One), (byte)',', .. name, (byte)'\n', .. Encoding.ASCII.GetBytes(Two), (byte)',', .. name])).OpenIds.ShouldBe([One, Two]);
    }

    [Fact]
    public async Task A_quote_that_nobody_closes_costs_no_other_line()
    {
        string[] people = [.. Enumerable.Range(0, 1_000).Select(i => $"oNumber{i:000000000000000000000}")];
        string file = string.Join('\n', people.Select((openId, i) => i == 10 ? $"{openId},\"never closed" : $"{openId},name"));

        (string[] openIds, (long, string)[] refused) = await ReadAsync(Encoding.UTF8.GetBytes(file));

        openIds.ShouldBe(people, ignoreOrder: true);
        refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_line_without_the_header_s_column_is_refused() =>
        (await ReadAsync(Encoding.UTF8.GetBytes($"name,openid\nAnna,{One}\nBen\n"))).Refused.Single().ShouldBe((3, "no openid in it: the line has fewer columns than the header"));

    [Theory]
    [InlineData(64 * 1024 - 28, true)]
    [InlineData(64 * 1024 - 27, false)]
    [InlineData(10_000_000, false)]
    public async Task A_line_may_have_64_KB(int blanks, bool isTaken)
    {
        (string[] openIds, (long Line, string)[] refused) = await ReadAsync(Encoding.UTF8.GetBytes($"{Two}\n{One}{new string(' ', blanks)}\r\n{Two}"));

        openIds.Length.ShouldBe(isTaken ? 3 : 2);
        openIds[^1].ShouldBe(Two);
        refused.Select(line => line.Line).ShouldBe(isTaken ? [] : [2L]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("openid\n")]
    [InlineData("\r\n\r\n")]
    public async Task A_file_without_people_is_read_as_such(string file) => (await ReadAsync(Encoding.UTF8.GetBytes(file))).ShouldSatisfyAllConditions(
        read => read.OpenIds.ShouldBeEmpty(), read => read.Refused.ShouldBeEmpty());

    public static TheoryData<byte[], string> Unreadable() => new()
    {
        { [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(One)], "UTF-16" },
        { [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(One)], "UTF-16" },
        { Encoding.Unicode.GetBytes(One), "UTF-16" },
        { Encoding.BigEndianUnicode.GetBytes(One), "UTF-16" },
        { Encoding.UTF32.GetBytes(One), "UTF-16 or UTF-32" },
        { [0x1F, 0x8B, 8, 0, 0, 0, 0, 0], "gunzip -c" },
        { [0x50, 0x4B, 3, 4, 20, 0], "CSV" },
        { [0xD0, 0xCF, 0x11, 0xE0, 0xA1], "CSV" },
        { [0x28, 0xB5, 0x2F, 0xFD, 1], "zstd" },
        { [.. Enumerable.Range(0, 4096).Select(i => (byte)((i * 7) + 1))], "no text file" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_file_that_is_no_text_of_bytes_is_refused_with_what_to_do(byte[] file, string says) =>
        (await Should.ThrowAsync<ImportException>(() => ReadAsync(file))).Message.ShouldContain(says);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task It_does_not_matter_in_which_pieces_a_pipe_gives_the_file(int piece)
    {
        byte[] file = Encoding.UTF8.GetBytes($"\uFEFFname,openid\r\n\"A\r\nB\",{One}\r\nshort,oShort\r\n\r\nC,{Two}\r");

        (string[] openIds, (long Line, string)[] refused) = await ReadAsync(new Pieces(file, piece));

        openIds.ShouldBe([One, Two]);
        refused.Single().Line.ShouldBe(4);
    }

    private static Task<(string[] OpenIds, (long Line, string Why)[] Refused)> ReadAsync(byte[] file) => ReadAsync(new MemoryStream(file));

    private static async Task<(string[] OpenIds, (long Line, string Why)[] Refused)> ReadAsync(Stream file)
    {
        List<OpenIdRecord> records = [];
        await foreach (OpenIdRecord record in new OpenIdRecords(new LineReader(file)).ReadAsync(default))
            records.Add(record);
        return ([.. records.Where(r => r.WhyRefused is null).Select(r => r.OpenId)], [.. records.Where(r => r.WhyRefused is not null).Select(r => (r.Line, r.WhyRefused!.ToString()))]);
    }

    /// <summary>A file that comes a few bytes at a time.</summary>
    private sealed class Pieces(byte[] file, int piece) : MemoryStream(file)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}

using System.Text;
using FollowerSync.Push;

namespace FollowerSync.Tests.Push;

public sealed class PushFieldsTests
{
    [Theory]
    [InlineData("<xml><Event>subscribe</Event></xml>", "subscribe")]
    [InlineData("\uFEFF <xml><EVENT> <![CDATA[ subscribe ]]> </EVENT></xml>\n", "subscribe")]
    [InlineData("<?xml version=\"1.0\" encoding=\"gb2312\"?><root><event>subscribe</event></root>", "subscribe")]
    [InlineData("<xml><Event>subscribe</Event><event>subscribe</event></xml>", "subscribe")]
    [InlineData("<xml><List><Event>other</Event></List><Event>subscribe</Event></xml>", "subscribe")]
    [InlineData("<xml a='b'>text<Event>sub<!-- -->scribe</Event>&#1;</xml>", "subscribe")]
    [InlineData("<xml><Content><![CDATA[a\u0008b\uFFFF]]></Content><Event>subscribe</Event></xml>", "subscribe")]
    [InlineData("<xml><Event>sub\u0000scribe 😀</Event></xml>", "sub\uFFFDscribe 😀")]
    [InlineData("""{" Event ":"subscribe"}""", "subscribe")]
    [InlineData("{\"Content\":\"a\u0014b\",\n\"Event\":\"subscribe\"}", "subscribe")]
    [InlineData("""{"list":[{"Event":"other"}],"x":{"Event":"other"},"event":"subscribe"}""", "subscribe")]
    [InlineData("""{"Event":7}""", "7")]
    [InlineData("<xml><Event/></xml>", null)]
    [InlineData("<xml/>", null)]
    [InlineData("{}", null)]
    public void A_field_is_found_however_it_is_written(string text, string? value) => Read(text)!["Event"].ShouldBe(value);

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("<xml>")]
    [InlineData("<xml></xml><xml></xml>")]
    [InlineData("<!DOCTYPE xml><xml/>")]
    [InlineData("<!DOCTYPE xml [<!ENTITY a \"b\">]><xml>&a;</xml>")]
    [InlineData("<xml>&unknown;</xml>")]
    [InlineData("<xml><Event>a</Event><event>b</event></xml>")]
    [InlineData("<xml><Event>a</Event><event/></xml>")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"a\":1")]
    [InlineData("{}{}")]
    [InlineData("{\"Event\":\"a\",\" event\":\"b\"}")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}")]
    public void What_is_neither_or_says_two_things_is_nothing(string text) => Read(text).ShouldBeNull();

    [Fact]
    public void Elements_within_elements_without_end_harm_nobody() =>
        Read(string.Concat(Enumerable.Repeat("<a>", 5_000)) + string.Concat(Enumerable.Repeat("</a>", 5_000)))!["a"].ShouldBeNull();

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_seen_as_such() => PushFields.Read([.. "<xml><Event>a"u8, 0xC3, .. "</Event></xml>"u8])!["Event"].ShouldBe("a\uFFFD");

    private static PushFields? Read(string text) => PushFields.Read(Encoding.UTF8.GetBytes(text));
}

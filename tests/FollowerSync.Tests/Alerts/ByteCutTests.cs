using System.Text;
using FollowerSync.Alerts.Texts;

namespace FollowerSync.Tests.Alerts;

/// <summary>Texts are cut by bytes, at a character.</summary>
public sealed class ByteCutTests
{
    [Theory]
    [InlineData("粉丝")]
    [InlineData("😀a")]
    [InlineData("é")]
    public void A_cut_text_fits_and_ends_with_a_whole_character(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 3_000));
        for (int bytes = 2_040; bytes <= 2_048; bytes++)
        {
            string cut = ByteCut.Of(text, bytes);
            Encoding.UTF8.GetByteCount(cut).ShouldBeInRange(bytes - 6, bytes);
            cut.ShouldEndWith("…");
            text.ShouldStartWith(cut[..^1]);
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(cut).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void What_fits_stays_as_it_is() => ByteCut.Of("粉丝", 6).ShouldBe("粉丝");

    [Fact]
    public void Escapes_and_what_surrounds_the_text_count_too() =>
        ByteCut.Fitting(new string('<', 20_000), 20_000, said => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { said })).Length.ShouldBeInRange(10_000, 20_000);
}

using System.Security.Cryptography;
using System.Text;
using FollowerSync.Analysts;

namespace FollowerSync.Tests.Analysts;

public sealed class AnalystPasswordTests
{
    // The exchange of RFC 7677, section 3.
    private const string AuthMessage =
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
        + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    [Fact]
    public void The_verifier_is_the_one_of_the_RFC()
    {
        string verifier = AnalystPassword.VerifierOf("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

        verifier.ShouldStartWith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$");
        byte[][] keys = [.. verifier.Split('$')[2].Split(':').Select(Convert.FromBase64String)];
        byte[] message = Encoding.ASCII.GetBytes(AuthMessage);
        Convert.ToBase64String(HMACSHA256.HashData(keys[1], message)).ShouldBe("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        byte[] proof = Convert.FromBase64String("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        byte[] signature = HMACSHA256.HashData(keys[0], message);
        SHA256.HashData([.. proof.Zip(signature, (a, b) => (byte)(a ^ b))]).ShouldBe(keys[0]);
    }

    [Fact]
    public void Passwords_are_long_ASCII_and_never_the_same()
    {
        string password = AnalystPassword.Create();

        password.Length.ShouldBe(24);
        password.ShouldAllBe(letter => char.IsAsciiLetterOrDigit(letter));
        AnalystPassword.Create().ShouldNotBe(password);
        AnalystPassword.VerifierOf(password).ShouldNotBe(AnalystPassword.VerifierOf(password));
    }
}

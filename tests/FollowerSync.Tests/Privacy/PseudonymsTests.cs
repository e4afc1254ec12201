using FollowerSync.Privacy;

namespace FollowerSync.Tests.Privacy;

public sealed class PseudonymsTests
{
    private const string App = "wx0123456789abcdef";
    private const string Person = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0";

    private static readonly Pseudonyms Keyed = new("a key that never changes");

    // Worked out with OpenSSL. Whoever changes the hash makes strangers of all who are anonymised.
    [Fact]
    public void They_are_the_same_in_every_version_of_the_program()
    {
        Keyed.OfPerson(App, Person).ShouldBe("anon_qzGMdRRSP9BY6DTm6eVjRA");
        Keyed.OfUnionId("oUNIONIDUNIONIDUNIONIDUNIONI").ShouldBe("anon_w6kg_iU2RurhyuJyq4bFQw");
    }

    [Fact]
    public void They_differ_by_person_account_and_key()
    {
        string one = Keyed.OfPerson(App, Person);

        Keyed.OfPerson(App, "o" + Person).ShouldNotBe(one);
        Keyed.OfPerson("wxfedcba9876543210", Person).ShouldNotBe(one);
        new Pseudonyms("another key that is long").OfPerson(App, Person).ShouldNotBe(one);
    }

    [Fact]
    public void The_pseudonym_of_a_pseudonymous_unionid_is_itself() =>
        Keyed.OfUnionId(Keyed.OfUnionId("oUnion")).ShouldBe(Keyed.OfUnionId("oUnion"));

    [Fact]
    public void Without_a_key_there_are_none()
    {
        Pseudonyms none = new("");

        none.HaveKey.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => none.OfPerson(App, Person));
    }
}

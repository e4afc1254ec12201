using System.Text;
using FollowerSync.Analysts;

namespace FollowerSync.Tests.Analysts;

public sealed class AnalystRoleNamesTests
{
    [Fact]
    public void Names_carry_the_database()
    {
        AnalystRoleNames names = new("shop");

        names.Analyst.ShouldBe("followersync_analyst_shop");
        names.AnalystPii.ShouldBe("followersync_pii_shop");
    }

    [Fact]
    public void No_two_databases_share_a_role()
    {
        string full = new('x', 33);
        string cut = new AnalystRoleNames(new string('x', 63)).Analyst["followersync_analyst_".Length..];
        string[] databases =
        [
            "shop", "pii_shop", "analyst_shop", "_shop", "Shop", full, full + "x", new string('x', 62), new string('x', 63), cut,
            new string('粉', 21), new string('粉', 20) + "丝", "\"; drop role postgres; --", "it's",
        ];

        string[] names = [.. databases.Select(name => new AnalystRoleNames(name)).SelectMany(names => new[] { names.Analyst, names.AnalystPii })];

        names.ShouldBeUnique();
        foreach (string name in names)
            Encoding.UTF8.GetByteCount(name).ShouldBeLessThanOrEqualTo(63);
    }
}

using System.Net.NetworkInformation;
using FollowerSync.Nodes;

namespace FollowerSync.Tests.Nodes;

public sealed class ProcessIdentityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("followersync-identity-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_machine_is_told_by_its_boot_or_else_by_its_id()
    {
        Guid boot = Guid.NewGuid(), machine = Guid.NewGuid();
        string bootFile = FileOf("boot_id", $"{boot:D}\n"), machineFile = FileOf("machine-id", $"{machine:N}\n");

        ProcessIdentity.IdOf(bootFile, machineFile).ShouldBe(boot);
        ProcessIdentity.IdOf(Path.Combine(_folder, "hidden"), machineFile).ShouldBe(machine);
    }

    [Fact]
    public void A_machine_that_hides_both_is_taken_for_no_other_one()
    {
        string empty = FileOf("machine-id", "");

        ProcessIdentity.IdOf(Path.Combine(_folder, "hidden"), empty).ShouldNotBe(ProcessIdentity.IdOf(Path.Combine(_folder, "hidden"), empty));
    }

    [Fact]
    public void Without_a_boot_id_a_machine_is_told_by_all_its_network_hardware()
    {
        string id = HardwareIdOf("00-15-5D-00-00-01", "F0-18-98-00-00-02");

        id.ShouldBe(HardwareIdOf("F0-18-98-00-00-02", "00-00-00-00-00-00", "00-15-5D-00-00-01", "00-00-00-00-00-00-00-E0"), "neither the order counts nor what is no address");
        id.ShouldNotBe(HardwareIdOf("00-15-5D-00-00-01", "F0-18-98-00-00-03"), "another machine may have the same virtual adapter");
        HardwareIdOf("00-00-00-00-00-00").ShouldNotBe(HardwareIdOf("00-00-00-00-00-00"), "whoever has none is taken for no other one");
        if (NetworkInterface.GetAllNetworkInterfaces().Any(found => found.NetworkInterfaceType != NetworkInterfaceType.Loopback && found.GetPhysicalAddress().GetAddressBytes().Any(part => part != 0)))
            ProcessIdentity.HardwareId().ShouldBe(ProcessIdentity.HardwareId());
    }

    private static string HardwareIdOf(params string[] addresses) => ProcessIdentity.HardwareIdOf(addresses.Select(PhysicalAddress.Parse));

    private string FileOf(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}

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

    private string FileOf(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}

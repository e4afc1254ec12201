using FollowerSync.CommandLine;
using FollowerSync.Settings;

namespace FollowerSync.Tests.Settings;

public sealed class ExposedFilesTests : IDisposable
{
    private const string Readable = "640";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("followersync-exposed-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("""{ "WeChat": { "Accounts": [ { "AppSecret": "0123456789abcdef0123456789abcdef" } ] } }""", "644", true)]
    [InlineData("""{ "WeChat": { "Accounts": [ { "TokenBearer": "of the service" } ] } }""", Readable, true)]
    [InlineData("""{ "Privacy": { "HashKey": "a key" } }""", Readable, true)]
    [InlineData("""{ "ConnectionStrings": { "FollowerSync": "Host=db;pwd=hunter2" } }""", Readable, true)]
    [InlineData("""{ "Privacy": { "HashKey": "a key" } }""", "600", false)]
    [InlineData("""{ "Privacy": { "HashKey": "" }, "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef" } ] } }""", "644", false)]
    [InlineData("""{ "ConnectionStrings": { "FollowerSync": "Host=/run/postgresql" } }""", "644", false)]
    public void A_settings_file_is_exposed_when_it_holds_a_secret_and_others_have_a_right_to_it(string json, string mode, bool exposed)
    {
        if (OperatingSystem.IsWindows())
            return;
        string file = Write("settings.json", json, mode);

        SettingsSources.Load(file).FindExposed(FollowerSyncSettings.Schema).ShouldBe(exposed ? [file] : []);
    }

    [Fact]
    public void Files_of_the_secrets_folder_are_looked_at_one_by_one()
    {
        if (OperatingSystem.IsWindows())
            return;
        string exposed = Write("secrets/WeChat__Accounts__0__AppSecret", "0123456789abcdef0123456789abcdef", "644");
        Write("secrets/WeChat__Accounts__0__AppId", "wx0123456789abcdef", "644");
        Write("secrets/Privacy__HashKey", "a key", "400");
        string file = Write("settings.json", """{ "Secrets": { "Folder": "secrets" } }""", "644");

        SettingsSources.Load(file).FindExposed(FollowerSyncSettings.Schema).ShouldBe([exposed]);
    }

    private string Write(string name, string text, string mode)
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
        return path;
    }
}

using FollowerSync.CommandLine;
using FollowerSync.Settings;
using Microsoft.Extensions.Logging;

namespace FollowerSync.Tests.Settings;

public sealed class SettingsSourcesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("followersync-settings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_secret_file_overrides_the_settings_file_and_loses_its_line_end()
    {
        Write("secrets/WeChat__Accounts__0__AppSecret", $"from-the-folder{Environment.NewLine}");
        string file = Write("settings.json", """{ "Secrets": { "Folder": "secrets" }, "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef", "AppSecret": "" } ] } }""");

        SettingsSources.Load(file).Checked(FollowerSyncSettings.Schema)["WeChat:Accounts:0:AppSecret"].ShouldBe("from-the-folder");
    }

    [Fact]
    public void A_credential_of_systemd_overrides_the_secrets_folder()
    {
        Write("secrets/WeChat__Accounts__0__AppSecret", "from-the-folder");
        Write("secrets/Privacy__HashKey", "the-key-of-the-folder");
        Write("credentials/WeChat__Accounts__0__AppSecret", "from-systemd\n");
        string file = Write("settings.json", """{ "Secrets": { "Folder": "secrets" } }""");

        SettingsSources sources = SettingsSources.Load(file, Path.Combine(_folder.FullName, "credentials"));

        sources.Root["WeChat:Accounts:0:AppSecret"].ShouldBe("from-systemd");
        sources.Root["Privacy:HashKey"].ShouldBe("the-key-of-the-folder");
    }

    [Fact]
    public void A_folder_of_credentials_that_is_gone_is_none() =>
        SettingsSources.Load(Write("settings.json", """{ "Sync": { "BatchSize": 50 } }"""), Path.Combine(_folder.FullName, "absent")).Root["Sync:BatchSize"].ShouldBe("50");

    [Fact]
    public void A_missing_secrets_folder_is_named()
    {
        string file = Write("settings.json", """{ "Secrets": { "Folder": "nowhere" } }""");

        SettingsException exception = Should.Throw<SettingsException>(() => SettingsSources.Load(file));

        exception.Message.ShouldContain("Secrets:Folder must name a folder that exists");
        exception.Message.ShouldContain(Path.Combine(_folder.FullName, "nowhere"));
    }

    [Fact]
    public void Two_secret_files_of_one_key_are_named_and_a_living_worker_keeps_what_it_has()
    {
        Write("secrets/Privacy__HashKey", "one secret of many letters");
        string file = Write("settings.json", """{ "Secrets": { "Folder": "secrets" } }""");
        RememberedLog log = new();
        SecretSettings secrets = new(SettingsSources.Load(file).Root, () => SettingsSources.Load(file).Root, log);
        Write("secrets/privacy__hashkey", "one more secret of many letters");

        SettingsException exception = Should.Throw<SettingsException>(() => SettingsSources.Load(file));
        secrets.ReadAgain();
        secrets.ReadAgain();

        exception.Message.ShouldContain("privacy:hashkey stands in two secret files");
        exception.Message.ShouldContain(Path.Combine(_folder.FullName, "secrets", "Privacy__HashKey"));
        exception.Message.ShouldContain(Path.Combine(_folder.FullName, "secrets", "privacy__hashkey"));
        secrets.Current["Privacy:HashKey"].ShouldBe("one secret of many letters");
        log.Lines.ShouldHaveSingleItem().ShouldContain("stands in two secret files");
        File.Delete(Path.Combine(_folder.FullName, "secrets", "Privacy__HashKey"));
        secrets.ReadAgain();
        secrets.Current["Privacy:HashKey"].ShouldBe("one more secret of many letters");
    }

    [Fact]
    public void Whatever_goes_wrong_with_reading_secrets_again_fails_nobody_and_is_not_repeated()
    {
        RememberedLog log = new();
        SecretSettings secrets = new(SettingsText.Read("{}"), () => throw new FormatException("topsecret"), log);

        secrets.ReadAgain();

        log.Lines.ShouldHaveSingleItem().ShouldEndWith("FormatException");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_name_of_a_file_is_not_taken_for_none(string file)
    {
        SettingsException exception = Should.Throw<SettingsException>(() => SettingsSources.Load(file));

        exception.Message.ShouldStartWith("--config names no file");
        ErrorMessage.ExitCodeOf(exception).ShouldBe(ExitCodes.WrongSettings);
    }

    [Theory]
    [InlineData("settings.json")]
    [InlineData("secrets/WeChat__Accounts__0__Name")]
    public void A_file_in_GBK_is_named_instead_of_being_taken_with_other_letters(string gbk)
    {
        string file = Write("settings.json", """{ "Secrets": { "Folder": "secrets" } }""");
        Write("secrets/other", "\uFFFD");
        File.WriteAllBytes(Write("secrets/binary", ""), [0xC6, 0xB7]);
        SettingsSources.Load(file);

        byte[] name = [0xC6, 0xB7, 0xC5, 0xC6];
        File.WriteAllBytes(Write(gbk, ""), gbk == "settings.json" ? [.. "{ \"WeChat\": { \"Accounts\": [ { \"Name\": \""u8, .. name, .. "\" } ] } }"u8] : name);

        Should.Throw<SettingsException>(() => SettingsSources.Load(file)).Message.ShouldBe($"The file {Path.Combine(_folder.FullName, gbk)} is not UTF-8: its letters cannot be read for certain. Save it as UTF-8.");
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Should.Throw<SettingsException>(() => SettingsSources.Load(Path.Combine(_folder.FullName, "absent.json"))).Message.ShouldContain("absent.json does not exist");

    [Fact]
    public void A_file_that_is_no_JSON_is_named_with_the_place() =>
        Should.Throw<SettingsException>(() => SettingsSources.Load(Write("broken.json", "{ \"Sync\": { ]"))).Message.ShouldMatch("broken.json is not valid JSON: see line 1, byte [0-9]+");

    [Fact]
    public void A_secret_without_its_quotes_is_not_repeated() =>
        Should.Throw<SettingsException>(() => SettingsSources.Load(Write("broken.json", """{ "Privacy": { "HashKey": topsecretkey } }"""))).ToString().ShouldNotContain("topsec");

    [Theory]
    [InlineData("one secret of many letters")]
    [InlineData("one secret of many letters\n")]
    [InlineData("one secret of many letters\r\n")]
    public void One_line_end_after_a_secret_in_a_file_is_dropped(string content) =>
        Load(content).Root["Privacy:HashKey"].ShouldBe("one secret of many letters");

    [Theory]
    [InlineData("one secret of many letters\n\n")]
    [InlineData("one secret of many letters\r\r\n")]
    [InlineData("one secret\nof many letters")]
    [InlineData("\"one secret of many letters\"\n")]
    [InlineData("'one secret of many letters'")]
    [InlineData("“one secret of many letters”")]
    [InlineData("one secret of many letters ")]
    public void A_secret_that_would_silently_be_another_one_is_refused_and_not_shown(string content)
    {
        string message = Should.Throw<SettingsException>(() => Load(content).Checked(FollowerSyncSettings.Schema, FollowerSyncSettings.Accounts)).Message;

        message.ShouldContain("Privacy:HashKey must not");
        message.ShouldNotContain("many letters");
    }

    private SettingsSources Load(string secret)
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "secrets"));
        File.WriteAllText(Path.Combine(_folder.FullName, "secrets", "Privacy__HashKey"), secret);
        return SettingsSources.Load(Write("settings.json", """{ "Secrets": { "Folder": "secrets" } }"""));
    }

    [Fact]
    public void Comments_and_trailing_commas_are_allowed() =>
        SettingsSources.Load(Write("settings.json", "{ // why\n \"Sync\": { \"BatchSize\": 50, } }")).Root["Sync:BatchSize"].ShouldBe("50");

    [Fact]
    public void A_mistyped_section_of_the_file_is_a_fault_with_the_nearest_known_one()
    {
        SettingsException exception = Should.Throw<SettingsException>(() =>
            SettingsSources.Load(Write("settings.json", """{ "Shedule": { "Cron": "0 0 3 * * ?" } }""")).Checked(FollowerSyncSettings.Schema, FollowerSyncSettings.Accounts));

        exception.Message.ShouldContain("Shedule is not a section. Did you mean Schedule? (in settings.json)");
    }

    [Fact]
    public void The_message_counts_the_faults_and_says_where_settings_come_from()
    {
        string file = Write("settings.json", """{ "Sync": { "BatchSize": 101, "MergeSize": 1 } }""");

        SettingsException exception = Should.Throw<SettingsException>(() => SettingsSources.Load(file).Checked(FollowerSyncSettings.Schema, FollowerSyncSettings.Accounts));

        exception.Message.ShouldStartWith("2 settings are wrong:\n  Sync:BatchSize must be from 1 to 100; it is \"101\" (in settings.json)\n");
        exception.Message.ShouldContain($"Settings come from {file}");
    }

    private sealed class RememberedLog : ILogger<SecretSettings>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}

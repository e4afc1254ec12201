using System.CommandLine;
using System.Globalization;
using System.Text;
using FollowerSync.CommandLine;
using FollowerSync.CommandLine.Checks;
using FollowerSync.Languages;
using FollowerSync.Scheduling;
using FollowerSync.Settings;
using FollowerSync.Status;
using FollowerSync.Tests.Settings;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace FollowerSync.Tests.CommandLine;

/// <summary>In which language the command line speaks, and that nothing of it stays behind.</summary>
public sealed class CommandLineLanguageTests
{
    [Theory]
    [InlineData("", "", false)]
    [InlineData("", "LANG=zh_CN.UTF-8", true)]
    [InlineData("", "LC_ALL=C LC_MESSAGES=zh_CN LANG=zh_CN", false)]
    [InlineData("", "LC_ALL= LC_MESSAGES=zh_CN LANG=en_US", true)]
    [InlineData("", "LANGUAGE=zh_CN:zh LANG=en_GB.UTF-8", false)]
    [InlineData("status --language zh-CN", "LANG=en_US", true)]
    [InlineData("--language=en status", "LANG=zh_CN", false)]
    [InlineData("status --language", "LANG=zh_CN", true)]
    public void Before_the_settings_are_read_the_argument_decides_and_then_the_environment(string arguments, string environment, bool isChinese)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('=')).ToDictionary(one => one[0], one => one[1], StringComparer.Ordinal);

        LanguageChoice.Before(arguments.Split(' '), variables.GetValueOrDefault).ShouldBe(isChinese ? Language.Chinese : Language.English);
    }

    [Theory]
    [InlineData(null, "zh-CN", "项设置有误")]
    [InlineData("en", "zh-CN", "settings are wrong")]
    [InlineData("zh-CN", "en", "项设置有误")]
    [InlineData(null, "auto", "settings are wrong")]
    public async Task Wrong_settings_are_told_in_the_language_that_they_ask_for(string? argument, string setting, string told)
    {
        using CommandLineRun run = new();
        run.WriteSettings($$"""{ "Language": "{{setting}}", "WeChat": { "Retries": "many", "Accounts": [] } }""");

        (await run.InvokeAsync(argument is null ? ["sync"] : ["sync", "--language", argument])).ShouldBe(ExitCodes.WrongSettings);

        run.Error.ShouldContain(told);
        if (told == "项设置有误")
            run.Error.ShouldContain("WeChat:Retries 必须是整数；现在的值：\"many\"");
    }

    [Fact]
    public async Task A_language_that_nobody_speaks_is_a_wrong_setting_or_usage()
    {
        using CommandLineRun run = new();
        (await run.InvokeAsync("sync", "--language", "fr")).ShouldBe(ExitCodes.WrongSettings);
        run.Error.ShouldContain("--language takes en or zh-CN, not \"fr\".");

        run.WriteSettings("""{ "Language": "zh", "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef", "AppSecret": "s" } ] } }""");
        (await run.InvokeAsync("sync")).ShouldBe(ExitCodes.WrongSettings);
        run.Error.ShouldContain("Language must be one of auto, zh-CN, en; it is \"zh\"");
    }

    // LANGUAGE=en_US:en is what many a desktop sets.
    [Fact]
    public void The_variable_of_gettext_is_no_setting()
    {
        Environment.SetEnvironmentVariable("COMMAND_LINE_LANGUAGE_TESTS_LANGUAGE", "en_US:en");
        IConfigurationRoot root = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes("""{ "Language": "zh-CN" }""")))
            .AddEnvironmentVariables("COMMAND_LINE_LANGUAGE_TESTS_").Build();

        root[LanguageChoice.Setting].ShouldBe("en_US:en");
        SettingsSchema.ValueOfFile(root, LanguageChoice.Setting).ShouldBe("zh-CN");
        FollowerSyncSettings.Schema.Check(root, FollowerSyncSettings.Accounts).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sync_shows_its_table_in_Chinese_and_its_JSON_in_English()
    {
        using CommandLineRun run = new();
        await run.InvokeAsync("--language", "zh-CN", "sync", "--account", "brand");
        run.Output.ShouldContain("累积关注人数");
        run.Output.ShouldContain("成功");

        using CommandLineRun json = new();
        await json.InvokeAsync("--language", "zh-CN", "sync", "--json");
        json.Output.ShouldContain("\"succeeded\"");
        json.Output.ShouldNotContain("成功");
    }

    [Fact]
    public void A_check_has_its_text_in_the_column_behind_a_Chinese_mark()
    {
        (CommandContext context, StringWriter output) = Chinese();
        CheckList list = new(context, quiet: false);

        new ExposureChecks(list).Run(SettingsText.Read("{}"), ["/etc/followersync.json"]);
        list.Close();

        output.ToString().ShouldContain("正常     到数据库的连接：不离开本机");
        output.ToString().ShouldContain("警告     设置文件：其他用户可以读取 /etc/followersync.json 中的密钥");
        output.ToString().ShouldContain("2 正常, 1 警告");
    }

    [Fact]
    public void A_status_is_Chinese_from_its_labels_on()
    {
        (CommandContext context, StringWriter output) = Chinese();

        new StatusText(context, new ZonedTime(new ScheduleOptions())).Write(new StatusReport([]));

        output.ToString().ShouldContain("  程序       没有运行中的：不会按计划同步");
        output.ToString().ShouldContain("没有设置公众号，也从未同步过。");
    }

    [Fact]
    public void Wrong_arguments_are_told_in_Chinese()
    {
        ParseResult parsed = new RootCommand { LanguageChoice.Option }.Parse(["--langauge", "zh-CN"]);

        ParseErrors.Describe(parsed).In(Language.Chinese).ShouldContain("不带命令的 followersync 没有选项 --langauge。您是指 --language 吗？");
    }

    [Theory]
    [InlineData("没有运行中的程序，不会按计划同步。", 12, "没有运行中的\n程序，不会按\n计划同步。")]
    [InlineData("请运行 followersync approve 42 批准。", 16, "请运行\nfollowersync approve 42\n批准。")]
    [InlineData("还有 2 小时到期", 8, "还有\n2 小时到\n期")]
    public void Chinese_folds_between_letters_and_before_no_sign_that_ends_a_sentence(string text, int width, string folded) => TextFold.Fold(text, width).ShouldBe(folded);

    private static (CommandContext Context, StringWriter Output) Chinese()
    {
        StringWriter output = new(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        return (new CommandContext(output, output, console, TimeProvider.System) { Language = Language.Chinese }, output);
    }
}

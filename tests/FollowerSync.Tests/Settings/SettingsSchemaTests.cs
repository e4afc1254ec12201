using FollowerSync.Settings;

namespace FollowerSync.Tests.Settings;

public sealed class SettingsSchemaTests
{
    [Fact]
    public void One_account_with_its_secret_is_enough() =>
        SettingsText.Faults($$"""{ "WeChat": { "Accounts": [ {{SettingsText.GoodAccount}} ] } }""").ShouldBeEmpty();

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        IReadOnlyList<SettingsFault> faults = SettingsText.FaultsBesideAnAccount("""
            "Sync": { "BatchSize": "abc", "BatchesInFlight": 65 },
            "Schedule": { "TimeZone": "Mars", "Cron": "every night" },
            "Token": { "RefreshBefore": "30" },
            "Database": { "StatementTimeout": "02:00:00", "MigrateOnStart": "maybe" }
            """);

        faults.Select(fault => fault.Key).ShouldBe(
            ["Sync:BatchSize", "Sync:BatchesInFlight", "Schedule:TimeZone", "Schedule:Cron", "Token:RefreshBefore", "Database:StatementTimeout", "Database:MigrateOnStart"],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("""
        "Sync": { "BatchSize": 0 }
        """, "Sync:BatchSize must be from 1 to 100; it is \"0\"")]
    [InlineData("""
        "Sync": { "BatchSize": "abc" }
        """, "Sync:BatchSize must be a whole number; it is \"abc\"")]
    [InlineData("""
        "Sync": { "ProfileRefresh": "Sometimes" }
        """, "Sync:ProfileRefresh must be one of Full, Rotate; it is \"Sometimes\"")]
    [InlineData("""
        "Sync": { "ProfileRefresh": "1" }
        """, "Sync:ProfileRefresh must be one of Full, Rotate; it is \"1\"")]
    [InlineData("""
        "Sync": { "UnfollowBrakePercent": "1e400" }
        """, "Sync:UnfollowBrakePercent must be a number; it is \"1e400\"")]
    [InlineData("""
        "Sync": { "ListingMaxAge": "8.00:00:00" }
        """, "Sync:ListingMaxAge must be from 00:00:00 to 7.00:00:00 (hh:mm:ss); it is \"8.00:00:00\"")]
    [InlineData("""
        "Token": { "RefreshBefore": "600" }
        """, "Token:RefreshBefore must be a duration: hh:mm:ss such as 00:00:30, or with days d.hh:mm:ss such as 1.00:00:00; it is \"600\"")]
    [InlineData("""
        "Alerts": { "Grace": "24:00:00" }
        """, "Alerts:Grace must be a duration: hh:mm:ss such as 00:00:30, or with days d.hh:mm:ss such as 1.00:00:00; it is \"24:00:00\"")]
    [InlineData("""
        "Schedule": { "TimeZone": "Mars" }
        """, "Schedule:TimeZone must be a time zone this machine knows, such as Asia/Shanghai or UTC; it is \"Mars\"")]
    [InlineData("""
        "StatusPage": { "Url": "https://127.0.0.1:8080" }
        """, "StatusPage:Url must be http://HOST:PORT without path, or empty for none; it is \"https://127.0.0.1:8080\"")]
    [InlineData("""
        "StatusPage": { "Url": "http://127.0.0.1:70000" }
        """, "StatusPage:Url must be http://HOST:PORT without path, or empty for none; it is \"http://127.0.0.1:70000\"")]
    [InlineData("""
        "StatusPage": { "Url": "http:\\\\127.0.0.1:8080" }
        """, "StatusPage:Url must be http://HOST:PORT without path, or empty for none; it is \"http:\\\\127.0.0.1:8080\"")]
    [InlineData("""
        "StatusPage": { "Url": "http://Loopback:8080", "Password": "hunter2hunter2" }
        """, "StatusPage:Url must say 127.0.0.1 or localhost for this machine alone: with another word the server listens on every address; it is \"http://Loopback:8080\"")]
    [InlineData("""
        "Arrivals": { "Url": "http://loopback:8081" }
        """, "Arrivals:Url must say 127.0.0.1 or localhost for this machine alone")]
    [InlineData("""
        "StatusPage": { "Url": "http://0.0.0.0:8080" }
        """, "StatusPage:Password must have at least 8 characters, since other machines reach the page by StatusPage:Url: set one, or StatusPage:OpenIdConnect, or keep the page to this machine (StatusPage:Url http://127.0.0.1:8080, no StatusPage:PublicBase, no name of others in StatusPage:AllowedHosts)")]
    [InlineData("""
        "StatusPage": { "PublicBase": "https://followers.example" }
        """, "StatusPage:Password must have at least 8 characters, since other machines reach the page by StatusPage:PublicBase: set one")]
    [InlineData("""
        "StatusPage": { "Url": "http://localhost:8080", "AllowedHosts": [ "localhost", "*" ] }
        """, "StatusPage:Password must have at least 8 characters, since other machines reach the page by StatusPage:AllowedHosts: set one")]
    [InlineData("""
        "StatusPage": { "Url": "http://followers.example:8080", "Password": "hunter2" }
        """, "StatusPage:Password must have at least 8 characters")]
    [InlineData("""
        "StatusPage": { "PublicBase": "https://followers.example/page", "Password": "hunter2hunter2" }
        """, "StatusPage:PublicBase must be an http or https address without path")]
    [InlineData("""
        "StatusPage": { "Password": "hunter2hunter2", "OpenIdConnect": { "Authority": "https://login.example", "ClientId": "page", "ClientSecret": "s", "Allowed": [ "a" ] } }
        """, "StatusPage:Password must be empty beside StatusPage:OpenIdConnect: whoever knew it would come in past the provider. Keep one of the two")]
    [InlineData("""
        "StatusPage": { "OpenIdConnect": { "Authority": "http://login.example", "ClientId": "page", "ClientSecret": "s", "Allowed": [ "a" ] } }
        """, "StatusPage:OpenIdConnect:Authority must be https: http to a public host sends the secret in it readable to everybody on the way; it is \"http://login.example\"")]
    [InlineData("""
        "StatusPage": { "OpenIdConnect": { "ClientId": "page", "ClientSecret": "s", "Allowed": [ "a" ] } }
        """, "StatusPage:OpenIdConnect:Authority must be an https address; it is empty")]
    [InlineData("""
        "StatusPage": { "OpenIdConnect": { "Authority": "https://login.example#x", "ClientId": "page", "ClientSecret": "s", "Allowed": [ "a" ] } }
        """, "StatusPage:OpenIdConnect:Authority must be the provider's issuer, without ? and #")]
    [InlineData("""
        "StatusPage": { "OpenIdConnect": { "Authority": "https://login.example", "ClientSecret": "s", "Allowed": [ "a" ] } }
        """, "StatusPage:OpenIdConnect:ClientId must be what the provider calls this page")]
    [InlineData("""
        "StatusPage": { "OpenIdConnect": { "Authority": "https://login.example", "ClientId": "page", "Allowed": [ "a" ] } }
        """, "StatusPage:OpenIdConnect:ClientSecret must be the client secret that the provider gave for this page")]
    [InlineData("""
        "StatusPage": { "OpenIdConnect": { "Authority": "https://login.example", "ClientId": "page", "ClientSecret": "s" } }
        """, "StatusPage:OpenIdConnect:Allowed must list the values of StatusPage:OpenIdConnect:Claim that may come in")]
    [InlineData("""
        "StatusPage": { "OpenIdConnect": { "Authority": "https://login.example", "ClientId": "page", "ClientSecret": "s", "Allowed": [ " " ] } }
        """, "StatusPage:OpenIdConnect:Allowed must list the values of StatusPage:OpenIdConnect:Claim that may come in")]
    [InlineData("""
        "StatusPage": { "OpenIdConnect": { "Authority": "https://login.example", "ClientId": "page", "ClientSecret": "s", "Claim": "", "Allowed": [ "a" ] } }
        """, "StatusPage:OpenIdConnect:Claim must not be empty")]
    [InlineData("""
        "StatusPage": { "Url": "http://0.0.0.0:8080", "Password": "hunter2hunter2" }, "Arrivals": { "Url": "http://127.0.0.1:8080" }
        """, "Arrivals:Url must have another port than StatusPage:Url: one worker listens on both; it is \"http://127.0.0.1:8080\"")]
    [InlineData("""
        "Arrivals": { "Url": "http://[::]:8080" }
        """, "Arrivals:Url must have another port than StatusPage:Url")]
    [InlineData("""
        "StatusPage": { "Url": "http://[::1]:8080" }, "Arrivals": { "Url": "http://LocalHost:8080" }
        """, "Arrivals:Url must have another port than StatusPage:Url")]
    [InlineData("""
        "Arrivals": { "Url": "http://pushes.example:8080" }
        """, "Arrivals:Url must have another port than StatusPage:Url")]
    [InlineData("""
        "StatusPage": { "Password": "hunter2hunter2", "AllowedHosts": [ "https://followers.example" ] }
        """, "StatusPage:AllowedHosts must be host names or IP addresses (of IPv6 in brackets), each entry: without http://, port and path. *.followers.example stands for all names below, * for all there are; it is \"https://followers.example\"")]
    [InlineData("""
        "StatusPage": { "Password": "hunter2hunter2", "AllowedHosts": [ "followers.example", "followers.example:8443" ] }
        """, "StatusPage:AllowedHosts must be host names")]
    [InlineData("""
        "StatusPage": { "Password": "hunter2hunter2", "AllowedHosts": [ "followers.example/page" ] }
        """, "StatusPage:AllowedHosts must be host names")]
    [InlineData("""
        "StatusPage": { "Password": "hunter2hunter2", "AllowedHosts": [ "fd00::5" ] }
        """, "StatusPage:AllowedHosts must be host names")]
    [InlineData("""
        "StatusPage": { "Password": "hunter2hunter2", "AllowedHosts": [ "*.10.0.0.5" ] }
        """, "StatusPage:AllowedHosts must be host names")]
    [InlineData("""
        "Schedule": { "LongestRetryPause": "00:00:01" }
        """, "Schedule:RetryPause must not be longer than LongestRetryPause; it is \"00:02:00\"")]
    [InlineData("""
        "Logging": { "Level": { "Default": "Trace" } }
        """, "Logging:Level:Default must be one of Verbose, Debug, Information, Warning, Error, Fatal; it is \"Trace\"")]
    public void A_fault_says_key_rule_and_value(string sections, string message) =>
        SettingsText.FaultsBesideAnAccount(sections).ShouldHaveSingleItem().ToString().ShouldStartWith(message);

    [Fact]
    public void A_page_that_others_reach_may_have_a_provider_instead_of_a_password() => SettingsText.FaultsBesideAnAccount("""
        "StatusPage": { "Url": "http://0.0.0.0:8080", "OpenIdConnect": { "Authority": "https://login.example/realms/brand", "ClientId": "page", "ClientSecret": "s", "Allowed": [ "a" ] } }
        """).ShouldBeEmpty();

    [Theory]
    [InlineData("""
        "StatusPage": { "Url": "http://[::1]:8080", "PublicBase": "http://127.0.0.2:81", "AllowedHosts": [ "LocalHost", "[::1]", "127.1.2.3" ] }
        """)]
    [InlineData("""
        "StatusPage": { "Url": "", "PublicBase": "https://followers.example", "AllowedHosts": [ "followers.example" ] }
        """)]
    public void A_page_of_this_machine_alone_and_none_need_no_password(string sections) => SettingsText.FaultsBesideAnAccount(sections).ShouldBeEmpty();

    [Fact]
    public void A_page_may_answer_to_names_of_all_kinds() => SettingsText.FaultsBesideAnAccount("""
        "StatusPage": { "Password": "hunter2hunter2", "AllowedHosts": [ "followers", "followers.example", "粉丝.example", "*.brand.example", "*", "10.0.0.5", "[fd00::5]" ] }
        """).ShouldBeEmpty();

    [Theory]
    [InlineData("http://127.0.0.1:8081")]
    [InlineData("http://127.0.0.2:8080")]
    [InlineData("http://[::1]:8080")]
    public void Two_listeners_of_one_worker_do_not_meet_by_another_port_or_address(string url) =>
        SettingsText.FaultsBesideAnAccount($$""" "StatusPage": { "Url": "http://127.0.0.1:8080" }, "Arrivals": { "Url": "{{url}}" } """).ShouldBeEmpty();

    [Fact]
    public void Any_free_port_is_another_each_time() =>
        SettingsText.FaultsBesideAnAccount(""" "StatusPage": { "Url": "http://127.0.0.1:0" }, "Arrivals": { "Url": "http://127.0.0.1:0" } """).ShouldBeEmpty();

    [Theory]
    [InlineData("Host=db;Username=u;Target Session Attributes=read-write")]
    [InlineData("Host=db;Username=u;Target Session Attributes=Prefer-Standby")]
    [InlineData("Host=one,two;Username=u;Target Session Attributes=primary")]
    [InlineData("Host=db;Username=u;Minimum Pool Size=40")]
    [InlineData("Host=/run/postgresql;Database=followers")]
    public void A_connection_string_that_can_be_worked_with_is_right(string connection) => ConnectionFaults(connection).ShouldBeEmpty();

    [Theory]
    [InlineData("Host=db;Username=u;Target Session Attributes=standby", "must not contradict itself: Target Session Attributes")]
    [InlineData("Host=db;Username=u;Minimum Pool Size=10;Maximum Pool Size=5", "must not contradict itself: ")]
    [InlineData("Host=db;Username=u;Pooling=false;Multiplexing=true", "must not contradict itself: Pooling must be on to use multiplexing")]
    [InlineData("Host=db", "must name a Database")]
    public void What_would_end_every_start_is_a_fault_that_shows_no_password(string connection, string rule)
    {
        string fault = ConnectionFaults(connection + ";Password=hunter2hunter2").ShouldHaveSingleItem().ToString();

        fault.ShouldStartWith($"ConnectionStrings:FollowerSync {rule}");
        fault.ShouldNotContain("hunter2");
    }

    private static IReadOnlyList<SettingsFault> ConnectionFaults(string connection) =>
        SettingsText.FaultsBesideAnAccount($$""" "ConnectionStrings": { "FollowerSync": "{{connection}}" } """);

    [Theory]
    [InlineData("0 30 3 * * ?")]
    [InlineData("0 0/5 * * * ? 2030")]
    [InlineData("30 3 * * *")]
    [InlineData("*/5 * * * 1-5")]
    public void Cron_of_Quartz_and_of_Unix_is_right(string cron) =>
        SettingsText.FaultsBesideAnAccount($$""" "Schedule": { "Cron": "{{cron}}" } """).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("30 3 * *")]
    [InlineData("0 99 3 * * ?")]
    [InlineData("99 3 * * *")]
    [InlineData("0 0 0 31 2 ?")]
    [InlineData("0 0 3 * * ? 1999")]
    [InlineData("nightly")]
    public void Other_text_is_no_cron(string cron) =>
        SettingsText.FaultsBesideAnAccount($$""" "Schedule": { "Cron": "{{cron}}" } """).ShouldHaveSingleItem().Key.ShouldBe("Schedule:Cron");

    [Theory]
    [InlineData("ftp://api.weixin.qq.com")]
    [InlineData("https://api.weixin.qq.com/cgi-bin")]
    [InlineData("api.weixin.qq.com")]
    [InlineData("")]
    public void A_base_address_is_http_without_a_path(string address)
    {
        IReadOnlyList<SettingsFault> faults = SettingsText.Faults(
            $$"""{ "WeChat": { "BaseAddress": "{{address}}", "Accounts": [ {{SettingsText.GoodAccount}} ] } }""");

        faults.ShouldHaveSingleItem().Key.ShouldBe("WeChat:BaseAddress");
    }

    [Theory]
    [InlineData("Sync", "BatchSzie", "Did you mean Sync:BatchSize?")]
    [InlineData("Schedule", "Corn", "Did you mean Schedule:Cron?")]
    [InlineData("Token", "Xyzzy", "Known here: RefreshBefore, ReplaceInterval, Mirrors, Service.")]
    [InlineData("Logging", "LogLevel", "Did you mean Logging:Level?")]
    public void An_unknown_key_is_a_fault_with_the_nearest_known_one(string section, string key, string advice)
    {
        SettingsFault fault = SettingsText.FaultsBesideAnAccount($$""" "{{section}}": { "{{key}}": "1" } """).ShouldHaveSingleItem();

        fault.Key.ShouldBe($"{section}:{key}");
        fault.Rule.ShouldEndWith(advice);
    }

    [Fact]
    public void A_mistyped_connection_string_is_not_taken_for_a_missing_one() =>
        SettingsText.FaultsBesideAnAccount(""" "ConnectionStrings": { "FollowerSynch": "Host=db;Password=hunter2hunter2" } """)
            .ShouldHaveSingleItem().ToString().ShouldContain("Did you mean ConnectionStrings:FollowerSync?");

    [Fact]
    public void A_foreign_connection_string_is_none_of_our_business() =>
        SettingsText.FaultsBesideAnAccount(""" "ConnectionStrings": { "Warehouse": "Server=w" } """).ShouldBeEmpty();

    [Fact]
    public void Null_and_empty_lists_count_as_not_set() =>
        SettingsText.Faults($$"""{ "WeChat": { "FallbackAddresses": [], "BaseAddress": null, "Accounts": [ {{SettingsText.GoodAccount}} ] }, "Sync": { "BatchSize": null } }""")
            .ShouldBeEmpty();

    [Fact]
    public void Who_does_without_accounts_is_told_all_the_same_of_one_that_cannot_be_read()
    {
        const string Json = """{ "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef", "TokenSource": "Stabel" }, { "AppId": "wx0123456789abcdee", "Secret": "topsecret" }, { "AppId": "" } ] } }""";

        SettingsText.Faults(Json, "WeChat:Accounts").Select(fault => fault.Key).ShouldBe(["WeChat:Accounts[0]:TokenSource", "WeChat:Accounts[1]:Secret"], ignoreOrder: true);
    }

    [Fact]
    public void A_single_value_where_a_list_belongs_is_a_fault() =>
        SettingsText.Faults("""{ "WeChat": { "Accounts": "wx0123456789abcdef" } }""")
            .ShouldContain(fault => fault.Key == "WeChat:Accounts" && fault.Rule.ToString().StartsWith("must be a list", StringComparison.Ordinal));

    [Fact]
    public void An_account_without_the_list_around_it_is_a_fault_that_shows_no_secret()
    {
        IReadOnlyList<SettingsFault> faults = SettingsText.Faults("""{ "WeChat": { "Accounts": { "AppSecret": "topsecret" } } }""");

        faults.ShouldContain(fault => fault.Key == "WeChat:Accounts:AppSecret" && fault.Rule.ToString().Contains("WeChat:Accounts[0]:AppSecret", StringComparison.Ordinal));
        string.Concat(faults).ShouldNotContain("topsecret");
    }
}

using System.Text.RegularExpressions;
using FollowerSync.CommandLine;

namespace FollowerSync.Tests.Deploying;

/// <summary>What the unit of systemd has to say, and must not: each was seen to end the program.</summary>
public sealed partial class ServiceUnitTests
{
    private static readonly ILookup<string, string> Unit = File.ReadLines(DeployFiles.PathOf("systemd/followersync.service"))
        .Select(line => Directive().Match(line)).Where(line => line.Success).ToLookup(line => line.Groups["name"].Value, line => line.Groups["value"].Value, StringComparer.Ordinal);

    [Fact]
    public void Systemd_waits_for_READY_and_watches() =>
        (Unit["Type"].Single(), Unit["NotifyAccess"].Single(), Seconds("WatchdogSec") >= 30).ShouldBe(("notify", "main", true));

    [Fact]
    public void Wrong_settings_are_not_tried_for_ever() =>
        (Unit["Restart"].Single(), Unit["RestartPreventExitStatus"].Single()).ShouldBe(("on-failure", $"{ExitCodes.WrongSettings}"));

    [Fact]
    public void A_stop_is_given_its_time_and_a_stalled_process_is_not_waited_for()
    {
        Seconds("TimeoutStopSec").ShouldBeGreaterThan(StopSignal.Deadline.TotalSeconds);
        Seconds("TimeoutAbortSec").ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public void The_runtime_may_do_what_it_cannot_do_without()
    {
        Unit["MemoryDenyWriteExecute"].ShouldBeEmpty();
        Unit["RestrictAddressFamilies"].Single().Split(' ').ShouldContain("AF_UNIX");
        Unit["SystemCallFilter"].Last().ShouldBe("sched_setaffinity", "it has to follow ~@resources, which holds it");
    }

    [Fact]
    public void The_worker_sees_the_boot_of_its_machine_as_verbs_typed_by_hand_do() => Unit["ProcSubset"].ShouldBeEmpty();

    [Fact]
    public void The_folder_of_settings_is_not_taken_from_root() => Unit["ConfigurationDirectory"].ShouldBeEmpty();

    private static double Seconds(string name) => int.Parse(Unit[name].Single().TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?<name>[A-Z][A-Za-z]+)=(?<value>.*)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Directive();
}

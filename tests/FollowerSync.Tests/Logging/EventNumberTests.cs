using System.Reflection;
using FollowerSync.Logging;
using Microsoft.Extensions.Logging;

namespace FollowerSync.Tests.Logging;

/// <summary>The numbers of events: filters and alarms of others go by them.</summary>
public sealed class EventNumberTests
{
    [Fact]
    public void Every_kind_of_line_has_a_number_of_its_own_in_the_hundred_of_its_room()
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        (string Room, int Number)[] events =
        [
            .. from type in typeof(WorkerLog).Assembly.GetTypes()
               from method in type.GetMethods(All)
               let line = method.GetCustomAttribute<LoggerMessageAttribute>()
               where line is not null
               select (type.Namespace!.Split('.')[1], line.EventId),
        ];

        events.Length.ShouldBeGreaterThan(100);
        events.Select(one => one.Number).ShouldBeUnique();
        events.ShouldAllBe(one => one.Number > 1_000 && one.Number < 9_000);
        events.GroupBy(one => one.Room, one => one.Number / 100).SelectMany(room => room.Distinct()).ShouldBeUnique();
    }
}

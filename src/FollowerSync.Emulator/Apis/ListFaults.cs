using FollowerSync.Emulator.Faults;
using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Apis;

/// <summary>What the faults of a call make of a page of openids.</summary>
internal static class ListFaults
{
    /// <summary>Where a page begins: further ahead when openids are to come again. Behind the end of the list nothing comes again.</summary>
    public static long Start(ApiCall call, long position)
    {
        if (call.Fault(FaultKind.DuplicateOpenIds) is not { } fault || call.Account.Listing.Read(position, new long[1]) == 0)
            return position;
        return call.Account.Listing.Back(position, fault.Count ?? 10);
    }

    public static int Shorten(ApiCall call, int count) =>
        call.Fault(FaultKind.EmptyPage) is not null ? 0
        : call.Fault(FaultKind.EndEarly) is not null ? (count + 1) / 2
        : count;

    public static int TotalError(ApiCall call) => call.Fault(FaultKind.WrongTotal)?.Count ?? 0;

    public static bool HasEmptyFirst(ApiCall call) => call.Fault(FaultKind.EmptyFirstOpenId) is not null;

    /// <summary>The next cursor that a fault puts in place of the right one; null leaves it.</summary>
    public static string? NextCursor(ApiCall call, string? cursor) =>
        call.Fault(FaultKind.EndEarly) is not null ? ""
        : call.Fault(FaultKind.LostCursor) is not null ? call.Account.ForeignOpenId()
        : call.Fault(FaultKind.RepeatCursor) is not null && !string.IsNullOrEmpty(cursor) ? cursor
        : null;
}

using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Faults;

/// <summary>What happens to the account while a call is under way.</summary>
internal static class SideEffects
{
    public static void Happen(ApiCall call)
    {
        if (call.Owner is not { } account)
            return;
        foreach (FaultRule rule in call.Faults)
            Happen(account, rule);
    }

    private static void Happen(EmulatedAccount account, FaultRule rule)
    {
        switch (rule.Fault)
        {
            case FaultKind.RotateToken:
                account.Tokens.RotateByAnotherProgram();
                break;
            case FaultKind.ExpireToken:
                account.Tokens.Expire();
                break;
            case FaultKind.InvalidateToken:
                account.Tokens.Invalidate();
                break;
            case FaultKind.PeopleLeave:
                for (int i = 0; i < (rule.Count ?? 1); i++)
                    LeaveOne(account);
                break;
            case FaultKind.PeopleCome:
                for (int i = 0; i < (rule.Count ?? 1); i++)
                    account.AddFollower();
                break;
        }
    }

    private static void LeaveOne(EmulatedAccount account)
    {
        FollowerBook book = account.Book;
        long start = SeededHash.Of(book.Population.Seed, book.Version, 0xA0).Below((int)book.Population.Size);
        for (long i = 0; i < book.Population.Size; i++)
        {
            long index = (start + i) % book.Population.Size;
            if (!book.IsListed(index, book.Epoch) || book.IsRefused(index))
                continue;
            account.Unfollow(book.OpenIdAt(index));
            return;
        }
    }
}

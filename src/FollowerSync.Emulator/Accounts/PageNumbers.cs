using System.Collections.Concurrent;

namespace FollowerSync.Emulator.Accounts;

/// <summary>Which page of the list stands behind a cursor, as far as cursors were given out lately.</summary>
internal sealed class PageNumbers
{
    // Thirty million followers make three thousand pages.
    private const int Remembered = 20_000;

    private readonly ConcurrentDictionary<string, int> _pages = new(StringComparer.Ordinal);

    public int NumberOf(string? cursor) => string.IsNullOrEmpty(cursor) ? 1 : _pages.GetValueOrDefault(cursor);

    public void Remember(string nextCursor, int page)
    {
        if (_pages.Count >= Remembered)
            _pages.Clear();
        _pages[nextCursor] = page;
    }
}

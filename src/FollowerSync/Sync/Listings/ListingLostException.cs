using FollowerSync.Database;

namespace FollowerSync.Sync.Listings;

/// <summary>The list of a round is gone from the database, and with it perhaps the last of what was stored: nobody can say that the round is complete.</summary>
internal sealed class ListingLostException() : DatabaseException(
    "The database lost the list of this round: it crashed, or a standby was promoted in the middle of it.",
    "What is stored is right as of then; the next run reads the list anew and asks for whoever is missing.");

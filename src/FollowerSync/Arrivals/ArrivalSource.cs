namespace FollowerSync.Arrivals;

/// <summary>By which way somebody arrived.</summary>
internal enum ArrivalSource
{
    /// <summary>A message of WeChat.</summary>
    Push,

    /// <summary>Web authorisation.</summary>
    OAuth,

    /// <summary>A file of an old system.</summary>
    Import,
}

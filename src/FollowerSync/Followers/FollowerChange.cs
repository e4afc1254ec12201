namespace FollowerSync.Followers;

/// <summary>What a statement did to a person's row.</summary>
/// <param name="OpenId">The person.</param>
/// <param name="Kind">One of <see cref="ChangeKinds"/>.</param>
/// <param name="Columns">Names of the columns that changed.</param>
internal sealed record FollowerChange(string OpenId, string Kind, string[] Columns);

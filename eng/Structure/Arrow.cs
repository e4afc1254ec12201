namespace FollowerSync.Structure;

/// <summary>A file of one room names a type of another.</summary>
internal sealed record Arrow(string From, string To, string File, string Type);

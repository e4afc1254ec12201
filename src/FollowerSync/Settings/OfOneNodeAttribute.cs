namespace FollowerSync.Settings;

/// <summary>A setting, or a section of them, that may differ between workers on one database.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
internal sealed class OfOneNodeAttribute : Attribute;

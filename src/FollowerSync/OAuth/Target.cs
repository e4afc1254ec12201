using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.OAuth;

/// <summary>A page of the settings that visitors are sent on to.</summary>
/// <param name="Name">By which it is asked for.</param>
/// <param name="Url">Its address.</param>
/// <param name="Key">Signs openids for it; empty = it gets none.</param>
internal sealed record Target(string Name, Uri Url, string Key)
{
    /// <summary>Stands for the name in a state. Two names may have the same; the state's signature, which covers the name, tells them apart. So machines
    /// with different settings, as in the middle of a change, send nobody to a wrong page.</summary>
    public byte Mark { get; } = SHA256.HashData(Encoding.UTF8.GetBytes(Name.ToLowerInvariant()))[0];

    public override string ToString() => Name;
}

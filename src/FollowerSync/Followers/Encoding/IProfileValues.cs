namespace FollowerSync.Followers.Encoding;

/// <summary>Values of a profile, from wherever they come; <see cref="ProfileColumns.Write"/> asks for them in the order of the row.</summary>
internal interface IProfileValues
{
    /// <summary>Writes the value of one column, exactly one of <see cref="BinaryRows"/>'s.</summary>
    public void Write(ProfileColumn column, BinaryRows row);
}

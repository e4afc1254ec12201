namespace FollowerSync.Import;

/// <summary>A line of a file.</summary>
/// <param name="Number">Its number; 1 is the first.</param>
/// <param name="Text">Its bytes without the line end; they are overwritten when the next line is read.</param>
/// <param name="IsTooLong">Whether it is longer than <see cref="LineReader.Longest"/>; its text is empty then.</param>
internal readonly record struct FileLine(long Number, ReadOnlyMemory<byte> Text, bool IsTooLong);

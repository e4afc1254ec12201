using System.Text.Json;

namespace FollowerSync.WeChat.Answers;

/// <summary>Reads the object whose start the reader is at, to its end; null when it makes no sense.</summary>
internal delegate T? JsonRowReader<out T>(ref Utf8JsonReader reader)
    where T : class;

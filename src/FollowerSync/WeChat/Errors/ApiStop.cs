using System.Text.Json.Serialization;
using FollowerSync.Languages;

namespace FollowerSync.WeChat.Errors;

/// <summary>An API that is left alone for an account for a while.</summary>
/// <param name="AppId">The account.</param>
/// <param name="Api">Path of the API; <see cref="All"/> = all of the account's.</param>
/// <param name="StoppedAt">When it was stopped.</param>
/// <param name="Until">When it may be called again.</param>
/// <param name="Reason">What WeChat said, and the remedy.</param>
internal sealed record ApiStop([property: JsonIgnore] string AppId, string Api, DateTimeOffset StoppedAt, DateTimeOffset Until, Sentence Reason)
{
    public const string All = "*";

    /// <summary>Whether a secret was refused, so that another secret ends it.</summary>
    [JsonIgnore]
    public bool IsAboutSecret { get; init; }

    /// <summary>What ends it before its time, for people.</summary>
    [JsonIgnore]
    public Sentence WhatEndsIt => EndedBy(IsAboutSecret, AppId);

    /// <summary>What ends a stop before its time, for people.</summary>
    public static Sentence EndedBy(bool anotherSecret, string appId) => anotherSecret
        ? (Sentence)$"Another secret ends this at once, and so does a sync by hand (followersync sync --account {appId}) that WeChat answers."
        : $"A sync by hand (followersync sync --account {appId}) ends this when WeChat answers.";
}

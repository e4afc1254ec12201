using FollowerSync.Languages;
using FollowerSync.Sync;

namespace FollowerSync.Status;

/// <summary>One run whole.</summary>
/// <param name="View">The run.</param>
/// <param name="Held">What is held of its account, while the run is held; else null.</param>
/// <param name="Refusals">Openids that were refused during the run and not answered since, by WeChat's code, most first.</param>
internal sealed record RunDetails(RunView View, HeldChanges? Held, IReadOnlyList<RunRefusals> Refusals);

/// <param name="Errcode">WeChat's code; null = they were left out of the answer, or in none that can be read.</param>
/// <param name="Openids">How many.</param>
/// <param name="Rid">Request id of one of the answers; null when none had one.</param>
/// <param name="Meaning">What the code means.</param>
/// <param name="Remedy">What a person does about it.</param>
internal sealed record RunRefusals(int? Errcode, long Openids, string? Rid, Sentence Meaning, Sentence Remedy);

namespace FollowerSync.Emulator.Faults;

/// <summary>A fault plan is wrong; the message names the place, the rule and the value.</summary>
public sealed class FaultPlanException(string message, Exception? inner = null) : Exception(message, inner);

namespace FollowerSync.Settings;

/// <summary>Rules of an options type that concern several of its properties.</summary>
internal interface ISettingsRules
{
    /// <summary>The broken rules; keys are relative to the options type (<c>Accounts[1]:Name</c>).</summary>
    public IEnumerable<SettingsFault> BrokenRules();
}

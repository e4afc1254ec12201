namespace FollowerSync.Settings;

/// <summary>Section <c>Secrets</c>: settings kept in files of their own.</summary>
[OfOneNode]
internal sealed class SecretsOptions
{
    public const string Section = "Secrets";

    /// <summary>Folder with one file per setting, as Docker and Kubernetes mount secrets: the file's name is the key with <c>__</c> for
    /// <c>:</c> (<c>WeChat__Accounts__0__AppSecret</c>), its content the value; one line end after it is dropped. A relative folder is
    /// found from the settings file. Empty (default) = none.</summary>
    public string Folder { get; set; } = "";
}

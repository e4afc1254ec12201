namespace FollowerSync.StatusPage.Views;

/// <summary>What a request's page is made of.</summary>
internal sealed class PageFrame
{
    public PageWords Words { get; set; } = new(IsChinese: true);

    /// <summary>Address of this page in the other language.</summary>
    public string OtherLanguage { get; set; } = "";

    /// <summary>Whom the page is shown to, by their session; null = there are none.</summary>
    public string? SignedInAs { get; set; }

    /// <summary>Whether buttons are left out.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Share of the daily calls that other systems keep.</summary>
    public double ReservePercent { get; set; }

    /// <summary>What the page is about.</summary>
    public object? Model { get; set; }

    /// <summary>The field of a form, and its value.</summary>
    public (string Field, string Value) Form { get; set; }

    public T Of<T>() => (T)Model!;
}

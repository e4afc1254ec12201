namespace FollowerSync.Web;

/// <summary>A feature that answers on the inner listener, to the host names that the page answers to.</summary>
internal interface IInnerRoutes
{
    /// <summary>Adds the feature's paths.</summary>
    public void Map(IEndpointRouteBuilder routes);
}

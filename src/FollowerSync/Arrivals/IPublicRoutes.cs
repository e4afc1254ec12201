namespace FollowerSync.Arrivals;

/// <summary>A feature that answers on the public listener.</summary>
internal interface IPublicRoutes
{
    /// <summary>Adds the feature's paths; whatever no feature has is answered 404.</summary>
    public void Map(IEndpointRouteBuilder routes);
}

namespace FollowerSync.Web;

/// <summary>A feature that answers on the inner listener, to the host names that the page answers to.</summary>
internal interface IInnerRoutes
{
    /// <summary>Adds the feature's paths.</summary>
    public void Map(IEndpointRouteBuilder routes);

    /// <summary>Adds what the feature needs of the listener's own services.</summary>
    public void AddServices(IServiceCollection services)
    {
    }

    /// <summary>Adds what goes before every answer of the listener.</summary>
    public void Use(IApplicationBuilder app)
    {
    }
}

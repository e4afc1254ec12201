using Npgsql;

namespace FollowerSync.CommandLine;

/// <summary>Where an analyst connects.</summary>
/// <param name="Server">The worker's own server.</param>
/// <param name="Replicas">Those to read instead, each with its port; empty = none.</param>
internal sealed record AnalystTarget(NpgsqlConnectionStringBuilder Server, IReadOnlyList<string> Replicas)
{
    /// <summary>What to hand to psql.</summary>
    /// <param name="login">User and password as they stand in an address.</param>
    public string AddressFor(string login)
    {
        string name = Uri.EscapeDataString(Server.Database!);
        if (Replicas.Count == 0 && Server.Host!.StartsWith('/'))
            return $"postgresql://{login}@/{name}?host={Uri.EscapeDataString(Server.Host)}&port={Server.Port}";

        IEnumerable<string> hosts = Replicas.Count > 0 ? Replicas : Server.Host!.Split(',').Select(WithPort);
        return $"postgresql://{login}@{string.Join(',', hosts)}/{name}";
    }

    private string WithPort(string host) => host.Contains(':', StringComparison.Ordinal) ? host : FormattableString.Invariant($"{host}:{Server.Port}");
}

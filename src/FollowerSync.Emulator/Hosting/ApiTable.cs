using System.Collections.Frozen;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Apis;

namespace FollowerSync.Emulator.Hosting;

/// <summary>All endpoints by path.</summary>
internal sealed class ApiTable
{
    private readonly FrozenDictionary<string, Api> _byPath;

    public ApiTable(EmulatorOptions options, IReadOnlyList<EmulatedAccount> accounts, FailedCalls failed)
    {
        TokenApis tokens = new(accounts);
        ListApis lists = new(options);
        QuotaApis quota = new(accounts, path => _byPath!.ContainsKey(path), failed);
        Api[] all =
        [
            new(Paths.Token, IsPost: false, NeedsToken: false, tokens.Classic),
            new(Paths.StableToken, IsPost: true, NeedsToken: false, tokens.Stable),
            new(Paths.UserGet, IsPost: false, NeedsToken: true, lists.Followers),
            new(Paths.UserInfo, IsPost: false, NeedsToken: true, ProfileApis.Single),
            new(Paths.BatchGet, IsPost: true, NeedsToken: true, ProfileApis.Batch),
            new("/cgi-bin/tags/get", IsPost: false, NeedsToken: true, TagApis.Tags),
            new("/cgi-bin/user/tag/get", IsPost: true, NeedsToken: true, lists.Tagged),
            new("/cgi-bin/tags/getidlist", IsPost: true, NeedsToken: true, TagApis.TagsOfPerson),
            new("/cgi-bin/tags/members/getblacklist", IsPost: true, NeedsToken: true, lists.Blacklist),
            new("/cgi-bin/groups/get", IsPost: false, NeedsToken: true, TagApis.Groups),
            new("/cgi-bin/changeopenid", IsPost: true, NeedsToken: true, new MigrationApis(accounts).Change),
            new("/cgi-bin/openapi/quota/get", IsPost: true, NeedsToken: true, quota.Get),
            new("/cgi-bin/openapi/rid/get", IsPost: true, NeedsToken: true, quota.Rid),
            new("/cgi-bin/clear_quota", IsPost: true, NeedsToken: true, QuotaApis.Clear),
            new(Paths.ClearBySecret, IsPost: true, NeedsToken: false, quota.ClearBySecret),
            new("/cgi-bin/getcallbackip", IsPost: false, NeedsToken: true, AddressApis.CallbackAddresses),
            new("/cgi-bin/get_api_domain_ip", IsPost: false, NeedsToken: true, AddressApis.ApiAddresses),
            new("/datacube/getusersummary", IsPost: true, NeedsToken: true, StatisticsApis.Summary),
            new("/datacube/getusercumulate", IsPost: true, NeedsToken: true, StatisticsApis.Cumulate),
        ];
        _byPath = all.ToFrozenDictionary(api => api.Path, StringComparer.Ordinal);
    }

    public Api? Find(string path) => _byPath.GetValueOrDefault(path);
}

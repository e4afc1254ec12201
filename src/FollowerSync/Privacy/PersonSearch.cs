using FollowerSync.Database;

namespace FollowerSync.Privacy;

/// <summary>Finds all openids and pseudonyms under which people stand in the database, of every account they were known in.</summary>
internal sealed class PersonSearch(Pseudonyms pseudonyms)
{
    private const int PageSize = 50_000;

    private const string AccountsSql = "select app_id from wechat.accounts";

    // Accounts the openids are known in, wherever anything about them stands.
    private const string FindSql =
        """
        with listed as materialized (
            select listing_id, openid from followersync.listing_openids where openid = any(@openIds)
        )
        select app_id, openid from wechat.followers where openid = any(@openIds)
        union
        select app_id, openid from wechat.follower_versions where openid = any(@openIds)
        union
        select app_id, openid from wechat.past_episodes where openid = any(@openIds)
        union
        select app_id, openid from wechat.identity_conflicts where openid = any(@openIds)
        union
        select app_id, openid from wechat.visitors where openid = any(@openIds)
        union
        select app_id, openid from wechat.scans where openid = any(@openIds)
        union
        select from_app_id, old_openid from wechat.openid_changes where old_openid = any(@openIds)
        union
        select to_app_id, new_openid from wechat.openid_changes where new_openid = any(@openIds)
        union
        select app_id, openid from followersync.arrivals where openid = any(@openIds)
        union
        select app_id, openid from followersync.rejected_openids where openid = any(@openIds)
        union
        select app_id, openid from followersync.unfollow_candidates where openid = any(@openIds)
        union
        select app_id, openid from followersync.settled_doubts where openid = any(@openIds)
        union
        select app_id, openid from followersync.held_identities where openid = any(@openIds)
        union
        select app_id, openid from followersync.tag_openids where openid = any(@openIds)
        union
        select app_id, openid from followersync.tag_differences where openid = any(@openIds)
        union
        select l.app_id, o.openid from listed o join followersync.listings l using (listing_id)
        """;

    // An account that was migrated knew the same people by other openids.
    private const string SamePeopleSql =
        """
        with recursive same as (
            select null::text collate "C" as app_id, openid collate "C" as openid, openid as person from unnest(@openIds::text[]) as u (openid)
            union
            select case when c.new_openid = s.openid then c.from_app_id else c.to_app_id end, case when c.new_openid = s.openid then c.old_openid else c.new_openid end, s.person
            from same s
            join wechat.openid_changes c on c.new_openid = s.openid or (c.old_openid = s.openid and c.new_openid is not null)
        )
        select app_id, openid, person from same where app_id is not null
        """;

    private const string PlainSql =
        """
        with stored as materialized (
            select openid from wechat.followers where app_id = @appId and openid > @after and anonymised_at is null order by openid limit @limit
        ), visiting as materialized (
            select openid from wechat.visitors where app_id = @appId and openid > @after and openid not like 'anon\_%' order by openid limit @limit
        )
        select openid from (select openid from stored union select openid from visiting) u order by openid limit @limit
        """;

    private const string WasMigratedSql =
        "select exists (select 1 from wechat.openid_changes where new_openid = any(@names) or (old_openid = any(@names) and new_openid is not null))";

    /// <summary>Where a person of an account stands or may stand: no table is searched. Whoever was not migrated costs a look into an index.</summary>
    public async Task<PersonPlace[]> FindAsync(Transaction tx, string appId, string openId)
    {
        PersonPlace[] own = [.. WithPseudonym(new PersonPlace(appId, openId, openId))];
        Dictionary<string, string> names = own.ToDictionary(place => place.OpenId, place => place.Person, StringComparer.Ordinal);
        return await tx.ReadAsync<bool>(WasMigratedSql, new { names = names.Keys.ToArray() }) ? [.. own.Union(await FollowAsync(tx, names))] : own;
    }

    /// <summary>Where the people stand, under their openids or under their pseudonyms. Reads all of the big tables, whose keys begin with the account.</summary>
    public async Task<PersonPlace[]> FindAsync(Transaction tx, IReadOnlyList<string> openIds)
    {
        Dictionary<string, string> names = openIds.ToDictionary(openId => openId, StringComparer.Ordinal);
        foreach (string appId in pseudonyms.HaveKey ? await tx.ReadAllAsync<string>(AccountsSql) : [])
            foreach (PersonPlace place in openIds.SelectMany(openId => WithPseudonym(new PersonPlace(appId, openId, openId))))
                names.TryAdd(place.OpenId, place.Person);

        await FollowAsync(tx, names);
        return [.. (await tx.ReadAllAsync<(string AppId, string OpenId)>(FindSql, new { openIds = names.Keys.ToArray() }))
            .Select(row => new PersonPlace(row.AppId, row.OpenId, names[row.OpenId]))];
    }

    /// <summary>Where migrations lead to from these names, each with its person; the names that are found there are added to them.</summary>
    private async Task<HashSet<PersonPlace>> FollowAsync(Transaction tx, Dictionary<string, string> names)
    {
        HashSet<PersonPlace> places = [];
        HashSet<string> explained = new(names.Keys.Except(names.Values, StringComparer.Ordinal), StringComparer.Ordinal);
        int before;
        do
        {
            before = names.Count;
            PersonPlace[] linked = [.. (await tx.ReadAllAsync<(string AppId, string OpenId, string Person)>(SamePeopleSql, new { openIds = names.Keys.ToArray() }))
                .Select(row => new PersonPlace(row.AppId, row.OpenId, names[row.Person]))];
            Add(linked);
            foreach (IGrouping<string, PersonPlace> account in linked.Where(IsUnexplained).GroupBy(place => place.AppId, StringComparer.Ordinal))
                Add(await FindPlainAsync(tx, account.Key, account.ToDictionary(p => p.OpenId, p => p.Person, StringComparer.Ordinal)));
        }
        while (names.Count > before);

        return places;

        void Add(IEnumerable<PersonPlace> found)
        {
            foreach (PersonPlace place in found)
                foreach (PersonPlace name in WithPseudonym(place))
                {
                    places.Add(name);
                    names.TryAdd(name.OpenId, name.Person);
                    if (name != place)
                        explained.Add(name.OpenId);
                }
        }

        bool IsUnexplained(PersonPlace place) => pseudonyms.HaveKey && Pseudonyms.IsOne(place.OpenId) && explained.Add(place.OpenId);
    }

    private PersonPlace[] WithPseudonym(PersonPlace place) => pseudonyms.HaveKey && !Pseudonyms.IsOne(place.OpenId)
        ? [place, place with { OpenId = pseudonyms.OfPerson(place.AppId, place.OpenId) }] : [place];

    /// <summary>Who of an account has these pseudonyms without being anonymised there: of somebody who is anonymised in one of two accounts, a migration leaves the
    /// pseudonyms of both. Makes those of everybody in the account, which takes a minute for thirty million.</summary>
    private async Task<List<PersonPlace>> FindPlainAsync(Transaction tx, string appId, Dictionary<string, string> people)
    {
        foreach (string stored in await PseudonymStore.FindStoredAsync(tx, appId, people.Keys))
            people.Remove(stored);
        List<PersonPlace> found = [];
        string? after = "";
        while (people.Count > 0 && after is not null)
        {
            List<string> page = await tx.ReadAllAsync<string>(PlainSql, new { appId, after, limit = PageSize });
            foreach (string openId in page)
                if (people.Remove(pseudonyms.OfPerson(appId, openId), out string? person))
                    found.Add(new PersonPlace(appId, openId, person));
            after = page.Count == PageSize ? page[^1] : null;
        }

        return found;
    }
}

/// <param name="AppId">Account.</param>
/// <param name="OpenId">Openid or pseudonym the rows have.</param>
/// <param name="Person">Openid that was asked for.</param>
internal sealed record PersonPlace(string AppId, string OpenId, string Person);

using System.Collections.Frozen;

namespace FollowerSync.WeChat.Errors;

/// <summary>The words that the texts of WeChat's errors are made of, and the names that answers of WeChat and of token services use for their parts.
/// Whatever is not among them may be somebody's name or a secret, and is not repeated.</summary>
internal static class KnownWords
{
    private static readonly FrozenSet<string> Words = Set(
        """
        a able about abnormal above accept accepted access access_token accesstoken account accounts action active activity add address admin administrator after
        again all allow allowed already also an and another any api apis app appid application applied apply appsecret are args argument arguments array as ask at
        audit auth authorization authorized authorize authorised available bad ban banned batch batchget be because been before begin begin_openid below between big bind
        black blacklist blocked body both busy but by bytes call called calling calls can cancel cannot canceled cert certificate cgi cgi_path change changed
        char character characters charset check clear clears client client_credential close closed code codes component config configured confirm confirmation confirmed
        conflict connect connection contain contains content could count create credential credentials current cursor daily data date day days decode decoded
        default delete deleted denied deny describe description details developer did different direct disable disabled do does domain done down duplicate
        duplicated each empty enable enabled encoding end end_date begin_date engine enough error errors escape escaped even every exceed exceeded exceeds exception
        exist existed exists expire expired expires expires_in expiry fail failed failure fan fans fault field fields file find first follow follower followers for forbid
        forbidden force_refresh format found freeze frequency frequent frequently from frozen full function gateway get getstableaccesstoken got grant grant_type granted
        group groupid groups had handle has have header help hint hints hour hours how http https id ids if illegal in inactive incorrect info information input
        inside insufficient int integer internal into invalid invoke ip ips ipv4 ipv6 is isn't it item its json key keys kind lang language large last later latest lack lacks least legal len length
        less level like limit limited limits line list listed lists lock locked login long longer lower made many match max maximum may media memory menu message messages
        method methods min minimum minute minutes miss missing mode month monthly more most mp much must name names need needed needs network never new next next_openid nextopenid no not
        nothing now null number of off official often ok old on once one only openid openid_list openids open operation or order other out outside over overtime own page
        parameter parameters param params parse part password path pay permission permissions permit platform please point possible post privilege process product program prohibited
        proxy put qps query quota range rate reach reached reaching read reason receive received redirect refresh refresh_token refuse refused register registered reject rejected remain remark
        remove repeat repeated reply request requests require required requires reset resource response restricted result retry return rid right rights risk role same scope second seconds secret security see
        send sent serve server service session set should sign signature similar since size slow slower small so some source stable stable_token start state status still stop string
        subscribe subscribed subscribe_time such support supported suspend suspended switch sys system tag tagid tags take temporary than that the their them then there they
        this time timed timeout times to today token tokens told too total transfer try twice two type types unable unauthorized unavailable unauthorised under unfreeze unionid unique unknown unsubscribe
        unsubscribed unsupported until up update upload url urls use used user user_list userinfo users using valid value values verification verified verify version visit wait want was way we wechat weixin
        were what when where which while white whitelist who wide will with within without word wrong xml you your
        """);

    private static readonly FrozenSet<string> Keys = Set(
        """
        access_token accesstoken access-token expires_in expiresin expire_in expirein expires expires_at expiresat expire ttl expiry expiration token token_type tokentype refresh_token refreshtoken
        scope errcode errmsg err_code err_msg errorcode errormsg error_code error_msg error error_description code msg message messages data result results success status state ok body content
        payload response value info detail details reason type title trace_id traceid request_id requestid rid timestamp time ret retcode ret_code retmsg component_access_token authorizer_access_token
        appid app_id total count openid openid_list next_openid user_info_list user_list quota rate_limit component_rate_limit daily_limit used remain call_count refresh_second groups tags list id
        name ref_date user_source new_user cancel_user cumulate_user begin_date end_date subscribe nickname sex language city province country headimgurl subscribe_time unionid remark groupid tagid_list
        subscribe_scene qr_scene qr_scene_str is_snapshotuser privilege ip_list tag domain_list
        """);

    /// <summary>Whether WeChat's own texts have this word.</summary>
    public static bool IsWord(string word) => Words.Contains(word);

    /// <summary>Whether answers use this name for a part of theirs.</summary>
    public static bool IsKey(string name) => Keys.Contains(name);

    private static FrozenSet<string> Set(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}

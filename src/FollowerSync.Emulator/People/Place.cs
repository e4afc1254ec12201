using System.Text;

namespace FollowerSync.Emulator.People;

/// <summary>A city with its province and country, each in the three languages of an answer.</summary>
internal sealed class Place(string simplified, string traditional, string english)
{
    private static readonly Place[] All =
    [
        new("浦东新区|上海|中国", "浦東新區|上海|中國", "Pudong|Shanghai|China"),
        new("朝阳|北京|中国", "朝陽|北京|中國", "Chaoyang|Beijing|China"),
        new("广州|广东|中国", "廣州|廣東|中國", "Guangzhou|Guangdong|China"),
        new("深圳|广东|中国", "深圳|廣東|中國", "Shenzhen|Guangdong|China"),
        new("杭州|浙江|中国", "杭州|浙江|中國", "Hangzhou|Zhejiang|China"),
        new("成都|四川|中国", "成都|四川|中國", "Chengdu|Sichuan|China"),
        new("南京|江苏|中国", "南京|江蘇|中國", "Nanjing|Jiangsu|China"),
        new("武汉|湖北|中国", "武漢|湖北|中國", "Wuhan|Hubei|China"),
        new("西安|陕西|中国", "西安|陝西|中國", "Xi'an|Shaanxi|China"),
        new("渝中|重庆|中国", "渝中|重慶|中國", "Yuzhong|Chongqing|China"),
        new("长沙|湖南|中国", "長沙|湖南|中國", "Changsha|Hunan|China"),
        new("青岛|山东|中国", "青島|山東|中國", "Qingdao|Shandong|China"),
        new("乌鲁木齐|新疆|中国", "烏魯木齊|新疆|中國", "Urumqi|Xinjiang|China"),
        new("|澳门|中国", "|澳門|中國", "|Macao|China"),
        new("台北|台湾|中国", "台北|台灣|中國", "Taipei|Taiwan|China"),
        new("||中国香港", "||中國香港", "||Hong Kong, China"),
        new("新宿|东京|日本", "新宿|東京|日本", "Shinjuku|Tokyo|Japan"),
        new("||法国", "||法國", "||France"),
        new("旧金山|加利福尼亚|美国", "舊金山|加利福尼亞|美國", "San Francisco|California|United States"),
        new("墨尔本|维多利亚|澳大利亚", "墨爾本|維多利亞|澳大利亞", "Melbourne|Victoria|Australia"),
        new("||新加坡", "||新加坡", "||Singapore"),
        new("||安道尔", "||安道爾", "||Andorra"),
        new("||", "||", "||"),
    ];

    private readonly byte[][][] _names =
        [.. new[] { simplified, traditional, english }.Select(names => names.Split('|').Select(Encoding.UTF8.GetBytes).ToArray())];

    public static Place Pick(ulong hash) => All[hash.Below(All.Length)];

    public ReadOnlySpan<byte> City(AnswerLanguage language) => _names[(int)language][0];

    public ReadOnlySpan<byte> Province(AnswerLanguage language) => _names[(int)language][1];

    public ReadOnlySpan<byte> Country(AnswerLanguage language) => _names[(int)language][2];
}

using System.Buffers.Text;

namespace FollowerSync.Emulator.People;

/// <summary>Composes nicknames as people choose them: Chinese and foreign names, net names, emoji, quotes. All invented.</summary>
internal static class NameBook
{
    public const int MaxBytes = 160;

    private static readonly TextBook Surnames = new(
        "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高", "罗",
        "郑", "梁", "谢", "宋", "唐", "许", "韩", "邓", "冯", "曹", "彭", "曾", "肖", "田", "董", "欧阳", "司马", "诸葛", "上官", "𠮷");

    private static readonly TextBook Given = new(
        "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀英", "霞", "平",
        "刚", "桂英", "子轩", "雨桐", "浩然", "欣怡", "梓涵", "思远", "晨", "宇航", "若曦", "一诺", "嘉琪", "文博", "玥", "璟雯", "俊熙", "诗涵", "龘", "翀");

    private static readonly TextBook NetNames = new(
        "向日葵", "小确幸", "追风少年", "一杯清茶", "岁月静好", "晴天", "南方有木", "云淡风轻", "半夏", "海阔天空", "薄荷糖", "老王家的猫",
        "不吃香菜", "深巷旧梦", "平安是福", "星辰大海", "慢慢来", "浮生若梦", "鹿鸣", "快乐的小鱼", "A0批发零售", "顺其自然", "半糖主义", "知足常乐");

    private static readonly TextBook FirstNames = new(
        "Emma", "Liam", "Sofía", "Jörg", "Chloé", "Björn", "Łukasz", "Renée", "Olivia", "Noah", "Amélie", "Søren", "Zoë", "Seán", "Nguyễn",
        "さくら", "大輔", "지우", "민준", "Анна", "Дмитрий", "محمد", "فاطمة", "สมชาย", "दिव्या", "Ελένη", "נועה", "Ümit");

    private static readonly TextBook LastNames = new(
        "Smith", "O'Brien", "García", "Müller", "van Dijk", "Kowalska", "Rossi", "佐藤", "김", "Иванова", "Nguyen", "d'Arc", "St. John", "Lee");

    private static readonly TextBook Emoji = new(
        "😀", "🌸", "🐱", "🌈", "🍀", "💖", "🔥", "🦄", "🎈", "🥑", "🇨🇳", "🇫🇷", "🇯🇵", "👨‍👩‍👧‍👦", "👩🏽‍💻", "🏳️‍🌈", "🧑‍🚀", "❤️", "✨", "🀄", "1️⃣", "👍🏿", "\u200D", "🐉");

    private static readonly TextBook Odd = new(
        "\"小明\"", "\\(^o^)/", "<b>bold</b>", "Robert'); drop table followers;--", "  ", "。", "null", "0", "a\tb", "line\nbreak",
        "{\"a\":1}", "ﷺ", "Z̴̢͝a̶l̵g̷o̸", "\u202Eevitcarretni", "‍", "%s%d", "{0}", "=cmd()", "+1", "ｆｕｌｌ　ｗｉｄｔｈ");

    public static int Compose(ulong hash, Span<byte> target)
    {
        ulong next = SeededHash.Mix(hash);
        Pen pen = new(target);
        switch (hash.Below(100))
        {
            case < 40:
                pen.Add(Surnames.Pick(next));
                pen.Add(Given.Pick(SeededHash.Mix(next)));
                break;
            case < 60:
                pen.Add(NetNames.Pick(next));
                break;
            case < 70:
                pen.Add(NetNames.Pick(next));
                pen.AddNumber(SeededHash.Mix(next).Below(10_000));
                break;
            case < 85:
                pen.Add(FirstNames.Pick(next));
                pen.Add(" "u8);
                pen.Add(LastNames.Pick(SeededHash.Mix(next)));
                break;
            case < 98:
                pen.Add(Emoji.Pick(next));
                pen.Add(NetNames.Pick(SeededHash.Mix(next)));
                pen.Add(Emoji.Pick(SeededHash.Mix(next + 1)));
                break;
            default:
                pen.Add(Odd.Pick(next));
                break;
        }
        return pen.Written;
    }

    private ref struct Pen(Span<byte> target)
    {
        private readonly Span<byte> _target = target;

        public int Written { get; private set; }

        public void Add(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_target[Written..]);
            Written += text.Length;
        }

        public void AddNumber(int number)
        {
            Utf8Formatter.TryFormat(number, _target[Written..], out int length);
            Written += length;
        }
    }
}

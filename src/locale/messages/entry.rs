//! What is wrong with what people type into fields, and what to write instead.

super::messages! {
    /// Sentences about assignments.
    EntryText {
        Stray: "`{word}` is no assignment; write FIELD=VALUE" / "`{word}` 不是赋值，应写作 字段=值",
        NoField: "`{name}` is no field of {owner}" / "{owner}没有字段 `{name}`",
        Retired: "`{name}` is no longer used" / "`{name}` 已停用",
        Twice: "`{field}` takes one value and is given twice" / "`{field}` 只有一个值，却写了两次",
        InputTwice: "standard input can be read for one field only" / "标准输入只能给一个字段",
        NoInput: "`-` reads standard input, which is not to be had here" / "`-` 表示读标准输入，此处不可用",
        NotList: "`{field}` is no list; write {field}=VALUE" / "`{field}` 不是列表，应写作 {field}=值",
        NothingToAdd: "after `{field}{op}` a value is missing" / "`{field}{op}` 之后缺少值",
        NotInList: "`{value}` is not in `{field}`" / "`{field}` 中没有 `{value}`",
        NoElement: "`{field}` has no element {index}; it has {count}, counted from 0, and + adds one" / "`{field}` 没有第 {index} 项；共 {count} 项，从 0 数起，+ 表示新增",
        IsGroup: "`{field}` has parts; write {field}{dot}{part}=VALUE" / "`{field}` 由几部分组成，应写作 {field}{dot}{part}=值",
        NoParts: "`{field}` has no parts" / "`{field}` 没有下级字段",
        Count: "`{value}` is no whole number; write digits, as 120" / "`{value}` 不是整数，应写数字，如 120",
        Decimal: "`{value}` is no number; write it as 0.125, with at most six decimals" / "`{value}` 不是数，应写作 0.125，最多六位小数",
        Money: "`{value}` is no amount; write it as 5000.00 or 5,000.00, with at most two decimals" / "`{value}` 不是金额，应写作 5000.00 或 5,000.00，最多两位小数",
        Bool: "`{value}` is neither yes nor no" / "`{value}` 既不是 是 也不是 否",
        Choice: "`{value}` is none of the choices" / "`{value}` 不在可选之列",
        ChoiceRetired: "`{value}` is no longer offered" / "`{value}` 已不再使用",
        Phone: "`{value}` is no phone number: digits, spaces, + - ( ), an extension after x" / "`{value}` 不是电话号码：可用数字、空格、+ - ( )，分机写在 x 或 转 之后",
        Email: "`{value}` is no e-mail address" / "`{value}` 不是电子邮件地址",
        File: "files are put beside a record with `redress attach ID FILE`" / "文件用 `redress attach 编号 文件` 附在记录旁",
        IsoDate: "`{value}` is no date in ISO form; write it as 2026-11-24" / "`{value}` 不是 ISO 格式的日期，应写作 2026-11-24",
        IsoTime: "`{value}` is no time in ISO form; write it as 2026-11-24T17:00:00+08:00" / "`{value}` 不是 ISO 格式的时间，应写作 2026-11-24T17:00:00+08:00",
        Kind: "a {wanted} belongs here, not {given}" / "这里应是 {wanted}，而不是 {given}",
        OneOf: "one of {words}" / "可用：{words}",
        DidYouMean: "did you mean `{word}`?" / "是否指 `{word}`？",
    }
}

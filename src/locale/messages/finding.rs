//! What finding records and telling them apart says.

super::messages! {
    /// Sentences about what is looked for, what is meant and what is there already.
    FindText {
        Title: "Found: {words} ({count})" / "查找：{words}（{count}）",
        TitleCut: "Found: {words} ({shown} of {count})" / "查找：{words}（共 {count} 条，显示 {shown} 条）",
        More: "and {more} more; --limit {all} shows all, another word or --kind fewer" / "另有 {more} 条；--limit {all} 显示全部，也可再加词语或 --kind",
        NothingFits: "nothing fits: {words}" / "没有符合的记录：{words}",
        PartsArePrivate: "parts of private numbers and texts are looked for with --private alone; a whole phone number finds its client" / "隐私内容只有加 --private 才按部分文字查找；完整的电话号码可直接找到客户",
        NoWords: "say what to look for" / "请写出要查找的词语",
        ExcerptOf: "{field}: {text}" / "{field}：{text}",
        RowMeans: "{row} is {record}" / "{row} 即 {record}",
        SureRow: "the list is older than your last command; is that what you mean?" / "列表显示之后又执行过其他命令，所指是否无误？",
        RowOfAnotherKind: "{row} of the last list is {record}, not a {kind}" / "上次列表的第 {row} 行是 {record}，不是{kind}",
        Alike: "there is one like it already: {records}" / "已有相同的记录：{records}",
        AlikeIn: "{record} (the same {fields})" / "{record}（{fields}相同）",
        NearIn: "{record} (much the same {fields})" / "{record}（{fields}相近）",
        NearTo: "{record} is much like {others}: `{merge}` merges it; or, if they are not the same, say so in `{field}`: `{apart}`" / "{record} 与 {others} 相近：合并：`{merge}`；如并非同一条，请在“{field}”中写明：`{apart}`",
        BothMade: "both clones have registered {others} and {record}; if they are one: {command}" / "两个克隆都登记了 {others} 和 {record}；如为同一条：{command}",
        BothMadeAlone: "both clones have registered {others} and {record}" / "两个克隆都登记了 {others} 和 {record}",
        NearAlone: "{record} is much like {others}" / "{record} 与 {others} 相近",
        AlikeHint: "name that one; if this is another one, say so with -y" / "请使用已有的记录；确属另一条时请加 -y",
        SureAnother: "is this another one all the same?" / "确实是另一条吗？",
        LeftOut: "what is called `{text}` is archived or merged, and left out" / "叫“{text}”的记录已归档或合并，不再引用",
        LeftOutHint: "use the one that took its place, bring it back, or write its id" / "请使用合并后的记录，或恢复它，或写其编号",
        MakeIt: "there is no {kind} `{text}`; make it?" / "没有叫“{text}”的{kind}，是否新建？",
        OneOrNew: "there is no {kind} `{text}`; which one is meant?" / "没有叫“{text}”的{kind}，是指哪一条？",
        NewOne: "a new {kind}: {text}" / "新建{kind}：{text}",
        MadeOfOneKind: "`{field}` names records of several kinds; make the record with `redress new`" / "“{field}”可指多种记录，请先用 `redress new` 建立",
        NoReference: "`{field}` names no record, so that `+` makes nothing" / "“{field}”不指向其他记录，不能用 + 新建",
        MadeAndNamed: "`{field}` is given twice: as a record that is there, and as a new one" / "“{field}”重复：既指已有记录，又要求新建",
    }
}

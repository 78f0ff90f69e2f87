//! What commands that take many records at once say: `batch` and `import`.

super::messages! {
    /// Sentences of `batch` and `import`.
    BulkText {
        BadLines: "{count} {count:line|lines} of {file} cannot be taken; nothing was written" / "{file} 中有 {count} 行无法接受；未写入任何内容",
        BadLine: "line {line} of {file} cannot be taken; nothing of it was written" / "{file} 第 {line} 行无法接受；该行未写入",
        OnLine: "line {line}: {what}" / "第 {line} 行：{what}",
        OnLineOf: "line {line}, key {key}: {what}" / "第 {line} 行，唯一标识 {key}：{what}",
        AndMore: "and {count} more" / "另有 {count} 处",
        Before: "{count} {count:line|lines} before it {count:is|are} committed; run it again once this line is mended" / "此前 {count} 行已提交；修正此行后可再次运行",
        NoKey: "no line and no record has the key `{key}`" / "没有哪一行或哪条记录使用唯一标识 `{key}`",
        RestsOn: "it needs what line {line} was to make" / "它依赖第 {line} 行，而该行有误",
        KeyTaken: "the key belongs to {id}, where it stands for the step {step}" / "该唯一标识已属于 {id} 的步骤 {step}",
        NotIso: "`{text}` is not a time in ISO form, as 2026-11-24T17:00" / "`{text}` 不是 ISO 格式的时间，应写作 2026-11-24T17:00",
        SureBatch: "Take {count} {count:line|lines}?" / "执行 {count} 行？",
        WordLines: "lines" / "行",
        WouldBatch: "{made} would be made, {changed} would be changed, {existing} exist already" / "将新建 {made} 条，将变更 {changed} 条，已存在 {existing} 条",
        DoneBatch: "{made} made, {changed} changed, {existing} existed already" / "新建 {made} 条，变更 {changed} 条，已存在 {existing} 条",
        NothingInIt: "there is nothing in {file}" / "{file} 中没有内容",
    }
}

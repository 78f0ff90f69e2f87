//! Problems in the rules for losses, their sharing, and sums of statistics. Their loaders report them with file, line
//! and key.

super::messages! {
    /// Problems of these rules, and what to do about them.
    SumText {
        BandEnd: "end with a band that has no `up-to`" / "请以不写 `up-to` 的一档结尾",
        BandOpen: "an amount above the last band has no division" / "超过最后一档的金额没有分摊办法",
        BandOrder: "write them from the lowest `up-to` to one without" / "请按 `up-to` 由低到高排列，最后一档不写 `up-to`",
        BandWithin: "the band lies within the one before it" / "该档落在前一档之内",
        ColumnThere: "`{name}` is a column that reports have already" / "报表已有名为 `{name}` 的列",
        LossIsColumn: "every loss is a column of the statistics" / "每项损失都是统计表的一列",
        LossThere: "there is a loss `{name}` at {place} already" / "损失 `{name}` 已在 {place} 规定",
        NamesNo: "`{name}` names no {kind}" / "`{name}` 未引用 {kind}",
        NoPercent: "`{text}` is not a percentage from 0 to 100" / "`{text}` 不是 0 至 100 的百分比",
        OneMeasure: "a sum is of a `quantity` or of an `amount`, not of both" / "合计须写 `quantity` 或 `amount` 之一",
        PartNegative: "a part is not negative" / "分摊比例不能为负",
        PartsNothing: "`parts` gives nothing to anybody" / "按 `parts` 无人分摊",
        WriteParts: "write parts = [80, 15, 5]: the person directly responsible, the first superior, the second" / "请写 parts = [80, 15, 5]，依次为直接责任人、上一级主管、再上一级主管",
        WritePercent: "write it as \"0.5\"" / "请写作 \"0.5\"",
        WriteSalesperson: "write it as `client.sales`: the client's field that names the salesperson" / "请写作 `client.sales`：客户记录中写明销售专员的字段",
    }
}

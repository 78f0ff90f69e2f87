//! What the renderers themselves say: values that are no text, headings of figures, levels of findings.

super::messages! {
    /// Words of tables, figures and excerpts.
    RenderText {
        Unknown: "unknown" / "未知",
        NoRows: "none" / "无",
        LeftOut: "no room for: {columns} (a wider terminal shows them)" / "宽度不够，未显示：{columns}（加宽终端即可看到）",
        LeftOutOfList: "no room for: {columns} (--fields A,B chooses columns, a wider terminal shows all)" / "宽度不够，未显示：{columns}（用 --fields A,B 选择要看的列，或加宽终端）",
        Period: "period" / "期间",
        Book: "book" / "台账",
        Commit: "commit" / "提交",
        Currency: "amounts in" / "金额单位",
        AsOf: "as of" / "截至",
        Figure: "figure" / "指标",
        Value: "value" / "数值",
        Calculation: "calculation" / "计算",
        Definition: "definition" / "定义",
        Field: "field" / "字段",
        Identity: "identity" / "勾稽关系",
        Holds: "balances" / "平衡",
        Off: "does not balance, off by {by}" / "不平，相差 {by}",
        Error: "error" / "错误",
        Warning: "warning" / "警告",
        Note: "note" / "说明",
        Help: "help" / "帮助",
        NoFormat: "there is no format `{name}`" / "没有格式 `{name}`",
        FormatsAre: "formats are {names}" / "格式有：{names}",
        NoTable: "report `{report}` has no table `{table}`; it has {known}" / "报表 `{report}` 没有表 `{table}`；现有 {known}",
        NotWritten: "the report cannot be written as {format}: {reason}" / "报表无法写成 {format}：{reason}",
        Defect: "a defect of redress: {what}" / "程序缺陷：{what}",
        InMinutes: "{what} (min)" / "{what}（分钟）",
        Hours: "{hours} h" / "{hours}小时",
        Minutes: "{minutes} min" / "{minutes}分",
        HoursMinutes: "{hours} h {minutes} min" / "{hours}小时{minutes}分",
    }
}

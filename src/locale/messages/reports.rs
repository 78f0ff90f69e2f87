//! Words that several reports share. What only one report says may stand in a section of its own here.

super::messages! {
    /// Words of reports.
    ReportText {
        Subtotal: "subtotal" / "小计",
        Total: "total" / "合计",
        Average: "average" / "平均",
        OpenAtStart: "open at start" / "期初未结",
        Received: "received" / "新收",
        Reopened: "reopened" / "重新受理",
        Ended: "ended" / "办结",
        OpenAtEnd: "open at end" / "期末未结",
        CasesOfPeriod: "cases of the period" / "本期案件",
    }
}

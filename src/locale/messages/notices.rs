//! What issuing notices says.

super::messages! {
    /// Sentences of `remind`.
    NoticeText {
        Title: "{count} {count:notice|notices} issued" / "已发出 {count} 份通知",
        ToNobody: "{count} {count:notice names|notices name} nobody: the deadline has no holder" / "{count} 份通知没有受文人：该时限未指定承办人",
        Outside: "the calendar does not reach far enough: {reason}" / "日历未覆盖所需日期：{reason}",
        Nobody: "nobody" / "无",
        ColumnTo: "To" / "受文",
        ColumnType: "Type" / "类型",
        ColumnNumber: "Time" / "次数",
        ColumnAbout: "About" / "关联事项",
        ColumnMissed: "Was due" / "原定期限",
        ColumnAnswer: "Answer by" / "答复期限",
    }
}

//! What issuing notices says.

super::messages! {
    /// Sentences of `remind`.
    NoticeText {
        Title: "{count} {count:notice|notices} issued" / "已发出 {count} 份通知",
        WouldTitle: "{count} {count:notice|notices} would be issued" / "将发出 {count} 份通知",
        LetterExpedite: "Expedite notice {id}, to {to}" / "催办单 {id}　致：{to}",
        LetterCorrective: "Corrective notice {id}, to {to}" / "治办单 {id}　致：{to}",
        LetterAsk: "The following is overdue. Please see to it, and answer by {until}:" / "以下事项已逾期，请于 {until} 前办理并答复：",
        LetterAskOpen: "The following is overdue. Please see to it, and answer:" / "以下事项已逾期，请办理并答复：",
        LetterWhy: "The following was done late. Please answer by {until} what the cause was, what was corrected, and how it is prevented:" / "以下事项逾期办结，请于 {until} 前答复逾期原因、纠正措施与预防措施：",
        LetterWhyOpen: "The following was done late. Please answer what the cause was, what was corrected, and how it is prevented:" / "以下事项逾期办结，请答复逾期原因、纠正措施与预防措施：",
        LetterLine: "{at}. {about}; {deadline}, overdue since {missed}" / "{at}. {about}；{deadline}，应于 {missed} 前完成，现已逾期",
        LetterLineEnded: "{at}. {about}; {deadline}, due {missed}, done {ended}" / "{at}. {about}；{deadline}，应于 {missed} 前完成，实际于 {ended} 完成",
        LetterLineOpen: "{at}. {about}; {deadline}" / "{at}. {about}；{deadline}",
        LetterMore: "{line}; {part}" / "{line}；{part}",
        LetterTime: "notice number {number} about it" / "第 {number} 次通知",
        LetterNewDue: "to be done by {when}, as you have said" / "贵部门已答复改于 {when} 前完成",
        LetterBy: "with {to}" / "承办人：{to}",
        LetterFrom: "From {person}, {when}" / "发出人：{person}，{when}",
        Letter: "To copy and send" / "可复制发送的文字",
        ToNobody: "{count} {count:notice names|notices name} nobody: the deadline has no holder" / "{count} 份通知没有承办方：该时限未指定承办人",
        Outside: "the calendar does not reach far enough: {reason}" / "日历未覆盖所需日期：{reason}",
        Nobody: "nobody" / "无",
        ColumnTo: "To" / "承办方",
        ColumnType: "Type" / "类型",
        ColumnNumber: "Time" / "次数",
        ColumnAbout: "About" / "关联事项",
        ColumnMissed: "Was due" / "原定期限",
        ColumnAnswer: "Answer by" / "答复期限",
    }
}

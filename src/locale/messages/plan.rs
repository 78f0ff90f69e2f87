//! What `plan` says.

super::messages! {
    /// Sentences of planning.
    PlanText {
        NoPlan: "`{word}` cannot be planned" / "不能计划“{word}”",
        NoPlanHint: "write: redress plan callbacks [PERIOD] [FILTER…]" / "应写作：redress plan callbacks [期间] [条件…]",
        NoClients: "the policy has no kind {kind}" / "制度中没有 {kind} 这一种类",
        BadOn: "`{text}` is no date" / "“{text}”不是日期",
        Over: "{period} has ended before {day}: nothing can be put into it" / "{period} 在 {day} 之前已结束，无法再安排",
        Outside: "the calendar does not reach so far: {reason}" / "日历未覆盖：{reason}",
        Title: "Callbacks planned for {period} ({count})" / "{period} 回访计划（{count}）",
        ColumnCallback: "Callback" / "回访",
        ColumnClient: "Client" / "客户",
        ColumnDue: "Due" / "计划日期",
        ColumnAssignee: "Called by" / "回访人",
        ColumnCampaign: "Why" / "事由",
        Nobody: "nobody yet" / "未分派",
        Left: "{count} {count:client|clients} found no room in the period; give more days, people or --per-person" / "{count} 个客户在期间内排不下；请延长期间、增加人员或提高 --per-person",
    }
}

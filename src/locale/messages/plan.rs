//! What `plan` says.

super::messages! {
    /// Sentences of planning.
    PlanText {
        NoSection: "{file} does not say what these records are: add [{section}] with `kind`" / "{file} 未规定此类记录：请增加 [{section}] 并写明 `kind`",
        NoPlan: "`{word}` cannot be planned" / "不能计划“{word}”",
        NoPlanHint: "write: redress plan callbacks|sanctions [PERIOD] [FILTER…]" / "应写作：redress plan callbacks|sanctions [期间] [条件…]",
        BadOn: "`{text}` is not a date" / "“{text}”不是日期",
        Over: "{period} has ended before {day}: nothing can be put into it" / "{period} 在 {day} 之前已结束，无法再安排",
        Outside: "the calendar does not reach so far: {reason}" / "日历未覆盖：{reason}",
        Title: "Callbacks planned for {period} ({count})" / "{period} 回访计划（{count}）",
        WouldTitle: "Callbacks that would be planned for {period} ({count})" / "{period} 拟生成的回访计划（{count}）",
        SanctionsWouldTitle: "Sanctions that would be proposed for {period} ({count})" / "{period} 拟提出的奖惩建议（{count}）",
        NotDealt: "--per-person is for callbacks: sanctions are not dealt out" / "--per-person 用于回访；奖惩不分派",
        SanctionsTitle: "Sanctions proposed for {period} ({count})" / "{period} 奖惩建议（{count}）",
        NobodyNamed: "{record}: the rule {rule} fits, but nobody is named, or several could be meant" / "{record}：符合条款 {rule}，但未指明责任人或不止一人",
        LossNotFinal: "{record}: the rule {rule} waits, since what the case has lost may still change" / "{record}：损失尚未最终确定，条款 {rule} 暂不适用",
        OwnSanction: "{record}: {rule} concerns you; somebody else proposes it" / "{record}：{rule} 涉及您本人，应由他人提出",
        ColumnSanction: "Sanction" / "奖惩",
        ColumnWhom: "Whom" / "责任人",
        ColumnAmount: "Amount" / "金额",
        ColumnAbout: "About" / "关联事项",
        ColumnOn: "On" / "发生日期",
        ColumnJoint: "Jointly" / "连带责任人",
        ColumnJointAmount: "Each" / "连带金额",
        ColumnCallback: "Callback" / "回访",
        ColumnClient: "Client" / "客户",
        ColumnDue: "Due" / "计划日期",
        ColumnAssignee: "Called by" / "回访人",
        ColumnCampaign: "Why" / "事由",
        Nobody: "nobody yet" / "未分派",
        LeftOut: "{client} is left out: {why}" / "{client}未列入：{why}",
        NothingPlanned: "nothing new falls into {period}" / "{period} 没有新的计划",
        Left: "{count} {count:client|clients} found no room in the period; give more days, people or --per-person" / "{count} 个客户在期间内排不下；请延长期间、增加人员或提高 --per-person",
    }
}

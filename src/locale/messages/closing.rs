//! Messages about closed months.

super::messages! {
    /// Sentences about keeping a month's report, and about what changed since.
    ClosingText {
        Adjustments: "Adjustments since the month was closed" / "封存后的调整",
        AlreadyClosed: "{report} {period} is closed already: {id}, by {by} on {when}" / "{report} {period} 已封存：{id}，{by} 于 {when} 封存",
        AlreadyClosedHint: "`redress report {report} {period}` shows what changed since. If it was closed by mistake: redress advance {id} void -m …" / "用 `redress report {report} {period}` 查看此后的变动；若封存有误：redress advance {id} void -m …",
        ByCommand: "a month is closed by a command of its own, so that the report is kept with it" / "月报须用专门的命令封存，以便同时保存报表",
        ByCommandHint: "redress report monthly 2026-10 --close" / "redress report monthly 2026-10 --close",
        Closed: "closed by {by} on {when} at commit {commit}: {id}" / "{by} 于 {when} 封存，提交 {commit}：{id}",
        ClosedAsIs: "this is the report as it was closed" / "与封存时一致",
        ColumnBy: "by" / "经办",
        ColumnCommit: "commit" / "提交",
        ColumnIs: "now" / "现为",
        ColumnOf: "figure" / "指标",
        ColumnSection: "section" / "部分",
        ColumnWas: "closed as" / "封存时",
        ColumnWhen: "when" / "时间",
        Done: "closed {report} {period}: {id}, SHA-256 {digest}" / "已封存 {report} {period}：{id}，SHA-256 {digest}",
        NotAMonth: "only a month is closed, not {period}" / "只能封存月份，不能封存 {period}",
        NotAMonthHint: "write it as 2026-10" / "请写作 2026-10",
        NoCommit: "the commit that it was closed at ({commit}) is not in this clone, so that nobody can tell what changed since" / "此副本中没有封存时的提交（{commit}），无法得知此后的变动",
        NotComplete: "a report that is incomplete or does not add up is not closed" / "报表不完整或勾稽关系不成立，不能封存",
        NotCompleteHint: "see what is wrong with: redress report {report} {period}" / "查看问题：redress report {report} {period}",
        NotOver: "{period} ends on {day} and can be closed from the day after" / "{period} 至 {day} 止，次日起方可封存",
        NotPublished: "the book has commits that the remote does not have; a month is closed on what everybody has" / "本地有尚未推送的提交；封存须以已发布的内容为准",
        NotPublishedHint: "redress sync; then close the month" / "先 redress sync，再封存",
        Otherwise: "this program makes another report of the closed commit than the one that was kept ({file}): the program has changed since" / "对封存时的提交，本程序生成的报表与保存的报表（{file}）不同：程序已有改动",
        ShownToAll: "a month is closed with private values masked" / "封存的报表须隐去私密内容",
        ShownToAllHint: "leave --private out" / "请去掉 --private",
        Unfinished: "{count} {count:record|records} should be finished before {period} is closed" / "封存 {period} 前尚有 {count} 项未完成",
        UnfinishedHint: "finish what is listed, or close the month nevertheless and say why: --close -m …" / "请先完成所列事项；若仍要封存，请说明原因：--close -m …",
    }
}

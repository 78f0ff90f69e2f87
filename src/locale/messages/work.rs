//! What `work` says.

super::messages! {
    /// Sentences of `work`, which goes through the list of what is due.
    WorkText {
        NeedsTerminal: "going through records needs a terminal" / "逐条办理须在终端中进行",
        NeedsTerminalHint: "a script lists them with `redress due` and takes steps with `redress advance`" / "脚本请用 `redress due` 列出，用 `redress advance` 办理",
        Heading: "[{at}/{all}] {record}" / "[{at}/{all}] {record}",
        Asked: "Asked: {what}" / "要办：{what}",
        AskedUntil: "Asked: {what}, until {when}" / "要办：{what}，期限 {when}",
        What: "What comes next" / "下一步办理",
        NothingOpen: "You can take no step of it now" / "您目前没有可办理的步骤",
        Show: "Show all of it" / "查看全部内容",
        Skip: "Skip" / "跳过",
        Stop: "Stop" / "结束",
        NotTaken: "nothing was written" / "未作任何改动",
        DoneLine: "{step}: {record}" / "{step}：{record}",
        Done: "Done: {count} {count:step|steps}" / "已办：{count} 步",
        Left: "Left: {count} {count:record|records}, {skipped} skipped" / "未办：{count} 条，其中跳过 {skipped} 条",
        AndMore: "  and {count} more" / "  另有 {count} 条",
    }
}

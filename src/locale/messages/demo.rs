//! What `demo` says.

super::messages! {
    /// Sentences of the demonstration book.
    DemoText {
        BadStory: "line {line}: `{text}` is not a line of a story" / "第 {line} 行：`{text}` 不是演示故事的内容",
        OutOfCalendar: "{day} is too early or too late for the calendar of the preset" / "{day} 超出预设日历的范围",
        BookName: "Demonstration" / "演示台账",
        Made: "The demonstration book is ready in {dir}, as of {now}. Every company and person in it is invented" / "演示台账已建立于 {dir}，时间为 {now}。其中的公司和人物均为虚构",
        TitleRecords: "Records" / "记录",
        ColumnCount: "Count" / "数量",
        Look: "Look around: cd {dir}, export REDRESS_NOW={now}, then redress list complaint" / "试试：cd {dir}，export REDRESS_NOW={now}，然后 redress list 投诉",
    }
}

//! Words for values and names: yes and no, the steps of every kind, the mask of private values.

super::messages! {
    /// Words in place of values.
    WordingText {
        Yes: "yes" / "是",
        No: "no" / "否",
        Masked: "•••" / "•••",
        Edit: "Edit" / "修改",
        Import: "Import" / "导入",
        Unite: "Merge" / "合并",
        Acknowledge: "Acknowledge" / "知悉",
        MergedInto: "merged into {id}" / "已并入 {id}",
        LastOf: "last {kind}" / "最近{kind}",
    }
}

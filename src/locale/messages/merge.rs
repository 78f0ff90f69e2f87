//! What a merge of two clones tells.

super::messages! {
    /// What a merge of two clones did.
    MergeText {
        Overruled: "{id}: `{step}` by {by} was overruled, because a colleague had changed the record before; `redress show {id}`, then `redress advance {id} acknowledge`" / "{id}：{by} 的“{step}”因同事已先改动该记录而未生效；请查看 `redress show {id}`，再 `redress advance {id} acknowledge`",
        Renamed: "{from}: a colleague had drawn the same id before, so the second record is {to} now" / "{from}：同事已先使用同一编号，后一条记录改为 {to}",
        Renumbered: "{id}: a colleague had given the number {from} before, so it is {to} now" / "{id}：同事已先使用编号 {from}，现改为 {to}",
        Same: "{gone}: a colleague had made the same record before; it is {stays}" / "{gone}：同事已先建立同一记录，即 {stays}",
        Voided: "{id}: void, because what made it was overruled ({by})" / "{id}：因建立它的操作未生效（{by}）而作废",
        VoidedByKey: "{id}: void, because a colleague had used its key before for {by}" / "{id}：因同事已先将其唯一标识用于 {by} 而作废",
        Refiled: "{id}: a colleague had filed another {from} before, so the file is {to} now" / "{id}：同事已先存入另一份 {from}，此文件改名为 {to}",
    }
}

//! What a merge of two clones tells.

super::messages! {
    /// What a merge of two clones did. Each sentence follows the name of the record that it is about.
    MergeText {
        Overruled: "{step} by {by} has no effect, because {who} had done it first: {theirs}, {when}" / "{by}的“{step}”未生效，因为{who}已先行办理：{theirs}，{when}",
        OverruledToo: "{step} by {by} has no effect, because what had led to it has none" / "{by}的“{step}”未生效，因为引起它的操作未生效",
        OverruledBy: "{step} by {by} has no effect, because of what {who} had done first to {other}: {theirs}, {when}" / "{by}的“{step}”未生效，因为{who}已先办理 {other}：{theirs}，{when}",
        OverruledSince: "{step} by {by} has no effect: it was no longer possible after what colleagues had changed first, see `redress log {id}`" / "{by}的“{step}”未生效：同事先作更改后已不再可能，见 `redress log {id}`",
        OverruledElsewhere: "{step} by {by} has no effect, because colleagues had changed other records first, which together stand in its way" / "{by}的“{step}”未生效，因为同事已先更改其他记录，合起来使其不再可能",
        Replaced: "{fields}: {step} by {by} counts. {who} had decided on it, too, and neither knew of the other: {theirs}, {when}" / "{fields}：以{by}的“{step}”为准。{who}也曾决定，双方当时互不知情：{theirs}，{when}",
        Unsaid: "both clones had changed {fields} without a step: what was published first stays; the other value stands in the history and has no effect" / "两个克隆都未经步骤更改了{fields}：保留先发布的值；另一个值留在历史中，未生效",
        StepOn: "{step}: {fields}" / "{step}：{fields}",
        Colleague: "a colleague" / "同事",
        Renamed: "its id was {from}, which {who} had used first for another record" / "原编号为 {from}，{who}已先用于另一条记录",
        Renumbered: "its number was {from}, which {who} had given first: {other}" / "原编号为 {from}，{who}已先使用：{other}",
        Kept: "what was taken back stays, because the other clone had it already" / "撤销未生效：另一克隆此前已有该操作，予以保留",
        Same: "{who} had made the same record first, so {gone} is this one" / "{who}已先建立同一记录，{gone} 即为此记录",
        Voided: "void, because {step} ({id}) has no effect" / "已作废，因为 {id} 的“{step}”未生效",
        InItsPlace: "{what}; {other} by {who} stands in its place" / "{what}；由{who}的 {other} 代替",
        RecordThere: "{what}; {called} by {who} stands in its place. {fields} of this one counts nowhere: if it still holds, record it there: `redress advance {other}`" / "{what}；由{who}的 {called} 代替。此记录的{fields}不再计入；如仍有效，请在该记录中登记：`redress advance {other}`",
        VoidedItselfBy: "void, because {step} has no effect, because of what {who} had done first to {other}: {theirs}, {when}" / "已作废，因为{who}已先办理 {other}：{theirs}，{when}，“{step}”未生效",
        Again: "`{command}`" / "`{command}`",
        AgainWithout: "`{command}`, which leaves out {fields}" / "`{command}`（未含{fields}）",
        FileAgain: "{what}. Nothing stands for it: record it again with {command}" / "{what}。没有其他记录可代替，请重新登记：{command}",
        VoidedItself: "void, because {step} has no effect: colleagues had changed other records first, which together stand in its way" / "已作废，因为“{step}”未生效：同事已先更改其他记录，合起来使其不再可能",
        Doubted: "it stands, although {step}, which made it, has no effect: records of this kind cannot be void, so please check it" / "仍然保留，尽管建立它的“{step}”未生效：此类记录不能作废，请核对",
        DoubtedByKey: "it stands beside {other}, which a colleague had made for the same occasion first: records of this kind cannot be void, so please check it" / "与同事先为同一事项建立的 {other} 并存：此类记录不能作废，请核对",
        VoidedByKey: "void, because {who} had made one for the same occasion first: {other}" / "已作废，因为{who}已先为同一事项建立：{other}",
        Refiled: "its file {from} is called {to} now, because a colleague had filed another one of this name first" / "文件 {from} 已改名为 {to}，因为同事已先存入同名的另一文件",
    }
}

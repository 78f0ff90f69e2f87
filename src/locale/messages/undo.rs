//! What `undo` says.

super::messages! {
    /// Sentences of `undo`.
    UndoText {
        Nothing: "there is no operation of yours that is not taken back already" / "没有可撤销的本人操作",
        NothingOf: "nothing of {id} is left to be taken back" / "{id} 没有可撤销的操作",
        HasLeft: "{person} has left, and takes nothing back any more" / "{person} 已离职，不能再撤销操作",
        Reverted: "commit {commit} was made with git and takes recorded events away; redress takes back only what was recorded with it" / "提交 {commit} 由 git 直接产生，移除了已登记的事件；redress 只撤回用它登记的操作",
        RevertedHint: "to go back to before that commit, as long as nobody else has it: git reset --keep {commit}^" / "如他人尚未取得该提交，可退回到它之前：git reset --keep {commit}^",
        RevertedSyncHint: "`redress sync` names such a commit and says how to go back to before it" / "`redress sync` 会指出这样的提交，并说明如何退回到它之前",
        HasLeftHint: "ask somebody of the staff to take the step that mends it" / "请由有权限的人员办理更正的步骤",
        ByAnother: "it was recorded by {author}, and everybody takes back only their own" / "该操作由 {author} 记录，只能撤销本人的操作",
        ByAnotherHint: "ask {author}, or take the step that mends it" / "请 {author} 撤销，或办理更正的步骤",
        Founding: "the book began with it" / "该操作是台账的首次提交",
        TooLate: "it was recorded on {when}, and the policy no longer lets it be taken back (undo-within in policy/recording.toml)" / "该操作记录于 {when}，已超过制度规定的撤销期限（policy/recording.toml 的 undo-within）",
        Published: "others have it already: it is in {branch}" / "他人已可见：该操作已在 {branch} 中",
        Merged: "it was merged with the work of others since, who may have it" / "该操作已与他人的提交合并，他人可能已取得",
        InsteadHint: "take the step that mends it: `redress advance ID` lists what can be done now" / "请办理更正的步骤：`redress advance 编号` 列出现在可办的步骤",
        Followed: "{what} was changed since" / "{what} 此后又有更改",
        Referred: "{by} refers to {made}, which it made" / "{by} 已引用它所建立的 {made}",
        FollowedHint: "take back what came after it first, or take the step that mends it" / "请先撤销其后的操作，或办理更正的步骤",
        PolicyInForce: "it changed the policy, and something was recorded by that policy since" / "该操作更改了制度，此后已按该制度办理业务",
        NotOurs: "it also wrote {path}, which is not the book's; take it back with git" / "该操作还写入了不属于台账的 {path}，请用 git 撤销",
        UndoHint: "`redress log` shows what was done" / "`redress log` 可查看办理经过",
        Would: "this is taken back, recorded {when}:" / "将撤销以下操作（记录于 {when}）：",
        Made: "{id} {about}: {step}; the record goes" / "{id} {about}：{step}；该记录将删除",
        Went: "{id} {about}: {step} ({from} → {to})" / "{id} {about}：{step}（{from} → {to}）",
        Stayed: "{id} {about}: {step} ({state})" / "{id} {about}：{step}（{state}）",
        File: "file {path}" / "文件 {path}",
        More: "and {count} more {count:record|records}" / "另有 {count} 条记录",
        Confirm: "Take it back?" / "确定撤销？",
        Done: "taken back" / "已撤销",
    }
}

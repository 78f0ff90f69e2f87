//! What `policy upgrade` says.

super::messages! {
    /// Sentences about upgrading a rule book to that of a newer program.
    UpgradeText {
        Added: "added:     {path}" / "新增：{path}",
        CannotUpgrade: "the rule book of {name} cannot be upgraded" / "“{name}”的制度无法升级",
        Conflict: "conflict:  {path}" / "冲突：{path}",
        Conflicts: "the book and the new preset have changed the same lines; the files lie on disk with both texts, nothing is committed" / "台账与新预设修改了相同的行；文件已写入磁盘，两种文本均在其中，尚未提交",
        CutOff: "the history of this clone is cut off, so that nobody can tell what the rule book began with" / "此副本的历史不完整，无法得知制度最初的内容",
        CutOffHint: "fetch all of it with: git fetch --unshallow" / "请取回完整历史：git fetch --unshallow",
        DoesNotHold: "the upgraded rule book does not hold together; its files lie on disk, nothing is committed" / "升级后的制度无法成立；文件已写入磁盘，尚未提交",
        Done: "{count} {count:file|files} of the rule book brought to the preset {preset} of this program" / "已将 {count} 个制度文件升级到本程序的预设 {preset}",
        Finding: "{place}: {message}" / "{place}：{message}",
        HandEdits: "{path} has changes that are not committed" / "{path} 有尚未提交的改动",
        HandEditsHint: "commit them with `redress commit {path}`, or take them back with `git checkout -- {path}`; then upgrade again" / "请用 `redress commit {path}` 提交，或用 `git checkout -- {path}` 撤销，然后再升级",
        Kept: "kept:      {path} (the preset does not have it any more; this book has changed it)" / "保留：{path}（预设已不再包含，本台账曾修改）",
        Merged: "merged:    {path}" / "合并：{path}",
        MendAndCommit: "mend the files that are named, look at them with `redress policy check`, then `redress commit -m …`; or take all back with `git checkout -- {tracked}` and `git clean -fd {folders}`" / "请修正所列文件，用 `redress policy check` 检查，再执行 `redress commit -m …`；或用 `git checkout -- {tracked}` 和 `git clean -fd {folders}` 全部撤销",
        NoPreset: "this program has no preset `{name}`" / "本程序没有预设“{name}”",
        NoPart: "this program has no part `{name}`" / "本程序没有部件“{name}”",
        NoPresetHint: "upgrade with a program that has it" / "请使用含有该预设的程序升级",
        NothingWritten: "nothing was written" / "未写入任何内容",
        Moved: "moved:     {path}" / "移动：{path}",
        MovedFrom: "           from {path}" / "      原位于 {path}",
        OwnRules: "this book began with rules of its own, so that there is no preset to upgrade to" / "此台账使用自己的制度，没有可升级的预设",
        OwnRulesHint: "change the files in policy/ by hand, and look at them with `redress policy check`" / "请手工修改 policy/ 中的文件，并用 `redress policy check` 检查",
        Removed: "removed:   {path}" / "删除：{path}",
        Replaced: "replaced:  {path}" / "更新：{path}",
        SameLines: "the book and the new preset have changed the same lines" / "台账与新预设修改了相同的行",
        SameLinesHint: "keep the lines that hold in your company, and remove the lines with <<<<<<<, ======= and >>>>>>>" / "保留本公司适用的行，并删除含 <<<<<<<、======= 和 >>>>>>> 的行",
        StaysAway: "left out:  {path} (the preset has changed it; this book has removed it)" / "不恢复：{path}（预设有改动，本台账已删除该文件）",
        Sure: "Bring the rule book to the preset {preset} of this program ({count} {count:file|files})?" / "将制度升级到本程序的预设 {preset}（{count} 个文件）？",
        UpToDate: "the rule book is that of the preset {preset} of this program already" / "制度已是本程序预设 {preset} 的最新版本",
    }
}

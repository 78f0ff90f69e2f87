//! What `sync` says where the rules of a merge lack what a record needs.

super::messages! {
    /// Sentences about what the rules of a merge lack.
    NeededText {
        Stopped: "one side took something out of the rules that records of the other side need; nothing was changed here" / "一方从制度中删除了另一方记录需要的内容；本地没有任何更改",
        Needed: "{record} needs {what}, which the rules no longer have: {user} recorded it (commit {used}), {remover} took it out (commit {removed})" / "{record} 需要{what}，而制度中已没有：{user} 登记（提交 {used}），{remover} 删除（提交 {removed}）",
        Kind: "the kind `{name}`" / "种类 `{name}`",
        Folder: "the folder `{name}`" / "文件夹 `{name}`",
        Prefix: "ids with `{name}`" / "以 `{name}` 开头的编号",
        Field: "the field `{name}`" / "字段 `{name}`",
        Choice: "`{value}` among the choices of `{name}`" / "“{name}”的选项 `{value}`",
        Type: "the earlier type of `{name}`" / "“{name}”原来的类型",
        State: "the state `{name}`" / "状态 `{name}`",
        Keep: "{remover} can let it stay in the rules ({how}), then run `redress commit` and `redress sync`" / "{remover} 可在制度中保留（{how}），再运行 `redress commit` 和 `redress sync`",
        ThenSync: "{keep}; then sync again" / "{keep}；之后再次同步",
        KeepOrChange: "{keep}; or {user} gives the record another value: `{command}`; then sync again" / "{keep}；或由 {user} 改用其他值：`{command}`；之后再次同步",
    }
}

//! What `policy new-kind` says.

super::messages! {
    /// Sentences about a new kind of record.
    NewKindText {
        FolderThere: "there is something called {folder} in the book already: choose another folder with --folder" / "台账中已有“{folder}”：请用 --folder 指定其他文件夹",
        Made: "{path} written: the kind {name}, with ids {prefix}-… and records in {folder}/" / "已写入 {path}：记录种类 {name}，记录号 {prefix}-…，记录存放在 {folder}/",
        Next: "it is an example: change it in an editor; then check it, put it in force, and make the first record:" / "这是示例，请用编辑器修改；然后检查、提交生效、登记第一条记录：",
        NoFolder: "`{folder}` cannot be the folder of a kind: write a folder in lower case with dashes that the book does not use itself" / "“{folder}”不能作为记录的文件夹：请用小写字母和连字符，且不是台账自用的文件夹",
        NoLabel: "a label is one line of text" / "标签须为一行文字",
        NoName: "`{name}` is no name of a kind: write lower-case letters, digits and dashes, beginning with a letter, such as `site-visit`; what people read goes into --label" / "“{name}”不能作为记录种类的名称：请以小写字母开头，用小写字母、数字和连字符，如 `site-visit`；显示的名称请用 --label 指定",
        NoPrefix: "`{prefix}` cannot be the prefix of ids: write one to three capital letters" / "“{prefix}”不能作为记录号前缀：请用一至三个大写字母",
        NoPrefixLeft: "every prefix that begins like `{name}` is taken: choose one with --prefix" / "与“{name}”首字母相同的前缀均已使用：请用 --prefix 指定",
        TakenFolder: "the records of {kind} lie in {folder}/: choose another folder with --folder" / "{folder}/ 是 {kind} 的文件夹：请用 --folder 指定其他文件夹",
        TakenName: "the book has the kind {kind}, which `{name}` stands for: choose another name or label" / "台账已有记录种类 {kind}，“{name}”指的就是它：请换一个名称或标签",
        TakenPrefix: "ids of {kind} begin with {prefix}: choose another prefix with --prefix" / "{prefix} 是 {kind} 的记录号前缀：请用 --prefix 指定其他前缀",
        TakenView: "`{name}` is a view of `redress query`: choose another name" / "“{name}”是 `redress query` 的视图名称：请换一个名称",
        WouldWrite: "would write {path}: the kind {name}, with ids {prefix}-… and records in {folder}/" / "将写入 {path}：记录种类 {name}，记录号 {prefix}-…，记录存放在 {folder}/",
    }
}

//! What putting files beside records says.

super::messages! {
    /// Sentences of `attach`, and of records with files.
    AttachText {
        OneName: "--name is for one file" / "--name 只能用于一个文件",
        NameTwice: "two different files are called {name}" / "有两个不同的文件都名为 {name}",
        RemovesPath: "`{field}-=` takes the name of a file that is attached, not a path" / "`{field}-=` 应写已附文件的名称，而不是路径",
        NameTaken: "{id} has a file called {name} already, with other contents" / "{id} 已附有名为“{name}”的另一文件",
        NameTakenHint: "what is attached is never replaced: give the new one another name with --name" / "已附文件不予替换：请用 --name 另取名称",
        HoldsOne: "`{field}` holds one file, and there is one" / "字段“{field}”只能放一个文件，现已有一个",
        HoldsOneHint: "choose another field with --field, or clear it first with `redress edit ID FIELD=`" / "请用 --field 另选字段，或先用 `redress edit 编号 字段=` 清空",
        There: "{path} is attached already" / "{path} 已附过",
        Attached: "attached: {path} ({size})" / "已附上：{path}（{size}）",
        WouldAttach: "would be attached: {path} ({size})" / "将附上：{path}（{size}）",
        NotForFiles: "`{field}` is not a field for files" / "字段“{field}”不能放文件",
        WhichField: "Which field names the files" / "文件记入哪个字段",
        SeveralFields: "{kind} records have several fields for files" / "“{kind}”记录有多个文件字段",
        SeveralFieldsHint: "say which with --field NAME" / "请用 --field 字段名 指明",
        NoFiles: "records of the kind `{kind}` hold no files" / "“{kind}”记录不能附文件",
        NoFilesHint: "a field of the type file, or a list of such, in policy/kinds/{kind}.toml takes them" / "可在 policy/kinds/{kind}.toml 中增加 file 类型的字段或其列表",
        Link: "{file} is a symbolic link" / "{file} 是符号链接",
        LinkHint: "give the file that it leads to" / "请给出链接所指的文件",
        Folder: "{file} is a folder" / "{file} 是文件夹",
        FolderHint: "give the files in it" / "请给出其中的文件",
        NotAFile: "{file} is not an ordinary file" / "{file} 不是普通文件",
        TooLarge: "{file} is larger than {megabytes} MB" / "{file} 超过 {megabytes} MB",
        TooLargeHint: "make it smaller, or raise attachment-megabytes in redress.toml" / "请缩小文件，或提高 redress.toml 中的 attachment-megabytes",
        BadName: "`{name}` is not a name that every system can hold" / "并非所有系统都能使用文件名“{name}”",
        BadNameHint: "give it another with --name: no folder, no control characters, none of / \\ : * ? \" < > |, not hidden, no device of Windows, at most {most} bytes (a Chinese character has 3)" / "请用 --name 另取名称：不含文件夹、控制字符和 / \\ : * ? \" < > |，不以点或连字符开头，不用 Windows 设备名，最长 {most} 字节（一个汉字为 3 字节）",
        NameNotUtf8: "the name of {file} is not UTF-8, so that nobody could read it" / "{file} 的文件名不是 UTF-8 编码，无法辨认",
        NameNotUtf8Hint: "rename the file, or name it with redress attach ID FILE --name NAME" / "请给文件改名，或用 redress attach 编号 文件 --name 名称 另取名称",
        NotFiled: "{path} is named by the record, but the file is not filed with it" / "记录列有 {path}，但文件并未随之存入",
        FilesClash: "{path} and {other} are one file on some systems" / "在某些系统上 {path} 与 {other} 是同一文件",
        Section: "Attachments" / "附件",
        ColumnDigest: "SHA-256" / "SHA-256",
        ColumnField: "Field" / "字段",
    }
}

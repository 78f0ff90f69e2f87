//! What `init --policy` says about a rule book that somebody brings along.

super::messages! {
    /// Sentences about a folder with rules.
    OwnRulesText {
        NextIs: "Next: {commands}" / "下一步：{commands}",
        BookMadeOwn: "its rules are those of {dir}; you are {person}, with every role" / "制度取自 {dir}；您是 {person}，拥有全部角色",
        BookWouldBeOwn: "its rules would be those of {dir}; {person} would have every role" / "制度将取自 {dir}；{person} 将拥有全部角色",
        KnownNames: "a rule book has {names}" / "制度文件有：{names}",
        Link: "this is a symbolic link, and links are not followed" / "这是符号链接，不予采用",
        NoFolder: "{dir} is not a folder" / "{dir} 不是文件夹",
        NoRules: "{dir} holds no rule book: there is no file of a kind" / "{dir} 中没有制度：找不到任何种类文件",
        NoRulesHint: "give a folder like policy/ of a book, with kinds/*.toml in it, or one that holds policy/" / "请给出类似台账中 policy/ 的文件夹（含 kinds/*.toml），或含有 policy/ 的文件夹",
        NotAFile: "this is not an ordinary file" / "这不是普通文件",
        NotTaken: "the rules in {dir} are not taken over" / "未采用 {dir} 中的制度",
        TooLarge: "this file is larger than {most} MiB" / "该文件超过 {most} MiB",
        TooMany: "there are more than {most} files in {dir}" / "{dir} 中的文件超过 {most} 个",
        TooMuch: "a rule book has at most {files} files, and {most} MiB in all" / "制度最多 {files} 个文件，合计 {most} MiB",
        UnknownFolder: "a rule book has no folder of this name here" / "制度在此处没有这一名称的文件夹",
        UnknownName: "a rule book has no file of this name here" / "制度在此处没有这一名称的文件",
    }
}

//! Messages about faults: the Chinese of every fault, and what to do in both languages.

use crate::locale::Lang;

use super::LONGEST_KEY;
use super::error::Fault;

/// The Chinese of a message.
pub(super) fn message_zh(fault: &Fault) -> String {
    match fault {
        Fault::TooLarge { size, limit } => format!("文件有 {size} 字节，超过单条记录的上限 {limit} 字节"),
        Fault::Empty => "文件是空的".to_owned(),
        Fault::NotUtf8 { offset, .. } => format!("第 {offset} 字节不是 UTF-8"),
        Fault::ByteOrderMark => "文件以字节顺序标记（BOM）开头".to_owned(),
        Fault::CarriageReturn => "行尾是 CR LF".to_owned(),
        Fault::Control(c) => format!("此处不能直接写字符 U+{:04X}", u32::from(*c)),
        Fault::NotAMap { found } => {
            let found = if *found == "a list" { "列表" } else { "文本" };
            format!("记录应由“键: 值”各行组成，此处是{found}")
        }
        Fault::Anchor(name) => format!("不支持锚点，如 `&{name}`"),
        Fault::Alias(name) => format!("不支持别名，如 `*{name}`"),
        Fault::MergeKey => "不支持合并键（`<<`）".to_owned(),
        Fault::Tag(tag) => format!("不支持标签，如 `{tag}`"),
        Fault::DuplicateKey { key, first } => format!("`{key}` 重复，首次出现在第 {first} 行"),
        Fault::ComplexKey => "键必须是一个词".to_owned(),
        Fault::LongKey => format!("键超过 {LONGEST_KEY} 字节"),
        Fault::SecondDocument => "此处开始了第二个文档".to_owned(),
        Fault::TooDeep { limit } => format!("列表和分组嵌套超过 {limit} 层"),
        Fault::TooMany { limit } => format!("文件中的值超过 {limit} 个"),
        Fault::Tab => "此行用制表符缩进".to_owned(),
        Fault::OpenQuote => "引号没有闭合".to_owned(),
        Fault::Bracket => "括号不配对".to_owned(),
        Fault::Colon => "此处不能写“键: 值”".to_owned(),
        Fault::NoColon => "此处应为“键: 值”".to_owned(),
        Fault::Indentation => "此行缩进有误".to_owned(),
        Fault::Reserved(c) => format!("不加引号的文本不能以 `{c}` 开头"),
        Fault::Syntax(said) => format!("不是有效的 YAML：{said}"),
    }
}

/// What to do about a fault. `full_width_colon` says whether the line has a `：`.
pub(super) fn help(fault: &Fault, full_width_colon: bool, lang: Lang) -> String {
    let (en, zh) = advice(fault, full_width_colon);
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

fn advice(fault: &Fault, full_width_colon: bool) -> (String, String) {
    let (en, zh) = match fault {
        Fault::NotUtf8 { instead: Some(encoding), .. } => {
            return (
                format!("it reads as {encoding}; convert it: iconv -f {encoding} -t UTF-8 FILE > NEW"),
                format!("内容像是 {encoding} 编码，请转换：iconv -f {encoding} -t UTF-8 文件 > 新文件"),
            );
        }
        Fault::Control(c) => {
            let code = u32::from(*c);
            return (
                format!("delete it, or write \"\\U{code:08X}\" within double quotes"),
                format!("请删除，或在双引号内写作 \"\\U{code:08X}\""),
            );
        }
        Fault::NoColon | Fault::Indentation | Fault::Syntax(_) if full_width_colon => {
            ("write an ASCII colon and a space, `: `, instead of `：`", "请把全角“：”改为半角冒号加空格“: ”")
        }
        Fault::TooLarge { .. } => {
            ("attach long material with `redress attach`", "长材料请用 `redress attach` 作为附件")
        }
        Fault::Empty => ("take it back with `git restore FILE`", "请用 `git restore 文件` 恢复"),
        Fault::NotUtf8 { instead: None, .. } => ("save the file as UTF-8", "请将文件另存为 UTF-8"),
        Fault::ByteOrderMark => (
            "save the file as UTF-8 without it, then run `redress commit`",
            "请另存为无 BOM 的 UTF-8，再运行 `redress commit`",
        ),
        Fault::CarriageReturn => (
            "save the file with LF line ends, then run `redress commit`; see .gitattributes",
            "请以 LF 行尾保存，再运行 `redress commit`；参见 .gitattributes",
        ),
        Fault::NotAMap { .. } => ("begin each line with a field's name and a colon", "每行以字段名和冒号开头"),
        Fault::Anchor(_) | Fault::Alias(_) | Fault::MergeKey => (
            "write the value out where it is meant; quote a text that begins with this sign",
            "请在需要处写出完整的值；若本意是文本，请加引号",
        ),
        Fault::Tag(_) => (
            "leave the tag out, a field has its type from its kind; quote a text that begins with !",
            "请去掉标签，字段类型由记录种类决定；以 ! 开头的文本请加引号",
        ),
        Fault::DuplicateKey { .. } => ("keep one of the two", "请保留其中一个"),
        Fault::ComplexKey => (
            "write `key: value`, and quote a text that begins with `? ` or `: `",
            "请写“键: 值”；以 `? ` 或 `: ` 开头的文本请加引号",
        ),
        Fault::LongKey => {
            ("a line of text with a colon belongs in quotes or below `|`", "含冒号的文本请加引号，或写在 `|` 之下")
        }
        Fault::SecondDocument => {
            ("one file holds one record; quote a text that is ---", "一个文件只存一条记录；若 --- 是文本，请加引号")
        }
        Fault::TooDeep { .. } => (
            "no field is nested that deep; quote texts that begin with [ or {",
            "没有字段嵌套这么深；以 [ 或 { 开头的文本请加引号",
        ),
        Fault::TooMany { .. } => ("attach long tables with `redress attach`", "大量数据请用 `redress attach` 作为附件"),
        Fault::Tab => ("indent with two spaces a level", "请用空格缩进，每层两个"),
        Fault::OpenQuote => ("close it with the same sign", "请用相同的引号闭合"),
        Fault::Bracket => (
            "close [ with ] and { with }; quote a text that begins with them",
            "[ 用 ] 闭合，{ 用 } 闭合；以它们开头的文本请加引号",
        ),
        Fault::Colon => (
            "put a text that holds `: ` in double quotes, and begin each key in a line of its own",
            "含 `: ` 的文本请加双引号，每个键另起一行",
        ),
        Fault::NoColon => (
            "write `key: value`; the lines of a longer text stand indented below `key: |`",
            "请写“键: 值”；多行文本缩进写在“键: |”之下",
        ),
        Fault::Indentation => {
            ("indent with two spaces a level, the lines of one level alike", "每层缩进两个空格，同层各行对齐")
        }
        Fault::Reserved(_) => ("put the text in double quotes", "请给文本加双引号"),
        Fault::Syntax(_) => (
            "put the text in double quotes, or take the file back with `git restore FILE`",
            "请给文本加双引号，或用 `git restore 文件` 恢复",
        ),
    };
    (en.to_owned(), zh.to_owned())
}

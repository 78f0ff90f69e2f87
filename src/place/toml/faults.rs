//! The TOML parser's errors in Chinese. Their English is the parser's own.

use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;

/// How the parser's sentences begin, and what they mean. The first entry that fits is taken.
const SAID: [(&str, &str); 40] = [
    ("`_` may only go between digits", "`_` 只能写在数字之间"),
    ("cannot extend value of type", "已写过的值不能再用带点的键追加"),
    ("carriage return must be followed by newline", "回车符之后须是换行符"),
    ("duplicate key", "键重复"),
    ("extra `=`", "多了一个 `=`"),
    ("extra assignment between key-value pairs", "多了一个 `=`"),
    ("extra comma", "多了一个逗号"),
    ("integers with a radix cannot be signed", "带进制的整数不能有正负号"),
    ("invalid boolean", "应写作 true 或 false"),
    ("invalid comment character", "注释中有不允许的字符"),
    ("invalid date", "日期或时间有误"),
    ("invalid time", "日期或时间有误"),
    ("invalid inline table element", "行内表的内容有误"),
    ("invalid key-value pair", "应写作“键 = 值”"),
    ("invalid table", "表头有误"),
    ("invalid unquoted key", "不加引号的键只能用字母、数字、`_` 和 `-`"),
    ("invalid key", "键有误"),
    ("invalid value", "值有误"),
    ("key with no value", "键没有值，应写作“键 = 值”"),
    ("keys cannot be multi-line", "键不能写成多行文本"),
    ("missing array opening", "缺少 `[`"),
    ("missing assignment between key-value pairs", "键与值之间缺少 `=`"),
    ("missing comma between array elements", "列表各项之间缺少逗号"),
    ("missing comma between key-value pairs", "各键值之间缺少逗号"),
    ("missing inline table opening", "缺少左花括号"),
    ("missing escaped value", "反斜杠之后缺少内容"),
    ("missing key", "缺少键"),
    ("missing opening quote", "缺少左引号"),
    ("missing table open", "缺少 `[`"),
    ("missing value", "缺少值"),
    ("radix must be lowercase", "进制须用小写字母"),
    ("string values must be quoted", "文本须加引号"),
    ("too few unicode value digits", "转义的十六进制位数不足"),
    ("unclosed array", "列表没有用 `]` 结束"),
    ("unclosed inline table", "行内表没有用右花括号结束"),
    ("unclosed table", "表头没有用 `]` 结束"),
    ("unexpected `=` in array", "列表中不能写 `=`"),
    ("unexpected leading zero", "数字不能以 0 开头"),
    ("unexpected", "此处不应有内容"),
    ("unquoted keys cannot be empty", "键不能为空"),
];

/// Characters of a Chinese keyboard, and what TOML has in their place.
const FOREIGN: [(char, char); 13] = [
    ('，', ','),
    ('、', ','),
    ('“', '"'),
    ('”', '"'),
    ('＂', '"'),
    ('‘', '\''),
    ('’', '\''),
    ('＝', '='),
    ('［', '['),
    ('］', ']'),
    ('｛', '{'),
    ('｝', '}'),
    ('＃', '#'),
];

/// What to write if a line that is not TOML has Chinese punctuation at or after a column.
pub(super) fn foreign(line: &str, column: usize) -> Option<Label> {
    let from = line.chars().skip(column.saturating_sub(2));
    let marks = from.filter_map(|c| FOREIGN.iter().find(|(wrong, _)| *wrong == c));
    marks.map(|(wrong, right)| label!(LoadText::Foreign, wrong = wrong, right = right)).next()
}

/// The parser's sentence in every language.
pub(super) fn label(said: &str) -> Label {
    let said = said.trim_end().replace('\n', "; ");
    let known = SAID.iter().find(|(begins, _)| said.starts_with(begins));
    let kinds = [("string", "文本"), ("number", "数字"), ("float", "数字")];
    let invalid = || {
        let rest = said.strip_prefix("invalid ")?;
        kinds.iter().find(|(word, _)| rest.contains(word)).map(|(_, zh)| format!("{zh}的写法有误"))
    };
    let zh = known.map(|(_, zh)| (*zh).to_owned()).or_else(invalid);
    let other = label!(LoadText::NoToml, reason = said);
    Label::new(said, zh.unwrap_or(other.zh))
}

#[cfg(test)]
mod tests {
    use crate::place::{Problems, toml};

    #[test]
    fn chinese_punctuation_is_told_once_with_what_to_write() {
        for (text, mark) in [
            ("a = [\"x\"， \"y\"]", "write `,` for `，`"),
            ("a = [“x”, \"y\"]", "write `\"` for `“`"),
            ("a ＝ 1", "write `=` for `＝`"),
            ("a = [80，15，5]", "write `,` for `，`"),
            ("a = ‘x’", "write `'` for `‘`"),
        ] {
            let problems = Problems::new();
            assert!(toml::read("x.toml", text, &problems).is_none(), "{text}");
            let said: Vec<_> =
                problems.into_sorted().into_iter().map(|p| (p.unread, p.help.map(|help| help.en))).collect();
            assert_eq!(said, [(true, Some(format!("this is Chinese punctuation: {mark}")))], "{text}");
        }
    }

    #[test]
    fn slips_of_the_pen_are_said_in_chinese() {
        let slips = [
            "a = = 1",
            "a = [1, 2",
            "a = \"x",
            "a = x",
            "a 1",
            "a",
            "a =",
            "[a",
            "[a]]",
            "a = 1\na = 2",
            "a = { b = 1 c = 2 }",
            "a = [1 2]",
            "a = 01",
            "a = 2026-13-01",
            "a = 1\na.b = 2",
            "a = 1 b = 2",
            "名称 = 1",
            "a = \"\\x\"",
            "a = 1__0",
            "a = tru",
            "= 1",
            "a = {",
            "\"\"\"a\"\"\" = 1",
            "a = 1 # \u{1}",
        ];
        for text in slips {
            let problems = Problems::new();
            assert!(toml::read("x.toml", text, &problems).is_none(), "{text}");
            for problem in problems.into_sorted() {
                let (en, zh) = (problem.message.en, problem.message.zh);
                assert!(!zh.is_empty() && !zh.starts_with("不是有效的 TOML"), "{text}: {en} / {zh}");
            }
        }
    }
}

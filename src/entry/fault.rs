//! Why a text is not JSON, in every language. The English text is the parser's own.

use serde_json::error::{Category, Error};

use crate::label;
use crate::locale::Label;
use crate::locale::messages::EntryText;

/// The parser's message, without the place.
pub(super) fn json_said(error: &Error) -> Label {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let zh = match (error.classify(), said) {
        (Category::Eof, _) => "内容不完整",
        (_, "expected value") => "此处应为值",
        (_, "expected `:`") => "键之后应为冒号",
        (_, "trailing comma") => "多了一个逗号",
        (_, "trailing characters") => "结尾之后还有内容",
        (_, "key must be a string") => "键须加双引号",
        (_, "invalid escape") => "转义有误",
        (_, "invalid number" | "number out of range") => "数字有误",
        (_, said) if said.starts_with("control character") => "文本中有控制字符",
        (_, said) if said.starts_with("expected `,`") => "缺少逗号或右括号",
        (_, said) if said.starts_with("recursion limit") => "嵌套过深",
        _ => return Label::verbatim(said),
    };
    Label::new(said, zh)
}

/// The parser's message, with line and column.
pub fn json_fault(error: &Error) -> Label {
    label!(EntryText::AtJson, line = error.line(), column = error.column(); what = json_said(error))
}

#[cfg(test)]
mod tests {
    use super::json_fault;
    use serde_json::{Value, from_str};

    #[test]
    fn slips_of_the_pen_are_said_in_chinese() {
        for text in ["{", "{a: 1}", "{\"a\" 1}", "[1,]", "[1 2]", "x", "{} {}", "\"\\x\"", "01", "[\"a\nb\"]", "1e999"]
        {
            let error = from_str::<Value>(text).expect_err(text);
            let said = json_fault(&error);
            assert!(!said.zh.chars().any(|c| c.is_ascii_alphabetic()), "{text}: {said:?}");
        }
    }
}

//! Makes untrusted text visible: it can never move the cursor, colour the terminal, change the writing direction or
//! hide.
//!
//! `render` adds what CSV, Markdown and JSON need.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::char::is_combining_mark;

use super::width::columns;

/// The most marks on one letter; more would only cover the neighbouring lines.
const MARKS: usize = 4;

/// `text` as one line. Everything that a terminal would obey or hide is written out: `\n`, `\t`, `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    escape(text, |_| None)
}

/// `text` with its line breaks, and with four spaces for each tab. Everything else is written out as in [`visible`].
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    let text = if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    let kept = |c| match c {
        '\n' => Some("\n"),
        '\t' => Some("    "),
        _ => None,
    };
    match text {
        Cow::Borrowed(text) => escape(text, kept),
        Cow::Owned(text) => Cow::Owned(escape(&text, kept).into_owned()),
    }
}

/// `text` as one line for lists: line breaks and tabs become spaces, several spaces become one. The rest is as in
/// [`visible`].
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\t']) {
        return visible(text);
    }
    let words: Vec<&str> = text.split(['\n', '\r', '\t', ' ']).filter(|word| !word.is_empty()).collect();
    Cow::Owned(visible(&words.join(" ")).into_owned())
}

fn escape(text: &str, keep: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    if text.bytes().all(|b| (b' '..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut marks = MARKS; // a mark at the very beginning has no letter
    for c in text.chars() {
        if matches!(c, ' '..='~' | '\u{3001}'..='\u{303e}' | '\u{4e00}'..='\u{9fff}') {
            out.push(c); // the most common characters, which need no closer look
            marks = 0;
        } else if let Some(kept) = keep(c) {
            out.push_str(kept);
            marks = MARKS;
        } else if is_presentation(c) {
            // selects whether an emoji has colour: no reader of text misses it, and terminals disagree on its width
        } else if is_hidden(c) || (is_mark(c) && marks >= MARKS) {
            push_escaped(&mut out, c);
            marks = MARKS;
        } else {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            out.push(c);
        }
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // writing to a String does not fail
        c => _ = write!(out, "\\u{{{:x}}}", c as u32),
    }
}

/// Whether a terminal would obey `c` or show nothing for it: control characters, line and paragraph separators,
/// bidirectional controls, zero-width characters, tags, fillers.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
        || c.is_control()
        || (columns(c) == 0 && !is_mark(c))
}

fn is_presentation(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

/// Combining marks, and the Korean letters that join the one before.
fn is_mark(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{1161}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}')
}

#[cfg(test)]
mod tests {
    use super::{is_hidden, one_line, visible, visible_lines};
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        for (text, shown) in [
            ("不锈钢阀门 DN50", "不锈钢阀门 DN50"),
            ("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"),
            ("\u{1b}]8;;http://x\u{7}x", "\\u{1b}]8;;http://x\\u{7}x"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("abc\rxyz", "abc\\rxyz"),
            ("a\u{8}b\u{7f}", "a\\u{8}b\\u{7f}"),
            ("5000\u{202e}0005", "5000\\u{202e}0005"),
            ("\u{2066}x\u{2069}\u{61c}", "\\u{2066}x\\u{2069}\\u{61c}"),
            ("ad\u{200b}min\u{feff}", "ad\\u{200b}min\\u{feff}"),
            ("x\u{e0041}", "x\\u{e0041}"),
            ("a\u{2028}b\u{85}c", "a\\u{2028}b\\u{85}c"),
            ("e\u{301}", "e\u{301}"),
            ("\u{301}e", "\\u{301}e"),
            ("e\u{301}\u{301}\u{301}\u{301}\u{301}", "e\u{301}\u{301}\u{301}\u{301}\\u{301}"),
            ("❤\u{fe0f}", "❤"),
            ("a\tb\nc", "a\\tb\\nc"),
            ("한국어", "한국어"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    #[test]
    fn line_breaks_stay_or_become_spaces() {
        assert_eq!(visible_lines("a\r\nb\tc\rd\u{1b}"), "a\nb    c\\rd\\u{1b}");
        assert_eq!(one_line(" 到货后\n\n抽检\t12 件 "), "到货后 抽检 12 件");
        assert_eq!(one_line("a  b"), "a  b");
    }

    proptest! {
        #[test]
        fn nothing_hidden_survives(text in any::<String>()) {
            for shown in [visible(&text), one_line(&text), visible_lines(&text).replace('\n', "").into()] {
                prop_assert!(!shown.contains(is_hidden), "{shown:?}");
                prop_assert_eq!(visible(&shown), shown.clone(), "escaping twice changes nothing");
            }
        }
    }
}

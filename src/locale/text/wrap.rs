//! Breaking text into lines: between words, between Chinese characters, never before `。` or after `（`.

use super::width::{columns, fitting, width};

/// The characters that may not begin a line (Chinese line breaking, 避头).
const NOT_FIRST: &str = "，。、；：？！）】》」』〉〕…—～·％”’,.;:?!)]}%";
/// The characters that may not end a line (避尾).
const NOT_LAST: &str = "（【《「『〈〔“‘([{";

/// Breaks `text` into lines of at most `max` columns; `\n` always breaks. `max` below 2 counts as 2, so that a
/// Chinese character fits.
///
/// Spaces at a break are dropped. A word longer than a line is cut. An empty text gives one empty line.
pub fn wrap(text: &str, max: usize) -> Vec<String> {
    let max = max.max(2);
    // most cells of a table are short and plain
    if text.len() <= max && text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        return vec![text.to_owned()];
    }
    text.split('\n').flat_map(|line| wrap_line(line, max)).collect()
}

/// The columns of the widest part of a text that [`wrap`] breaks only if it is wider than the page. Parts wider than
/// `most` do not count.
pub fn longest_word(text: &str, most: usize) -> usize {
    let words = pieces(text).into_iter().map(|piece| sum(piece.trim_end()));
    words.filter(|columns| *columns <= most).max().unwrap_or_default()
}

fn wrap_line(text: &str, max: usize) -> Vec<String> {
    if width(text) <= max {
        return vec![text.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0; // columns of the line, including its last spaces
    for mut piece in pieces(text) {
        if used + sum(piece.trim_end()) > max {
            if !line.trim().is_empty() {
                lines.push(line.trim_end().to_owned());
            }
            line.clear();
            used = 0;
            let mut rest = sum(piece.trim_end());
            while rest > max {
                let cut = fitting(piece, max).max(piece.chars().next().map_or(0, char::len_utf8));
                lines.push(piece[..cut].to_owned());
                rest = rest.saturating_sub(sum(&piece[..cut]));
                piece = &piece[cut..];
            }
        }
        line.push_str(piece);
        used += sum(piece);
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The columns of the characters, added up: so a line need not be measured again for each word.
fn sum(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The parts of a line between which it may break.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| may_break(before, c)) {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || NOT_FIRST.contains(after) || NOT_LAST.contains(before) || columns(after) == 0 {
        return false;
    }
    before == ' ' || columns(before) == 2 || columns(after) == 2
}

#[cfg(test)]
mod tests {
    use super::super::width::width;
    use super::wrap;
    use proptest::prelude::*;

    #[test]
    fn lines_break_where_readers_expect_it() {
        let cases: &[(&str, usize, &[&str])] = &[
            ("", 10, &[""]),
            ("杭州西湖精密机械制造股份有限公司", 16, &["杭州西湖精密机械", "制造股份有限公司"]),
            ("到货后抽检，漏水", 10, &["到货后抽", "检，漏水"]),
            ("阀门（大号）漏水", 6, &["阀门", "（大", "号）漏", "水"]),
            ("answered within the limit", 12, &["answered", "within the", "limit"]),
            ("supercalifragilistic", 8, &["supercal", "ifragili", "stic"]),
            ("产品 DN50 漏水", 9, &["产品 DN50", "漏水"]),
            ("a\n\nb", 5, &["a", "", "b"]),
            ("投诉", 1, &["投", "诉"]),
        ];
        for (text, max, lines) in cases {
            assert_eq!(wrap(text, *max), *lines, "{text} {max}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_line_is_too_wide(text in "[a-z 投诉，（）é\u{301}]{0,60}", max in 2usize..20) {
            let lines = wrap(&text, max);
            for line in &lines {
                prop_assert!(width(line) <= max, "{line:?}");
            }
            let dense = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(dense(&lines.concat()), dense(&text));
        }
    }
}

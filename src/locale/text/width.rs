//! The columns that a text takes on a terminal, and cutting and padding by them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a terminal that `text` takes: 2 for Chinese characters, 0 for combining marks.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Cuts `text` to at most `max` columns. If something was left out, the last column is `…`.
pub fn truncate(text: &str, max: usize) -> String {
    if width(text) <= max {
        return text.to_owned();
    }
    match max.checked_sub(1) {
        None => String::new(),
        Some(room) => format!("{}…", &text[..fitting(text, room)]),
    }
}

/// Adds spaces on the right until `text` has `columns`; a wider text stays as it is.
pub fn pad_right(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Adds spaces on the left until `text` has `columns`; a wider text stays as it is.
pub fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The columns of a single character. A text is never wider than the sum of its characters; ligatures can make it
/// narrower.
pub(super) fn columns(c: char) -> usize {
    UnicodeWidthChar::width(c).unwrap_or(1)
}

/// The length in bytes of the longest beginning of `text` with at most `max` columns. No mark is separated from its
/// letter.
pub(super) fn fitting(text: &str, max: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += columns(c);
        if used > max {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{pad_left, pad_right, truncate, width};

    #[test]
    fn widths_are_columns() {
        for (text, columns) in
            [("", 0), ("abc", 3), ("投诉", 4), ("e\u{301}", 1), ("不锈钢阀门 DN50", 15), ("ｶﾞ", 2), ("한", 2)]
        {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn cutting_counts_columns() {
        for (text, max, cut) in [
            ("投诉案件", 8, "投诉案件"),
            ("投诉案件", 7, "投诉案…"),
            ("投诉案件", 6, "投诉…"),
            ("投诉", 1, "…"),
            ("投诉", 0, ""),
            ("e\u{301}e\u{301}e", 2, "e\u{301}…"),
        ] {
            assert_eq!(truncate(text, max), cut, "{text} {max}");
        }
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad_right("投诉", 6), "投诉  ");
        assert_eq!(pad_left("投诉", 5), " 投诉");
        assert_eq!(pad_left("投诉", 3), "投诉");
    }
}

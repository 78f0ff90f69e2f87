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

/// Cuts `text` to at most `max` columns in its middle, where `…` stands. For texts that begin alike.
pub fn truncate_middle(text: &str, max: usize) -> String {
    let Some(room) = max.checked_sub(1).filter(|_| width(text) > max) else { return truncate(text, max) };
    let mut end = text.len();
    let mut used = 0;
    for (at, c) in text.char_indices().rev() {
        used += columns(c);
        if used > room / 2 {
            break;
        }
        end = at;
    }
    let head = &text[..fitting(text, room - width(&text[end..]))];
    format!("{}…{}", head.trim_end(), &text[end..])
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
    fn texts_that_begin_alike_are_cut_in_the_middle() {
        for (text, max, cut) in [
            ("Handling time of the case", 20, "Handling t…f the case"),
            ("Handling time of the form", 20, "Handling t…f the form"),
            ("全案处理时限", 7, "全案…限"),
            ("short", 20, "short"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
        ] {
            let shown = super::truncate_middle(text, max);
            assert!(super::width(&shown) <= max, "{shown}");
            if max != 20 || text == "short" {
                assert_eq!(shown, cut);
            }
        }
        let [case, form] =
            ["case", "form"].map(|word| super::truncate_middle(&format!("Handling time of the {word}"), 20));
        assert!(case != form && case.ends_with("case") && form.ends_with("form"), "{case} {form}");
    }

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

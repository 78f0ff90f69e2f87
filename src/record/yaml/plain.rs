//! Which texts may be written without quotes, so that every reader of YAML 1.1 or 1.2 finds the same text.

/// Whether readers of all YAML versions keep the bare characters unchanged, whatever type they give them.
pub(super) fn stands_bare(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    let opens = match first {
        b'-' => bytes.get(1).is_some_and(|next| next.is_ascii_digit() || *next == b'.'),
        b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
        | b'%' | b'@' | b'`' => false,
        _ => true,
    };
    opens
        && last != b':'
        && !text.starts_with("...")
        && !text.starts_with("---")
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !bytes.windows(2).any(|pair| matches!(pair, b": " | b" #"))
        && text.chars().all(|c| c != '\n' && c != '\t' && is_printable(c))
}

/// The same for the brackets of a list, where readers of YAML 1.1 also end a word at `?`.
pub(super) fn stands_bare_in_flow(text: &str) -> bool {
    stands_bare(text) && !text.contains([',', '[', ']', '{', '}', '?'])
}

/// Whether the text may be a key without quotes. It must not be cut at a colon or at a sign of a flow collection.
pub(super) fn stands_bare_as_key(text: &str) -> bool {
    stands_bare_in_flow(text) && !text.contains([':', '#']) && !looks_typed(text)
}

/// Whether a reader could take the bare text for null, a flag, a number in any notation, a date, a time, or the signs
/// `=` and `<<`. This covers slightly more than any single reader does.
pub(super) fn looks_typed(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "", "~", "null", "y", "n", "yes", "no", "on", "off", "true", "false", "=", "<<", "nan", "inf", "infinity",
        "nil",
    ];
    if text.len() <= 8 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return true;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = |at: usize| unsigned.as_bytes().get(at).map(u8::to_ascii_lowercase);
    match (lower(0), lower(1)) {
        (Some(b'0'), Some(b'x' | b'o' | b'b')) => unsigned[2..].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
        (Some(b'.'), Some(b'i' | b'n')) => {
            unsigned[1..].eq_ignore_ascii_case("inf") || unsigned[1..].eq_ignore_ascii_case("nan")
        }
        (Some(b'0'..=b'9' | b'.' | b':' | b'_'), _) => unsigned.bytes().all(|b| {
            b.is_ascii_digit()
                || matches!(b, b'_' | b'.' | b',' | b':' | b'+' | b'-' | b' ' | b'e' | b'E' | b't' | b'T' | b'z' | b'Z')
        }),
        _ => false,
    }
}

/// Whether a character may be written unescaped. YAML's printable characters may, except for line breaks that only
/// some readers know, the byte order mark, and the signs that change the writing direction on a terminal.
pub(super) fn is_printable(c: char) -> bool {
    match c {
        '\n' | '\t' | ' '..='~' | '\u{A0}'..='\u{2027}' => true,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => false,
        '\u{202F}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{looks_typed, stands_bare, stands_bare_as_key, stands_bare_in_flow};

    #[test]
    fn what_another_reader_types_is_seen() {
        for text in [
            "",
            "~",
            "null",
            "NULL",
            "yes",
            "No",
            "ON",
            "off",
            "y",
            "N",
            "true",
            "False",
            "=",
            "<<",
            "0",
            "007",
            "1_000",
            "1,000",
            "12:30",
            "12:30:45",
            "190:20:30.15",
            "0x1F",
            "0o17",
            "017",
            "0b101",
            "-1",
            "+1",
            "1.5",
            ".5",
            "5.",
            "1e5",
            "1.e+3",
            ".inf",
            "-.INF",
            ".NaN",
            "2026-01-01",
            "2026-01-01T10:00:00Z",
            "2026-01-01 10:00:00 +08:00",
            "123456789012",
            "1234567e89",
            "13800138000",
            "138-0013-8000",
        ] {
            assert!(looks_typed(text), "{text}");
        }
        for text in [
            "C-261122-7K3F2",
            "3f2a9c1b77d0",
            "li.na",
            "DN50",
            "12 件",
            "accepted",
            "nothing",
            "1.2.3-beta",
            "0xyz!",
            "是",
            "-a",
            "e5",
        ] {
            assert!(!looks_typed(text), "{text}");
        }
    }

    #[test]
    fn what_cannot_stand_bare_is_seen() {
        for text in [
            "",
            " a",
            "a ",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "- a",
            "-",
            "--- a",
            "...",
            "? a",
            ": a",
            "[a",
            "{a",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "'a",
            "\"a",
            "%a",
            "@a",
            "`a",
            "a\nb",
            "a\tb",
            "a\u{85}b",
            "a\u{2028}b",
            "\u{FEFF}a",
            "a\u{7F}",
            "a\u{202E}b",
            "\u{3000}a",
            "]a",
            ",a",
        ] {
            assert!(!stands_bare(text), "{text:?}");
        }
        for text in [
            "a:b",
            "a#b",
            "a,b",
            "-5",
            "-.5",
            "a - b",
            "a's \"b\"",
            "不锈钢阀门 DN50",
            "同意：按方案办理",
            "a [b]",
            "👍🏽",
            "~",
            "<a",
        ] {
            assert!(stands_bare(text), "{text:?}");
        }
        assert!(!stands_bare_in_flow("a,b") && !stands_bare_in_flow("a]") && stands_bare_in_flow("decline-reason"));
        assert!(!stands_bare_as_key("no") && !stands_bare_as_key("a:b") && stands_bare_as_key("decline-reason"));
    }
}

//! Placeholders: `{name}` and `{name:one|many}`. The `const` functions here are checked at compile time.

use std::fmt::Display;

use crate::locale::text::visible;

/// A placeholder's place in the bytes of a template.
struct Slot {
    open: usize,
    name_end: usize,
    close: usize,
}

/// The next placeholder at or after `from`; `Err` for a brace that does not belong to a placeholder.
const fn next(text: &[u8], from: usize) -> Result<Option<Slot>, ()> {
    let mut open = from;
    while open < text.len() && text[open] != b'{' {
        if text[open] == b'}' {
            return Err(());
        }
        open += 1;
    }
    if open == text.len() {
        return Ok(None);
    }
    let mut name_end = open + 1;
    while name_end < text.len() && (text[name_end].is_ascii_lowercase() || text[name_end] == b'_') {
        name_end += 1;
    }
    let mut close = name_end;
    let mut bars = 0;
    while close < text.len() && text[close] != b'}' {
        bars += (text[close] == b'|') as usize;
        close += 1;
    }
    let plural = name_end < text.len() && text[name_end] == b':';
    if close == text.len() || name_end == open + 1 || (plural && bars != 1) || (!plural && close != name_end) {
        return Err(());
    }
    Ok(Some(Slot { open, name_end, close }))
}

const fn same(a: &[u8], from: usize, to: usize, b: &[u8], start: usize, end: usize) -> bool {
    if to - from != end - start {
        return false;
    }
    let mut i = 0;
    while i < to - from {
        if a[from + i] != b[start + i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether every placeholder of `a` is also in `b`, and all are well formed.
const fn within(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    loop {
        let slot = match next(a, at) {
            Ok(Some(slot)) => slot,
            Ok(None) => return true,
            Err(()) => return false,
        };
        let mut other = 0;
        loop {
            match next(b, other) {
                Ok(Some(found)) if same(a, slot.open, slot.name_end, b, found.open, found.name_end) => break,
                Ok(Some(found)) => other = found.close + 1,
                Ok(None) | Err(()) => return false,
            }
        }
        at = slot.close + 1;
    }
}

/// Whether two languages' texts have the same placeholders, all well formed.
pub const fn agree(a: &str, b: &str) -> bool {
    within(a.as_bytes(), b.as_bytes()) && within(b.as_bytes(), a.as_bytes())
}

/// Whether `names` are exactly the placeholders of `template`.
pub const fn takes(template: &str, names: &[&str]) -> bool {
    let text = template.as_bytes();
    let mut at = 0;
    while let Ok(Some(slot)) = next(text, at) {
        let mut i = 0;
        let mut found = false;
        while i < names.len() {
            let name = names[i].as_bytes();
            found = found || same(text, slot.open + 1, slot.name_end, name, 0, name.len());
            i += 1;
        }
        if !found {
            return false;
        }
        at = slot.close + 1;
    }
    let mut i = 0;
    while i < names.len() {
        let name = names[i].as_bytes();
        let mut at = 0;
        let mut found = false;
        while let Ok(Some(slot)) = next(text, at) {
            found = found || same(text, slot.open + 1, slot.name_end, name, 0, name.len());
            at = slot.close + 1;
        }
        if !found {
            return false;
        }
        i += 1;
    }
    true
}

/// The template with filled placeholders. Values are made visible; a placeholder without a value stays as written.
pub fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut at = 0;
    while let Ok(Some(slot)) = next(template.as_bytes(), at) {
        out.push_str(&template[at..slot.open]);
        let name = &template[slot.open + 1..slot.name_end];
        match values.iter().find(|(given, _)| *given == name) {
            None => out.push_str(&template[slot.open..=slot.close]),
            Some((_, value)) => {
                let value = value.to_string();
                match template[slot.name_end..slot.close].strip_prefix(':').and_then(|words| words.split_once('|')) {
                    Some((one, many)) => out.push_str(if value == "1" { one } else { many }),
                    None => out.push_str(&visible(&value)),
                }
            }
        }
        at = slot.close + 1;
    }
    out.push_str(&template[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::{agree, fill, takes};

    #[test]
    fn languages_must_have_the_same_placeholders() {
        for (en, zh, good) in [
            ("plain", "普通", true),
            ("{count} {count:case|cases}", "{count} 件", true),
            ("{a} of {b}", "{b} 中的 {a}", true),
            ("{a}", "普通", false),
            ("plain", "{a}", false),
            ("{a}", "{ab}", false),
            ("{a", "{a}", false),
            ("a}", "a}", false),
            ("{a:one}", "{a}", false),
            ("{}", "{}", false),
        ] {
            assert_eq!(agree(en, zh), good, "{en} / {zh}");
        }
    }

    #[test]
    fn arguments_must_be_the_placeholders() {
        assert!(takes("{a} {b:x|y}", &["b", "a"]));
        assert!(takes("plain", &[]));
        assert!(!takes("{a}", &[]));
        assert!(!takes("{a}", &["a", "b"]));
        assert!(!takes("plain", &["a"]));
    }

    #[test]
    fn plurals_follow_their_number() {
        for (count, said) in [(0, "0 cases!"), (1, "1 case!"), (12, "12 cases!")] {
            assert_eq!(fill("{count} {count:case|cases}!", &[("count", &count)]), said);
        }
        assert_eq!(fill("投诉 {id}: {what}", &[("id", &"C-1\u{202e}")]), "投诉 C-1\\u{202e}: {what}");
    }
}

//! Idempotency keys as people and programs give them.

use crate::label;
use crate::locale::Label;
use crate::locale::messages::EntryText;

/// The longest key, in characters: a key is a number of another system, no text.
const LONGEST: usize = 200;

/// A key without the space around it.
///
/// # Errors
/// It is empty, so that all who leave it out would share it; it is longer than any number; or it holds characters that
/// nobody sees.
pub fn key(text: &str) -> Result<String, Label> {
    let key = text.trim();
    if key.is_empty() {
        return Err(EntryText::KeyEmpty.into());
    }
    if key.chars().count() > LONGEST {
        return Err(label!(EntryText::KeyLong, most = LONGEST));
    }
    if key.chars().any(char::is_control) {
        return Err(EntryText::KeyControl.into());
    }
    Ok(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, key};

    #[test]
    fn a_key_is_a_word_or_number_of_another_system() {
        for (text, read) in
            [("SO-2611", "SO-2611"), (" 订单 7 ", "订单 7"), (&"x".repeat(LONGEST), &"x".repeat(LONGEST))]
        {
            assert_eq!(key(text).as_deref(), Ok(read));
        }
        for text in ["", " ", "a\nb", "\u{1b}[31m", &"漏".repeat(LONGEST + 1)] {
            assert!(key(text).is_err(), "{text:?}");
        }
    }
}

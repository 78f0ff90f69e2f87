//! Idempotency keys from people and programs.

use crate::bounds::IDEMPOTENCY_KEY;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::EntryText;

/// The beginnings of keys that only the program makes: of reminders, and of what it plans.
const RESERVED: [&str; 2] = ["remind:", "plan "];

/// A key without the spaces around it.
///
/// # Errors
/// If it is empty (all commands without a key would share it), if it is too long, if it contains characters that
/// nobody sees, or if it begins like a key that only the program makes.
pub fn key(text: &str) -> Result<String, Label> {
    let key = text.trim();
    if key.is_empty() {
        return Err(EntryText::KeyEmpty.into());
    }
    if key.chars().count() > IDEMPOTENCY_KEY {
        return Err(label!(EntryText::KeyLong, most = IDEMPOTENCY_KEY));
    }
    if key.chars().any(char::is_control) {
        return Err(EntryText::KeyControl.into());
    }
    if RESERVED.iter().any(|beginning| key.starts_with(beginning)) {
        return Err(label!(EntryText::KeyReserved, key = key));
    }
    Ok(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{IDEMPOTENCY_KEY, key};

    #[test]
    fn a_key_is_a_word_or_number_of_another_system() {
        for (text, read) in [
            ("SO-2611", "SO-2611"),
            (" 订单 7 ", "订单 7"),
            (&"x".repeat(IDEMPOTENCY_KEY), &"x".repeat(IDEMPOTENCY_KEY)),
        ] {
            assert_eq!(key(text).as_deref(), Ok(read));
        }
        for text in
            ["", " ", "a\nb", "\u{1b}[31m", &"漏".repeat(IDEMPOTENCY_KEY + 1), "remind:x", " plan tasks a 2026-11"]
        {
            assert!(key(text).is_err(), "{text:?}");
        }
    }
}

//! Turns bytes into text. It reads UTF-8, with or without a byte order mark, and GB18030, which Chinese Excel writes.

use encoding_rs::GB18030;

use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;

/// The text of a file.
///
/// # Errors
/// If it is in neither encoding, or contains NUL bytes as binary files do.
pub fn decode(bytes: &[u8]) -> Result<String, Label> {
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let bytes = marked.unwrap_or(bytes);
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(label!(Text::Binary, line = line_of(bytes, at)));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let wrong = || label!(Text::Encoding, line = line_of(bytes, error.valid_up_to()));
            if marked.is_some() {
                return Err(wrong());
            }
            let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
            text.map(std::borrow::Cow::into_owned).ok_or_else(wrong)
        }
    }
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn both_encodings_are_told_apart() {
        let text = "客户名称,城市\r\n杭州恒泰機械,杭州\r\n";
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        for bytes in [text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat(), gb.into_owned()] {
            assert_eq!(decode(&bytes).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_neither_is_refused_with_its_line() {
        assert!(decode(b"a\n\xff\xfe").unwrap_err().en.contains("line 2"));
        assert!(decode(b"a\nb\nc\0").unwrap_err().en.contains("line 3"));
        assert!(decode(b"\xef\xbb\xbfa\xff").unwrap_err().en.contains("line 1"), "marked as UTF-8, it is UTF-8");
    }
}

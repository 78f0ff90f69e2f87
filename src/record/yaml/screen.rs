//! Checks before parsing: size, encoding, and characters that no record holds unescaped.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::error::{Fault, YamlError};
use super::read::Source;

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A text that may be parsed.
pub(super) struct Screened<'t> {
    /// The whole text.
    pub text: &'t str,
    /// The length of a byte order mark, in bytes.
    pub skipped: usize,
    /// Whether every byte is one that canonical text can have.
    pub clean: bool,
}

/// Checks the bytes in one pass.
pub(super) fn screen(bytes: &[u8], limit: usize, source: Source) -> Result<Screened<'_>, Box<YamlError>> {
    if bytes.len() > limit {
        return Err(YamlError::at_byte(Fault::TooLarge { size: bytes.len(), limit }, b"", 0));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(not_utf8(bytes, 0));
    }
    let text = str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    let skipped = if bytes.starts_with(MARK) { MARK.len() } else { 0 };
    if skipped > 0 && source == Source::Book {
        return Err(YamlError::at(Fault::ByteOrderMark, text, 0..skipped, String::new()));
    }
    let clean = skipped == 0 && !suspicious(bytes);
    if !clean {
        characters(&text[skipped..], source).map_err(|(fault, at)| {
            let at = at + skipped;
            let width = text[at..].chars().next().map_or(0, char::len_utf8);
            YamlError::at(fault, text, at..at + width, String::new())
        })?;
    }
    Ok(Screened { text, skipped, clean })
}

/// Whether a byte needs a closer look: it may belong to a control, DEL, C1, U+FEFF, U+FFFE or U+FFFF.
fn suspicious(bytes: &[u8]) -> bool {
    let control = bytes.iter().fold(false, |bad, &b| bad | ((b < b' ') & (b != b'\n')) | (b == 0x7F));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    control
        || pairs
            .fold(false, |bad, (&a, &b)| bad | ((a == 0xC2) & (b < 0xA0)) | ((a == 0xEF) & ((b == 0xBB) | (b == 0xBF))))
}

fn characters(text: &str, source: Source) -> Result<(), (Fault, usize)> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' | '\t' | '\u{85}' => {}
            '\r' if chars.peek().is_some_and(|&(_, next)| next == '\n') => match source {
                Source::Hand => {}
                Source::Book => return Err((Fault::CarriageReturn, at)),
            },
            '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => {
                return Err((Fault::Control(c), at));
            }
            _ => {}
        }
    }
    Ok(())
}

fn not_utf8(bytes: &[u8], offset: usize) -> Box<YamlError> {
    let instead = match bytes {
        [0xFF, 0xFE, ..] => reads_as(UTF_16LE, bytes),
        [0xFE, 0xFF, ..] => reads_as(UTF_16BE, bytes),
        _ => reads_as(GB18030, bytes),
    };
    YamlError::at_byte(Fault::NotUtf8 { offset, instead }, bytes, offset)
}

/// The encoding's name, if the bytes make sense in it: no errors, and Chinese characters or punctuation among them.
fn reads_as(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Option<&'static str> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let wide = |c: char| matches!(c, '\u{3000}'..='\u{303F}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF5E}');
    let foreign = text.chars().filter(|c| !c.is_ascii()).count();
    let fits = text.chars().filter(|c| wide(*c)).count();
    let name = match encoding.name() {
        "gb18030" => "GB18030",
        name => name,
    };
    (encoding != GB18030 || fits * 2 >= foreign).then_some(name)
}

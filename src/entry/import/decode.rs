//! Bytes to text: UTF-8 and UTF-16, with or without a mark at their start, GB18030, which Chinese Excel writes, and
//! what a mapping tells.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;

/// The text of a file, and the encoding that it was in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Decoded {
    /// The text, without a mark.
    pub(super) text: String,
    /// What it was read as.
    pub(super) encoding: &'static Encoding,
}

/// Characters of an encoding by its name on the web: `big5`, `windows-1252`, `shift_jis`.
pub(super) fn encoding(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(name.trim().as_bytes())
}

/// What people call an encoding.
pub(super) fn called(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GB18030" } else { encoding.name() }
}

/// The text of a file. `told` is the encoding that a mapping says; a mark at the start of the file counts more.
///
/// # Errors
/// It is in no encoding that is known, it holds NUL bytes, as binary files do, or what it decodes to is hardly meant.
pub(super) fn decode(bytes: Vec<u8>, told: Option<&'static Encoding>) -> Result<Decoded, Label> {
    if let Some((marked, mark)) = Encoding::for_bom(&bytes) {
        let text = marked.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
        let text = text.ok_or_else(|| {
            label!(Text::NotInEncoding, line = line_of(&bytes, bad(&bytes)), encoding = called(marked))
        })?;
        return sound(text.into_owned(), marked);
    }
    if let Some(told) = told {
        // `utf-16` says nothing of the order of bytes
        let two = told == UTF_16LE || told == UTF_16BE;
        let told = if two { wide(&bytes).unwrap_or(told) } else { told };
        if !two {
            refuse_nul(&bytes)?;
        }
        let text = told.decode_without_bom_handling_and_without_replacement(&bytes);
        let text = text
            .ok_or_else(|| label!(Text::NotInEncoding, line = line_of(&bytes, bad(&bytes)), encoding = called(told)))?;
        return sound(text.into_owned(), told);
    }
    if bytes.contains(&0) {
        let wide = wide(&bytes).and_then(|wide| {
            let text = wide.decode_without_bom_handling_and_without_replacement(&bytes)?;
            Some(Decoded { text: text.into_owned(), encoding: wide })
        });
        return match wide.filter(|decoded| !decoded.text.contains('\0') && !decoded.text.chars().any(private)) {
            Some(decoded) => Ok(decoded),
            None => refuse_nul(&bytes).map(|()| Decoded { text: String::new(), encoding: UTF_8 }),
        };
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text, encoding: UTF_8 }),
        Err(error) => error.into_bytes(),
    };
    let text = GB18030.decode_without_bom_handling_and_without_replacement(&bytes);
    let text = text.ok_or_else(|| label!(Text::Encoding, line = line_of(&bytes, bad(&bytes))))?;
    if let Some(at) = hardly_chinese(&bytes) {
        let line = line_of(&bytes, at);
        let shown = text.lines().nth(line - 1).and_then(around).unwrap_or_default();
        return Err(label!(Text::HardlyChinese, line = line, text = shown));
    }
    sound(text.into_owned(), GB18030)
}

/// Refuses characters that no encoding means, but for those of Unicode itself.
fn sound(text: String, encoding: &'static Encoding) -> Result<Decoded, Label> {
    let unicode = [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding);
    let wrong = |c: char| c == '\0' || (!unicode && (private(c) || ('\u{80}'..='\u{9f}').contains(&c)));
    match text.find(wrong) {
        None => Ok(Decoded { text, encoding }),
        Some(at) => {
            let line = text[..at].matches('\n').count() + 1;
            Err(label!(Text::RareCharacter, line = line, encoding = called(encoding)))
        }
    }
}

fn private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

fn refuse_nul(bytes: &[u8]) -> Result<(), Label> {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => Err(label!(Text::Binary, line = line_of(bytes, at))),
        None => Ok(()),
    }
}

/// The order of bytes in which a text without a mark has more line ends, separators and spaces.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let plain =
        |high: u8, low: u8| high == 0 && matches!(low, b'\n' | b'\r' | b'\t' | b'0'..=b'9' | b' '..=b'/' | b';');
    let (mut little, mut big) = (0_usize, 0_usize);
    for pair in bytes.chunks_exact(2) {
        little += usize::from(plain(pair[1], pair[0]));
        big += usize::from(plain(pair[0], pair[1]));
    }
    match little.cmp(&big) {
        std::cmp::Ordering::Greater => Some(UTF_16LE),
        std::cmp::Ordering::Less => Some(UTF_16BE),
        std::cmp::Ordering::Equal => None,
    }
}

/// Where bytes that GB18030 takes are hardly Chinese: too many characters are rare. Text of other encodings, such as
/// `François` in Windows-1252 or Chinese in Big5, decodes to such. The place of the first of them, `None` if the text
/// is Chinese.
///
/// Common are the 3,755 characters of the first level of GB 2312 and its signs; those of the second level count half.
fn hardly_chinese(bytes: &[u8]) -> Option<usize> {
    let (mut common, mut second, mut rare, mut first) = (0_usize, 0_usize, 0_usize, None);
    let mut at = 0;
    while at < bytes.len() {
        let (lead, trail) = (bytes[at], bytes.get(at + 1).copied().unwrap_or_default());
        let width = match (lead, trail) {
            (0..=0x80, _) => {
                at += 1;
                continue;
            }
            (_, 0x30..=0x39) => 4,
            _ => 2,
        };
        match (lead, trail) {
            (0xa1..=0xa9 | 0xb0..=0xd7, 0xa1..=0xfe) => common += 1,
            (0xd8..=0xf7, 0xa1..=0xfe) => second += 1,
            _ => rare += 1,
        }
        if first.is_none() && !matches!((lead, trail), (0xa1..=0xa9 | 0xb0..=0xd7, 0xa1..=0xfe)) {
            first = Some(at);
        }
        at += width;
    }
    let all = common + second + rare;
    if (2 * rare + second) * 2 > all { first } else { None }
}

/// The first bytes that are not ASCII, where an encoding fails at the earliest.
fn bad(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to())
}

/// The word of a line that holds its first character beyond ASCII.
fn around(line: &str) -> Option<String> {
    let word = line.split([',', ';', '\t', '"', ' ']).find(|word| !word.is_ascii())?;
    Some(word.chars().take(20).collect())
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::{decode, encoding};

    const TEXT: &str = "客户名称,城市,备注\r\n杭州恒泰機械,杭州,一个\r\n";

    fn read(bytes: &[u8], told: Option<&str>) -> Result<(String, &'static str), String> {
        let told = told.map(|name| encoding(name).unwrap_or_else(|| panic!("{name}")));
        let decoded = decode(bytes.to_vec(), told);
        decoded.map(|decoded| (decoded.text, decoded.encoding.name())).map_err(|said| said.en)
    }

    fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let gb = encoding_rs::GB18030.encode(TEXT).0.into_owned();
        for (bytes, name) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            ([b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), "UTF-8"),
            (gb, "gb18030"),
            (utf16(TEXT, true, true), "UTF-16LE"),
            (utf16(TEXT, false, true), "UTF-16BE"),
            (utf16(TEXT, true, false), "UTF-16LE"),
            (utf16(TEXT, false, false), "UTF-16BE"),
        ] {
            assert_eq!(read(&bytes, None), Ok((TEXT.to_owned(), name)));
        }
    }

    #[test]
    fn a_told_encoding_is_used() {
        for (name, text) in [
            ("big5", "客訴編號,內容\n1,閥門漏水\n"),
            ("windows-1252", "François,Müller\n"),
            ("shift_jis", "お客様,クレーム\n"),
            ("gbk", "客户\n"),
        ] {
            let bytes = encoding(name).expect("an encoding").encode(text).0.into_owned();
            let (read, _) = read(&bytes, Some(name)).unwrap_or_else(|said| panic!("{name}: {said}"));
            assert_eq!(read, text);
        }
        for little in [true, false] {
            let read = read(&utf16(TEXT, little, false), Some("utf-16")).map(|read| read.0);
            assert_eq!(read.as_deref(), Ok(TEXT), "little endian: {little}");
        }
        assert_eq!(encoding("klingon"), None);
        // a mark says more than the mapping
        assert_eq!(read(&[b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), Some("big5")).map(|read| read.1), Ok("UTF-8"));
    }

    #[test]
    fn what_is_hardly_meant_is_refused() {
        for (name, text) in [
            ("windows-1252", "id,name\n1,François\n2,Ana\n"),
            ("windows-1252", "id,name\n1,Léonard\n2,Jérémie Béranger\n"),
            ("big5", "客訴編號,內容,處理情形\n1,閥門漏水嚴重,已派員檢修更換\n"),
            ("shift_jis", "受付番号,お客様名\n1,サンプル株式会社\n"),
            ("windows-1251", "номер,содержание\n1,протечка клапана\n"),
        ] {
            let bytes = encoding(name).expect("an encoding").encode(text).0.into_owned();
            let said = read(&bytes, None).expect_err(text);
            assert!(said.contains("GB18030") && said.contains("line "), "{text}: {said}");
        }
        let said = read(b"id,name\n1,Fran\xe7ois\n", None).expect_err("Windows-1252");
        assert!(said.contains("line 2") && said.contains("Fran鏾is") && said.contains("encoding"), "{said}");
        // characters of private use are nobody's text
        assert!(read(b"\xbf\xcd\xbb\xa7\xc3\xfb\xb3\xc6,\xaa\xa1\n", None).is_err());
    }

    #[test]
    fn what_is_in_no_encoding_is_refused_with_its_line() {
        assert!(read(b"a\n\xff\xfe", None).unwrap_err().contains("line 2"));
        assert!(read(b"a\nb\nc\0", None).unwrap_err().contains("line 3"));
        assert!(read(b"\xef\xbb\xbfa\xff", None).unwrap_err().contains("line 1"), "marked as UTF-8, it is UTF-8");
        assert!(read(b"a\n\xff\xff", Some("big5")).unwrap_err().contains("Big5"));
    }
}

//! Files beside a record: what a record says about them, and where they are stored. `book` reads and writes their
//! bytes.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Fields, Id, Record, Value};
use crate::locale::text::{fold, is_hidden};

/// The folder of all files, from the top of the book.
pub const FILES: &str = "files";

/// Names that Windows reserves for devices, with any ending after the first dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Whether Windows reserves a name for a device, in any case and with any ending after its first dot. A file of that
/// name cannot be checked out there.
pub fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let number = |n: &str| matches!(n.chars().collect::<Vec<_>>()[..], ['1'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}']);
    let numbered = |port| stem.strip_prefix(port).is_some_and(number);
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// A file in the record's folder under `files/`: its name and its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Its name, without a folder.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
}

impl FileRef {
    /// How many bytes a name has at most.
    pub const MAX_NAME: usize = 200;

    /// The reference to a file with these bytes. `None` if a file beside a record may not have this name.
    pub fn of(name: &str, bytes: &[u8]) -> Option<Self> {
        FileRef::is_name(name).then(|| FileRef { name: name.to_owned(), digest: FileRef::digest(bytes) })
    }

    /// SHA-256 of `bytes`, in hexadecimal.
    pub fn digest(bytes: &[u8]) -> String {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// SHA-256 of everything that is read, in hexadecimal.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn digest_of(mut from: impl std::io::Read) -> std::io::Result<String> {
        let (mut hasher, mut part) = (Sha256::new(), vec![0; 1 << 16]);
        loop {
            match from.read(&mut part)? {
                0 => break,
                count => hasher.update(&part[..count]),
            }
        }
        Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads `leak.jpg sha256:…`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, digest) = text.rsplit_once(" sha256:")?;
        let hexadecimal =
            digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (hexadecimal && FileRef::is_name(name)).then(|| FileRef { name: name.to_owned(), digest: digest.to_owned() })
    }

    /// The reference as the record stores it: `leak.jpg sha256:…`.
    pub fn stored(&self) -> String {
        format!("{} sha256:{}", self.name, self.digest)
    }

    /// The path of the file from the top of the book, for a record with this id.
    pub fn path(&self, id: &Id) -> String {
        format!("{FILES}/{id}/{}", self.name)
    }

    /// Whether a file of this name may be stored beside a record, on every system. It is one path component of at
    /// most 200 bytes and is not hidden. It has no characters that a terminal obeys or hides, is not a Windows
    /// device, and does not look like an option.
    pub fn is_name(name: &str) -> bool {
        (1..=FileRef::MAX_NAME).contains(&name.len())
            && !name.starts_with(['.', '-', ' '])
            && !name.ends_with([' ', '.'])
            && !name.chars().any(|c| is_hidden(c) || "/\\:*?\"<>|".contains(c))
            && !is_device(name)
    }

    /// Whether a file system that ignores case, or Unicode forms of letters, could confuse the two names.
    pub fn clashes(&self, other: &FileRef) -> bool {
        fold(&self.name) == fold(&other.name) && self != other
    }
}

fn collect<'f>(value: &'f Value, into: &mut Vec<&'f FileRef>) {
    value.each(&mut |value| match value {
        Value::File(file) if !into.contains(&file) => into.push(file),
        _ => {}
    });
}

impl Fields {
    /// Every file that the fields refer to, in their order. A file that two fields refer to appears once.
    pub fn files(&self) -> Vec<&FileRef> {
        let mut found = Vec::new();
        self.iter().for_each(|(_, value)| collect(value, &mut found));
        found
    }
}

impl Record {
    /// Every file that the fields refer to, and those that an overruled event would have filed: they stay beside the
    /// record, as its values stay in the history.
    pub fn files(&self) -> Vec<&FileRef> {
        let mut found = self.fields.files();
        let values = self.overruled.iter().flat_map(|one| &one.values);
        values.for_each(|(_, value)| collect(value, &mut found));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::FileRef;

    #[test]
    fn names_that_some_system_would_not_hold_are_refused() {
        for name in
            ["leak.jpg", "泄漏 1.jpg", "a.tar.gz", "console.log", "com10.txt", "coma", "lptx", "COM", "结案(盖章).pdf"]
        {
            assert!(FileRef::is_name(name), "{name}");
        }
        let long = "x".repeat(201);
        for name in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a\\b",
            ".hidden",
            "-rf",
            " x",
            "x ",
            "x.",
            "CON",
            "nul.txt",
            "Com1.jpg",
            "lpt9",
            "aux .txt",
            "a:b",
            "a*b",
            "a?b",
            "a\"b",
            "a<b",
            "a|b",
            "a\nb",
            "a\u{1b}[2J",
            "a\u{202e}gpj.exe",
            "a\u{200b}b",
            "com\u{b9}.txt",
            &long,
        ] {
            assert!(!FileRef::is_name(name), "{name:?}");
        }
    }

    #[test]
    fn names_clash_in_case_and_form() {
        let file = |name: &str, bytes: &[u8]| FileRef::of(name, bytes).unwrap();
        assert!(file("Leak.JPG", b"1").clashes(&file("leak.jpg", b"1")));
        assert!(file("e\u{301}.jpg", b"1").clashes(&file("\u{e9}.jpg", b"1")));
        assert!(file("leak.jpg", b"1").clashes(&file("leak.jpg", b"2")));
        assert!(!file("leak.jpg", b"1").clashes(&file("leak.jpg", b"1")));
        assert!(!file("leak.jpg", b"1").clashes(&file("leak2.jpg", b"1")));
    }

    #[test]
    fn the_digest_is_sha_256() {
        assert_eq!(FileRef::digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let file = FileRef::of("leak.jpg", b"abc").unwrap();
        assert_eq!(FileRef::parse(&file.stored()), Some(file));
    }
}

//! Files and standard input that a command gets. They are read within limits, and every command refuses them in the
//! same way.

use std::io::{ErrorKind, Read};
use std::path::Path;

use super::failure::Failure;
pub use crate::bounds::INPUT_BYTES as OF_MANY;
pub use crate::bounds::RECORD_INPUT_BYTES as OF_A_RECORD;
use crate::label;
use crate::locale::messages::CliText as Text;
use crate::locale::{Label, os_error};

/// The file name that means standard input.
pub const INPUT: &str = "-";

/// The bytes of a file, or of standard input for `-`.
///
/// # Errors
/// If there is no such file (exit code 3), it cannot be read (4), or it is larger than `most` bytes (1).
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let read = match path == Path::new(INPUT) {
        true => bounded(std::io::stdin().lock(), most)
            .map_err(|error| Failure::unreadable("input", label!(Text::CannotReadInput; reason = os_error(&error)))),
        false => {
            let read = std::fs::File::open(path).and_then(|file| {
                let meta = file.metadata()?;
                if meta.is_file() && meta.len() > most { Ok(None) } else { bounded(file, most) }
            });
            read.map_err(|error| unreadable(path, &error))
        }
    };
    read?.ok_or_else(|| too_large(path, most))
}

/// The failure for a file or an input of more than `most` bytes.
pub fn too_large(path: &Path, most: u64) -> Failure {
    let message = label!(Text::InputTooLarge, most = most >> 20; file = called(path));
    Failure::refused("too-large", message).hint(Text::InputTooLargeHint)
}

/// The text of a file, or of standard input for `-`.
///
/// # Errors
/// As [`bytes`], or if it is not UTF-8 (exit code 2).
pub fn text(path: &Path, most: u64) -> Result<String, Failure> {
    String::from_utf8(bytes(path, most)?)
        .map_err(|_| Failure::usage("not-utf8", label!(Text::NotText; file = called(path))))
}

/// The failure for a file that does not exist or cannot be read.
pub fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let message = label!(Text::CannotReadFile, file = path.display(); reason = os_error(error));
    match error.kind() {
        ErrorKind::NotFound => Failure::missing("no-file", message),
        _ => Failure::unreadable("file", message),
    }
}

/// The name of a file for people. `-` is standard input.
pub fn called(path: &Path) -> Label {
    if path == Path::new(INPUT) { Text::StandardInput.into() } else { Label::verbatim(path.display().to_string()) }
}

/// Everything that can be read. `None` if it is more than `most` bytes.
fn bounded(from: impl Read, most: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::{bytes, text};

    #[test]
    fn what_is_given_is_read_within_bounds() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fields.yaml");
        std::fs::write(&path, b"12345678").unwrap();
        assert_eq!(bytes(&path, 8).unwrap(), b"12345678");
        let code = |failure: super::Failure| (failure.code, failure.exit.code());
        assert_eq!(code(bytes(&path, 7).unwrap_err()), ("too-large", 1));
        assert_eq!(code(bytes(&dir.path().join("nothing"), 8).unwrap_err()), ("no-file", 3));
        assert_eq!(code(bytes(dir.path(), 8).unwrap_err()), ("file", 4));
        std::fs::write(&path, b"\xff").unwrap();
        assert_eq!(code(text(&path, 8).unwrap_err()), ("not-utf8", 2));
        // input that never ends is given up too
        if cfg!(target_os = "linux") {
            assert_eq!(code(bytes(std::path::Path::new("/dev/zero"), 1 << 10).unwrap_err()), ("too-large", 1));
        }
    }
}

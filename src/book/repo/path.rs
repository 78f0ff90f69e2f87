//! A path inside the book that git, every file system and every shell can handle, and that stays inside the book.

use std::fmt;
use std::path::{Path, PathBuf};

use super::error::{PathFault, RepoError};

/// A checked path: relative, with `/` between its parts. No part goes up, or is a form of `.git`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BookPath(String);

impl BookPath {
    /// Checks a path.
    ///
    /// # Errors
    /// [`RepoError::BadPath`] with what is wrong.
    pub fn new(path: &str) -> Result<BookPath, RepoError> {
        match fault(path) {
            None => Ok(BookPath(path.to_owned())),
            Some(fault) => Err(RepoError::BadPath { path: path.to_owned(), fault }),
        }
    }

    /// The path as text, `/` between its parts.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path in the form of git's index and trees.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The folders above it, outermost first, without the book's top level: `a`, `a/b` of `a/b/c`.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').map(|(at, _)| &self.0[..at])
    }

    /// The path below `top`.
    pub fn under(&self, top: &Path) -> PathBuf {
        let mut path = top.to_owned();
        path.extend(self.0.split('/'));
        path
    }
}

impl fmt::Display for BookPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

fn fault(path: &str) -> Option<PathFault> {
    if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        return Some(PathFault::Absolute);
    }
    if path.len() > 4000 {
        return Some(PathFault::TooLong);
    }
    path.split('/').find_map(part_fault)
}

fn part_fault(part: &str) -> Option<PathFault> {
    if part.is_empty() {
        return Some(PathFault::Empty);
    }
    if part == "." || part == ".." {
        return Some(PathFault::Climbs);
    }
    if part.len() > 255 {
        return Some(PathFault::TooLong);
    }
    if part.chars().any(|c| c == '\\' || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Some(PathFault::Character);
    }
    names_git(part).then_some(PathFault::GitDirectory)
}

/// Whether some file system reads the part as `.git`: in any case, with joiners that HFS+ ignores, with dots and
/// blanks at the end that NTFS ignores, as an alternate stream, or as the short name `GIT~1`.
fn names_git(part: &str) -> bool {
    let ignored =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let folded: String = part.chars().filter(|c| !ignored(*c)).flat_map(char::to_lowercase).collect();
    let before_stream = folded.split(':').next().unwrap_or_default();
    matches!(before_stream.trim_end_matches(['.', ' ']), ".git" | "git~1")
}

#[cfg(test)]
mod tests {
    use super::{BookPath, PathFault, fault};

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        let table = [
            ("complaints/2026/11/22/C-261122-7K3F2.yaml", None),
            ("files/C-261122-7K3F2/泄漏 1.jpg", None),
            (".gitattributes", None),
            ("a/.gitignore", None),
            ("", Some(PathFault::Empty)),
            ("a//b", Some(PathFault::Empty)),
            ("a/", Some(PathFault::Empty)),
            ("/etc/passwd", Some(PathFault::Absolute)),
            ("c:/x", Some(PathFault::Absolute)),
            ("../x", Some(PathFault::Climbs)),
            ("a/../../x", Some(PathFault::Climbs)),
            ("a/./x", Some(PathFault::Climbs)),
            (".git/config", Some(PathFault::GitDirectory)),
            ("a/.GIT/config", Some(PathFault::GitDirectory)),
            (".g\u{200c}it/config", Some(PathFault::GitDirectory)),
            (".git. ./config", Some(PathFault::GitDirectory)),
            ("Git~1/config", Some(PathFault::GitDirectory)),
            (".git::$INDEX_ALLOCATION/config", Some(PathFault::GitDirectory)),
            ("a\\b", Some(PathFault::Character)),
            ("a\nb", Some(PathFault::Character)),
            ("a\u{1b}[31m", Some(PathFault::Character)),
        ];
        for (path, expected) in table {
            assert_eq!(fault(path), expected, "{path:?}");
        }
        assert_eq!(fault(&"x".repeat(256)), Some(PathFault::TooLong));
    }

    #[test]
    fn folders_are_outermost_first() {
        let path = BookPath::new("a/b/c.yaml").unwrap();
        assert_eq!(path.folders().collect::<Vec<_>>(), ["a", "a/b"]);
    }
}

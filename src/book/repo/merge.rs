//! Merges and compares the texts of one file, in git's way.

use std::path::Path;

use git2::{MergeFileInput, MergeFileOptions, Patch};

use super::error::RepoError;
use super::path::BookPath;
use crate::locale::messages::RepoText;

/// The three texts of a file in a merge; a missing file is empty.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'b> {
    /// The common ancestor.
    pub base: &'b [u8],
    /// Our version.
    pub ours: &'b [u8],
    /// The version to be merged.
    pub theirs: &'b [u8],
}

/// A merged text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedText {
    /// The text; lines that both sides changed are between conflict markers. Of a file that is no text, our version.
    pub bytes: Vec<u8>,
    /// Whether both sides changed the same lines.
    pub conflict: bool,
}

/// The most bytes of a text that the library merges.
const MAX_TEXT: usize = 1_000_000_000;

/// Merges a text line by line. `names` are written at the conflict markers: ours, base, theirs. A file that is no text
/// is in conflict if both sides changed it.
///
/// # Errors
/// [`RepoError::Git`] if the library refuses, for example because a text is too large.
pub fn merge_text(path: &BookPath, sides: Sides<'_>, names: [&str; 3]) -> Result<MergedText, RepoError> {
    let Sides { base, ours, theirs } = sides;
    let whole = |bytes: &[u8], conflict| Ok(MergedText { bytes: bytes.to_vec(), conflict });
    // The library answers these without a text, and `content` may only be asked where there is one.
    if ours == theirs || base == theirs {
        return whole(ours, false);
    }
    if base == ours {
        return whole(theirs, false);
    }
    if [base, ours, theirs].iter().any(|bytes| bytes.contains(&0) || bytes.len() > MAX_TEXT) {
        return whole(ours, true);
    }
    // `git2::merge_file` does not start libgit2, but a buffer does; this matters if no repository was opened before.
    let _started = git2::Buf::new();
    let mut options = MergeFileOptions::new();
    options.our_label(names[0]).ancestor_label(names[1]).their_label(names[2]);
    let path = Path::new(path.as_str());
    let [mut old, mut our, mut their] = [MergeFileInput::new(), MergeFileInput::new(), MergeFileInput::new()];
    old.content(base).path(path);
    our.content(ours).path(path);
    their.content(theirs).path(path);
    let merged = git2::merge_file(&old, &our, &their, Some(&mut options)).map_err(RepoError::git(RepoText::DoMerge))?;
    Ok(MergedText { bytes: merged.content().to_vec(), conflict: !merged.is_automergeable() })
}

/// The difference of two texts of a file in the form of `git diff`; empty if they are the same. `None` means that the
/// file does not exist.
///
/// # Errors
/// [`RepoError::Git`] if the library refuses.
pub fn difference(path: &BookPath, old: Option<&[u8]>, new: Option<&[u8]>) -> Result<String, RepoError> {
    let place = Some(Path::new(path.as_str()));
    let (before, after) = (old.unwrap_or_default(), new.unwrap_or_default());
    let compared = Patch::from_buffers(before, place, after, place, None);
    let bytes = compared.and_then(|mut patch| patch.to_buf()).map_err(RepoError::git(RepoText::DoCompare))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{MergedText, Sides, difference, merge_text};
    use crate::book::repo::BookPath;

    fn merged(base: &str, ours: &str, theirs: &str) -> MergedText {
        let path = BookPath::new("policy/a.toml").unwrap();
        let sides = Sides { base: base.as_bytes(), ours: ours.as_bytes(), theirs: theirs.as_bytes() };
        merge_text(&path, sides, ["here", "began", "new"]).unwrap()
    }

    #[test]
    fn lines_of_both_sides_are_kept() {
        let both = merged("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n");
        assert_eq!((&*String::from_utf8(both.bytes).unwrap(), both.conflict), ("A\nb\nc\nd\nE\n", false));
    }

    #[test]
    fn the_same_line_changed_twice_stands_between_markers() {
        let both = merged("a\nb\n", "a\n1\n", "a\n2\n");
        let text = "a\n<<<<<<< here\n1\n=======\n2\n>>>>>>> new\n";
        assert_eq!((&*String::from_utf8(both.bytes).unwrap(), both.conflict), (text, true));
    }

    #[test]
    fn a_file_that_is_no_text_and_an_empty_one_are_merged_whole() {
        for (base, ours, theirs, expected, conflict) in [
            ("", "", "", "", false),
            ("a\n", "", "", "", false),
            ("a\n", "", "a\n", "", false),
            ("a\n", "a\n", "", "", false),
            ("\0", "\0", "\0x", "\0x", false),
            ("\0", "\0x", "\0", "\0x", false),
            ("\0", "\0x", "\0x", "\0x", false),
            ("\0", "\0x", "\0y", "\0x", true),
            ("a\n", "b\n", "\0", "b\n", true),
            ("\0", "", "b\n", "", true),
        ] {
            let both = merged(base, ours, theirs);
            let case = format!("{base:?} {ours:?} {theirs:?}");
            assert_eq!((both.bytes, both.conflict), (expected.as_bytes().to_vec(), conflict), "{case}");
        }
    }

    /// Lines taken away on both sides leave no text only if both took all of them.
    #[test]
    fn every_merge_of_a_few_lines_has_a_result() {
        let text = |n: u32| -> String { (0..4).filter(|at| n >> at & 1 == 1).map(|at| format!("{at}\n")).collect() };
        for n in 0..1 << 12 {
            let [base, ours, theirs] = [n >> 8, n >> 4, n].map(text);
            let both = merged(&base, &ours, &theirs);
            assert!(!both.conflict || !both.bytes.is_empty(), "{base:?} {ours:?} {theirs:?}");
        }
    }

    #[test]
    fn a_difference_reads_as_git_shows_it() {
        let path = BookPath::new("policy/a.toml").unwrap();
        let text = difference(&path, Some(b"a\nb\n"), Some(b"a\nc\n")).unwrap();
        assert!(text.ends_with("@@ -1,2 +1,2 @@\n a\n-b\n+c\n"), "{text}");
        assert_eq!(difference(&path, Some(b"a\n"), Some(b"a\n")).unwrap(), "");
    }
}

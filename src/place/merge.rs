//! The marks that git leaves in a file if a merge has conflicts. The error names these marks, not the first syntax
//! error that they cause.

use super::{Lines, Problem};
use crate::label;
use crate::locale::messages::LoadText;

/// The bytes of the `<<<<<<<` line of the first conflict. `None` unless the `=======` and `>>>>>>>` lines follow it.
pub fn marks(bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    // most files have no such bytes
    if !bytes.windows(7).any(|window| window == b"<<<<<<<") {
        return None;
    }
    let (mut at, mut ours, mut halved) = (0, None, false);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        let marked = |mark: &[u8]| text.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest[0] == b' ');
        match ours {
            None if marked(b"<<<<<<<") => ours = Some(at..at + text.len()),
            Some(_) if marked(b"=======") => halved = true,
            Some(found) if halved && marked(b">>>>>>>") => return Some(found),
            _ => {}
        }
        at += line.len();
    }
    None
}

impl Problem {
    /// A problem that says that a file holds the marks of an unfinished merge, and what to do. `None` if it does not.
    pub fn of_merge(file: &str, bytes: &[u8]) -> Option<Problem> {
        let marks = marks(bytes)?;
        let text = String::from_utf8_lossy(bytes);
        let place = Lines::new(file, &text).place(marks, "");
        let problem = Problem::new(place, LoadText::MergeMarks).help(label!(LoadText::MergeMarksDo, path = file));
        Some(Problem { unread: true, ..problem })
    }
}

#[cfg(test)]
mod tests {
    use super::marks;

    #[test]
    fn marks_are_those_of_git_alone() {
        let whole = "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n";
        for (text, found) in [
            (whole.to_owned(), Some(5..17)),
            (whole.replace('\n', "\r\n"), Some(6..18)),
            (whole.replace("=======\n", "||||||| base\nb: 1\n=======\n"), Some(5..17)),
            (whole.replace(" HEAD", "").replace(" other", ""), Some(5..12)),
            // text that only looks like a mark
            (whole.replace("<<<<<<<", "  <<<<<<<"), None),
            (whole.replace("<<<<<<<", "<<<<<<<<"), None),
            (whole.replace("=======", "-------"), None),
            ("<<<<<<< HEAD\n".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(marks(text.as_bytes()), found, "{text:?}");
        }
    }
}

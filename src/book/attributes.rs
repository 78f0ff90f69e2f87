//! `.gitattributes` of a book: how git treats line ends. Without it, `core.autocrlf` would give every file other line
//! ends in the working tree of a colleague.

use super::repo::{DEFAULT_WAIT, Expect, Oid, Repo, RepoError};
use super::{Book, BookError};
use crate::calendar::Moment;

/// The file.
pub(super) const ATTRIBUTES: &str = ".gitattributes";

/// The lines of every book. The first line is for all files, and later lines have precedence. Calendars are kept as
/// they were published, and attachments as they were filed.
const LINES: [&str; 4] = ["* text=auto eol=lf", "*.yaml text eol=lf merge=redress", "*.ics -text", "files/** -text"];

/// The file with the lines of every book. Other lines that it has stay, and have precedence.
pub(super) fn complete(there: &str) -> String {
    let own = there.lines().filter(|line| !LINES.contains(&line.trim_end()));
    LINES.into_iter().chain(own).map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Whether the file has the lines of every book, in their order.
fn is_complete(there: &str) -> bool {
    let mut lines = there.lines().map(str::trim_end);
    LINES.iter().all(|wanted| lines.any(|line| line == *wanted))
}

impl Book {
    /// Whether git keeps the line ends of every file of the last commit.
    ///
    /// # Errors
    /// If the commit cannot be read.
    pub fn keeps_line_ends(&self) -> Result<bool, RepoError> {
        Ok(self.attributes()?.is_some_and(|(_, text)| is_complete(&text)))
    }

    /// Commits a `.gitattributes` that covers every file of the book. Returns `None` if it does so already.
    ///
    /// # Errors
    /// If the file has hand edits, or if git refuses.
    pub fn keep_line_ends(&self, now: Moment) -> Result<Option<Oid>, BookError> {
        if self.keeps_line_ends()? {
            return Ok(None);
        }
        let repo = self.repo();
        let mut transaction = repo.begin(DEFAULT_WAIT)?;
        let (there, expect) = match self.attributes()? {
            Some((blob, text)) => (text, Expect::Same(blob)),
            None => (String::new(), Expect::Absent),
        };
        transaction.put(ATTRIBUTES, complete(&there).into_bytes(), expect)?;
        let (author, committer) = repo.identity(now.timestamp(), now.offset().local_minus_utc() / 60)?;
        let message = "Keep the line ends of every file of the book\n";
        Ok(Some(transaction.commit(message, &author, &committer)?.id))
    }

    /// The file of the last commit.
    fn attributes(&self) -> Result<Option<(Oid, String)>, RepoError> {
        let repo: &Repo = self.repo();
        let Some(file) = repo.entry(repo.tip()?, ATTRIBUTES)?.filter(|file| file.is_regular()) else {
            return Ok(None);
        };
        Ok(Some((file.blob, String::from_utf8_lossy(&repo.blob(file.blob)?).into_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::{complete, is_complete};

    #[test]
    fn other_lines_stay_and_have_precedence() {
        let older = "*.yaml text eol=lf merge=redress\nfiles/** -text\n*.png binary\n";
        assert!(!is_complete(older) && !is_complete(""));
        let whole = complete(older);
        assert!(is_complete(&whole));
        assert_eq!(
            whole,
            "* text=auto eol=lf\n*.yaml text eol=lf merge=redress\n*.ics -text\nfiles/** -text\n*.png binary\n"
        );
        assert_eq!(complete(&whole), whole);
    }
}

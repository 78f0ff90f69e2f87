//! Finds the commit of a revision or a date.

use chrono::NaiveDate;
use git2::Oid;

use super::error::RepoError;
use super::open::Repo;
use crate::calendar::Zone;

impl Repo {
    /// The commit of `--at`. A date such as `2026-11-22` means the last commit on the first-parent line of HEAD at or
    /// before the end of that day in `zone`. Anything else means what `git rev-parse` makes of it.
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`], [`RepoError::NoCommitBefore`], [`RepoError::Unborn`].
    pub fn revision(&self, text: &str, zone: Zone) -> Result<Oid, RepoError> {
        match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) if text.len() == 10 => {
                let end = zone.end_of_day(day).timestamp();
                let found = self.last_before(self.tip()?, end)?;
                found.ok_or_else(|| RepoError::NoCommitBefore { text: text.to_owned() })
            }
            _ => self.named(text),
        }
    }

    /// The commit of a name, an abbreviated id or an expression such as `HEAD~3`.
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`].
    pub fn named(&self, text: &str) -> Result<Oid, RepoError> {
        let unknown = |_| RepoError::UnknownRevision { text: text.to_owned() };
        let object = self.git.revparse_single(text).map_err(unknown)?;
        Ok(object.peel_to_commit().map_err(unknown)?.id())
    }

    /// The first commit on the first-parent line from `tip` whose committer time is before `end` (seconds since 1970).
    ///
    /// # Errors
    /// [`RepoError::Missing`] if history is cut off.
    pub fn last_before(&self, tip: Oid, end: i64) -> Result<Option<Oid>, RepoError> {
        let mut next = Some(tip);
        while let Some(id) = next {
            let commit = self.find_commit(id)?;
            if commit.seconds() < end {
                return Ok(Some(id));
            }
            next = commit.parents.first().copied();
        }
        Ok(None)
    }
}

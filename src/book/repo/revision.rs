//! Which commit a revision or a date means.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use git2::Oid;

use super::error::RepoError;
use super::open::Repo;

impl Repo {
    /// The commit that `--at` names: a date as `2026-11-22` is the last commit on the first-parent line of HEAD at or
    /// before the end of that day in `zone`; anything else is what `git rev-parse` makes of it.
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`], [`RepoError::NoCommitBefore`], [`RepoError::Unborn`].
    pub fn revision(&self, text: &str, zone: Tz) -> Result<Oid, RepoError> {
        match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) if text.len() == 10 => {
                let none = || RepoError::NoCommitBefore { text: text.to_owned() };
                let end = end_of(day, zone).ok_or_else(none)?;
                self.last_before(self.tip()?, end.timestamp())?.ok_or_else(none)
            }
            _ => self.named(text),
        }
    }

    /// The commit that a name, an abbreviated id or an expression as `HEAD~3` means.
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
    /// [`RepoError::Missing`] where history is cut off.
    pub fn last_before(&self, tip: Oid, end: i64) -> Result<Option<Oid>, RepoError> {
        let mut next = Some(tip);
        while let Some(id) = next {
            let commit = self.git.find_commit(id).map_err(|error| self.lookup(id, error))?;
            if commit.time().seconds() < end {
                return Ok(Some(id));
            }
            next = commit.parent_id(0).ok();
        }
        Ok(None)
    }
}

/// The instant at which a civil day is over: the first of the next one, also where a clock change skips midnight.
fn end_of(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN);
    let quarters = (0..96).map(|quarter| midnight + chrono::TimeDelta::minutes(15 * quarter));
    quarters.into_iter().find_map(|wall| zone.from_local_datetime(&wall).earliest()).map(|end| end.to_utc())
}

#[cfg(test)]
mod tests {
    use super::end_of;
    use chrono::NaiveDate;

    #[test]
    fn a_day_ends_with_the_next_one_in_the_books_zone() {
        let table = [
            ("2026-11-22", chrono_tz::Asia::Shanghai, "2026-11-22T16:00:00+00:00"),
            ("2026-11-22", chrono_tz::UTC, "2026-11-23T00:00:00+00:00"),
            // Midnight of 2018-11-04 does not exist in São Paulo: the day begins at 01:00.
            ("2018-11-03", chrono_tz::America::Sao_Paulo, "2018-11-04T03:00:00+00:00"),
        ];
        for (day, zone, expected) in table {
            let day = day.parse::<NaiveDate>().unwrap();
            assert_eq!(end_of(day, zone).unwrap().to_rfc3339(), expected);
        }
    }
}

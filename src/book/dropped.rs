//! Records that a merge dropped, because a colleague had made the same record first under one key.

use super::repo::HistoryRange;
use super::{BookError, Part, View};
use crate::locale::text::half_width;
use crate::record::{Id, RANDOM_LENGTH, Record, random_part};

/// How many merges are looked through, the latest first.
const MERGES: usize = 1000;

/// A record that is gone, and the one that stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The id that somebody knew it by.
    pub gone: Id,
    /// The same record, as a colleague had made it first.
    pub stays: Id,
}

impl View<'_> {
    /// The dropped record with this id, or with this random part of its id. Only the history has it, so this takes
    /// long; it is for words that mean nothing else.
    ///
    /// # Errors
    /// If the history or the index cannot be read.
    pub fn dropped(&self, text: &str) -> Result<Option<Dropped>, BookError> {
        let upper = half_width(text.trim()).to_ascii_uppercase();
        let typed = upper.rsplit('-').next().unwrap_or_default();
        let Some(random) = random_part(typed).filter(|random| random.len() == RANDOM_LENGTH) else { return Ok(None) };
        let fits = |id: &Id| match upper == typed {
            true => id.as_str().ends_with(&format!("-{random}")),
            false => id.as_str() == upper,
        };
        let mut merges = 0;
        for commit in self.repo().history(self.commit(), &HistoryRange::default())? {
            let commit = commit?;
            let [_, second] = commit.parents.as_slice() else { continue };
            for change in self.repo().changes(Some(*second), commit.id)?.into_iter().filter(|it| it.new.is_none()) {
                let Part::Record(gone) = self.part(&change.path) else { continue };
                if !fits(&gone) {
                    continue;
                }
                let Some(kind) = self.policy().kind_of(&gone) else { continue };
                let Some(bytes) = self.repo().read(*second, &change.path)? else { continue };
                let Ok(record) = Record::read(&bytes, &change.path, &kind.shape) else { continue };
                let Some(key) = record.history.first().and_then(|event| event.key.as_deref()) else { continue };
                return Ok(self.index()?.by_key(key)?.map(|stays| Dropped { gone, stays }));
            }
            merges += 1;
            if merges == MERGES {
                break;
            }
        }
        Ok(None)
    }
}

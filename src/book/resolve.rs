//! Which record or person a user means: by a whole id, the start of its random part, a key, a whole name, phone or
//! e-mail.

use super::{BookError, View};
use crate::locale::text::half_width;
use crate::record::{Id, Record, random_part};

/// How many records are suggested to a user who typed a part of a name.
const RESEMBLING: usize = 5;

/// A text that matches no record, or several.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// Nothing matches.
    #[error("nothing is called `{0}`")]
    Nothing(String),
    /// Several records match.
    #[error("`{text}` fits several")]
    Several {
        /// The user's text.
        text: String,
        /// The matching records.
        candidates: Vec<Id>,
    },
    /// The matching records are left out of references, such as an archived client.
    #[error("`{text}` is left out")]
    LeftOut {
        /// The user's text.
        text: String,
        /// The matching records.
        candidates: Vec<Id>,
    },
    /// A whole id of a record of another kind.
    #[error("{id} is of kind `{kind}`, not {}", wanted.join(" / "))]
    OtherKind {
        /// The record.
        id: Id,
        /// Its kind.
        kind: String,
        /// The kinds that are wanted.
        wanted: Vec<String>,
    },
    /// A whole id that no record has.
    #[error("there is no record {0}")]
    NoRecord(Id),
}

impl View<'_> {
    /// The record of one of these kinds (of any, if the list is empty) that a text means.
    ///
    /// # Errors
    /// The outer error if the book cannot be read; the inner one if nothing or several records match.
    pub fn resolve(&self, kinds: &[String], text: &str) -> Result<Result<Id, Unresolved>, BookError> {
        let wanted = |id: &Id| {
            kinds.is_empty() || self.policy().kind_of(id).is_some_and(|kind| kinds.iter().any(|k| k == kind.name()))
        };
        let text = text.trim();
        let upper = half_width(text).to_ascii_uppercase();
        let whole = text.parse::<Id>().ok().filter(Id::is_person).or_else(|| upper.parse().ok());
        if let Some(id) = whole {
            let there = self.path(&id).map(|path| self.repo().entry(self.commit(), &path)).transpose()?.flatten();
            if there.is_some() && wanted(&id) {
                return Ok(Ok(id));
            }
            if !id.is_person() {
                let kind = self.policy().kind_of(&id).filter(|_| there.is_some());
                return Ok(Err(match kind.map(|kind| kind.name().to_owned()) {
                    Some(kind) => Unresolved::OtherKind { id, kind, wanted: kinds.to_vec() },
                    None => Unresolved::NoRecord(id),
                }));
            }
        }
        let index = self.index()?;
        // `C-261122-7K3` and `C-7K3` limit the search to a prefix and a day. The last part is the start of the random
        // part.
        let mut parts = upper.rsplitn(2, '-');
        let mut found: Vec<Id> = Vec::new();
        if let Some(random) = parts.next().and_then(random_part) {
            let before = parts.next().unwrap_or_default();
            let fits = |id: &Id| {
                let lead = id.as_str().rsplit_once('-').map(|(lead, _)| lead).unwrap_or_default();
                before.is_empty() || lead == before || id.prefix() == Some(before)
            };
            found.extend(index.by_random(&random, None)?.into_iter().filter(|id| fits(id) && wanted(id)));
        }
        if found.is_empty() {
            found.extend(index.by_key(text)?.filter(wanted));
        }
        if found.is_empty() {
            for known in index.known_as(kinds, text)? {
                found.push(self.survivor(&known)?);
            }
            found.extend(self.people().named(text).into_iter().map(|person| person.id.clone()).filter(wanted));
            found.sort();
            found.dedup();
        }
        Ok(match found.len() {
            0 => Err(Unresolved::Nothing(text.to_owned())),
            1 => Ok(found.remove(0)),
            _ => Err(Unresolved::Several { text: text.to_owned(), candidates: found }),
        })
    }

    /// As [`View::resolve`], for a reference from another record. The result is the surviving record after mergers.
    /// Records that are left out of references, such as an archived client, only match by their id or its start.
    ///
    /// # Errors
    /// As [`View::resolve`].
    pub fn resolve_reference(&self, kinds: &[String], text: &str) -> Result<Result<Id, Unresolved>, BookError> {
        let found = match self.resolve(kinds, text)? {
            Ok(id) => vec![id],
            Err(Unresolved::Several { candidates, .. }) => candidates,
            Err(other) => return Ok(Err(other)),
        };
        let named = self.index()?.known_as(kinds, text)?;
        let named = named.iter().map(|id| self.survivor(id)).collect::<Result<Vec<_>, _>>()?;
        let (mut meant, mut out) = (Vec::new(), Vec::new());
        for id in found {
            let id = self.survivor(&id)?;
            let left_out = named.contains(&id) && self.read(&id)?.is_some_and(|record| self.is_left_out(&record));
            let list = if left_out { &mut out } else { &mut meant };
            if !list.contains(&id) {
                list.push(id);
            }
        }
        let text = text.to_owned();
        Ok(match meant.len() {
            0 => Err(Unresolved::LeftOut { text, candidates: out }),
            1 => Ok(meant.remove(0)),
            _ => Err(Unresolved::Several { text, candidates: meant }),
        })
    }

    /// Whether a record is left out of references by name.
    fn is_left_out(&self, record: &Record) -> bool {
        let kind = self.policy().kind(&record.kind);
        kind.is_some_and(|kind| {
            let holds = |condition: &crate::kind::Condition| condition.filter.matches(record, &self.reading());
            kind.left_out.iter().any(|condition| holds(condition).unwrap_or_default())
        })
    }

    /// A few records whose id is similar to a text, or whose name contains it. A user who mistyped an id, or typed a
    /// part of a name, may have meant one of them.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn resembling(&self, text: &str) -> Result<Vec<Id>, BookError> {
        let index = self.index()?;
        let upper = half_width(text.trim()).to_ascii_uppercase();
        let (lead, random) = upper.rsplit_once('-').unwrap_or(("", &upper));
        let mut found = Vec::new();
        if let Some(random) = random_part(random) {
            // a whole id with another day, or with a typing mistake
            found = if lead.is_empty() { Vec::new() } else { index.by_random(&random, None)? };
            if found.is_empty() {
                found = index.by_random_like(&random, RESEMBLING)?;
            }
            let prefix = lead.split('-').next().filter(|prefix| !prefix.is_empty());
            found.retain(|id| prefix.is_none_or(|prefix| id.prefix() == Some(prefix)));
        }
        if found.is_empty() {
            found = index.known_like(text, RESEMBLING)?;
        }
        found.truncate(RESEMBLING);
        Ok(found)
    }

    /// The person that a text means.
    ///
    /// # Errors
    /// If nobody or several people match.
    pub fn resolve_person(&self, text: &str) -> Result<Id, Unresolved> {
        let mut found: Vec<Id> = self.people().named(text).into_iter().map(|person| person.id.clone()).collect();
        match found.len() {
            0 => Err(Unresolved::Nothing(text.to_owned())),
            1 => Ok(found.remove(0)),
            _ => Err(Unresolved::Several { text: text.to_owned(), candidates: found }),
        }
    }
}

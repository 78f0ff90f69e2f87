//! Which records name which.

use std::collections::BTreeSet;

use super::BookSource;
use crate::book::unanswered;
use crate::record::Id;
use crate::report::{Answer, Link};

impl BookSource<'_, '_> {
    /// How the records of a kind name these, by what is named.
    pub(super) fn links_to(&self, to: &BTreeSet<Id>, kind: &str) -> Answer<Vec<Link>> {
        let links = self.view.index().map_err(unanswered)?.linked_to_any(to, kind).map_err(unanswered)?;
        Ok(links.into_iter().map(|(to, link)| Link { to, from: link.id, field: link.field }).collect())
    }
}

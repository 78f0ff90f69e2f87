//! Which records refer to which.

use std::collections::BTreeSet;

use super::BookSource;
use crate::book::index::IndexLink;
use crate::book::unanswered;
use crate::record::Id;
use crate::report::{Answer, Link};

impl BookSource<'_, '_> {
    /// The references from records of a kind to these records.
    pub(super) fn links_to(&self, to: &BTreeSet<Id>, kind: &str) -> Answer<Vec<Link>> {
        let (index, merged) = (self.view.index().map_err(unanswered)?, self.view.merged().map_err(unanswered)?);
        if merged.is_empty() {
            let links = index.linked_to_any(to, kind).map_err(unanswered)?;
            return Ok(links.into_iter().map(|(to, link)| Link { to, from: link.id, field: link.field }).collect());
        }
        let same: BTreeSet<Id> = to.iter().flat_map(|id| merged.same(id)).collect();
        let links = index.linked_to_any(&same, kind).map_err(unanswered)?.into_iter();
        let link =
            |(to, link): (Id, IndexLink)| Link { to: merged.survivor(&to).clone(), from: link.id, field: link.field };
        let mut links: Vec<Link> = links.map(link).filter(|link| to.contains(&link.to)).collect();
        links.sort();
        links.dedup();
        Ok(links)
    }
}

//! Records which keys the loaders ask sections for. A test compares them with docs/policy.md.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::super::Place;

/// A question that a loader asked of a section.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    /// The file.
    pub(crate) file: String,
    /// The path of the section, as [`Place::key`] has it.
    pub(crate) section: String,
    /// The key; `None` if the loader took all entries, because their keys are names.
    pub(crate) key: Option<String>,
}

thread_local! {
    static NOTED: RefCell<Option<BTreeSet<Asked>>> = const { RefCell::new(None) };
}

/// What was asked on this thread while `work` ran, each once.
pub(crate) fn during(work: impl FnOnce()) -> BTreeSet<Asked> {
    NOTED.set(Some(BTreeSet::new()));
    work();
    NOTED.take().unwrap_or_default()
}

pub(super) fn note(place: &Place, key: Option<&str>) {
    NOTED.with_borrow_mut(|noted| {
        if let Some(noted) = noted {
            let (file, section) = (place.file.to_string(), place.key.to_string());
            noted.insert(Asked { file, section, key: key.map(str::to_owned) });
        }
    });
}

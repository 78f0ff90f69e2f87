//! The files that a policy is loaded from, whichever commit or disk they come from.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes of files by their path from the top of the book: `redress.toml`, everything under `policy/` and `calendar/`.
#[derive(Debug, Clone, Default)]
pub struct Sources(BTreeMap<String, Arc<[u8]>>);

impl Sources {
    /// No file yet.
    pub fn new() -> Self {
        Sources::default()
    }

    /// Adds a file.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        self.0.insert(path.into(), bytes.into());
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(AsRef::as_ref)
    }

    /// The files of a folder by their path, in order.
    pub fn under<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = (&'s str, &'s [u8])> {
        self.0
            .range(folder.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(folder))
            .map(|(p, b)| (p.as_str(), b.as_ref()))
    }

    /// Whether a path belongs to what a policy is loaded from.
    pub fn is_source(path: &str) -> bool {
        path == "redress.toml" || path.starts_with("policy/") || path.starts_with("calendar/")
    }
}

impl<P: Into<String>, B: Into<Arc<[u8]>>> FromIterator<(P, B)> for Sources {
    fn from_iter<T: IntoIterator<Item = (P, B)>>(files: T) -> Self {
        Sources(files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect())
    }
}

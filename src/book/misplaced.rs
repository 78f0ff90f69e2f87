//! Names of the book that should be folders and are something else, such as a file or a link.

use super::repo::{RepoError, Seen};
use super::upgrade::SHIPPED;
use super::{View, Whole};
use crate::place::{Place, Problem};
use crate::policy::SOURCE_FOLDERS;
use crate::record::FILES;

impl View<'_> {
    /// What lies in the place of a folder of the book and is none, such as a link, which is not followed: nothing can be
    /// written there. Below the folder of a kind, too.
    pub fn misplaced(&self) -> Vec<Problem> {
        self.repo().seen(&self.below()).map(|seen| self.misplaced_in(&seen)).unwrap_or_default()
    }

    /// The same of what was seen in the working tree.
    fn misplaced_in(&self, seen: &Seen) -> Vec<Problem> {
        let Some(top) = self.repo().top() else { return Vec::new() };
        let kinds = self.policy().kinds.values().map(|kind| kind.shape.folder.as_str());
        let tops: Vec<&str> = kinds.chain([FILES, SHIPPED]).chain(SOURCE_FOLDERS).collect();
        let whole = tops.iter().filter_map(|folder| self.repo().misplaced(top, folder));
        let taken = folders_taken(seen);
        let within = |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let deeper = tops.iter().flat_map(|folder| taken.iter().filter(|path| within(path, folder)).cloned());
        // what has an ending was to be a file
        let wrong = |path: String| match path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
            true => self.repo().file_on_disk(&path).err(),
            false => self.repo().misplaced(top, &path),
        };
        let deeper = deeper.filter_map(wrong);
        let wrong = whole.chain(deeper);
        let problem = |error: RepoError| {
            let path = match &error {
                RepoError::NotAFile { path, .. } => path.clone(),
                _ => String::new(),
            };
            Problem::new(Place::of_file(path), error.label()).help_if(error.hint())
        };
        wrong.map(problem).collect()
    }

    /// What lies in the place of a folder of the book; see [`View::misplaced`].
    pub fn misplaced_of(&self, whole: &Whole) -> Vec<Problem> {
        self.misplaced_in(&whole.seen)
    }
}

/// What lies in the place of a folder below one of the book's: links, and what is called like a year, month or day. As in a
/// walk, what lies in a folder comes before what stands beside it.
fn folders_taken(seen: &Seen) -> Vec<String> {
    let called_so = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let named = |path: &&str| path.rsplit('/').next().is_some_and(called_so);
    let mut taken: Vec<String> = seen.others().chain(seen.files().filter(named)).map(str::to_owned).collect();
    taken.sort_by(|one, other| one.split('/').cmp(other.split('/')));
    taken
}

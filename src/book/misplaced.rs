//! Names of the book that should be folders but are something else, such as a file or a link.

use super::repo::{RepoError, Seen};
use super::upgrade::SHIPPED;
use super::{View, Whole};
use crate::label;
use crate::locale::messages::{RepoText, StoredText};
use crate::place::{Place, Problem};
use crate::policy::{SOURCE_FOLDERS, Settings};
use crate::record::{FILES, Id};

impl View<'_> {
    /// What is in the place of one of the book's folders but is not a folder, such as a link. Links are not followed,
    /// so nothing can be written there. Folders below a kind's folder are included.
    pub fn misplaced(&self) -> Vec<Problem> {
        self.repo().seen(&self.below()).map(|seen| self.misplaced_in(&seen)).unwrap_or_default()
    }

    /// The same for the given content of the working tree.
    fn misplaced_in(&self, seen: &Seen) -> Vec<Problem> {
        let Some(top) = self.repo().top() else { return Vec::new() };
        let kinds = self.policy().kinds.rows().map(|kind| kind.folder.as_str());
        let tops: Vec<&str> = kinds.chain([FILES, SHIPPED]).chain(SOURCE_FOLDERS).collect();
        let whole = tops.iter().filter_map(|folder| self.repo().misplaced(top, folder));
        let taken = folders_taken(seen);
        let within = |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let deeper = tops.iter().flat_map(|folder| taken.iter().filter(|path| within(path, folder)).cloned());
        // a name with an ending is meant to be a file
        let wrong = |path: String| match path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
            true => self.repo().file_on_disk(&path).err(),
            false => self.repo().misplaced(top, &path),
        };
        let deeper = deeper.filter_map(wrong);
        // a folder or a device in the place of a file of the rule book
        let files =
            SOURCE_FOLDERS.iter().flat_map(|folder| self.repo().list(self.commit(), folder).unwrap_or_default());
        let files = files.map(|file| file.path).chain([Settings::FILE.to_owned()]);
        let files: Vec<String> = files.filter(|path| path == Settings::FILE || !taken.contains(path)).collect();
        let files = files.iter().filter_map(|path| self.repo().file_on_disk(path).err());
        let files = files.filter(|error| matches!(error, RepoError::NotAFile { path, .. } if !tops.contains(&&**path)));
        // a link in the place of a folder, as it was committed
        let committed = tops.iter().filter_map(|folder| self.repo().not_a_file(self.commit(), folder, true).ok()?);
        let wrong = whole.chain(deeper).chain(files);
        let wrong = wrong.chain(committed.filter(|error| {
            let known = |path: &str| self.repo().misplaced(top, path).is_none();
            matches!(error, RepoError::NotAFile { path, .. } if known(path))
        }));
        let problem = |error: RepoError| {
            let path = match &error {
                RepoError::NotAFile { path, .. } => path.clone(),
                _ => String::new(),
            };
            Problem::new(Place::of_file(path), error.label()).help_if(error.hint())
        };
        let unnamed = seen.unnamed().map(|path| {
            // a shell that knows `$'…'` reads the bytes as they are shown
            let help = label!(RepoText::NameNotTextHelp, path = path.replace('\'', "\\'"));
            Problem::new(Place::of_file(path), RepoText::NameNotText).help(help)
        });
        wrong.map(problem).chain(unnamed).collect()
    }

    /// The folders that have records in the last commit although no kind has them.
    pub fn homeless(&self) -> Vec<Problem> {
        let Some(top) = self.repo().top() else { return Vec::new() };
        let below = self.below();
        let folders = std::fs::read_dir(top).into_iter().flatten().filter_map(Result::ok);
        let folders = folders.filter(|entry| entry.file_type().is_ok_and(|ty| ty.is_dir()));
        let mut names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.retain(|name| !name.starts_with('.') && !below.contains(&name.as_str()));
        names.sort_unstable();
        let problem = |name: String| {
            let files = self.repo().list(self.commit(), &name).unwrap_or_default();
            let mut ids = files.iter().filter_map(|file| Id::of_path(&file.path)).map(|(_, id)| id);
            let (first, more) = (ids.next()?, ids.count());
            let message = label!(StoredText::Homeless, folder = name, count = 1 + more, id = first);
            Some(Problem::new(Place::of_file(name), message).help(StoredText::HomelessDo))
        };
        names.into_iter().filter_map(problem).collect()
    }

    /// What is in the place of one of the book's folders; see [`View::misplaced`].
    pub fn misplaced_of(&self, whole: &Whole) -> Vec<Problem> {
        self.misplaced_in(&whole.seen)
    }
}

/// What is in the place of a folder below one of the book's: links, and files with the name of a year, month or day.
/// As in a walk, the content of a folder comes before its neighbours.
fn folders_taken(seen: &Seen) -> Vec<String> {
    let called_so = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let named = |path: &&str| path.rsplit('/').next().is_some_and(called_so);
    let mut taken: Vec<String> = seen.others().chain(seen.files().filter(named)).map(str::to_owned).collect();
    taken.sort_by(|one, other| one.split('/').cmp(other.split('/')));
    taken
}

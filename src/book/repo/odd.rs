//! What is odd about a commit and its trees: things that git does not write, or that are missing. The audit names
//! them; nothing of them stops a command.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid};

use super::error::RepoError;
use super::history::CommitInfo;
use super::open::Repo;
use super::raw::{TreeEntry, readable};
use super::read::{is_ordinary, join};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::RepoText as Text;

/// Something odd in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// The kebab-case id of what it is.
    pub rule: &'static str,
    /// The path; bytes that are not text are written as `\xHH`. `None` if it is about the commit.
    pub path: Option<String>,
    /// What it is, one sentence without a full stop.
    pub what: Label,
}

/// Every id of an [`Oddity`].
pub const ODDITIES: [&str; 7] =
    ["malformed-author", "odd-message", "missing-parent", "odd-name", "odd-mode", "missing-object", "damaged-object"];

impl Repo {
    /// What is odd about a commit, and about the files and folders that it changes against its first parent. What it
    /// took over from there was found in an earlier commit.
    pub fn oddities(&self, info: &CommitInfo) -> Vec<Oddity> {
        let mut found = Vec::new();
        for role in &info.malformed {
            let what = label!(Text::Malformed; role = *role);
            found.push(Oddity { rule: "malformed-author", path: None, what });
        }
        // what one tool shows of such a message is not what another reads
        if info.message.contains('\0') {
            found.push(Oddity { rule: "odd-message", path: None, what: Text::MessageNul.into() });
        }
        let is_read = |name: &str| readable(name).is_some() && !info.message.contains(char::REPLACEMENT_CHARACTER);
        if let Some(encoding) = info.encoding.as_ref().filter(|name| !is_read(name)) {
            let what = label!(Text::MessageEncoding, encoding = encoding);
            found.push(Oddity { rule: "odd-message", path: None, what });
        }
        let mut before = None;
        for (number, parent) in info.parents.iter().enumerate() {
            match self.tree_of(*parent) {
                Ok(tree) if number == 0 => before = Some(tree),
                Ok(_) => {}
                // a shallow history says itself that it is cut off
                Err(RepoError::Missing { .. }) if self.is_shallow() => {}
                Err(error) => {
                    let what = label!(Text::ParentUnread, id = parent; why = error.label());
                    found.push(Oddity { rule: "missing-parent", path: None, what });
                }
            }
        }
        Walk { repo: self, found: &mut found }.folder(before, info.tree, "");
        found
    }
}

impl Repo {
    /// What is odd about the files and folders of a commit, all of them.
    pub fn oddities_of(&self, commit: Oid) -> Vec<Oddity> {
        let mut found = Vec::new();
        let mut walk = Walk { repo: self, found: &mut found };
        match self.tree_of(commit) {
            Ok(tree) => walk.folder(None, tree, ""),
            Err(error) => walk.unread("", commit, &error),
        }
        found
    }
}

struct Walk<'w> {
    repo: &'w Repo,
    found: &'w mut Vec<Oddity>,
}

impl Walk<'_> {
    fn note(&mut self, rule: &'static str, path: &str, what: Label) {
        self.found.push(Oddity { rule, path: Some(path.to_owned()), what });
    }

    fn unread(&mut self, path: &str, id: Oid, error: &RepoError) {
        match error {
            RepoError::Missing { .. } if self.repo.is_partial() => {}
            RepoError::Missing { .. } => self.note("missing-object", path, label!(Text::ObjectMissing, id = id)),
            RepoError::DamagedObject { why, .. } => {
                let what = label!(Text::ObjectDamaged, id = id; why = Label::verbatim(why.as_str()));
                self.note("damaged-object", path, what);
            }
            error => self.note("damaged-object", path, label!(Text::ObjectDamaged, id = id; why = error.label())),
        }
    }

    fn folder(&mut self, before: Option<Oid>, now: Oid, folder: &str) {
        if before == Some(now) {
            return;
        }
        let tree = match self.repo.find_tree(now) {
            Ok(tree) => tree,
            Err(error) => return self.unread(folder, now, &error),
        };
        // what cannot be read in the parent was found there
        let before = before.and_then(|id| self.repo.find_tree(id).ok());
        let known: BTreeMap<&[u8], (u32, Oid)> = before
            .iter()
            .flat_map(|tree| tree.iter())
            .map(|entry| (entry.name_bytes(), (entry.mode(), entry.id())))
            .collect();
        if !tree.is_whole() {
            self.note("damaged-object", folder, label!(Text::TreeDamaged, id = now));
        }
        for (entry, twice) in tree.all() {
            let there = known.get(entry.name_bytes()).copied();
            if there == Some((entry.mode(), entry.id())) && !twice {
                continue;
            }
            self.entry(&entry, there, twice, &join(folder, entry.name_bytes()));
        }
    }

    fn entry(&mut self, entry: &TreeEntry<'_>, there: Option<(u32, Oid)>, twice: bool, path: &str) {
        let name = entry.name_bytes();
        let is_new = there.is_none();
        if twice {
            self.note("odd-name", path, Text::NameTwice.into());
        } else if is_new && std::str::from_utf8(name).is_err() {
            self.note("odd-name", path, Text::NameNotText.into());
        } else if is_new && !is_ordinary(name) {
            self.note("odd-name", path, Text::NameReserved.into());
        }
        let usual = matches!(entry.mode(), 0o040_000 | 0o100_644 | 0o100_755 | 0o120_000 | 0o160_000);
        if !usual && there.map(|(mode, _)| mode) != Some(entry.mode()) {
            self.note("odd-mode", path, label!(Text::ModeOdd, mode = format!("{:o}", entry.mode())));
        }
        match entry.kind() {
            Some(ObjectType::Tree) => {
                let before = there.filter(|(mode, _)| mode & 0o170_000 == 0o040_000).map(|(_, id)| id);
                self.folder(before, entry.id(), path);
            }
            Some(ObjectType::Blob) if there.map(|(_, id)| id) != Some(entry.id()) => {
                if let Err(error) = self.repo.is_blob(entry.id()) {
                    self.unread(path, entry.id(), &error);
                }
            }
            _ => {}
        }
    }
}

impl Repo {
    /// Fails if there is no such file content.
    fn is_blob(&self, id: Oid) -> Result<(), RepoError> {
        let odb = self.git.odb().map_err(RepoError::git(Text::DoReadObject))?;
        let (_, kind) = odb.read_header(id).map_err(|error| self.lookup(id, error))?;
        match kind {
            ObjectType::Blob => Ok(()),
            other => {
                let found = format!("{id} is a {}", other.str());
                Err(RepoError::git(Text::DoReadObject)(git2::Error::from_str(&found)))
            }
        }
    }
}

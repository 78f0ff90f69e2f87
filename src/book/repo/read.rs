//! Reads a commit: a file by its path, the files of a folder, the id of a folder.

use std::borrow::Cow;
use std::io::Read;

use git2::{ErrorClass, ErrorCode, ObjectType, Oid};

use super::error::RepoError;
use super::history::HistoryRange;
use super::open::{LargeFolder, Repo};
use super::raw::Tree;
use crate::locale::messages::RepoText;

/// The mode of a folder in a tree.
pub(super) const TREE_MODE: i32 = 0o040_000;

/// The beginning of a commit object, before the id of its tree.
const TREE_LINE: &[u8] = b"tree ";

/// From this number of entries on, a tree is too large for the library's cache.
const LARGE: usize = 80;

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileAt {
    /// The path from the book's top level.
    pub path: String,
    /// The id of its content.
    pub blob: Oid,
    /// git's mode: `0o100644`, `0o100755`, `0o120000` for a link.
    pub mode: u32,
}

impl FileAt {
    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        self.mode == TREE_MODE.unsigned_abs()
    }

    /// Whether it is an ordinary file; links and submodules are not records.
    pub fn is_regular(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

impl Repo {
    /// The bytes of a blob.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the object does not exist.
    pub fn blob(&self, id: Oid) -> Result<Vec<u8>, RepoError> {
        let blob = self.git.find_blob(id).map_err(|error| self.lookup(id, error))?;
        Ok(blob.content().to_vec())
    }

    /// The bytes of a blob. `None` if the repository lacks it or if it is damaged. In a partial clone the blob may only
    /// be elsewhere, so that is an error.
    ///
    /// # Errors
    /// As [`Repo::blob`], in a partial clone.
    pub fn blob_if_whole(&self, id: Oid) -> Result<Option<Vec<u8>>, RepoError> {
        match self.blob(id) {
            Err(error) if self.is_partial() => Err(error),
            read => Ok(read.ok()),
        }
    }

    /// The same for a tree.
    pub(super) fn tree_if_whole(&self, id: Oid) -> Result<Option<Tree>, RepoError> {
        match self.find_tree(id) {
            Err(error) if self.is_partial() => Err(error),
            read => Ok(read.ok()),
        }
    }

    /// The bytes that an object has, without reading them.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the object does not exist.
    pub fn size(&self, id: Oid) -> Result<u64, RepoError> {
        let odb = self.git.odb().map_err(RepoError::git(RepoText::DoReadObject))?;
        let (size, _) = odb.read_header(id).map_err(|error| self.lookup(id, error))?;
        Ok(size as u64)
    }

    /// The file or folder at a path of a commit, by id and mode. `None` if there is none.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if a tree on the way does not exist.
    pub fn entry(&self, commit: Oid, path: &str) -> Result<Option<FileAt>, RepoError> {
        let tree = self.tree(commit)?;
        self.entry_in(&tree, path)
    }

    pub(super) fn entry_in(&self, tree: &Tree, path: &str) -> Result<Option<FileAt>, RepoError> {
        let file = |blob: Oid, mode: i32| FileAt { path: path.to_owned(), blob, mode: mode.unsigned_abs() };
        let (mut id, mut names) = (tree.id(), path.split('/'));
        let mut name = names.next().unwrap_or_default();
        loop {
            let found = self.child(id, name)?;
            match (found, names.next()) {
                (Some((blob, mode)), None) => return Ok(Some(file(blob, mode))),
                (Some((folder, TREE_MODE)), Some(next)) => (id, name) = (folder, next),
                // A path through a file finds nothing, nor does one that ends early.
                _ => return Ok(None),
            }
        }
    }

    /// The id and mode of a name in a tree. A large folder is kept while it is searched, because the library would
    /// read and unpack it again each time.
    fn child(&self, tree: Oid, name: &str) -> Result<Option<(Oid, i32)>, RepoError> {
        let mut kept = self.folder.borrow_mut();
        let again = kept.as_ref().filter(|folder| folder.tree == tree);
        if let Some(names) = again.and_then(|folder| folder.names.as_ref()) {
            return Ok(names.get(name.as_bytes()).copied());
        }
        let found = self.find_tree(tree)?;
        let entry = found.get_name(name).map(|entry| (entry.id(), entry.filemode()));
        if found.len() >= LARGE {
            let all = || found.iter().map(|entry| (entry.name_bytes().to_owned(), (entry.id(), entry.filemode())));
            let names = again.map(|_| all().collect());
            *kept = Some(LargeFolder { tree, names });
        }
        Ok(entry)
    }

    /// The error if a commit has something else at a path than a file, or than a folder if that is `wanted`. `None` if
    /// there is nothing.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if a tree on the way does not exist.
    pub fn not_a_file(&self, commit: Oid, path: &str, folder: bool) -> Result<Option<RepoError>, RepoError> {
        let wrong = |entry: &FileAt| if folder { !entry.is_folder() } else { !entry.is_regular() };
        Ok(self.entry(commit, path)?.filter(wrong).map(|entry| {
            let found = match entry.mode & 0o170_000 {
                0o040_000 => RepoText::Folder,
                0o120_000 => RepoText::Link,
                0o100_000 => RepoText::File,
                _ => RepoText::Device,
            };
            let wanted = if folder { RepoText::Folder } else { RepoText::File };
            RepoError::NotAFile { path: path.to_owned(), found, wanted }
        }))
    }

    /// The bytes of the file at a path of a commit. `None` if there is none.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the repository lacks an object on the way.
    pub fn read(&self, commit: Oid, path: &str) -> Result<Option<Vec<u8>>, RepoError> {
        match self.entry(commit, path)? {
            Some(entry) if entry.is_regular() => self.blob(entry.blob).map(Some),
            _ => Ok(None),
        }
    }

    /// The id of the tree at a path of a commit. For `policy` it is the id that records keep as their rules. The
    /// empty path is the whole book.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the repository lacks an object on the way.
    pub fn tree_id(&self, commit: Oid, path: &str) -> Result<Option<Oid>, RepoError> {
        let tree = self.tree(commit)?;
        if path.is_empty() {
            return Ok(Some(tree.id()));
        }
        let entry = self.entry_in(&tree, path)?;
        Ok(entry.filter(|entry| entry.mode == TREE_MODE.unsigned_abs()).map(|entry| entry.blob))
    }

    /// The tree whose id begins with a text, as `rules` of records has it. `None` if there is none, or several.
    ///
    /// # Errors
    /// If the object store cannot be read.
    pub fn tree_named(&self, prefix: &str) -> Result<Option<Oid>, RepoError> {
        match self.git.find_object_by_prefix(prefix, Some(ObjectType::Tree)) {
            Ok(tree) => Ok(Some(tree.id())),
            Err(error) if error.code() == ErrorCode::Ambiguous => self.policy_named(prefix),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
            Err(error) => Err(RepoError::git(RepoText::DoFindPolicy)(error)),
        }
    }

    /// The tree with this beginning of its id that a commit up to the tip has as its policy, if it is the only one.
    /// Anybody can make another object whose id begins so.
    fn policy_named(&self, prefix: &str) -> Result<Option<Oid>, RepoError> {
        let mut found = None;
        for commit in self.history(self.tip()?, &HistoryRange::default())? {
            let tree = self.tree_id(commit?.id, "policy")?.filter(|tree| tree.to_string().starts_with(prefix));
            match (found, tree) {
                (Some(one), Some(other)) if one != other => return Ok(None),
                _ => found = found.or(tree),
            }
        }
        Ok(found)
    }

    /// Every file below a folder of a commit, by path; the empty path is the whole book.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the repository lacks a tree.
    pub fn list(&self, commit: Oid, folder: &str) -> Result<Vec<FileAt>, RepoError> {
        match self.tree_id(commit, folder)? {
            Some(id) => self.list_tree(id, folder),
            None => Ok(Vec::new()),
        }
    }

    /// Every file below a tree of any commit; `folder` is put before the paths.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the repository lacks a tree.
    pub fn list_tree(&self, tree: Oid, folder: &str) -> Result<Vec<FileAt>, RepoError> {
        let mut files = Vec::new();
        self.collect(tree, folder, &mut files)?;
        Ok(files)
    }

    fn collect(&self, id: Oid, folder: &str, files: &mut Vec<FileAt>) -> Result<(), RepoError> {
        let Some(tree) = self.tree_if_whole(id)? else { return Ok(()) };
        for entry in tree.iter() {
            let path = join(folder, entry.name_bytes());
            match entry.kind() {
                Some(ObjectType::Tree) => self.collect(entry.id(), &path, files)?,
                Some(ObjectType::Blob) => {
                    files.push(FileAt { path, blob: entry.id(), mode: entry.filemode().unsigned_abs() });
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn tree(&self, commit: Oid) -> Result<Tree, RepoError> {
        self.find_tree(self.root(commit)?)
    }

    /// The id of the tree of a commit.
    fn root(&self, commit: Oid) -> Result<Oid, RepoError> {
        if let Some(tree) = self.trees.borrow().get(&commit) {
            return Ok(*tree);
        }
        let tree = match self.tree_line(commit) {
            Some(tree) => tree,
            None => self.tree_of(commit)?,
        };
        self.trees.borrow_mut().insert(commit, tree);
        Ok(tree)
    }

    /// For looking up one path in one commit after another.
    pub(in crate::book) fn path_over_time(&self, path: &str) -> PathOverTime<'_> {
        PathOverTime { repo: self, names: path.split('/').map(str::to_owned).collect(), known: Vec::new() }
    }

    /// The tree of a commit from its first line, without the rest, which a large batch makes long. `None` if the
    /// object is in a pack, because the library cannot read packed objects in pieces.
    fn tree_line(&self, commit: Oid) -> Option<Oid> {
        let odb = self.git.odb().ok()?;
        let (mut reader, _, kind) = odb.reader(commit).ok()?;
        let mut line = [0; TREE_LINE.len() + 41];
        reader.read_exact(&mut line).ok()?;
        let id = line.strip_prefix(TREE_LINE)?.strip_suffix(b"\n")?;
        Oid::from_str(str::from_utf8(id).ok()?).ok().filter(|_| kind == ObjectType::Commit)
    }

    /// The error of a lookup: a missing or damaged object by its id, anything else in the library's words.
    pub(super) fn lookup(&self, id: Oid, error: git2::Error) -> RepoError {
        if error.code() == ErrorCode::NotFound {
            // A walk stops at an object that only the text of the error names.
            let named = error.message().split(['(', ')', ' ']).find_map(|word| Oid::from_str(word).ok());
            return RepoError::Missing { ids: vec![named.unwrap_or(id)], partial: self.is_partial() };
        }
        let is_damaged =
            matches!(error.class(), ErrorClass::Odb | ErrorClass::Zlib) || error.message().contains("loose object");
        if !is_damaged {
            return RepoError::git(RepoText::DoReadObject)(error);
        }
        let name = id.to_string();
        let path = self.common_dir().join("objects").join(&name[..2]).join(&name[2..]);
        RepoError::DamagedObject { id, why: error.message().to_owned(), path: Some(path).filter(|path| path.is_file()) }
    }
}

/// One path in many commits. A folder on the way that has not changed since the last commit is not searched again.
pub(in crate::book) struct PathOverTime<'r> {
    repo: &'r Repo,
    names: Vec<String>,
    /// The trees on the way, and what each has under the next name.
    known: Vec<(Oid, Option<(Oid, i32)>)>,
}

impl PathOverTime<'_> {
    /// The file at the path in a commit; `None` if there is none.
    ///
    /// # Errors
    /// If the object store cannot be read.
    pub(in crate::book) fn blob(&mut self, commit: Oid) -> Result<Option<Oid>, RepoError> {
        let mut folder = self.repo.root(commit)?;
        for (level, name) in self.names.iter().enumerate() {
            let found = match self.known.get(level) {
                Some((tree, found)) if *tree == folder => *found,
                _ => {
                    let found = self.repo.child(folder, name)?;
                    self.known.truncate(level);
                    self.known.push((folder, found));
                    found
                }
            };
            match found {
                Some((blob, _)) if level + 1 == self.names.len() => return Ok(Some(blob)),
                Some((next, TREE_MODE)) => folder = next,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// A folder and a name as a path. Bytes that are not text are written as `\xHH`: such a path can be shown, and is not
/// found again.
pub(super) fn join(folder: &str, name: &[u8]) -> String {
    let name = escaped(name);
    if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") }
}

/// Whether a working tree can have a name.
pub(super) fn is_ordinary(name: &[u8]) -> bool {
    let reserved = matches!(name, b"" | b"." | b"..") || name.eq_ignore_ascii_case(b".git") || name.contains(&b'/');
    !reserved && std::str::from_utf8(name).is_ok()
}

/// A name as text. If it is not UTF-8, all its bytes beyond ASCII are written as `\xHH`.
pub(super) fn escaped(name: &[u8]) -> Cow<'_, str> {
    if let Ok(name) = std::str::from_utf8(name) {
        return Cow::Borrowed(name);
    }
    // bytes that happen to be letters of UTF-8 mean others in the encoding of the name
    let shown = |byte: &u8| if byte.is_ascii() { char::from(*byte).to_string() } else { format!("\\x{byte:02X}") };
    Cow::Owned(name.iter().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use crate::book::repo::testing::Sandbox;

    #[test]
    fn the_tree_of_a_commit_is_read_from_its_first_line_or_from_its_pack() {
        let sandbox = Sandbox::new();
        sandbox.add("redress.toml", "name = \"test\"\n");
        let told = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
        let repo = sandbox.repo();
        let tip = repo.tip().unwrap();
        assert_eq!(repo.tree_line(tip).unwrap().to_string(), told.trim());
        let file = repo.entry(tip, "redress.toml").unwrap().unwrap().blob;
        assert_eq!((repo.tree_line(file), repo.tree_id(file, "").is_err()), (None, true), "a file is no commit");
        sandbox.git(&["gc", "-q", "--prune=now"]);
        let repo = sandbox.repo();
        assert_eq!(repo.tree_line(tip), None, "nothing of a pack is read piece by piece");
        assert_eq!(repo.tree_id(tip, "").unwrap().unwrap().to_string(), told.trim());
    }

    /// Another object whose id begins as that of a policy takes no rules away.
    #[test]
    fn a_policy_is_found_by_the_beginning_of_its_id_beside_any_other_object() {
        let sandbox = Sandbox::new();
        sandbox.add("policy/a.toml", "a = 1\n");
        let tree = sandbox.git(&["rev-parse", "HEAD:policy"]);
        let (tree, prefix) = (tree.trim(), &tree[..4]);
        let text = |number: u32| format!("notes {number}\n");
        let hashed = |number: &u32| {
            let id = git2::Oid::hash_object(git2::ObjectType::Blob, text(*number).as_bytes()).unwrap();
            id.to_string().starts_with(prefix)
        };
        let number = (0..).find(hashed).unwrap();
        sandbox.add("notes.txt", &text(number));
        let found = || sandbox.repo().tree_named(prefix).unwrap().map(|tree| tree.to_string());
        assert_eq!(found().as_deref(), Some(tree));
        // neither of two policies is taken for the other
        let blob = |text: &str| git2::Oid::hash_object(git2::ObjectType::Blob, text.as_bytes()).unwrap();
        let a = blob("a = 1\n");
        let second = (0..).map(|number| format!("b = {number}\n")).find(|text| {
            let b = blob(text);
            let entries = [&b"100644 a.toml\0"[..], a.as_bytes(), b"100644 b.toml\0", b.as_bytes()].concat();
            git2::Oid::hash_object(git2::ObjectType::Tree, &entries).unwrap().to_string().starts_with(prefix)
        });
        sandbox.add("policy/b.toml", &second.unwrap());
        assert_eq!(found(), None);
    }
}

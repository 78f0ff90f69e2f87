//! Trees and commits as their bytes say, read without refusing anything that can be understood. The library refuses a
//! whole tree for one odd entry and a whole commit for a malformed author. People make such objects with other tools,
//! and nobody may hide a commit from the audit in this way. What is odd about them is said by `odd`.

use std::collections::HashSet;
use std::ops::Range;

use encoding_rs::Encoding;
use git2::{ObjectType, Oid};

use super::error::RepoError;
use super::open::Repo;
use crate::locale::messages::RepoText;

/// The type bits of a mode.
const TYPE: u32 = 0o170_000;

/// A tree.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    id: Oid,
    data: Vec<u8>,
    slots: Vec<Slot>,
    /// Whether every byte belongs to an entry.
    whole: bool,
}

#[derive(Debug, Clone)]
struct Slot {
    mode: u32,
    name: Range<usize>,
    id: Oid,
    /// Whether an earlier entry has the same name.
    again: bool,
}

/// An entry of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct TreeEntry<'t> {
    mode: u32,
    name: &'t [u8],
    id: Oid,
}

impl Tree {
    fn parse(id: Oid, data: Vec<u8>) -> Tree {
        let mut slots = Vec::with_capacity(data.len() / 36);
        let mut at = 0;
        while let Some((slot, next)) = slot(&data, at) {
            slots.push(slot);
            at = next;
        }
        let whole = at == data.len();
        let mut tree = Tree { id, data, slots, whole };
        if !tree.is_in_order() {
            tree.mark_again();
        }
        tree
    }

    /// Whether names follow one another as git sorts them, so that none is there twice.
    fn is_in_order(&self) -> bool {
        let key = |slot: &Slot| {
            let end = (slot.mode & TYPE == 0o040_000).then_some(&b'/');
            self.data[slot.name.clone()].iter().chain(end)
        };
        self.slots.windows(2).all(|two| key(&two[0]).lt(key(&two[1])))
    }

    fn mark_again(&mut self) {
        let mut names = HashSet::new();
        let again: Vec<bool> = self.slots.iter().map(|slot| !names.insert(&self.data[slot.name.clone()])).collect();
        self.slots.iter_mut().zip(again).for_each(|(slot, again)| slot.again = again);
    }

    pub(super) fn id(&self) -> Oid {
        self.id
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// The entries. Of several with the same name only the first one counts.
    pub(super) fn iter(&self) -> impl Iterator<Item = TreeEntry<'_>> {
        self.slots.iter().filter(|slot| !slot.again).map(|slot| self.entry(slot))
    }

    /// Every entry, and whether an earlier one has the same name.
    pub(super) fn all(&self) -> impl Iterator<Item = (TreeEntry<'_>, bool)> {
        self.slots.iter().map(|slot| (self.entry(slot), slot.again))
    }

    pub(super) fn get_name(&self, name: &str) -> Option<TreeEntry<'_>> {
        self.get_name_bytes(name.as_bytes())
    }

    /// The entry with a name; the first one if there are several.
    pub(super) fn get_name_bytes(&self, name: &[u8]) -> Option<TreeEntry<'_>> {
        let found = self.slots.iter().find(|slot| self.data.get(slot.name.clone()) == Some(name));
        found.map(|slot| self.entry(slot))
    }

    fn entry(&self, slot: &Slot) -> TreeEntry<'_> {
        TreeEntry { mode: slot.mode, name: self.data.get(slot.name.clone()).unwrap_or_default(), id: slot.id }
    }
}

/// The entry that begins at a position, and the position after it.
fn slot(data: &[u8], at: usize) -> Option<(Slot, usize)> {
    let rest = data.get(at..)?;
    let space = rest.iter().take(8).position(|byte| *byte == b' ')?;
    let mode = u32::from_str_radix(std::str::from_utf8(rest.get(..space)?).ok()?, 8).ok()?;
    let length = rest.get(space + 1..)?.iter().position(|byte| *byte == 0)?;
    let name = at + space + 1..at + space + 1 + length;
    let id = data.get(name.end + 1..name.end + 21)?;
    Some((Slot { mode, name: name.clone(), id: Oid::from_bytes(id).ok()?, again: false }, name.end + 21))
}

impl<'t> TreeEntry<'t> {
    pub(super) fn id(&self) -> Oid {
        self.id
    }

    pub(super) fn name_bytes(&self) -> &'t [u8] {
        self.name
    }

    /// The mode as it is written.
    pub(super) fn mode(&self) -> u32 {
        self.mode
    }

    /// The sort of object that the mode names.
    pub(super) fn kind(&self) -> Option<ObjectType> {
        Some(match self.mode & TYPE {
            0o040_000 => ObjectType::Tree,
            0o160_000 => ObjectType::Commit,
            _ => ObjectType::Blob,
        })
    }

    /// The mode as git reads it: one of five.
    pub(super) fn filemode(&self) -> i32 {
        match self.mode & TYPE {
            0o040_000 => 0o040_000,
            0o160_000 => 0o160_000,
            0o120_000 => 0o120_000,
            _ if self.mode & 0o100 != 0 => 0o100_755,
            _ => 0o100_644,
        }
    }
}

/// A commit.
#[derive(Debug, Clone, Default)]
pub(super) struct Commit {
    pub(super) tree: Option<Oid>,
    pub(super) parents: Vec<Oid>,
    pub(super) author: Signature,
    pub(super) committer: Signature,
    pub(super) message: String,
    /// The encoding that it says its message has. `None` if it says nothing: UTF-8.
    pub(super) encoding: Option<String>,
}

/// An encoding that a commit may say its text has. Those in which the letters of a trailer are other bytes than in
/// ASCII are not read: git itself reads the lines of such a commit otherwise.
pub(super) fn readable(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

/// A name with a time, as a commit has two.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) name: String,
    pub(super) email: String,
    /// Seconds since 1970. `None` if they cannot be read.
    pub(super) seconds: Option<i64>,
    /// Minutes east of UTC.
    pub(super) offset: i32,
    /// Whether the line has the form that git writes, and is there once.
    pub(super) sound: bool,
}

impl Commit {
    fn parse(data: &[u8]) -> Commit {
        let mut commit = Commit::default();
        let mut rest = data;
        let (mut authors, mut committers) = (Vec::new(), Vec::new());
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let (line, after) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
            rest = after;
            if line.is_empty() {
                break;
            }
            let value = |key: &str| line.strip_prefix(key.as_bytes())?.strip_prefix(b" ");
            let id = |value: &[u8]| Oid::from_str(std::str::from_utf8(value).ok()?).ok();
            if let Some(value) = value("tree") {
                commit.tree = commit.tree.or_else(|| id(value));
            } else if let Some(value) = value("parent") {
                commit.parents.extend(id(value));
            } else if let Some(value) = value("author") {
                authors.push(value);
            } else if let Some(value) = value("encoding") {
                commit.encoding = Some(String::from_utf8_lossy(value).into_owned());
            } else if let Some(value) = value("committer") {
                committers.push(value);
            }
        }
        let encoding = commit.known_encoding().unwrap_or(encoding_rs::UTF_8);
        let text = |bytes: &[u8]| encoding.decode_without_bom_handling(bytes).0.into_owned();
        commit.message = text(rest);
        for (lines, signature) in [(authors, &mut commit.author), (committers, &mut commit.committer)] {
            *signature = lines.first().map(|line| Signature::parse(&text(line))).unwrap_or_default();
            signature.sound &= lines.len() == 1;
        }
        commit
    }

    /// The encoding of its text, if it says one that is known.
    fn known_encoding(&self) -> Option<&'static Encoding> {
        readable(self.encoding.as_deref()?)
    }

    /// The time of the commit: the committer's, else the author's, else the beginning of 1970.
    pub(super) fn seconds(&self) -> i64 {
        self.committer.seconds.or(self.author.seconds).unwrap_or_default()
    }
}

impl Signature {
    /// Reads `NAME <ADDRESS> SECONDS OFFSET`. As in git, the address is what is between the last `<` and the last `>`.
    fn parse(text: &str) -> Signature {
        let (open, close) = (text.rfind('<'), text.rfind('>'));
        let Some((open, close)) = open.zip(close).filter(|(open, close)| open < close) else {
            return Signature { name: text.trim().to_owned(), ..Signature::default() };
        };
        let (name, email, time) = (&text[..open], &text[open + 1..close], &text[close + 1..]);
        let mut words = time.split_ascii_whitespace();
        let seconds = words.next().and_then(|word| word.parse::<i64>().ok());
        let offset = words.next().and_then(offset);
        let plain = |text: &str| !text.contains(['<', '>', '\0', '\u{fffd}']);
        // years that no calendar has are as good as none
        let seconds = seconds.filter(|seconds| chrono::DateTime::from_timestamp(*seconds, 0).is_some());
        Signature {
            name: name.trim().to_owned(),
            email: email.trim().to_owned(),
            seconds,
            offset: offset.unwrap_or_default(),
            sound: seconds.is_some() && offset.is_some() && words.next().is_none() && plain(name) && plain(email),
        }
    }
}

/// `+0800` in minutes.
fn offset(word: &str) -> Option<i32> {
    let (sign, digits) = match word.as_bytes().first()? {
        b'+' => (1, &word[1..]),
        b'-' => (-1, &word[1..]),
        _ => return None,
    };
    let number: i32 =
        digits.parse().ok().filter(|_| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    Some(sign * (number / 100 * 60 + number % 100)).filter(|minutes| minutes.abs() <= 14 * 60)
}

impl Repo {
    /// The bytes of an object of a sort.
    fn raw(&self, id: Oid, sort: ObjectType) -> Result<Vec<u8>, RepoError> {
        let odb = self.git.odb().map_err(RepoError::git(RepoText::DoReadObject))?;
        let object = odb.read(id).map_err(|error| self.lookup(id, error))?;
        match object.kind() == sort {
            true => Ok(object.data().to_vec()),
            false => {
                let found = format!("{id} is a {}, not a {}", object.kind().str(), sort.str());
                Err(RepoError::git(RepoText::DoReadObject)(git2::Error::from_str(&found)))
            }
        }
    }

    pub(super) fn find_tree(&self, id: Oid) -> Result<Tree, RepoError> {
        Ok(Tree::parse(id, self.raw(id, ObjectType::Tree)?))
    }

    pub(super) fn find_commit(&self, id: Oid) -> Result<Commit, RepoError> {
        let mut commit = Commit::parse(&self.raw(id, ObjectType::Commit)?);
        if self.is_cut_at(id) {
            commit.parents.clear();
        }
        Ok(commit)
    }

    /// The id of the tree of a commit.
    pub(super) fn tree_of(&self, commit: Oid) -> Result<Oid, RepoError> {
        self.find_commit(commit)?.tree.ok_or_else(|| {
            let message = format!("the commit {commit} names no tree");
            RepoError::git(RepoText::DoReadObject)(git2::Error::from_str(&message))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Commit, Signature, Tree};
    use git2::{ObjectType, Oid};

    #[test]
    fn a_line_of_a_person_is_read_whatever_it_is() {
        let read = |line: &str| {
            let Signature { name, email, seconds, offset, sound } = Signature::parse(line);
            (name, email, seconds, offset, sound)
        };
        let person = |name: &str, email: &str, seconds, offset, sound| {
            (name.to_owned(), email.to_owned(), seconds, offset, sound)
        };
        for (line, wanted) in [
            ("Li Na <li@x.cn> 1700000000 +0800", person("Li Na", "li@x.cn", Some(1_700_000_000), 480, true)),
            ("Li <Na> <li@x.cn> 17 -0330", person("Li <Na>", "li@x.cn", Some(17), -210, false)),
            ("Li Na li@x.cn 17 +0800", person("Li Na li@x.cn 17 +0800", "", None, 0, false)),
            ("Li > < 17 +0800", person("Li > < 17 +0800", "", None, 0, false)),
            ("Li <li@x.cn>", person("Li", "li@x.cn", None, 0, false)),
            ("Li <li@x.cn> 99999999999999999999 +0000", person("Li", "li@x.cn", None, 0, false)),
            ("Li <li@x.cn> 9999999999999999 +0000", person("Li", "li@x.cn", None, 0, false)),
            ("Li <li@x.cn> 17 +08", person("Li", "li@x.cn", Some(17), 0, false)),
            ("Li <li@x.cn> 17 +0800 x", person("Li", "li@x.cn", Some(17), 480, false)),
            ("", person("", "", None, 0, false)),
        ] {
            assert_eq!(read(line), wanted, "{line}");
        }
    }

    #[test]
    fn a_commit_is_read_to_its_message() {
        let id = "1".repeat(40);
        let text = format!(
            "tree {id}\nparent {id}\nparent x\nauthor A <a> 1 +0000\nauthor B <b> 2 +0000\ncommitter C <c> 3 +0100\ngpgsig x\n y\n\n\nmessage\n"
        );
        let commit = Commit::parse(text.as_bytes());
        assert_eq!((commit.tree, commit.parents.len()), (Oid::from_str(&id).ok(), 1));
        assert_eq!((commit.author.name.as_str(), commit.author.sound), ("A", false));
        assert_eq!((commit.committer.seconds, commit.committer.offset, commit.committer.sound), (Some(3), 60, true));
        assert_eq!(commit.message, "\nmessage\n");
        assert_eq!(Commit::parse(b"nothing").tree, None);
    }

    #[test]
    fn a_tree_is_read_up_to_what_is_no_entry() {
        let id = Oid::from_bytes(&[7; 20]).unwrap();
        let mut bytes = Vec::new();
        for (mode, name) in [("100644", "a"), ("40000", ".."), ("100664", "a"), ("120000", ""), ("777777", "b")] {
            bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            bytes.extend_from_slice(id.as_bytes());
        }
        let tree = Tree::parse(id, bytes.clone());
        let names: Vec<&[u8]> = tree.iter().map(|entry| entry.name_bytes()).collect();
        assert_eq!(names, [&b"a"[..], b"..", b"", b"b"]);
        let again: Vec<bool> = tree.all().map(|(_, again)| again).collect();
        assert_eq!(again, [false, false, true, false, false]);
        assert!(tree.is_whole());
        assert_eq!(tree.get_name("..").and_then(|entry| entry.kind()), Some(ObjectType::Tree));
        bytes.pop();
        let tree = Tree::parse(id, bytes);
        assert_eq!((tree.len(), tree.is_whole()), (4, false));
    }
}

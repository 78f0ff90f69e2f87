//! The only way to change a book. `Book::write` takes the writers' lock, opens a view of the tip, lets the caller
//! work on a `lifecycle::Operation`, and writes the result as one commit.
//!
//! An operation is all or nothing. It sees its own pending changes. So the lines of a batch, several steps, and the
//! records that they open are checked against one another.
//!
//! `batch --each` makes a commit for each line and publishes up to 1,000 of them at once. Each line ends a part of
//! the operation (`Writing::end_part`), and the branch moves once, from the first parent to the last commit. A crash
//! leaves the whole group or nothing of it. A line is reported as done when its group is on the disk. With hooks or
//! signed commits, each line is published alone.

use std::collections::HashMap;
use std::time::Duration;

use super::files::{self, Beside};
use super::ids::{Drawn, system_random};
use super::message::{self, Message};
use super::repo::{Committed, DEFAULT_WAIT, Expect, LeftAlone, Person, Transaction};
use super::{Book, BookError, View};
use crate::calendar::Moment;
use crate::lifecycle::{Change, Operation, Setting};
use crate::record::{Id, RANDOM_LENGTH, yaml};
use crate::wording::Sight;

/// Who writes, when, and how.
pub struct Writer {
    /// The time of recording, with the book's offset.
    pub now: Moment,
    /// The person of `mine`, in conditions and lists.
    pub reader: Option<Id>,
    /// How much private information the reader sees.
    pub sight: Sight,
    /// Whether everything is checked but nothing is written.
    pub dry_run: bool,
    /// The user's words for the commit message.
    pub said: Option<String>,
    /// How long to wait for another writer.
    pub wait: Duration,
    /// The source of random numbers, if it is not the system: invented books are the same every time.
    pub random: Option<Box<dyn FnMut() -> [u8; RANDOM_LENGTH]>>,
    /// The name and address of the commits' author and committer, if they are not those of git: in invented books every
    /// person has one.
    pub author: Option<(String, String)>,
}

impl Writer {
    /// A writer at this time.
    pub fn new(now: Moment) -> Self {
        Writer {
            now,
            reader: None,
            sight: Sight::Masked,
            dry_run: false,
            said: None,
            wait: DEFAULT_WAIT,
            random: None,
            author: None,
        }
    }
}

/// An operation in progress.
pub struct Writing<'w> {
    /// The steps.
    pub operation: Operation<'w>,
    /// The book at the tip.
    pub view: &'w View<'w>,
    expected: HashMap<Id, Expect>,
    files: Vec<Beside>,
    said: Option<String>,
    parts: Option<Vec<Vec<Change>>>,
}

impl Writing<'_> {
    /// Makes a separate commit of everything done since the last one; all commits are published at once. Anything
    /// after the last call is not written. If nothing was done, there is no commit. Files beside records are not part
    /// of these commits. Returns the changes in the commit.
    pub fn end_part(&mut self) -> &[Change] {
        let part = self.operation.take_part();
        let parts = self.parts.get_or_insert_default();
        let any = !part.is_empty();
        parts.extend(any.then_some(part));
        if any { parts.last().map(Vec::as_slice).unwrap_or_default() } else { &[] }
    }

    /// Sets the user's words for the commit message, in place of [`Writer::said`], if they are only known now.
    pub fn say(&mut self, said: impl Into<String>) {
        self.said = Some(said.into());
    }

    /// Says that the record's file in the working tree has the expected content and is being taken over.
    pub fn on_disk(&mut self, id: &Id, expect: Expect) {
        self.expected.insert(id.clone(), expect);
    }

    /// Adds a file beside the records to the operation: a file of the policy, or one that a record newly refers to.
    pub fn file(&mut self, path: impl Into<String>, bytes: Vec<u8>, expect: Expect) {
        self.files.push((path.into(), Some(bytes), expect));
    }

    /// Removes a file beside the records with the operation.
    pub fn remove(&mut self, path: impl Into<String>, expect: Expect) {
        self.files.push((path.into(), None, expect));
    }
}

/// The result of a write.
#[derive(Debug)]
pub struct Written {
    /// The records, before and after. Of the records that an operation has settled, only the first few are here.
    pub changes: Vec<Change>,
    /// How many settled records are not among the changes.
    pub left_out: usize,
    /// The commit. `None` if there was nothing to write, or in a dry run.
    pub committed: Option<Committed>,
    /// Files that somebody had changed when an earlier, interrupted operation was completed.
    pub left_before: Vec<LeftAlone>,
}

/// So many of the first changes are told to the caller, also if they are of settled records.
const TOLD: usize = 50;

/// A record of at most this many bytes cannot have too many values for a reader, so it is not read again as a check.
const SURELY_READ: usize = 64 << 10;

/// Whether a file has comments, which rewriting the record would lose.
pub fn has_comments(bytes: &[u8]) -> bool {
    let read = || yaml::Reader::of_hand_edits().read(bytes).map(|document| !document.comments.is_empty());
    bytes.contains(&b'#') && read().unwrap_or_default()
}

/// Refuses a record that could be written but not read again.
fn readable(path: &str, text: &str) -> Result<(), BookError> {
    let read = if text.len() <= SURELY_READ { Ok(()) } else { yaml::read(text.as_bytes()).map(drop) };
    read.map_err(|error| BookError::TooLong { path: path.to_owned(), problem: Box::new(error.problem(path)) })
}

impl Book {
    /// Runs an operation under the writers' lock and writes the result as one commit. If `work` fails, nothing is
    /// written.
    ///
    /// # Errors
    /// The errors of `work`, hand edits in the way, and every failure of git or the disk.
    pub fn write<T, E: From<BookError>>(
        &self,
        mut writer: Writer,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, E>,
    ) -> Result<(T, Written), E> {
        let repo = |error| E::from(BookError::Repo(error));
        let mut transaction = self.repo.begin(writer.wait).map_err(repo)?;
        let left_before = transaction.recovery().left.clone();
        let tip = match transaction.tip() {
            Some(tip) => tip,
            None => return Err(BookError::NoBook { commit: "HEAD".to_owned() }.into()),
        };
        let view = View::of(self, tip, false, writer.now)?.read_by(writer.reader.take()).seen(writer.sight);
        let random = writer.random.take().unwrap_or_else(|| Box::new(system_random));
        let ids = Drawn::new(&self.repo, Some(tip), view.policy(), random);
        let setting =
            Setting { policy: view.policy(), people: view.people(), lookup: &view, ids: &ids, now: writer.now };
        let mut writing = Writing {
            operation: Operation::new(setting),
            view: &view,
            expected: HashMap::new(),
            files: Vec::new(),
            said: writer.said.take(),
            parts: None,
        };
        let result = work(&mut writing)?;
        let Writing { operation, expected, files, said, parts, .. } = writing;
        let offset = writer.now.offset().local_minus_utc() / 60;
        let person = || -> Result<(Person, Person), E> {
            let (author, committer) = self.repo.identity(writer.now.timestamp(), offset).map_err(repo)?;
            // a person commits what they have done themselves
            let (author, committer) = match &writer.author {
                Some((name, email)) => {
                    let own = |of: Person| Person { name: name.clone(), email: email.clone(), ..of };
                    (own(author), own(committer))
                }
                None => (author, committer),
            };
            Ok((author, committer))
        };
        let put = |change: &Change, transaction: &mut Transaction<'_>| -> Result<(), E> {
            let record = change.after();
            // An operation only makes records of kinds that the policy has.
            let Some(kind) = view.policy().kind(&record.kind) else { return Ok(()) };
            let path = record.id.path(&kind.shape.folder);
            let expect = match expected.get(&record.id) {
                Some(expect) => *expect,
                None if change.before().is_none() => Expect::Absent,
                None => match self.repo.entry(tip, &path).map_err(repo)? {
                    None => Expect::Absent,
                    Some(at) if has_comments(&self.repo.blob(at.blob).map_err(repo)?) => {
                        return Err(BookError::Commented { path }.into());
                    }
                    Some(at) => Expect::Same(at.blob),
                },
            };
            let text = record.write(&kind.shape);
            readable(&path, &text)?;
            transaction.put(&path, text.into_bytes(), expect).map_err(repo)?;
            files::keep_in_step(change, &files, &self.repo, tip, transaction)?;
            Ok(())
        };
        if let Some(parts) = parts.as_ref().filter(|parts| parts.len() > 1 && !writer.dry_run) {
            let (author, committer) = person()?;
            for part in parts {
                part.iter().try_for_each(|change| put(change, &mut transaction))?;
                transaction.end_part(&message::message(part, &[], None), &author, &committer);
            }
            let committed = transaction.commit("", &author, &committer).map_err(repo)?;
            let changes = parts.iter().flatten().cloned().collect();
            return Ok((result, Written { changes, left_out: 0, committed: Some(committed), left_before }));
        }
        let (mut changes, mut left_out, mut message) = (Vec::new(), 0, Message::default());
        let mut take = |change: Change, settled: bool| -> Result<(), E> {
            put(&change, &mut transaction)?;
            message.add(&change);
            match settled && changes.len() >= TOLD {
                true => left_out += 1,
                false => changes.push(change),
            }
            Ok(())
        };
        match parts {
            Some(parts) => parts.into_iter().flatten().try_for_each(|change| take(change, false))?,
            None => operation.finish_each().try_for_each(|each| {
                let (change, settled) = each.map_err(BookError::from)?;
                take(change, settled)
            })?,
        }
        let paths: Vec<String> = files.iter().map(|(path, _, _)| path.clone()).collect();
        for (path, bytes, expect) in files {
            match bytes {
                Some(bytes) => transaction.put(&path, bytes, expect).map_err(repo)?,
                None => transaction.remove(&path, expect).map_err(repo)?,
            }
        }
        if writer.dry_run || transaction.is_empty() {
            return Ok((result, Written { changes, left_out, committed: None, left_before }));
        }
        let (author, committer) = person()?;
        let message = message.of(&paths, said.as_deref());
        let committed = transaction.commit(&message, &author, &committer).map_err(repo)?;
        Ok((result, Written { changes, left_out, committed: Some(committed), left_before }))
    }
}

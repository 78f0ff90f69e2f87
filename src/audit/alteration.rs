//! A change of the rules: of the policy, the calendar, the settings, or of what a member of staff may do. And a change
//! of what people see of the book: forms, reports, and what git shows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::commit::{Blob, Commit, FileChange};
use super::delta::{Delta, Fate};
use super::leaves;
use super::past::Past;
use super::scene::moment;
use crate::calendar::Zone;
use crate::policy::{CALENDAR, Policy, STAFF, Settings, Sources, Staff};
use crate::record::{Event, Id, Record};

/// A change of the rules by one commit: of one file, or of one person's rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alteration {
    /// The commit.
    pub commit: String,
    /// When it says it was made, seconds since 1970.
    pub seconds: i64,
    /// The author's name.
    pub author: String,
    /// The file's path from the top of the book, or the person's id.
    pub what: String,
    /// The person, if it is about one.
    pub person: Option<Id>,
    /// Whether the person made it, without anybody who typed or acted for them.
    pub is_own: bool,
    /// The content of the file before. `None` if it is new.
    pub before: Option<Blob>,
    /// The content of the file after. `None` if it was deleted.
    pub after: Option<Blob>,
    /// The values that changed.
    pub parts: Vec<Part>,
    /// When the next change of one of these values was made, seconds since 1970. `None`: it still holds.
    pub until: Option<i64>,
    /// The commit of that change.
    pub ended: Option<String>,
    /// Days before the commit that are working time otherwise since.
    pub days: Vec<NaiveDate>,
    /// The deadlines whose outcome these days change, as `ID deadline: from → to`.
    pub flips: Vec<String>,
    /// The steps that were taken while it held and that the rules before it refuse, as `ID step`. Only known if it was
    /// asked for.
    pub loosened: Vec<String>,
}

/// A value that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its key in the file, or the field.
    pub key: String,
    /// Its value before. `None` if there was none.
    pub before: Option<String>,
    /// Its value after.
    pub after: Option<String>,
}

/// A time between two changes of the same part of the rules. What was done in it, and what the rules before it and
/// those after it refuse, was possible in this time alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The file's path, or the person's id.
    pub what: String,
    /// The person, if it is about one.
    pub person: Option<Id>,
    /// The values that changed at its end.
    pub keys: Vec<String>,
    /// The commit that changed them.
    pub opened: String,
    /// The commit that changed them again. `None`: the time goes on to the end of what is audited.
    pub closed: Option<String>,
    /// The content of the file before.
    pub before: Option<Blob>,
    /// The content of the file after its end. `None`: the rules after it are not asked.
    pub after: Option<Option<Blob>>,
    /// Whether a value came back that it had before. Otherwise the same part of the rules only changed once more.
    pub is_back: bool,
    /// Whether only this changed of a person: whether they work here, and by which addresses they are known.
    pub is_identity: bool,
    /// Whether it is not known that its end follows its beginning: they may be of two lines of history.
    pub is_doubtful: bool,
    /// Whether its beginning made working days of days that had passed, or the other way round.
    pub recounts: bool,
}

/// What says whether a person works here, among the values of a person's rights.
pub(super) const STATE: &str = "state";

impl Window {
    /// Whether honest people do this, too: they lower a limit that they have raised to a third amount, and a colleague
    /// leaves and comes back, or gets another address.
    pub fn is_usual(&self) -> bool {
        match self.person {
            Some(_) => self.is_identity,
            None => !self.is_back,
        }
    }
}

impl Alteration {
    /// Whether a person appears with it, with the rights that somebody gave them.
    pub(super) fn joins(&self) -> bool {
        self.person.is_some() && self.before.is_none()
    }

    /// Whether it gave nobody anything that was not theirs to give: a person's own deputies do what the person may do.
    pub(super) fn lends(&self, key: &str) -> bool {
        self.is_own && Staff::is_deputy(key)
    }

    /// Whether what it changes had ended already, by its own last day.
    pub(super) fn is_after_end(&self, part: &Part, zone: Zone) -> bool {
        let day = moment(zone, self.seconds).date_naive();
        self.person.is_some() && part.before.as_ref().is_some_and(|value| Staff::has_ended(value, day))
    }

    /// The time in which it held.
    pub fn window(&self) -> Window {
        Window {
            what: self.what.clone(),
            person: self.person.clone(),
            keys: self.parts.iter().map(|part| part.key.clone()).collect(),
            opened: self.commit.clone(),
            closed: self.ended.clone(),
            before: self.before,
            after: None,
            is_back: false,
            is_identity: false,
            is_doubtful: false,
            recounts: false,
        }
    }

    /// Whether a value says who somebody is, and not what they may do. An address has no days, as roles have.
    pub(super) fn is_identity(&self, key: &str) -> bool {
        let empty = |part: &Part| [&part.before, &part.after].into_iter().flatten().all(String::is_empty);
        key == STATE || self.person.is_some() && self.parts.iter().any(|part| part.key == key && empty(part))
    }

    /// Whether a person is taken out of the book with it, as if they had never been in it.
    pub(super) fn unmakes(&self) -> bool {
        self.person.is_some() && self.after.is_none()
    }

    /// Whether it can let somebody do what others may not. What people see of the book cannot.
    pub fn judges(&self) -> bool {
        self.person.is_some() || is_rule(&self.what)
    }
}

/// The files that say what git shows of the book.
const OF_GIT: [&str; 2] = [".mailmap", ".gitattributes"];

/// Whether changes of a file are listed: of rules, of forms and reports, and of what git shows.
fn is_listed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    Sources::is_source(path) || OF_GIT.contains(&name)
}

/// Whether a file says how records are judged. Wherever it lies, a file of a calendar does.
pub(super) fn is_rule(path: &str) -> bool {
    path == Settings::FILE || path.starts_with("policy/") || is_of_calendar(path)
}

/// Whether a file says which days are working days.
pub(super) fn is_of_calendar(path: &str) -> bool {
    path == CALENDAR || path.starts_with("calendar/") || Sources::is_source(path) && path.ends_with(".ics")
}

/// The changes of the rules by a commit.
pub(super) fn of(commit: &Commit, deltas: &[Delta], past: &Past<'_>, policy: Option<&Policy>) -> Vec<Alteration> {
    let new = |what: &str, person: Option<Id>, change: &FileChange, parts: Vec<Part>| Alteration {
        commit: commit.id.clone(),
        seconds: commit.seconds,
        author: commit.author.clone(),
        what: what.to_owned(),
        person,
        is_own: false,
        before: change.before,
        after: change.after,
        parts,
        until: None,
        ended: None,
        days: Vec::new(),
        flips: Vec::new(),
        loosened: Vec::new(),
    };
    let mut found = Vec::new();
    for change in commit.changes.iter().filter(|change| is_listed(&change.path)) {
        let [before, after] = [change.before, change.after].map(|blob| past.source().bytes(blob?));
        let [before, after] = leaves::of_both(&change.path, before.as_deref(), after.as_deref());
        let parts = differing(&before, &after);
        if !parts.is_empty() {
            found.push(new(&change.path, None, change, parts));
        }
    }
    let Some(kind) = policy.and_then(|policy| policy.kind(STAFF)) else { return found };
    let staff = Staff::of(&kind.shape);
    for delta in deltas.iter().filter(|delta| matches!(delta.fate, Fate::Sound | Fate::Deleted)) {
        let Some(id) = delta.id.as_ref().filter(|id| id.is_person()) else { continue };
        let change = commit.changes.iter().find(|change| change.path == delta.path);
        let Some(change) = change else { continue };
        let none = BTreeMap::new();
        let before = delta.before.as_ref().map_or(none, |before| rights(&staff, before));
        let mut after = delta.after.as_ref().map_or_else(BTreeMap::new, |after| rights(&staff, after));
        if delta.before.is_none() {
            // a new person works here: that is no change of what they may do
            after.remove(STATE);
        }
        let mut parts = differing(&before, &after);
        // roles say most, and a short list shows the first values alone
        let names: Vec<&str> = staff.deciding().map(|field| kind.field(field).name.as_str()).collect();
        parts.sort_by_key(|part| names.iter().position(|name| part.key.split('.').next() == Some(*name)));
        if !parts.is_empty() {
            let own = |event: &Event| event.people().eq([id]);
            let is_own = delta.new_events().next().is_some() && delta.new_events().all(|(_, event)| own(event));
            found.push(Alteration { is_own, ..new(id.as_str(), Some(id.clone()), change, parts) });
        }
    }
    found
}

/// What decides over a person's rights, and whether they work here.
fn rights(staff: &Staff<'_>, record: &Record) -> BTreeMap<String, String> {
    let mut found = staff.rights(record);
    found.insert(STATE.to_owned(), record.state.clone());
    found
}

fn differing(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<Part> {
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let part =
        |key: &String| Part { key: key.clone(), before: before.get(key).cloned(), after: after.get(key).cloned() };
    keys.into_iter().map(part).filter(|part| part.before != part.after).collect()
}

//! All changes of the rules in the order of history, and what each value was before. A value that is set back to one
//! that it had before ends a window. So does a further change of the same part of a file, such as a limit that was
//! raised and is lowered to almost what it was.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::alteration::{Alteration, Part, Window};
use crate::calendar::Zone;
use crate::locale::Lang;

/// The changes of the rules so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The changes.
    pub all: Vec<Alteration>,
    /// The values of each key of each file or person over time.
    values: HashMap<(String, String), Vec<Stand>>,
}

/// A value, and which change left it. `None` if no change has, or if a later one has set it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stand {
    value: Option<String>,
    left_by: Option<usize>,
}

impl Ledger {
    /// Adds the changes of a commit, and returns the windows that they end.
    pub(super) fn add(&mut self, changes: Vec<Alteration>, zone: Zone) -> Vec<Window> {
        let mut windows: Vec<Window> = Vec::new();
        for change in changes {
            let number = self.all.len();
            if change.unmakes()
                && let Some(joined) =
                    self.all.iter().rev().find(|earlier| earlier.what == change.what && earlier.joins())
            {
                for part in &change.parts {
                    window(&mut windows, joined, &change, &part.key, true);
                }
            }
            for part in &change.parts {
                // what a person begins with was given by somebody who may, and takes nobody's place
                if change.joins() {
                    let stand = Stand { value: part.after.clone(), left_by: None };
                    self.values.insert((change.what.clone(), part.key.clone()), vec![stand]);
                    continue;
                }
                let stands = self.values.entry((change.what.clone(), part.key.clone())).or_default();
                if change.is_after_end(part, zone) {
                    stands.clear();
                }
                if stands.last().is_none_or(|last| last.value != part.before) {
                    stands.push(Stand { value: part.before.clone(), left_by: None });
                }
                let last = stands.len() - 1;
                stands[last].left_by = Some(number);
                let left = |stand: &&mut Stand| stand.value == part.after && stand.left_by.is_some();
                let open = stands[..last].iter_mut().rev().filter(left).filter(|_| change.judges());
                // each of several lines of history may have opened it, and the latest of them is the first to be closed
                for (at, stand) in open.take(REACH).enumerate() {
                    let opened = if at == 0 { stand.left_by.take() } else { stand.left_by };
                    let opened = opened.and_then(|opened| self.all.get(opened));
                    if let Some(opened) = opened.filter(|opened| !opened.lends(&part.key)) {
                        window(&mut windows, opened, &change, &part.key, true).is_doubtful |= at > 0;
                    }
                }
                stands.push(Stand { value: part.after.clone(), left_by: None });
            }
            self.near(&change, zone, &mut windows);
            self.close(&change);
            self.all.push(change);
        }
        windows
    }

    /// The times that a change ends because it changes the same part of the rules again, whatever the values are.
    fn near(&self, change: &Alteration, zone: Zone, windows: &mut Vec<Window>) {
        let closes = |part: &&Part| can_loosen(change, part) && !change.is_after_end(part, zone);
        for part in change.parts.iter().filter(|part| change.judges() && closes(part)) {
            let section = section(change, &part.key);
            let same = |earlier: &&Alteration| {
                let parts = || earlier.parts.iter().filter(|part| can_loosen(earlier, part));
                let fits = earlier.what == change.what && !earlier.joins();
                fits && parts().any(|part| self::section(earlier, &part.key) == section)
            };
            for opened in self.all.iter().rev().filter(same).take(REACH) {
                if !opened.lends(&part.key) {
                    window(windows, opened, change, &part.key, false);
                }
                // what held before had ended by itself
                if opened.parts.iter().any(|other| other.key == part.key && opened.is_after_end(other, zone)) {
                    break;
                }
            }
        }
    }

    /// Says of earlier changes of the same values how long they held.
    fn close(&mut self, change: &Alteration) {
        let touched = |earlier: &Alteration| {
            earlier.parts.iter().any(|part| change.parts.iter().any(|other| other.key == part.key))
        };
        let open = self.all.iter_mut().filter(|earlier| earlier.until.is_none() && earlier.what == change.what);
        for earlier in open.filter(|earlier| touched(earlier)) {
            earlier.until = Some(change.seconds);
            earlier.ended = Some(change.commit.clone());
        }
    }
}

/// The window between two changes, with a key that it has.
fn window<'w>(
    windows: &'w mut Vec<Window>,
    opened: &Alteration,
    closed: &Alteration,
    key: &str,
    is_back: bool,
) -> &'w mut Window {
    let same = |window: &Window| window.opened == opened.commit && window.what == closed.what;
    let at = windows.iter().position(same).unwrap_or_else(|| {
        windows.push(Window {
            what: closed.what.clone(),
            person: closed.person.clone(),
            keys: Vec::new(),
            opened: opened.commit.clone(),
            closed: Some(closed.commit.clone()),
            before: opened.before,
            after: Some(closed.after),
            is_back,
            is_identity: true,
            is_doubtful: false,
            recounts: !opened.days.is_empty(),
        });
        windows.len() - 1
    });
    let window = &mut windows[at];
    window.is_back |= is_back;
    window.is_identity &= closed.is_identity(key);
    if window.keys.iter().all(|known| known != key) {
        window.keys.push(key.to_owned());
    }
    window
}

/// How many earlier changes of a part of the rules a change is compared with, so that the work stays bounded.
const REACH: usize = 8;

/// How many names of a key say which part of a file it belongs to, as `steps.accept` or `authority.remedy`.
const NAMES: usize = 2;

/// Whether a value can allow what others refuse. What people read cannot, nor what is retired. A department, an address
/// and whether somebody works here have no days of their own: they are windows where they are set back exactly.
fn can_loosen(change: &Alteration, part: &Part) -> bool {
    let names = || part.key.split('.');
    // a role or a deputy has days, an address has none
    let dated = || [&part.before, &part.after].into_iter().flatten().any(|value| !value.is_empty());
    match change.person {
        Some(_) => names().count() > 1 && dated(),
        None => !is_for_readers(&part.key),
    }
}

/// Whether the last part of a key says that its value is text for people, or that something is retired. A step or a
/// field may have such a name, too: what is set to a field stands under its name.
fn is_for_readers(key: &str) -> bool {
    let mut names = key.rsplit('.').skip_while(|name| Lang::ALL.iter().any(|lang| lang.code() == *name));
    let (last, above) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
    ["label", "help", "also", "title", "columns", "retired"].contains(&last)
        && !["set", "sets", "with", "where"].contains(&above)
}

/// The part of the rules to which a key belongs.
fn section<'k>(change: &Alteration, key: &'k str) -> &'k str {
    match change.person {
        Some(_) => key,
        None => key.match_indices('.').nth(NAMES - 1).map_or(key, |(end, _)| &key[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ledger, is_for_readers};
    use crate::audit::{Alteration, Part};
    use crate::calendar::Zone;

    fn change(commit: &str, key: &str, before: &str, after: &str) -> Vec<Alteration> {
        let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        vec![Alteration {
            commit: commit.to_owned(),
            seconds: 0,
            author: String::new(),
            what: "policy/authority.toml".to_owned(),
            person: None,
            is_own: false,
            before: None,
            after: None,
            parts: vec![Part { key: key.to_owned(), before: value(before), after: value(after) }],
            until: None,
            ended: None,
            days: Vec::new(),
            flips: Vec::new(),
            loosened: Vec::new(),
        }]
    }

    /// A change of one line of history is made on another one as well, and is set back there. Where both are set back,
    /// each time is known. Those that may not be of one line are in doubt.
    #[test]
    fn a_value_that_two_lines_of_history_open_is_open_until_both_are_closed() {
        type Opened<'o> = &'o [(&'o str, bool)];
        let steps: &[(&str, &str, &str, Opened<'_>)] = &[
            ("1", "x", "y", &[]),
            ("2", "x", "y", &[]),
            ("3", "y", "x", &[("2", false), ("1", true)]),
            ("4", "y", "x", &[("1", false)]),
            ("5", "y", "x", &[]),
        ];
        let mut ledger = Ledger::default();
        for (commit, before, after, opened) in steps {
            let windows = ledger.add(change(commit, "label", before, after), Zone::utc());
            let found: Vec<_> = windows.iter().map(|window| (window.opened.as_str(), window.is_doubtful)).collect();
            assert_eq!(found, *opened, "{commit}");
        }
    }

    #[test]
    fn a_value_that_comes_back_ends_a_window() {
        let mut ledger = Ledger::default();
        let steps = [
            ("1", "a", "x", "y", None),
            ("2", "b", "x", "y", None),
            ("3", "a", "y", "z", Some("1")),
            ("4", "a", "z", "x", Some("1")),
            ("5", "a", "x", "z", Some("4")),
            ("6", "c", "", "n", None),
            ("7", "c", "n", "", Some("6")),
        ];
        for (commit, key, before, after, opened) in steps {
            let windows = ledger.add(change(commit, key, before, after), Zone::utc());
            assert_eq!(windows.first().map(|window| window.opened.as_str()), opened, "{commit}");
        }
        assert_eq!(ledger.all[0].ended.as_deref(), Some("3"));
        assert_eq!(ledger.all[1].ended, None);
    }

    #[test]
    fn what_people_read_is_told_from_what_has_the_same_name() {
        for (key, expected) in [
            ("fields.topic.label.zh", true),
            ("fields.title.help.en", true),
            ("fields.title.label", true),
            ("steps.accept.also", true),
            ("fields.title.by", false),
            ("fields.title.type", false),
            ("steps.retired.to", false),
            ("steps.accept.sets.title", false),
            ("steps.accept.opens.1.with.label", false),
            ("roles.help.everybody", false),
        ] {
            assert_eq!(is_for_readers(key), expected, "{key}");
        }
    }
}

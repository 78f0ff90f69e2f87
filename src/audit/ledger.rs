//! All changes of the rules in the order of history, and what each value was before. A value that is set back to one
//! that it had before ends a window.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::alteration::{Alteration, Window};

/// The changes of the rules so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The changes.
    pub all: Vec<Alteration>,
    /// The values of each key of each file or person over time.
    values: HashMap<(String, String), Vec<Stand>>,
}

/// A value, and which change left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stand {
    value: Option<String>,
    left_by: Option<usize>,
}

impl Ledger {
    /// Adds the changes of a commit, and returns the windows that they end.
    pub(super) fn add(&mut self, changes: Vec<Alteration>) -> Vec<Window> {
        let mut windows: Vec<Window> = Vec::new();
        for change in changes {
            let number = self.all.len();
            for part in &change.parts {
                let stands = self.values.entry((change.what.clone(), part.key.clone())).or_default();
                if stands.last().is_none_or(|last| last.value != part.before) {
                    stands.push(Stand { value: part.before.clone(), left_by: None });
                }
                // another line of history has made the same change
                let last = stands.len() - 1;
                if stands[last].value == part.after {
                    continue;
                }
                stands[last].left_by = Some(number);
                let earlier = stands[..last].iter().rev().find(|stand| stand.value == part.after);
                if let Some(opened) = earlier.and_then(|stand| self.all.get(stand.left_by?)) {
                    window(&mut windows, opened, &change, &part.key);
                }
                stands.push(Stand { value: part.after.clone(), left_by: None });
            }
            self.close(&change);
            self.all.push(change);
        }
        windows
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

fn window(windows: &mut Vec<Window>, opened: &Alteration, closed: &Alteration, key: &str) {
    let same = |window: &&mut Window| window.opened == opened.commit && window.what == closed.what;
    match windows.iter_mut().find(same) {
        Some(window) => window.keys.push(key.to_owned()),
        None => windows.push(Window {
            what: closed.what.clone(),
            person: closed.person.clone(),
            keys: vec![key.to_owned()],
            opened: opened.commit.clone(),
            closed: Some(closed.commit.clone()),
            before: opened.before,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::Ledger;
    use crate::audit::{Alteration, Part};

    fn change(commit: &str, key: &str, before: &str, after: &str) -> Vec<Alteration> {
        let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        vec![Alteration {
            commit: commit.to_owned(),
            seconds: 0,
            author: String::new(),
            what: "policy/authority.toml".to_owned(),
            person: None,
            before: None,
            parts: vec![Part { key: key.to_owned(), before: value(before), after: value(after) }],
            until: None,
            ended: None,
            days: Vec::new(),
            flips: Vec::new(),
            loosened: Vec::new(),
        }]
    }

    #[test]
    fn a_value_that_comes_back_ends_a_window() {
        let mut ledger = Ledger::default();
        let steps = [
            ("1", "a", "x", "y", None),
            ("2", "b", "x", "y", None),
            ("3", "a", "y", "z", None),
            ("4", "a", "z", "x", Some("1")),
            ("5", "a", "x", "z", Some("4")),
            ("6", "c", "", "n", None),
            ("7", "c", "n", "", Some("6")),
        ];
        for (commit, key, before, after, opened) in steps {
            let windows = ledger.add(change(commit, key, before, after));
            assert_eq!(windows.first().map(|window| window.opened.as_str()), opened, "{commit}");
        }
        assert_eq!(ledger.all[0].ended.as_deref(), Some("3"));
        assert_eq!(ledger.all[1].ended, None);
    }
}

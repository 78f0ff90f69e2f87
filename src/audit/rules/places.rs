//! What lies in the book is plain files. A link or a submodule could stand for anything, and what it stands for may
//! change without a commit.

use super::super::scene::Scene;
use super::{Of, Rule};
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::locale::text::as_seen;
use crate::policy::{SOURCE_FOLDERS, Settings};
use crate::record::FILES;

pub(super) static RULE: Rule =
    Rule { name: "places", ids: &["not-a-file", "submodule", "executable", "alike-name"], of: Of::Every, look };

/// git's mode of a submodule.
const SUBMODULE: u32 = 0o160_000;

/// git's mode of a file that can be run, which nothing in a book is.
const EXECUTABLE: u32 = 0o100_755;

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    // the commits of both sides of a merge were judged already
    if !scene.commit.is_merge() {
        alike(scene, found);
    }
    for (path, mode) in &scene.commit.odd {
        let top = path.split('/').next().unwrap_or_default();
        let of_book = top == Settings::FILE
            || top == FILES
            || SOURCE_FOLDERS.contains(&top)
            || scene.past.homes().any(|home| home == top);
        let (rule, message) = match *mode {
            EXECUTABLE if of_book => ("executable", label!(Text::Executable, file = path)),
            EXECUTABLE => continue,
            SUBMODULE => ("submodule", label!(Text::Submodule, file = path)),
            _ if of_book => ("not-a-file", label!(Text::NotAFile, file = path, mode = format!("{mode:o}"))),
            _ => continue,
        };
        let severity = if *mode == EXECUTABLE { Severity::Warning } else { Severity::Error };
        let finding = scene.finding(rule, severity, message);
        found.push(Finding { file: Some(path.clone()), ..finding });
    }
}

/// A name as Windows takes it: without dots and spaces at its end, and without the name of a stream behind a colon.
fn on_disk(name: &str) -> String {
    as_seen(name.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']))
}

/// Whether a name is one that Windows gives a longer one beside it: `compla~1` for `complaints`. After four such names
/// it keeps two letters, and four figures that it computes.
fn is_short_for(name: &str, known: &str) -> bool {
    let Some((stem, number)) = name.split_once('~') else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_computed = |rest: &str| rest.len() == 4 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let begins = |length: usize| known.get(..length).zip(stem.split_at_checked(length));
    let known_by =
        |length: usize| begins(length).filter(|(known, (begin, _))| known == begin).map(|(_, (_, rest))| rest);
    is_number && ((1..=6).rev().any(|length| known_by(length) == Some("")) || known_by(2).is_some_and(is_computed))
}

/// New files that many computers, or readers, take for another file of the book, or for one in a folder of the book.
fn alike(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let new = scene.commit.changes.iter().filter(|change| change.before.is_none() && change.after.is_some());
    let tops = [Settings::FILE, FILES].into_iter().chain(SOURCE_FOLDERS).chain(scene.past.homes());
    let tops: Vec<&str> = tops.collect();
    for path in new.map(|change| change.path.as_str()) {
        let top = path.split('/').next().unwrap_or_default();
        let other = match tops.contains(&top) {
            // what lies elsewhere in the other folders is found as such
            true if top == FILES || SOURCE_FOLDERS.contains(&top) => scene.past.source().alike(&scene.commit.id, path),
            true => None,
            false => {
                let is_taken_for = |known: &&&str| as_seen(known) == on_disk(top) || is_short_for(&on_disk(top), known);
                tops.iter().find(is_taken_for).map(|known| (*known).to_owned())
            }
        };
        if let Some(other) = other {
            let finding =
                scene.finding("alike-name", Severity::Error, label!(Text::AlikeName, file = path, other = other));
            found.push(Finding { file: Some(path.to_owned()), ..finding });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_short_for;

    #[test]
    fn short_names_are_told() {
        for (name, expected) in [
            ("compla~1", true),
            ("compl~12", true),
            ("co1a2b~1", true),
            ("compla~", false),
            ("compla~x", false),
            ("complaints~1", false),
            ("campla~1", false),
            ("notes~1", false),
        ] {
            assert_eq!(is_short_for(name, "complaints"), expected, "{name}");
        }
    }
}

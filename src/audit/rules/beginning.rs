//! How a book begins: with one commit, on a ground without records. Commits before that one are not judged, so nothing
//! of the book may come from them.

use super::super::scene::Scene;
use super::{Of, Rule};
use crate::audit::commit::Begun;
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::locale::text::as_seen;
use crate::policy::Sources;
use crate::record::{FILES, Id};

pub(super) static RULE: Rule =
    Rule { name: "beginning", ids: &["begins-midway", "second-founding", "before-book"], of: Of::Every, look };

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    if scene.midway {
        let message = label!(Text::BeginsMidway, count = scene.deltas.len());
        found.push(scene.finding("begins-midway", Severity::Warning, message));
    }
    if scene.commit.begun == Begun::Again {
        found.push(scene.finding("second-founding", Severity::Error, Text::SecondFounding));
    }
    let homes: Vec<String> = scene.past.homes().chain([FILES]).map(as_seen).collect();
    let is_of_book = |path: &str| {
        let top = as_seen(path.split('/').next().unwrap_or_default());
        // a company's own rules may lie there before the book begins with them
        homes.contains(&top) || !scene.founding && Sources::is_source(path)
    };
    for path in scene.commit.early.iter().filter(|path| is_of_book(path)) {
        let message = label!(Text::BeforeBook, file = path);
        let finding = scene.finding("before-book", Severity::Error, message);
        let record = Id::of_path(path).map(|(_, id)| id);
        found.push(Finding { record, file: Some(path.clone()), ..finding });
    }
}

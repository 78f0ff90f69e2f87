//! Who changes the rules: `policy/change-control.toml` of the parent says which roles may change which files.

use super::super::scene::{Scene, moment};
use super::{Of, Rule};
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::locale::messages::AuditText as Text;

pub(super) static RULE: Rule = Rule { name: "control", ids: &["change-control"], of: Of::Ordinary, look };

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let Some(policy) = scene.policy.filter(|_| !scene.founding && !scene.people.is_empty()) else { return };
    // an author's date is what its author says, so that the role must hold on the day of the commit, too
    let days = [scene.commit.authored, scene.commit.seconds].map(|at| moment(scene.zone(), at).date_naive());
    for change in &scene.commit.changes {
        let Some(row) = policy.control.row(&change.path) else { continue };
        let author = scene.people.by_email(&scene.commit.email);
        if author.is_some_and(|person| days.iter().all(|day| row.allows(&scene.people, &person.id, *day))) {
            continue;
        }
        let (author, file, roles) = (&scene.commit.email, &change.path, row.by.join(", "));
        let message = label!(Text::ChangeControl, author = author, file = file, roles = roles);
        let finding = scene.finding("change-control", Severity::Error, message);
        found.push(Finding { file: Some(change.path.clone()), ..finding });
        return;
    }
}

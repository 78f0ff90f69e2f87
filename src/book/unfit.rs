//! What a changed rule book may not do to the book that has it, although it loads: the audit would tell each of these
//! for ever, or checks would be off that nobody meant to turn off.

use super::{BookError, View};
use crate::label;
use crate::locale::messages::StoredText;
use crate::locale::text::as_seen;
use crate::place::{Place, Problem};
use crate::policy::{Departments, Policy, Roles, Settings, Sources};

impl View<'_> {
    /// Why another rule book, with its files, cannot take the place of the commit's.
    ///
    /// # Errors
    /// If the records cannot be read.
    pub fn unfit(&self, policy: &Policy, sources: &Sources) -> Result<Vec<Problem>, BookError> {
        let (old, mut problems) = (self.policy(), self.removed(policy)?);
        let (from, to) = (old.settings.format, policy.settings.format);
        if to < from {
            let message = label!(StoredText::FormatLowered, from = from, to = to);
            let problem = Problem::new(Place::of_file(Settings::FILE), message);
            problems.push(problem.help(label!(StoredText::FormatLoweredDo, from = from)));
        }
        let emptied = [
            (Roles::FILE, !old.roles.is_empty() && policy.roles.is_empty()),
            (Departments::FILE, !old.departments.is_empty() && policy.departments.is_empty()),
        ];
        for (file, _) in emptied.into_iter().filter(|(_, emptied)| *emptied) {
            let problem = Problem::new(Place::of_file(file), StoredText::Emptied);
            problems.push(problem.help(label!(StoredText::EmptiedDo, file = file)));
        }
        problems.extend(self.alike(sources)?);
        Ok(problems)
    }

    /// New files that many computers, or readers, take for another file of the rules.
    fn alike(&self, sources: &Sources) -> Result<Vec<Problem>, BookError> {
        let seen: Vec<(&str, String)> = sources.iter().map(|(path, _)| (path, as_seen(path))).collect();
        let mut problems = Vec::new();
        for (path, as_path) in &seen {
            let other = seen.iter().find(|(other, as_other)| other != path && as_other == as_path);
            let Some((other, _)) = other.filter(|_| Sources::is_source(path)) else { continue };
            if self.blob_at(path)?.is_none() {
                let problem = Problem::new(Place::of_file(*path), label!(StoredText::AlikeFile, other = other));
                problems.push(problem.help(StoredText::AlikeFileDo));
            }
        }
        Ok(problems)
    }
}

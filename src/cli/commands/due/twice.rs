//! Records with a value that an earlier record has, as lines of `due` for those who recorded them later. Two clones can
//! have given it, because a merge changes nothing that people wrote.

use std::rc::Rc;

use super::fitting::Fitting;
use super::lines::{Item, Said};
use crate::book::{View, gives_up};
use crate::cli::failure::Failure;
use crate::kind::{Kind, Step};
use crate::label;
use crate::lifecycle::{Duty, Party};
use crate::locale::messages::RecordText as Text;
use crate::record::Id;
use crate::wording;

/// The wanted lines of the records of a kind.
///
/// # Errors
/// If the book cannot be read.
pub(super) fn of_kind(view: &View<'_>, kind: &Kind, fitting: &Fitting<'_, '_>) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    for unique in kind.uniques.iter().filter(|unique| !unique.found) {
        let shared = view.index()?.sharing(unique)?;
        for holders in shared.chunk_by(|(one, _), (other, _)| one == other) {
            let mut counted: Vec<Id> = Vec::new();
            for (key, id) in holders {
                if view.read(id)?.is_some_and(|record| unique.held(&record).as_ref() == Some(key)) {
                    counted.push(id.clone());
                }
            }
            let ordered = view.in_order(counted);
            let Some((first, later)) = ordered.split_first() else { continue };
            for id in later {
                let Some(record) = view.read(id)? else { continue };
                let Some(author) = record.history.first().map(|event| event.by.clone()) else { continue };
                // who recorded it is asked first, if the rules let them mend it
                let step = gives_up(kind, unique).and_then(|step| kind.step_from(&step.name, &record.state));
                let mends = step.cloned().unwrap_or_else(|| Step::edit_like(kind.first_step()));
                let takers = view.takers(kind, &record, &mends);
                let people = view.people();
                let is_own = people.get(&author).is_some_and(|person| person.active)
                    && takers.is_for(&author, people, view.today());
                let held = if is_own { Party::Person(author).into() } else { takers };
                if !fitting.record(&record)? || !fitting.holders(&held) {
                    continue;
                }
                let fields: Vec<_> = unique.fields.iter().map(|field| kind.field(*field).label.clone()).collect();
                let said = label!(Text::Twice, other = first; fields = wording::joined(&fields));
                let steps = step.map(|step| step.name.clone()).into_iter().collect();
                let duty = Duty { standing: None, steps, held: held.clone(), waiting: false };
                items.push(Item { record: Rc::new(record), duty, held, said: Some(Said::Twice(said)) });
            }
        }
    }
    Ok(items)
}

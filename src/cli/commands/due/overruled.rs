//! What a merge has overruled, as lines of `due` for the people who had recorded it, until they acknowledge it.

use std::rc::Rc;

use super::lines::{Item, Said};
use crate::book::View;
use crate::cli::failure::Failure;
use crate::filter::Filter;
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::{Duty, Held, Party, Whose};
use crate::locale::messages::RecordText as Text;
use crate::record::ACKNOWLEDGE;
use crate::wording;

/// The lines of the records of a kind that fit the filter: one for each person and record. If a person is given, only
/// that person's.
///
/// # Errors
/// If the book cannot be read.
pub(super) fn of_kind(
    view: &View<'_>,
    kind: &Kind,
    filter: Option<&Filter>,
    whose: Option<&Whose<'_>>,
) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    let (of_records, of_lines) = filter.map(Filter::apart).unzip();
    for record in
        view.index()?.records(&view.index()?.overruled()?)?.into_iter().filter(|record| record.kind == kind.name())
    {
        if !of_records.as_ref().map_or(Ok(true), |filter| filter.matches(&record, &view.reading()))? {
            continue;
        }
        let record = Rc::new(record);
        for person in record.uninformed() {
            let held = Held::from(Party::Person(person.clone()));
            let named = held.named(view.people(), view.now().date_naive());
            let fits = of_lines.as_ref().is_none_or(|filter| filter.fits_held(&named, false));
            let Some(first) = record.unseen(person).next().filter(|_| fits) else { continue };
            if whose.is_some_and(|whose| !whose.holds(&held)) {
                continue;
            }
            let step = wording::step(kind, &first.event.step, None);
            let duty = Duty { standing: None, steps: vec![ACKNOWLEDGE.to_owned()], held: held.clone(), waiting: false };
            let said = Some(Said::Overruled(label!(Text::Overruled; step = step)));
            items.push(Item { record: record.clone(), duty, held, said });
        }
    }
    Ok(items)
}

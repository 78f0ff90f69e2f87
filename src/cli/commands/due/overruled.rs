//! What a merge has changed of people's work, as lines of `due` for those people, until they acknowledge it: steps
//! without effect, records that are void, other ids and numbers. What concerns somebody who has left falls to others.

use std::rc::Rc;

use super::fitting::Fitting;
use super::lines::{Item, Said};
use crate::book::View;
use crate::cli::failure::Failure;
use crate::cli::filed_again;
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::Duty;
use crate::locale::Label;
use crate::locale::messages::RecordText as Text;
use crate::record::{ACKNOWLEDGE, Entry, Event, Id};
use crate::wording;

/// The wanted lines of the records of a kind: one for each person and record.
///
/// # Errors
/// If the book cannot be read.
pub(super) fn of_kind(view: &View<'_>, kind: &Kind, fitting: &Fitting<'_, '_>) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    let records = view.index()?.records(&view.index()?.overruled()?)?;
    for record in records.into_iter().filter(|record| record.kind == kind.name()) {
        if !fitting.record(&record)? {
            continue;
        }
        let record = Rc::new(record);
        for person in record.uninformed() {
            let held = view.informed(&record, person);
            if !fitting.holders(&held) {
                continue;
            }
            let what = without_effect(kind, &record.id, record.unseen(person));
            let what = match held.people().any(|holder| holder == person) {
                true => what,
                // if somebody takes note in place of a person who has left, the line names that person
                false => label!(Text::OverruledOfLeft, who = view.words().person(person.as_str()); what = what),
            };
            let duty = Duty { standing: None, steps: vec![ACKNOWLEDGE.to_owned()], held: held.clone(), waiting: false };
            let said = Some(Said::Overruled(what));
            items.push(Item { record: record.clone(), duty, held, said });
        }
    }
    Ok(items)
}

/// What a merge did to a person's work on a record: all of it, since one acknowledgement is for all.
fn without_effect<'r>(kind: &Kind, id: &Id, unseen: impl Iterator<Item = Entry<'r>>) -> Label {
    let (mut steps, mut whole): (Vec<Label>, Vec<Label>) = (Vec::new(), Vec::new());
    for entry in unseen {
        let (into, label) = match entry {
            Entry::Event(event) => (&mut whole, by_merge(kind, id, event)),
            Entry::Overruled(one) => (&mut steps, wording::step(kind, &one.event.step, None)),
        };
        if !into.contains(&label) {
            into.push(label);
        }
    }
    if !steps.is_empty() {
        whole.insert(0, label!(Text::Overruled; step = wording::joined(&steps)));
    }
    wording::joined(&whole)
}

/// What a merge did to a record, in few words.
fn by_merge(kind: &Kind, id: &Id, event: &Event) -> Label {
    if filed_again::is_own(id, event) {
        return Text::MergeMadeVoidItself.into();
    }
    if event.to.is_some() {
        return Text::MergeMadeVoid.into();
    }
    if event.via.as_deref().is_some_and(|via| via.contains('#')) {
        return Text::MergeDoubted.into();
    }
    let id = event.via.as_deref().map(|via| label!(Text::MergeMovedId, id = via));
    let number = event.was.iter().filter_map(|(name, value)| {
        let field = kind.field(kind.shape.field_id(name)?);
        Some(label!(Text::MergeMovedNumber, number = value.stored().unwrap_or_default(); field = field.label.clone()))
    });
    wording::joined(&id.into_iter().chain(number).collect::<Vec<_>>())
}

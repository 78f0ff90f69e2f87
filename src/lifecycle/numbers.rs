//! Running numbers: a record gets its number when it is made, and keeps it. There is one exception. If two clones
//! gave the same number before they met, one record gets another number, as long as nobody else can have read the
//! first one.

use chrono::NaiveDate;

use super::{Lookup, Operation, Refusal, Unfit, linked};
use crate::filter::Unanswered;
use crate::kind::{Kind, Numbering};
use crate::record::{Id, Record, Value};

impl Operation<'_> {
    /// Gives a new record its number. An import may bring a number; otherwise nobody may give one.
    pub(super) fn number(
        &self,
        kind: &Kind,
        record: &mut Record,
        day: NaiveDate,
        imported: bool,
    ) -> Result<(), Refusal> {
        let Some(numbering) = &kind.numbering else { return Ok(()) };
        if let Some(recorded) = self.setting.ids.recorded(&record.id) {
            // a replayed record gets its recorded number
            match recorded.get(numbering.field) {
                Some(number) => record.fields.set(numbering.field, number.clone()),
                None => record.fields.clear(numbering.field),
            }
            return Ok(());
        }
        match numbering.of(record) {
            Some(_) if imported => Ok(()),
            Some(_) => Err(given(kind, numbering, None, false)),
            None => {
                let number = next(kind, numbering, record, day, &self.pending)?;
                record.fields.set(numbering.field, Value::Text(number));
                Ok(())
            }
        }
    }

    /// Refuses a changed number. If a number was emptied because another record has it too, the record gets the next
    /// number.
    pub(super) fn renumber(&self, kind: &Kind, before: &Record, after: &mut Record) -> Result<(), Refusal> {
        let Some(numbering) = &kind.numbering else { return Ok(()) };
        if before.get(numbering.field) == after.get(numbering.field) {
            return Ok(());
        }
        let recorded = self.setting.ids.recorded(&before.id).is_some();
        let published = !recorded && self.pending.published(&before.id)?;
        let emptied = recorded || after.get(numbering.field).is_none();
        if published || !emptied || !doubled(kind, numbering, before, &self.pending)? {
            return Err(given(kind, numbering, Some(&before.id), published));
        }
        if !recorded {
            let day = before.opened().unwrap_or(self.setting.now).date_naive();
            let number = next(kind, numbering, before, day, &self.pending)?;
            after.fields.set(numbering.field, Value::Text(number));
        }
        Ok(())
    }
}

fn given(kind: &Kind, numbering: &Numbering, id: Option<&Id>, published: bool) -> Refusal {
    Refusal::Unfit(Unfit::Numbered {
        id: id.cloned(),
        kind: kind.name().to_owned(),
        field: kind.field(numbering.field).name.clone(),
        published,
        place: numbering.place.clone(),
    })
}

/// Whether another record has the number of this one.
fn doubled(kind: &Kind, numbering: &Numbering, record: &Record, lookup: &dyn Lookup) -> Result<bool, Unanswered> {
    if numbering.of(record).is_none() {
        return Ok(false);
    }
    let Some(unique) = kind.uniques.iter().find(|unique| unique.fields == [numbering.field]) else { return Ok(false) };
    Ok(lookup.alike(unique, record)?.iter().any(|other| other.id != record.id))
}

/// The next number: for the second form of a case, its number with `-2`, else one more than the highest of its
/// series.
fn next(
    kind: &Kind,
    numbering: &Numbering,
    record: &Record,
    day: NaiveDate,
    lookup: &dyn Lookup,
) -> Result<String, Unanswered> {
    let others = match numbering.over.filter(|over| record.get(*over).is_some()) {
        Some(over) => linked::chain(kind, record, over, lookup)?,
        None => Vec::new(),
    };
    let first = others.iter().find(|other| numbering.over.is_some_and(|over| other.get(over).is_none()));
    if let Some(first) = first.and_then(|first| numbering.of(first)) {
        let taken: Vec<&str> = others.iter().filter_map(|other| numbering.of(other)).collect();
        let forms = (others.len() + 1..).map(|form| numbering.of_form(first, form));
        let free = forms.take(taken.len() + 1).find(|number| !taken.contains(&number.as_str()));
        if let Some(number) = free {
            return Ok(number);
        }
    }
    let highest = lookup.highest(&numbering.series(day))?;
    Ok(numbering.number(day, highest + 1))
}

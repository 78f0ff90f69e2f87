//! What a person did on a day, as lines of a list. A work report keeps it (ST2).

use super::sources::{From, in_shape};
use super::{Lookup as _, Operation, Refusal};
use crate::kind::{Doings, Kind, Told};
use crate::locale::Lang;
use crate::record::{Event, FieldId, Fields, Id, Record, Type, Value};

impl Operation<'_> {
    /// The steps that somebody took on a day, as lines of a list with this type. `None` if the lookup cannot know
    /// them.
    ///
    /// # Errors
    /// If the steps or their records cannot be found or read.
    pub(super) fn doings(&self, doings: &Doings, from: &From<'_>, ty: &Type) -> Result<Option<Vec<Value>>, Refusal> {
        let Type::Group(shape) = ty.element() else { return Ok(None) };
        let person: Option<Id> = from.fields.get(doings.by).and_then(Value::as_text).and_then(|id| id.parse().ok());
        let (Some(person), Some(Value::Date(day))) = (person, from.fields.get(doings.on)) else { return Ok(None) };
        let policy = self.setting.policy;
        let zone = policy.calendars.default().zone();
        let within = (zone.start_of_day(*day), zone.end_of_day(*day));
        let Some(events) = self.pending.doings(&doings.kinds, &person, within)? else { return Ok(None) };
        let mut lines = Vec::new();
        for (id, event) in events.into_iter().filter(|(_, event)| !doings.without.contains(&event.step)) {
            let Some(record) = self.pending.get(&id)? else { continue };
            let Some(kind) = policy.kind(&record.kind) else { continue };
            let doing = Doing { event: &event, record: &record, kind, lang: policy.settings.lang };
            let mut line = Fields::new();
            for (field, told) in &doings.with {
                let several = told.len() > 1;
                if let Some(value) = told.iter().find_map(|told| doing.value(told, several)) {
                    line.set(*field, in_shape(value, &shape.field(*field).ty));
                }
            }
            lines.push(Value::Group(line));
        }
        Ok(Some(lines))
    }
}

/// A step that somebody took.
struct Doing<'d> {
    event: &'d Event,
    record: &'d Record,
    kind: &'d Kind,
    lang: Lang,
}

impl Doing<'_> {
    /// What is told about it. If several things may be told, a field counts only if the step itself filled it in.
    fn value(&self, told: &Told, several: bool) -> Option<Value> {
        let id = &self.record.id;
        match told {
            Told::At => Some(Value::Time(self.event.at)),
            Told::Kind => Some(Value::Text(self.kind.shape.label.get(self.lang).to_owned())),
            Told::Record => (!id.is_person()).then(|| Value::Ref(id.clone())),
            Told::Step => {
                let label = self.kind.steps_named(&self.event.step).next().map(|step| step.label.get(self.lang));
                Some(Value::Text(label.unwrap_or(&self.event.step).to_owned()))
            }
            Told::Note => self.event.note.clone().map(Value::Text),
            Told::Field { own: Some(own), .. } if *own == self.record.kind => Some(Value::Ref(id.clone())),
            Told::Field { of, .. } => {
                let (_, field) = of.iter().find(|(kind, _)| *kind == self.record.kind)?;
                let told = self.record.get(*field).filter(|_| !several || self.filled(*field));
                told.filter(|value| !value.is_empty()).cloned()
            }
        }
    }

    /// Whether the step filled in a field. The index keeps events without that, so the record is asked.
    fn filled(&self, field: FieldId) -> bool {
        let same = |own: &&Event| own.at == self.event.at && own.step == self.event.step;
        let whole = self.record.history.iter().find(same);
        whole.is_some_and(|event| event.set.contains(&self.kind.field(field).name))
    }
}

//! What a notice is about: one or several missed deadlines, each on its own line (NT1). A notice without lines,
//! because it is old or made by hand, is about the deadline that its own fields name.

use crate::calendar::{Moment, Run};
use crate::policy::{NoticeFields, Occasion};
use crate::record::{FieldId, Fields, Id, Record, Value, stored_time};

/// A missed deadline that a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// The record whose deadline it is.
    pub about: Id,
    /// The deadline's name.
    pub deadline: String,
    /// How many notices its department has got about this deadline of the case, with this one, from 1.
    pub number: Option<u64>,
    /// When the deadline was due.
    pub missed: Option<Moment>,
    /// When the missed run began.
    pub since: Option<Moment>,
    /// The new date that the department has promised since.
    pub new_due: Option<Moment>,
    /// Whether it was answered: the whole notice, or this line of it.
    pub answered: bool,
    /// Whom it goes to.
    pub to: Addressee,
}

/// The addressee of a notice, or of a line of it. Everything is empty if the deadline has no holder.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Addressee {
    /// The department.
    pub department: Option<String>,
    /// The person.
    pub person: Option<Id>,
    /// The role, if no person is named.
    pub role: Option<String>,
}

impl Addressee {
    /// The addressee as an office: the department or, if there is none, the person or role.
    #[must_use]
    pub fn office(&self) -> Addressee {
        match &self.department {
            Some(_) => Addressee { department: self.department.clone(), ..Addressee::default() },
            None => self.clone(),
        }
    }
}

impl Noticed {
    /// Whether it is about this run of its deadline. A run is recognised by its beginning or, if that was not kept,
    /// by its end, which no longer moves once it has passed.
    pub fn speaks_of(&self, run: &Run) -> bool {
        match self.since {
            Some(since) => stored_time(&since) == stored_time(&run.start),
            None => self.missed.is_none() || run.due.at() == self.missed,
        }
    }
}

/// The occasion of a notice. `None` if the policy does not have its type.
pub fn occasion(notice: &Record, fields: &NoticeFields) -> Option<Occasion> {
    let stored = notice.get(fields.occasion)?.as_text()?;
    Occasion::ALL.into_iter().find(|own| fields.stored(*own) == stored)
}

/// The missed deadlines that a notice is about, in the order of its lines.
pub fn noticed(notice: &Record, fields: &NoticeFields) -> Vec<Noticed> {
    let own = &notice.fields;
    let to = Addressee {
        department: text(own, fields.department),
        person: text(own, fields.person).and_then(|id| id.parse().ok()),
        role: text(own, fields.role),
    };
    // a notice that was put away after its answer stays answered
    let whole = notice.history.iter().any(|event| event.to.as_ref().is_some_and(|to| fields.answered.contains(to)));
    let lines = fields.items.as_ref().map(|items| {
        let line = |value: &Value| {
            let Value::Group(line) = value else { return None };
            let person = text(line, items.person).and_then(|id| id.parse().ok());
            let role = text(line, items.role);
            let named = person.is_some() || role.is_some();
            let to = if named { Addressee { department: to.department.clone(), person, role } } else { to.clone() };
            Some(Noticed {
                about: reference(line, items.about)?,
                deadline: text(line, Some(items.deadline)).unwrap_or_default(),
                number: count(line, items.number),
                missed: moment(line, Some(items.missed)),
                since: moment(line, items.since),
                new_due: moment(line, items.new_due).or_else(|| moment(own, fields.new_due)),
                answered: whole || text(line, items.answer).is_some(),
                to,
            })
        };
        let values = own.get(items.list).map(Value::elements).unwrap_or_default();
        values.iter().filter_map(line).collect::<Vec<_>>()
    });
    match lines {
        Some(lines) if !lines.is_empty() => lines,
        _ => {
            let Some(about) = reference(own, fields.about) else { return Vec::new() };
            vec![Noticed {
                about,
                deadline: text(own, Some(fields.deadline)).unwrap_or_default(),
                number: count(own, fields.number),
                missed: moment(own, Some(fields.missed)),
                since: None,
                new_due: moment(own, fields.new_due),
                answered: whole,
                to,
            }]
        }
    }
}

fn text(fields: &Fields, field: Option<FieldId>) -> Option<String> {
    fields.get(field?)?.as_text().map(str::to_owned)
}

fn reference(fields: &Fields, field: FieldId) -> Option<Id> {
    if let Some(Value::Ref(id)) = fields.get(field) { Some(id.clone()) } else { None }
}

fn count(fields: &Fields, field: Option<FieldId>) -> Option<u64> {
    if let Some(Value::Count(count)) = fields.get(field?) { Some(*count) } else { None }
}

fn moment(fields: &Fields, field: Option<FieldId>) -> Option<Moment> {
    if let Some(Value::Time(at)) = fields.get(field?) { Some(*at) } else { None }
}

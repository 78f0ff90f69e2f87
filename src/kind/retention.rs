//! How long records, or some of their fields, are kept: `[[retention]] after = "3 years"`. Nothing is erased by
//! itself: a list shows what is past its time, and the holders must see to it.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::reader::{self, AllShapes, condition_of, label};
use super::{Condition, Kind};
use crate::calendar::{Shift, Span, Zone};
use crate::filter::{Expr, closing, entering};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::Section;
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Record, Shape, Type, Value};

/// How long something is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Retention {
    /// The fields that are kept for this time; if the list is empty, the whole record.
    pub fields: Vec<FieldId>,
    /// How long.
    pub after: Span,
    /// When the time begins.
    pub from: KeptFrom,
    /// Only records for which this holds.
    pub when: Option<Condition>,
    /// The roles that see to it.
    pub roles: Vec<String>,
    /// The departments that see to it.
    pub departments: Vec<String>,
    /// The reason, for people.
    pub reason: Label,
    /// Where it is declared.
    pub place: Place,
}

/// When the retention time begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeptFrom {
    /// When the record was closed.
    Closed,
    /// The date or time in a field.
    Field(FieldId),
    /// When a milestone was last reached: its name and its states.
    Milestone(String, Vec<String>),
}

impl Retention {
    /// The last day on which it is kept. `None` if its time has not begun, or if there is nothing to keep.
    pub fn until(&self, kind: &Kind, record: &Record, zone: Zone) -> Option<NaiveDate> {
        let held = |field: &FieldId| record.get(*field).is_some_and(|value| !value.is_empty());
        if !self.fields.is_empty() && !self.fields.iter().any(held) {
            return None;
        }
        let begun = match &self.from {
            KeptFrom::Closed => zone.date(closing(record, |state| kind.shape.class(state))?.at),
            KeptFrom::Milestone(_, states) => zone.date(entering(record, states)?.at),
            KeptFrom::Field(field) => match record.get(*field)? {
                Value::Date(date) => *date,
                Value::Time(at) => zone.date(*at),
                _ => return None,
            },
        };
        self.shift().date(begun)
    }

    /// The filters for records with something past its time on a day. Together they find all of them.
    pub fn past(&self, kind: &Kind, today: NaiveDate) -> Vec<Expr> {
        let Some(last) = self.last_start(today) else { return Vec::new() };
        let begun = match &self.from {
            KeptFrom::Closed => "closed".to_owned(),
            KeptFrom::Field(field) => kind.field(*field).name.clone(),
            KeptFrom::Milestone(name, _) => format!("milestone.{name}"),
        };
        let expr = || Expr::every().between(&begun, None, Some(last));
        match self.fields.is_empty() {
            true => vec![expr()],
            false => self.fields.iter().map(|field| expr().has(&kind.field(*field).name)).collect(),
        }
    }

    /// The latest beginning whose time is over on `today`.
    fn last_start(&self, today: NaiveDate) -> Option<NaiveDate> {
        let near = Shift { span: self.after, back: true }.date(today)?.checked_add_days(Days::new(3))?;
        (0..10).find_map(|days| {
            let day = near.checked_sub_days(Days::new(days))?;
            self.shift().date(day).is_some_and(|end| end < today).then_some(day)
        })
    }

    /// The retention time, as a shift of dates.
    pub fn shift(&self) -> Shift {
        Shift { span: self.after, back: false }
    }
}

/// `[[retention]] after = "3 years", from = "closed", fields = ["contact"], when = …, holder = ["role:…"], reason = …`.
pub(super) fn retention(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Retention> {
    let reader = Reader { shape, shapes, problems };
    section.list("retention", problems).into_iter().filter_map(|table| reader.one(table)).collect()
}

struct Reader<'r> {
    shape: &'r Shape,
    shapes: &'r AllShapes,
    problems: &'r Problems,
}

impl Reader<'_> {
    fn one(&self, table: &Section) -> Option<Retention> {
        let problems = self.problems;
        let after = table.required_text("after", problems);
        let named = table.texts("fields", problems);
        let fields = named.iter().filter_map(|f| reader::field(self.shape, &f.value, &f.place, problems)).collect();
        let from = table.text("from", problems);
        let from = from.map_or(Some(KeptFrom::Closed), |from| self.from(&from));
        let when = condition_of(table, "when", &self.shape.name, self.shapes, problems);
        let (mut roles, mut departments) = (Vec::new(), Vec::new());
        let holder = table.texts("holder", problems);
        for who in &holder {
            let named = |name: &str| Placed { value: name.to_owned(), place: who.place.clone() };
            match who.value.split_once(':') {
                Some(("role", role)) => {
                    self.shapes.roles.check(&named(role), problems);
                    roles.push(role.to_owned());
                }
                Some(("department", department)) => {
                    self.shapes.departments.check(&named(department), problems);
                    departments.push(department.to_owned());
                }
                _ => {
                    let problem = Problem::new(who.place.clone(), label!(LoadText::SaysNobody, text = who.value));
                    problems.push(problem.help(LoadText::RetentionHolder));
                }
            }
        }
        if holder.is_empty() {
            let problem = Problem::new(table.place().clone(), LoadText::RetentionNobody);
            problems.push(problem.help(LoadText::RetentionHolder));
        }
        let reason = label(table, "reason", "", problems);
        table.finish(problems);
        let after = after?;
        let span = after.value.parse::<Span>().map_err(|error| problems.say(&after.place, error.label())).ok()?;
        if (Shift { span, back: false }).date(NaiveDate::default()).is_none() {
            let problem = Problem::new(after.place.clone(), label!(LoadText::RetentionSpan, span = after.value));
            problems.push(problem.help(LoadText::RetentionSpanHelp));
            return None;
        }
        Some(Retention { fields, after: span, from: from?, when, roles, departments, reason, place: after.place })
    }

    /// `closed`, a milestone, or a date or time field.
    fn from(&self, named: &Placed<String>) -> Option<KeptFrom> {
        if named.value == "closed" {
            return Some(KeptFrom::Closed);
        }
        let milestones = self.shapes.milestones.get(&self.shape.name);
        let milestone = milestones.into_iter().flatten().find(|(name, _)| *name == named.value);
        if let Some((name, states)) = milestone {
            return Some(KeptFrom::Milestone(name.clone(), states.clone()));
        }
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        if !matches!(self.shape.field(field).ty, Type::Date | Type::Time) {
            self.problems.say(&named.place, label!(LoadText::NeitherDate, name = named.value));
            return None;
        }
        Some(KeptFrom::Field(field))
    }
}

//! Invented values for fields of any kind: the same in every run, and valid for the type of the field.

use chrono::{Days, NaiveDate, TimeDelta};
use rust_decimal::Decimal;

use super::Random;
use super::bulk::{PLACES, company};
use crate::calendar::Moment;
use crate::record::{Fields, Id, Type, Value};

/// What invented values are made from: the names of the rule book, and the present time of the record.
pub struct Values<'v> {
    /// People of the staff.
    pub people: &'v [Id],
    /// Departments.
    pub departments: &'v [String],
    /// Roles.
    pub roles: &'v [String],
    /// The present time.
    pub at: Moment,
    /// A unique number, for values that must be unique, such as a name.
    pub number: usize,
}

/// The wanted value.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// The type.
    pub ty: &'w Type,
    /// The field's Chinese label.
    pub label: &'w str,
    /// Whether a date or time must be in the future, such as a time limit.
    pub ahead: bool,
    /// Whether the field is part of a line.
    pub within: bool,
    /// Whether the field is the name of a company.
    pub name: bool,
}

/// Sentences, chosen by the number of the record. `{}` is the field's label.
const SAYINGS: [&str; 6] = [
    "{}：已与客户确认",
    "{}：按约定办理",
    "{}：详见现场记录",
    "{}：资料齐全",
    "{}：已转相关部门",
    "{}：待下次联系时核对",
];

impl Values<'_> {
    /// An invented value. `None` if there is nothing to choose from, or if the field is a file. `named` returns a
    /// record of one of these kinds.
    pub fn of(
        &self,
        random: &mut Random,
        wanted: Wanted<'_>,
        named: &mut dyn FnMut(&mut Random, &[String]) -> Option<Id>,
    ) -> Option<Value> {
        let one = |random: &mut Random, names: &[String]| {
            names.get(random.below(names.len() as u64) as usize).cloned().map(Value::Text)
        };
        match wanted.ty {
            Type::Text if wanted.name => Some(Value::Text(company(random, self.number))),
            Type::Text => {
                let saying = random.pick(&SAYINGS).replace("{}", wanted.label);
                Some(Value::Text(format!("{}{saying}（{:05}）", random.pick(&PLACES), self.number)))
            }
            // most clients are content: the largest of three numbers
            Type::Count => Some(Value::Count(1 + (0..3).map(|_| random.below(5)).max().unwrap_or_default())),
            // lines of several lists agree, and shares add up to the whole
            Type::Decimal if wanted.within => Some(Value::Decimal(Decimal::ONE_HUNDRED)),
            Type::Decimal => Some(Value::Decimal(Decimal::from(1 + random.below(9)))),
            Type::Money => Some(Value::Money(Decimal::new((1 + random.below(80)) as i64 * 5000, 2))),
            Type::Date => Some(Value::Date(self.day(random, wanted.ahead))),
            Type::Time => {
                let days = TimeDelta::days(1 + random.below(9) as i64);
                Some(Value::Time(if wanted.ahead { self.at + days } else { self.at - TimeDelta::minutes(5) }))
            }
            Type::Bool => Some(Value::Bool(random.below(4) > 0)),
            Type::Choice(choices) => {
                let open: Vec<&str> = choices.iter().filter(|c| !c.retired).map(|c| c.name.as_str()).collect();
                let chosen = open.get(random.below(open.len() as u64) as usize)?;
                Some(Value::Text((*chosen).to_owned()))
            }
            Type::List(element) => {
                let one = self.of(random, Wanted { ty: element, ..wanted }, named)?;
                Some(Value::List(vec![one]))
            }
            Type::Group(shape) => {
                let mut fields = Fields::new();
                for (id, field) in shape.handles().filter(|(_, field)| !field.retired) {
                    if field.required || !matches!(field.ty, Type::Bool) || random.below(3) == 0 {
                        let label = if field.label.zh.is_empty() { &field.name } else { &field.label.zh };
                        let inner = Wanted { ty: &field.ty, label, ahead: wanted.ahead, within: true, name: false };
                        if let Some(value) = self.of(random, inner, named) {
                            fields.set(id, value);
                        }
                    }
                }
                Some(Value::Group(fields)).filter(|value| !value.is_empty())
            }
            Type::Person => {
                let id = self.people.get(random.below(self.people.len() as u64) as usize)?;
                Some(Value::Text(id.to_string()))
            }
            Type::Role => one(random, self.roles),
            Type::Department => one(random, self.departments),
            Type::Phone => Some(Value::Text(format!("0571-8{:07}", random.below(10_000_000)))),
            Type::Day => {
                let (year, month, day) = (1950 + random.below(50), 1 + random.below(12), 1 + random.below(28));
                Some(Value::Text(format!("{year}-{month:02}-{day:02}")))
            }
            Type::Email => Some(Value::Text(format!("kehu{:05}@example.com", self.number))),
            Type::Ref(kinds) => named(random, kinds).map(Value::Ref),
            Type::File => None,
        }
    }

    fn day(&self, random: &mut Random, ahead: bool) -> NaiveDate {
        let today = self.at.date_naive();
        if ahead { today + Days::new(2 + random.below(20)) } else { today }
    }
}

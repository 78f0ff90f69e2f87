//! What a case loses, who bears the loss, and what it costs of a salesperson's bonus: `policy/sharing.toml` (RL1 to
//! RL4). `money` does the arithmetic.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::naming;
use super::reports::no_cases;
use super::sums::{self, Sum, typed};
use crate::kind::{AllShapes, Condition, condition_of, field_of};
use crate::label;
use crate::locale::messages::{LoadText, SumText};
use crate::place::toml::{Item, Section, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type, parse_decimal, parse_money};

/// The content of `sharing.toml`. Empty if a company attributes no losses.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Sharing {
    /// The parts of a case's loss.
    pub losses: Vec<Sum>,
    /// Where a complaint names who is responsible. `None` if the company has no field for it.
    pub responsible: Option<Responsible>,
    /// How a department's share is divided, beginning at the lowest amount.
    pub bands: Vec<Band>,
    /// The amount that decides the band.
    pub measure: Measure,
    /// Who pays the part of a missing superior.
    pub vacant: Vacant,
    /// How a salesperson's bonus is reduced.
    pub recovery: Option<Recovery>,
}

/// Where a complaint names who is responsible.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Responsible {
    /// The list.
    pub list: FieldId,
    /// The person of a line.
    pub person: FieldId,
    /// The department of a line.
    pub department: FieldId,
    /// The share of a line, in percent.
    pub share: FieldId,
    /// Only the losses of these cases are attributed.
    pub when: Option<Condition>,
    /// Where it is declared.
    pub place: Place,
}

/// How shares up to an amount are divided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The highest amount, inclusive; `None` means any amount.
    pub up_to: Option<Decimal>,
    /// The parts, in any unit: of the directly responsible person, the first superior, the second superior, and so
    /// on.
    pub parts: Vec<Decimal>,
    /// Where it is declared.
    pub place: Place,
}

/// The amount that decides the band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Measure {
    /// The department's share.
    #[default]
    Share,
    /// The whole loss of the case.
    Loss,
}

/// Who pays the part of a missing superior.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Vacant {
    /// The whole department.
    #[default]
    Department,
    /// The directly responsible person.
    Direct,
}

/// How a salesperson's bonus for recovered receivables is reduced if a complaint delays payment (RL4).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recovery {
    /// The list in the complaint.
    pub list: FieldId,
    /// What is to be paid for, in a line.
    pub item: FieldId,
    /// The amount that is owed.
    pub receivable: FieldId,
    /// The amount that was paid.
    pub collected: FieldId,
    /// The complaint's field with the client, and the client's field with the salesperson.
    pub salesperson: Option<(FieldId, FieldId)>,
    /// The bonus for a fully recovered receivable, in percent of it. `None` if the company does not say.
    pub bonus: Option<Decimal>,
    /// Where it is declared.
    pub place: Place,
}

impl Sharing {
    /// The path of the file.
    pub const FILE: &'static str = "policy/sharing.toml";

    /// Reads the file. All problems are noted, and everything without problems is returned.
    pub(super) fn load(text: &str, cases: Option<&str>, shapes: &AllShapes, problems: &Problems) -> Self {
        let Some(file) = read(Self::FILE, text, problems) else { return Sharing::default() };
        let Some(complaint) = cases.and_then(|cases| shapes.shapes.get(cases)) else {
            let first = ["losses", "responsible", "division", "recovery"].iter().find_map(|key| file.item(key));
            first.iter().for_each(|item| problems.push(no_cases(item.place())));
            return Sharing::default();
        };
        let reader = Reader { complaint, shapes, problems };
        let sums = sums::Reader { what: LoadText::WordLoss, complaint, shapes, problems, statistics: false };
        let losses = sums.all(&file, "losses");
        let table = |name: &str| file.section(name, problems);
        let responsible = table("responsible").and_then(|table| finished(table, problems, reader.responsible(table)));
        let recovery = table("recovery").and_then(|table| finished(table, problems, reader.recovery(table)));
        let (mut bands, mut measure, mut vacant) = (Vec::new(), Measure::default(), Vacant::default());
        if let Some(division) = table("division") {
            measure = reader.one_of(division, "by", &[("share", Measure::Share), ("loss", Measure::Loss)]);
            vacant =
                reader.one_of(division, "vacant", &[("department", Vacant::Department), ("direct", Vacant::Direct)]);
            for table in division.list("bands", problems) {
                bands.extend(finished(table, problems, reader.band(table)));
            }
            division.finish(problems);
            ascending(&bands, division.place(), problems);
        }
        file.finish(problems);
        Sharing { losses, responsible, bands, measure, vacant, recovery }
    }

    /// The band of an amount.
    pub fn band(&self, amount: Decimal) -> Option<&Band> {
        self.bands.iter().find(|band| band.up_to.is_none_or(|limit| amount <= limit))
    }
}

fn finished<T>(table: &Section, problems: &Problems, read: Option<T>) -> Option<T> {
    table.finish(problems);
    read
}

/// Checks that the bands are ascending and that the last one has no limit, so that every amount has a band.
fn ascending(bands: &[Band], place: &Place, problems: &Problems) {
    for pair in bands.windows(2) {
        if pair[0].up_to.is_none() || pair[1].up_to.is_some_and(|next| pair[0].up_to.is_some_and(|own| next <= own)) {
            problems.push(Problem::new(pair[1].place.clone(), SumText::BandWithin).help(SumText::BandOrder));
        }
    }
    if bands.last().is_none_or(|last| last.up_to.is_some()) {
        problems.push(Problem::new(place.clone(), SumText::BandOpen).help(SumText::BandEnd));
    }
}

struct Reader<'r> {
    complaint: &'r Shape,
    shapes: &'r AllShapes,
    problems: &'r Problems,
}

impl Reader<'_> {
    /// A required field of one of these types.
    fn field(&self, shape: &Shape, table: &Section, key: &str, types: &[&str]) -> Option<FieldId> {
        let named = table.required_text(key, self.problems)?;
        naming::typed(shape, &named, types, self.problems)
    }

    /// The lines of a list of the complaint.
    fn lines(&self, table: &Section, key: &str) -> Option<(FieldId, &Shape)> {
        let named = table.required_text(key, self.problems)?;
        let list = field_of(self.complaint, &named.value, &named.place, self.problems)?;
        match self.complaint.field(list).ty.element() {
            Type::Group(lines) => Some((list, lines)),
            _ => {
                self.problems.say(&named.place, label!(LoadText::NoLines, name = named.value));
                None
            }
        }
    }

    fn responsible(&self, table: &Section) -> Option<Responsible> {
        let when = condition_of(table, "when", &self.complaint.name, self.shapes, self.problems);
        let (list, lines) = self.lines(table, "list")?;
        let person = self.field(lines, table, "person", &["person"]);
        let department = self.field(lines, table, "department", &["department"]);
        let share = self.field(lines, table, "share", &["decimal", "count"]);
        let place = table.place().clone();
        Some(Responsible { list, person: person?, department: department?, share: share?, when, place })
    }

    fn recovery(&self, table: &Section) -> Option<Recovery> {
        let bonus = self.percent(table, "bonus");
        let salesperson = table.text("salesperson", self.problems).and_then(|path| self.salesperson(&path));
        let (list, lines) = self.lines(table, "list")?;
        let item = self.field(lines, table, "item", &["text"]);
        let receivable = self.field(lines, table, "receivable", &["money"]);
        let collected = self.field(lines, table, "collected", &["money"]);
        let (item, receivable, collected) = (item?, receivable?, collected?);
        Some(Recovery { list, item, receivable, collected, salesperson, bonus, place: table.place().clone() })
    }

    fn salesperson(&self, path: &Placed<String>) -> Option<(FieldId, FieldId)> {
        let Some((named, person)) = path.value.split_once('.') else {
            self.problems.say(&path.place, SumText::WriteSalesperson);
            return None;
        };
        let client = field_of(self.complaint, named, &path.place, self.problems)?;
        let Type::Ref(kinds) = &self.complaint.field(client).ty else {
            self.problems.say(&path.place, label!(LoadText::NoRef, name = named));
            return None;
        };
        let shape = kinds.first().and_then(|kind| self.shapes.shapes.get(kind))?;
        let field = field_of(shape, person, &path.place, self.problems)?;
        Some((client, typed(shape, field, path, &["person"], self.problems)?))
    }

    fn band(&self, table: &Section) -> Option<Band> {
        let limit = table.text("up-to", self.problems);
        let up_to = limit.as_ref().and_then(|text| {
            let wrong = |error: crate::record::ValueError| self.problems.say(&text.place, error.label());
            parse_money(&text.value).map_err(wrong).ok()
        });
        let mut parts = Vec::new();
        for item in table.items("parts") {
            let number = match item {
                Item::Count(count) => Decimal::from(count.value),
                Item::Text(text) | Item::Number(text) => match parse_decimal(&text.value) {
                    Ok(number) => number,
                    Err(error) => {
                        self.problems.say(&text.place, error.label());
                        continue;
                    }
                },
                other => {
                    other.unexpected::<()>(LoadText::WordNumber, self.problems);
                    continue;
                }
            };
            if number.is_sign_negative() && !number.is_zero() {
                self.problems.say(item.place(), SumText::PartNegative);
            }
            parts.push(number);
        }
        if parts.iter().all(Decimal::is_zero) {
            self.problems.push(Problem::new(table.place().clone(), SumText::PartsNothing).help(SumText::WriteParts));
            return None;
        }
        if limit.is_some() && up_to.is_none() {
            return None;
        }
        Some(Band { up_to, parts, place: table.place().clone() })
    }

    /// A percentage in quotes that is not negative.
    fn percent(&self, table: &Section, key: &str) -> Option<Decimal> {
        let text = table.text(key, self.problems)?;
        match parse_decimal(&text.value) {
            Ok(number) if number >= Decimal::ZERO && number <= Decimal::ONE_HUNDRED => Some(number),
            _ => {
                let message = label!(SumText::NoPercent, text = text.value);
                self.problems.push(Problem::new(text.place, message).help(SumText::WritePercent));
                None
            }
        }
    }

    fn one_of<T: Copy + Default>(&self, table: &Section, key: &str, known: &[(&str, T)]) -> T {
        let Some(text) = table.text(key, self.problems) else { return T::default() };
        if let Some((_, value)) = known.iter().find(|(name, _)| *name == text.value) {
            return *value;
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let message = label!(LoadText::NoneOf, name = text.value, known = names.join(", "));
        self.problems.push(Problem::new(text.place, message));
        T::default()
    }
}

//! What reports count by: `policy/reports.toml`. The reports themselves are not here.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::callbacks::span;
use super::sums::{self, Sum};
use crate::calendar::Span;
use crate::filter::Shapes;
use crate::kind::AllShapes;
use crate::place::toml::{Item, Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type, parse_money};

/// The kind whose repeats are counted.
pub const COMPLAINT: &str = "complaint";

/// What `reports.toml` says. What it leaves out a report cannot tell, and says so.
#[derive(Debug, Clone, Default)]
pub struct Reporting {
    /// What makes a complaint a repeat (重复投诉).
    pub repeats: Option<Repeats>,
    /// What makes two complaints ones of the same lot.
    pub lots: Option<Lots>,
    /// What makes an improvement measure ineffective (IM1).
    pub recurrence: Option<Recurrence>,
    /// What counts as satisfied (满意度).
    pub satisfaction: Option<Satisfaction>,
    /// How late overdue cases are, as upper ends of bands; one more, open, follows the last.
    pub overdue: Vec<Span>,
    /// The complaint rate (投诉率).
    pub complaint_rate: Option<ComplaintRate>,
    /// What was sold, by month.
    pub volumes: Vec<Volume>,
    /// What the statistics are broken down by.
    pub tables: Vec<Breakdown>,
    /// What the statistics add up of the cases that closed, beside their losses.
    pub sums: Vec<Sum>,
    /// The columns of the tracking table, handles of the kind [`COMPLAINT`].
    pub tracking: Vec<FieldId>,
}

/// What a table of the statistics has a row for: each value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breakdown {
    /// The field of the kind [`COMPLAINT`].
    pub by: FieldId,
    /// A list, and the part of its lines, that counts in its place where there are lines.
    pub first: Option<(FieldId, FieldId)>,
}

/// The same in these fields within so much time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeats {
    /// Handles of the kind [`COMPLAINT`].
    pub same: Vec<FieldId>,
    /// The time between two of them.
    pub within: Span,
}

/// The same in some fields, another in others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lots {
    /// Handles of the kind [`COMPLAINT`] that are the same.
    pub same: Vec<FieldId>,
    /// Handles of the kind [`COMPLAINT`] that differ.
    pub differs: Vec<FieldId>,
}

/// A complaint like those that a measure is about, come back too soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// The kind of the measures.
    pub kind: String,
    /// Handles of that kind that name complaints.
    pub about: Vec<FieldId>,
    /// The states of that kind that say that the measure is done.
    pub done: Vec<String>,
    /// Handles of the kind [`COMPLAINT`] that are the same.
    pub same: Vec<FieldId>,
    /// How long after the measure was done.
    pub within: Span,
}

/// Scores from 1 to `highest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Satisfaction {
    /// The best score.
    pub highest: u64,
    /// From this one on a client counts as satisfied.
    pub satisfied_from: u64,
    /// Up to this one a client counts as dissatisfied.
    pub dissatisfied_to: u64,
}

/// Complaints for so many of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComplaintRate {
    /// Of what.
    pub denominator: Denominator,
    /// 100 is percent, 1000 per mille.
    pub per: u64,
}

/// What complaints are counted against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denominator {
    /// The clients of the archive.
    Clients,
    /// The orders of [`Volume`].
    Orders,
    /// The amounts of [`Volume`].
    Amount,
}

/// What was sold in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// The first day of the month.
    pub month: NaiveDate,
    /// How many orders.
    pub orders: Option<u64>,
    /// For how much, in the book's currency.
    pub amount: Option<Decimal>,
    /// Where it stands.
    pub place: Place,
}

impl Reporting {
    /// The file that says it.
    pub const FILE: &'static str = "policy/reports.toml";

    /// Reads the file. All problems are noted; what could be read beside them is returned.
    pub(super) fn load(text: &str, shapes: &AllShapes, problems: &Problems) -> Self {
        let Some(file) = read(Self::FILE, text, problems) else { return Reporting::default() };
        let mut reporting = Reporting {
            repeats: within(&file, "repeats", problems, |table| repeats(table, shapes, problems)).flatten(),
            lots: within(&file, "lots", problems, |table| lots(table, shapes, problems)),
            recurrence: within(&file, "recurrence", problems, |table| recurrence(table, shapes, problems)).flatten(),
            satisfaction: within(&file, "satisfaction", problems, |table| satisfaction(table, problems)).flatten(),
            overdue: within(&file, "overdue", problems, |table| bands(table, problems)).unwrap_or_default(),
            complaint_rate: within(&file, "complaint-rate", problems, |table| rate(table, problems)).flatten(),
            volumes: Vec::new(),
            tables: Vec::new(),
            sums: Vec::new(),
            tracking: within(&file, "tracking", problems, |table| {
                let names = table.texts("columns", problems);
                names.iter().filter_map(|name| complaints(shapes, name, problems)).collect()
            })
            .unwrap_or_default(),
        };
        for table in file.list("tables", problems) {
            let breakdown = breakdown(table, shapes, problems);
            table.finish(problems);
            reporting.tables.extend(breakdown);
        }
        if let Some(complaint) = shapes.shapes.get(COMPLAINT) {
            let sums = sums::Reader { what: "sum", complaint, shapes, problems, statistics: true };
            reporting.sums = sums.all(&file, "sums");
        }
        for table in file.list("volumes", problems) {
            let volume = volume(table, problems);
            table.finish(problems);
            reporting.volumes.extend(volume);
        }
        file.finish(problems);
        for (i, volume) in reporting.volumes.iter().enumerate() {
            if let Some(first) = reporting.volumes[..i].iter().find(|before| before.month == volume.month) {
                problems.say(&volume.place, format!("the month stands at {} too", first.place));
            }
        }
        reporting
    }
}

fn within<T>(file: &Section, name: &str, problems: &Problems, read: impl FnOnce(&Section) -> T) -> Option<T> {
    let table = file.section(name, problems)?;
    let found = read(table);
    table.finish(problems);
    Some(found)
}

fn repeats(table: &Section, shapes: &AllShapes, problems: &Problems) -> Option<Repeats> {
    let within = table.required_text("within", problems).and_then(|text| span(&text, problems));
    Some(Repeats { same: same(table, shapes, problems), within: within? })
}

fn lots(table: &Section, shapes: &AllShapes, problems: &Problems) -> Lots {
    Lots { same: same(table, shapes, problems), differs: fields(COMPLAINT, table, "differs", shapes, problems) }
}

fn recurrence(table: &Section, shapes: &AllShapes, problems: &Problems) -> Option<Recurrence> {
    let within = table.required_text("within", problems).and_then(|text| span(&text, problems));
    let (kind, done) = (table.required_text("kind", problems), table.required_text("done", problems));
    let same = same(table, shapes, problems);
    let kind = kind?;
    let about = fields(&kind.value, table, "about", shapes, problems);
    if !shapes.shapes.contains_key(&kind.value) {
        let near = nearest(&kind.value, shapes.shapes.keys().map(String::as_str));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        problems.push(Problem::new(kind.place, format!("there is no kind `{}`", kind.value)).help_if(help));
        return None;
    }
    let done = done?;
    let Some(states) = Shapes::milestone(shapes, &kind.value, &done.value) else {
        let near = nearest(&done.value, Shapes::milestones(shapes, &kind.value));
        let message = format!("`{}` has no milestone `{}`", kind.value, done.value);
        problems.push(Problem::new(done.place, message).help_if(near.map(|near| format!("did you mean `{near}`?"))));
        return None;
    };
    Some(Recurrence { kind: kind.value, about, done: states.to_vec(), same, within: within? })
}

/// The fields of complaints that are the same.
fn same(table: &Section, shapes: &AllShapes, problems: &Problems) -> Vec<FieldId> {
    let same = fields(COMPLAINT, table, "same", shapes, problems);
    if table.texts("same", &Problems::new()).is_empty() {
        problems.say(table.place(), "`same` names no field, so that every complaint would repeat every other");
    }
    same
}

/// The handles of the fields of a kind that a key names.
fn fields(kind: &str, table: &Section, key: &str, shapes: &AllShapes, problems: &Problems) -> Vec<FieldId> {
    let names = table.texts(key, problems);
    let shape = shapes.shapes.get(kind);
    names.iter().filter_map(|name| field_of(shape, kind, &name.value, name, problems)).collect()
}

/// A field of complaints.
fn complaints(shapes: &AllShapes, name: &Placed<String>, problems: &Problems) -> Option<FieldId> {
    field_of(shapes.shapes.get(COMPLAINT), COMPLAINT, &name.value, name, problems)
}

fn field_of(
    shape: Option<&Shape>,
    owner: &str,
    wanted: &str,
    name: &Placed<String>,
    problems: &Problems,
) -> Option<FieldId> {
    let found = shape.and_then(|shape| shape.field_id(wanted));
    if found.is_none() {
        let names = shape.into_iter().flat_map(|shape| shape.fields()).map(|field| field.name.as_str());
        let help = nearest(wanted, names).map(|near| format!("did you mean `{near}`?"));
        let message = format!("`{owner}` has no field `{wanted}`");
        problems.push(Problem::new(name.place.clone(), message).help_if(help));
    }
    found
}

fn breakdown(table: &Section, shapes: &AllShapes, problems: &Problems) -> Option<Breakdown> {
    let by = table.required_text("by", problems).and_then(|name| complaints(shapes, &name, problems));
    let first = table.text("first", problems).map(|name| {
        let (lines, part) = name.value.split_once('.').unwrap_or((&name.value, ""));
        let shape = shapes.shapes.get(COMPLAINT);
        let list = field_of(shape, COMPLAINT, lines, &name, problems)?;
        match shape?.field(list).ty.element() {
            Type::Group(inner) => Some((list, field_of(Some(inner), lines, part, &name, problems)?)),
            _ => {
                let message = format!("`{}` is no part of a list", name.value);
                problems.push(Problem::new(name.place.clone(), message).help("write it as \"responsible.department\""));
                None
            }
        }
    });
    match first {
        Some(None) => None,
        first => Some(Breakdown { by: by?, first: first.flatten() }),
    }
}

fn satisfaction(table: &Section, problems: &Problems) -> Option<Satisfaction> {
    let [highest, from, to] =
        ["highest", "satisfied-from", "dissatisfied-to"].map(|key| required(table, key, problems));
    let (highest, from, to) = (highest?, from?, to?);
    if from.value > highest.value || to.value >= from.value {
        problems.push(
            Problem::new(from.place, "the scores do not follow one another")
                .help("`dissatisfied-to` lies below `satisfied-from`, and that not above `highest`"),
        );
    }
    Some(Satisfaction { highest: highest.value, satisfied_from: from.value, dissatisfied_to: to.value })
}

fn bands(table: &Section, problems: &Problems) -> Vec<Span> {
    let mut bands: Vec<Span> = Vec::new();
    for text in table.texts("bands", problems) {
        let Some(band) = span(&text, problems) else { continue };
        if bands.last().is_some_and(|last| last.unit != band.unit || last.count >= band.count) {
            let message = format!("`{}` is not longer than the band before it in the same unit", text.value);
            problems.push(Problem::new(text.place, message).help("write them from the shortest to the longest"));
        }
        bands.push(band);
    }
    bands
}

fn rate(table: &Section, problems: &Problems) -> Option<ComplaintRate> {
    let named = table.required_text("denominator", problems);
    let per = required(table, "per", problems);
    let named = named?;
    let denominator = match named.value.as_str() {
        "clients" => Denominator::Clients,
        "orders" => Denominator::Orders,
        "amount" => Denominator::Amount,
        other => {
            let message = format!("complaints are not counted against `{other}`");
            problems.push(Problem::new(named.place, message).help("write clients, orders or amount"));
            return None;
        }
    };
    Some(ComplaintRate { denominator, per: per?.value })
}

/// A count that must be there and is not nothing.
fn required(table: &Section, key: &str, problems: &Problems) -> Option<Placed<u64>> {
    if !table.has(key) {
        problems.say(table.place(), format!("`{key}` is missing"));
    }
    let count = table.count(key, problems)?;
    if count.value == 0 {
        problems.say(&count.place, format!("`{key}` cannot be 0"));
    }
    Some(count)
}

fn volume(table: &Section, problems: &Problems) -> Option<Volume> {
    let month = table.required_text("month", problems);
    let orders = table.count("orders", problems).map(|count| count.value);
    let amount = table.item("amount").and_then(|item| match item {
        Item::Text(text) => {
            let wrong = |error: crate::record::ValueError| problems.say(&text.place, error.to_string());
            parse_money(&text.value).map_err(wrong).ok()
        }
        other => other.unexpected("an amount in quotes, such as \"3500000.00\"", problems),
    });
    let month = month?;
    let Ok(first) = format!("{}-01", month.value).parse::<NaiveDate>() else {
        let message = format!("`{}` is no month", month.value);
        problems.push(Problem::new(month.place, message).help("write it as \"2026-10\""));
        return None;
    };
    Some(Volume { month: first, orders, amount, place: month.place })
}

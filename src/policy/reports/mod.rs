//! The rules by which reports count: `policy/reports.toml`. The reports themselves are elsewhere.

mod cases;
mod closing;
mod measures;

pub use cases::{CaseRules, Remedies};
pub use closing::ClosingRules;
pub use measures::MeasureRules;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::measures::recurrence;
use super::callbacks::span;
use super::naming::{Loading, Naming};
use super::sums::{self, Sum};
use crate::calendar::Span;
use crate::label;
use crate::locale::messages::{LoadText, RuleText};
use crate::place::toml::{Item, Section, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, parse_money};

/// The content of `reports.toml`. If it leaves something out, reports cannot show it, and say so.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Reporting {
    /// The rules for cases.
    pub cases: Option<CaseRules>,
    /// The rules for improvement measures.
    pub measures: Option<MeasureRules>,
    /// The step of a case that confirms cause and shares.
    pub confirmed: Option<String>,
    /// When a complaint is a repeat (重复投诉).
    pub repeats: Option<Repeats>,
    /// When two complaints belong to the same lot.
    pub lots: Option<Lots>,
    /// When an improvement measure is ineffective (IM1).
    pub recurrence: Option<Recurrence>,
    /// How a month's figures are closed.
    pub closing: Option<ClosingRules>,
    /// Which scores count as satisfied (满意度).
    pub satisfaction: Option<Satisfaction>,
    /// The upper ends of the bands of overdue cases; after the last one comes an open band.
    pub overdue: Vec<Span>,
    /// Earlier cases that forms count (此前同类产品投诉): the fields of cases that must be the same.
    pub earlier: Vec<FieldId>,
    /// The complaint rate (投诉率).
    pub complaint_rate: Option<ComplaintRate>,
    /// A sample below this size is small. Figures from small samples are marked, and rows with small samples are not
    /// ranked.
    pub small: Option<u64>,
    /// The sales, by month.
    pub volumes: Vec<Volume>,
    /// The fields by which the statistics are broken down.
    pub tables: Vec<Breakdown>,
    /// The sums that the statistics show about closed cases, besides their losses.
    pub sums: Vec<Sum>,
    /// The columns of the tracking table: fields of cases.
    pub tracking: Vec<FieldId>,
}

/// A table of the statistics with one row for each value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// The field of cases.
    pub by: FieldId,
    /// A list and a field of its lines. It counts in place of `by` if the case has lines.
    pub first: Option<(FieldId, FieldId)>,
}

/// Records with the same values in these fields within this span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeats {
    /// Fields of cases.
    pub same: Vec<FieldId>,
    /// The time between two of them.
    pub within: Span,
}

/// Records with the same values in some fields, and different values in others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lots {
    /// Fields of cases that are the same.
    pub same: Vec<FieldId>,
    /// Fields of cases that differ.
    pub differs: Vec<FieldId>,
}

/// When a complaint like those of a measure has come back too soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// The kind of the measures.
    pub kind: String,
    /// The fields of measures that refer to complaints.
    pub about: Vec<FieldId>,
    /// The states in which a measure is done.
    pub done: Vec<String>,
    /// Fields of cases that are the same.
    pub same: Vec<FieldId>,
    /// How long after the measure was done.
    pub within: Span,
}

/// Scores from 1 to `highest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Satisfaction {
    /// The best score.
    pub highest: u64,
    /// A client with at least this score counts as satisfied.
    pub satisfied_from: u64,
    /// A client with at most this score counts as dissatisfied.
    pub dissatisfied_to: u64,
}

/// Complaints in relation to something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintRate {
    /// What they are divided by.
    pub denominator: Denominator,
    /// The factor: 100 for percent, 1000 for per mille.
    pub per: u64,
}

/// What complaints are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Denominator {
    /// The number of clients.
    Clients,
    /// The orders of [`Volume`].
    Orders,
    /// The amounts of [`Volume`].
    Amount,
}

/// The sales of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// The first day of the month.
    pub month: NaiveDate,
    /// The number of orders.
    pub orders: Option<u64>,
    /// The amount, in the book's currency.
    pub amount: Option<Decimal>,
    /// Where it stands.
    pub place: Place,
}

impl Reporting {
    /// The path of the file.
    pub const FILE: &'static str = "policy/reports.toml";

    /// Reads the file. All problems are noted, and everything without problems is returned.
    pub(super) fn load(text: &str, loading: Loading<'_>) -> Self {
        let problems = loading.problems;
        let Some(file) = read(Self::FILE, text, problems) else { return Reporting::default() };
        let case = file.section("cases", problems).and_then(|table| Some((table, loading.named_in(table)?)));
        let measures = within(&file, "measures", problems, |table| {
            loading.named_in(table).map(|measure| MeasureRules::read(table, measure))
        });
        let closing = within(&file, "closing", problems, |table| {
            loading.named_in(table).and_then(|closed| ClosingRules::read(table, closed))
        });
        let mut reporting = Reporting {
            closing: closing.flatten(),
            cases: case.map(|(table, case)| {
                let rules = CaseRules::read(table, case);
                table.finish(problems);
                rules
            }),
            measures: measures.flatten(),
            satisfaction: within(&file, "satisfaction", problems, |table| satisfaction(table, problems)).flatten(),
            overdue: within(&file, "overdue", problems, |table| bands(table, problems)).unwrap_or_default(),
            complaint_rate: within(&file, "complaint-rate", problems, |table| rate(table, problems)).flatten(),
            ..Reporting::default()
        };
        match case {
            Some((_, case)) => reporting.of_cases(&file, case),
            // a missing kind is already reported
            None => without_cases(&file, problems),
        }
        let small = |table: &Section| required(table, "small", problems).map(|small| small.value);
        reporting.small = within(&file, "samples", problems, small).flatten();
        for table in file.list("volumes", problems) {
            let volume = volume(table, problems);
            table.finish(problems);
            reporting.volumes.extend(volume);
        }
        // older books have here what is in `reports/lessons.toml` today
        file.has("lessons");
        file.finish(problems);
        for (i, volume) in reporting.volumes.iter().enumerate() {
            if let Some(first) = reporting.volumes[..i].iter().find(|before| before.month == volume.month) {
                problems.say(&volume.place, label!(RuleText::MonthTwice, place = first.place));
            }
        }
        reporting
    }

    /// Reads the other sections about cases.
    fn of_cases(&mut self, file: &Section, case: Naming<'_>) {
        let problems = case.loading.problems;
        self.confirmed = within(file, "responsibility", problems, |table| case.step(table, "confirmed")).flatten();
        self.repeats = within(file, "repeats", problems, |table| repeats(table, case)).flatten();
        self.earlier = within(file, "earlier", problems, |table| same(table, case)).unwrap_or_default();
        self.lots = within(file, "lots", problems, |table| lots(table, case));
        self.recurrence = within(file, "recurrence", problems, |table| recurrence(table, case, case.loading)).flatten();
        self.tracking = within(file, "tracking", problems, |table| case.fields(table, "columns")).unwrap_or_default();
        for table in file.list("tables", problems) {
            let breakdown = breakdown(table, case);
            table.finish(problems);
            self.tables.extend(breakdown);
        }
        let sums = sums::Reader {
            what: LoadText::WordSum,
            complaint: case.shape,
            shapes: case.loading.shapes,
            problems,
            statistics: true,
        };
        self.sums = sums.all(file, "sums");
    }
}

/// Reports sections about cases in a file without `[cases]`.
fn without_cases(file: &Section, problems: &Problems) {
    let said = file.has("cases");
    for key in ["responsibility", "repeats", "earlier", "lots", "recurrence", "tracking", "tables", "sums"] {
        if let Some(item) = file.item(key).filter(|_| !said) {
            problems.push(no_cases(item.place()));
        }
    }
}

/// The problem of a rule about cases in a file without `[cases]`.
pub(super) fn no_cases(place: &Place) -> Problem {
    Problem::new(place.clone(), RuleText::NoCases).help(label!(RuleText::AddCases, file = Reporting::FILE))
}

fn within<T>(file: &Section, name: &str, problems: &Problems, read: impl FnOnce(&Section) -> T) -> Option<T> {
    let table = file.section(name, problems)?;
    let found = read(table);
    table.finish(problems);
    Some(found)
}

fn repeats(table: &Section, case: Naming<'_>) -> Option<Repeats> {
    let problems = case.loading.problems;
    let within = table.required_text("within", problems).and_then(|text| span(&text, problems));
    Some(Repeats { same: same(table, case), within: within? })
}

fn lots(table: &Section, case: Naming<'_>) -> Lots {
    Lots { same: same(table, case), differs: case.fields(table, "differs") }
}

/// The fields of cases that must be the same.
fn same(table: &Section, case: Naming<'_>) -> Vec<FieldId> {
    if table.texts("same", &Problems::new()).is_empty() {
        case.loading.problems.say(table.place(), RuleText::NothingAlike);
    }
    case.fields(table, "same")
}

fn breakdown(table: &Section, case: Naming<'_>) -> Option<Breakdown> {
    let problems = case.loading.problems;
    let by = table.required_text("by", problems).and_then(|name| case.typed(&name, &[]));
    match table.text("first", problems).map(|path| case.part(&path)) {
        Some(None) => None,
        first => Some(Breakdown { by: by?, first: first.flatten() }),
    }
}

fn satisfaction(table: &Section, problems: &Problems) -> Option<Satisfaction> {
    let [highest, from, to] =
        ["highest", "satisfied-from", "dissatisfied-to"].map(|key| required(table, key, problems));
    let (highest, from, to) = (highest?, from?, to?);
    if from.value > highest.value || to.value >= from.value {
        problems.push(Problem::new(from.place, RuleText::ScoreOrder).help(RuleText::ScoreOrderDo));
    }
    Some(Satisfaction { highest: highest.value, satisfied_from: from.value, dissatisfied_to: to.value })
}

fn bands(table: &Section, problems: &Problems) -> Vec<Span> {
    let mut bands: Vec<Span> = Vec::new();
    for text in table.texts("bands", problems) {
        let Some(band) = span(&text, problems) else { continue };
        if bands.last().is_some_and(|last| last.unit != band.unit || last.count >= band.count) {
            let message = label!(RuleText::BandOrder, text = text.value);
            problems.push(Problem::new(text.place, message).help(RuleText::BandOrderDo));
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
            let message = label!(RuleText::NotAgainst, other = other);
            problems.push(Problem::new(named.place, message).help(RuleText::NotAgainstDo));
            return None;
        }
    };
    Some(ComplaintRate { denominator, per: per?.value })
}

/// A required count that is above zero.
fn required(table: &Section, key: &str, problems: &Problems) -> Option<Placed<u64>> {
    if !table.has(key) {
        problems.say(table.place(), label!(LoadText::Absent, key = key));
    }
    let count = table.count(key, problems)?;
    if count.value == 0 {
        problems.say(&count.place, label!(RuleText::NotZero, key = key));
    }
    Some(count)
}

fn volume(table: &Section, problems: &Problems) -> Option<Volume> {
    let month = table.required_text("month", problems);
    let orders = table.count("orders", problems).map(|count| count.value);
    let amount = table.item("amount").and_then(|item| match item {
        Item::Text(text) => {
            let wrong = |error: crate::record::ValueError| problems.say(&text.place, error.label());
            parse_money(&text.value).map_err(wrong).ok()
        }
        other => other.unexpected(RuleText::WordAmount, problems),
    });
    let month = month?;
    let Ok(first) = format!("{}-01", month.value).parse::<NaiveDate>() else {
        let message = label!(RuleText::NoMonth, text = month.value);
        problems.push(Problem::new(month.place, message).help(RuleText::MonthWrite));
        return None;
    };
    Some(Volume { month: first, orders, amount, place: month.place })
}

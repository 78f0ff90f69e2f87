//! The deductions of a period (扣款): by person and month, with the month's limit and what is carried over, and the
//! sanctions behind them (ST3).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::fields::{cell, named, stored, untold, value};
use super::language::Unknown;
use super::model::{Cell, Column, Identity, Level, Report, Table, Tone};
use super::sheet::{Line, Sheet, SheetRow, Side};
use super::{Answer, Belonging, RecordSet, Source, Subject};
use crate::calendar::Period;
use crate::filter::Expr;
use crate::kind::Kind;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::money::{Charge, Month, bound, carry, wage_bound};
use crate::policy::{Cap, Deductions, Pay, STAFF, SanctionFields};
use crate::record::{Class, FieldId, Fields, Id, Record, Type, Value, show_money};
use crate::{label, wording};

/// Who is charged: a person or a whole department.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Whom {
    Person(Id),
    Department(String),
}

/// All charges by person or department, each with its sanction.
type Charges = BTreeMap<Whom, Vec<(Id, Charge)>>;

/// The deductions of the period, and what they are computed from.
struct Work {
    sanctioned: Rc<[Record]>,
    staff: Rc<[Record]>,
    /// All charges by person or department, each with its sanction.
    charges: Charges,
    /// The months of the period for each person or department, sorted by month.
    rows: Vec<(Whom, Month)>,
}

impl Work {
    fn of(subject: Subject<'_>, fields: &SanctionFields, kind: &Kind) -> Answer<Self> {
        let sanctioned = sanctioned(subject, kind)?;
        let staff = match subject.policy().kind(STAFF) {
            Some(kind) => subject.source.records(&RecordSet::of(kind, Belonging::All))?,
            None => Rc::new([]),
        };
        let pays = Pays { subject, staff: &staff };
        let charges = charges(subject, fields, &sanctioned);
        let cap = subject.policy().deductions.cap.as_ref();
        let mut rows: Vec<(Whom, Month)> = Vec::new();
        for (whom, charges) in &charges {
            let person = if let Whom::Person(id) = whom { Some(id) } else { None };
            let charges: Vec<Charge> = charges.iter().map(|(_, charge)| charge.clone()).collect();
            // a department has no bonus or wage that could limit it
            let months = carry(&charges, subject.period.last(), &|month| pays.bound(cap?, person?, month));
            let inside = months.into_iter().filter(|month| month.first >= first_of(subject.period.from));
            let told = |month: &Month| !(month.brought.is_zero() && month.charged.is_zero());
            rows.extend(inside.filter(told).map(|month| (whom.clone(), month)));
        }
        rows.sort_by(|(a, x), (b, y)| (x.first, a).cmp(&(y.first, b)));
        Ok(Work { sanctioned, staff, charges, rows })
    }

    /// The figures: charges by sanction, deductions by person. A department's charge is deducted at once.
    fn sheet<'s>(&self, subject: Subject<'s>) -> Sheet<'s, Taken> {
        let mut items = Vec::new();
        for (whom, charges) in &self.charges {
            let inside = |charge: &Charge| {
                first_of(charge.on) >= first_of(subject.period.from) && charge.on <= subject.period.last()
            };
            for (id, charge) in charges.iter().filter(|(_, charge)| inside(charge)) {
                let deducted = if let Whom::Department(_) = whom { charge.amount } else { Decimal::ZERO };
                items.push((id.clone(), Taken { charged: charge.amount, deducted, whom: whom.clone() }));
            }
        }
        for (whom, month) in &self.rows {
            if let Whom::Person(id) = whom {
                let taken = Taken { charged: Decimal::ZERO, deducted: month.deducted, whom: whom.clone() };
                items.push((id.clone(), taken));
            }
        }
        let lines = vec![
            Line::sum("charged", Text::ChargedMeans, Side::money(Text::Charged, |item: &Taken| item.charged)),
            Line::sum("deducted", Text::DeductedMeans, Side::money(Text::Deducted, |item: &Taken| item.deducted)),
        ];
        let rows = move |item: &Taken| {
            let stored = match &item.whom {
                Whom::Person(id) => id.to_string(),
                Whom::Department(name) => name.clone(),
            };
            vec![(SheetRow { table: "people".to_owned(), stored, label: said(subject, &item.whom) }, item.clone())]
        };
        Sheet { items, lines, rows: Box::new(rows) }
    }
}

/// What a sanction, or a month of a person, adds to the figures.
#[derive(Debug, Clone)]
struct Taken {
    charged: Decimal,
    deducted: Decimal,
    whom: Whom,
}

/// The rules for sanctions, with their kind. `None` if the policy has none.
fn rules(subject: Subject<'_>) -> Option<(&SanctionFields, &Kind)> {
    let fields = subject.policy().deductions.fields.as_ref()?;
    Some((fields, subject.policy().kind(&fields.kind)?))
}

/// The records behind `FIGURE[@ROW]`.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("deductions", Text::Deductions)?.over(subject.model_period());
    let Some((fields, kind)) = rules(subject) else {
        untold(&mut report, Deductions::FILE, "sanctions");
        return Ok(Ok(report));
    };
    Work::of(subject, fields, kind)?.sheet(subject).records(subject, report, text)
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("deductions", Text::Deductions)?.over(subject.model_period());
    let Some((fields, kind)) = rules(subject) else {
        untold(&mut report, Deductions::FILE, "sanctions");
        return Ok(report);
    };
    let work = Work::of(subject, fields, kind)?;
    let (rows, pays) = (&work.rows, Pays { subject, staff: &work.staff });
    let cap = subject.policy().deductions.cap.as_ref();
    let identity = identity(rows, subject.period.from);
    report.identities("deductions", Text::DeductionsAddUp, [identity]);
    report.figures("figures", Text::Figures, work.sheet(subject).figures());
    report.table("people", Text::ByPerson, by_person(subject, rows));
    report.table("sanctions", Text::Sanctions, sanctions(subject, (fields, kind), &work.sanctioned)?);
    if let Some(cap) = cap {
        report.note(Level::Note, label!(Text::CapOfBonus, percent = cap.share.normalize()));
        if let Some(wage) = &cap.wage {
            let minimum = wage.minimum.unwrap_or_default();
            let percent = wage.share.normalize();
            report.note(Level::Note, label!(Text::CapOfWage, percent = percent, minimum = show_money(minimum)));
            let unpaid = |whom: &&Whom| {
                let Whom::Person(id) = whom else { return false };
                let month = first_of(subject.period.last());
                pays.of(&wage.pay, id, month).is_none()
            };
            let unpaid: BTreeSet<&Whom> = rows.iter().map(|(whom, _)| whom).filter(unpaid).collect();
            for whom in unpaid {
                report.note(Level::Note, label!(Text::NoWage, whom = said(subject, whom).get(crate::locale::Lang::Zh)));
            }
        }
    }
    if !subject.is_over() {
        report.note(Level::Note, Text::PeriodNotOver);
    }
    Ok(report)
}

fn first_of(day: NaiveDate) -> NaiveDate {
    chrono::Datelike::with_day(&day, 1).unwrap_or(day)
}

/// Brought into the first month, charged in all, deducted in all, carried out of the last month: each is summed
/// independently.
fn identity(rows: &[(Whom, Month)], from: NaiveDate) -> Identity {
    let first = first_of(from);
    let sum = |of: fn(&Month) -> Decimal| rows.iter().map(|(_, month)| of(month)).sum::<Decimal>();
    let brought: Decimal = rows.iter().filter(|(_, m)| m.first == first).map(|(_, m)| m.brought).sum();
    let last: BTreeMap<&Whom, Decimal> = rows.iter().map(|(whom, month)| (whom, month.carried)).collect();
    Identity::money("deductions", Text::DeductionsAddUp, (Text::CarriedOver, last.values().sum::<Decimal>()))
        .plus(Text::BroughtForward, brought)
        .plus(Text::Charged, sum(|month| month.charged))
        .minus(Text::Deducted, sum(|month| month.deducted))
}

/// All charges: applied sanctions on the day on which they were applied, paid back if one is waived later.
fn charges(subject: Subject<'_>, fields: &SanctionFields, sanctions: &[Record]) -> Charges {
    let mut charges: Charges = BTreeMap::new();
    for record in sanctions {
        let ty = value(record, fields.ty).and_then(Value::as_text);
        if ty.is_none() || ty != fields.deduction.as_deref() {
            continue;
        }
        let mut counts = false;
        for event in &record.history {
            let Some(to) = &event.to else { continue };
            let is = fields.applied.contains(to);
            if is != counts {
                let on = subject.zone().date(event.at);
                let sign = if is { Decimal::ONE } else { Decimal::NEGATIVE_ONE };
                for (whom, amount) in liable(fields, record) {
                    charges.entry(whom).or_default().push((record.id.clone(), Charge { on, amount: amount * sign }));
                }
            }
            counts = is;
        }
    }
    charges
}

fn money(record: &Record, field: Option<FieldId>) -> Option<Decimal> {
    match value(record, field) {
        Some(Value::Money(amount)) => Some(*amount),
        _ => None,
    }
}

/// Who is liable, and for how much.
fn liable(fields: &SanctionFields, record: &Record) -> Vec<(Whom, Decimal)> {
    let whom = concerned(fields, record);
    let mut all: Vec<(Whom, Decimal)> = whom.zip(money(record, fields.amount)).into_iter().collect();
    if let Some(amount) = money(record, fields.joint_amount) {
        let joint = value(record, fields.joint_with).map(Value::elements).unwrap_or_default();
        let joint = joint.iter().filter_map(Value::as_text).filter_map(|id| id.parse().ok());
        all.extend(joint.map(|id| (Whom::Person(id), amount)));
    }
    all
}

/// The person or department that a sanction concerns.
fn concerned(fields: &SanctionFields, record: &Record) -> Option<Whom> {
    let person = stored(record, fields.person).and_then(|id| id.parse().ok()).map(Whom::Person);
    person.or_else(|| stored(record, fields.department).map(Whom::Department))
}

/// Every sanction up to the end of the period.
fn sanctioned(subject: Subject<'_>, kind: &Kind) -> Answer<Rc<[Record]>> {
    let opened = subject.asking(kind, &Expr::every().between("opened", None, Some(subject.period.last())))?;
    subject.source.records(&RecordSet::of(kind, Belonging::All).filtered(&opened))
}

/// The pay of people, from their staff records.
struct Pays<'p> {
    subject: Subject<'p>,
    staff: &'p [Record],
}

impl Pays<'_> {
    /// The most that a month may deduct from a person: the lower of the limits by bonus and by wage. A wage that no
    /// record has is no limit.
    fn bound(&self, cap: &Cap, person: &Id, month: NaiveDate) -> Option<Decimal> {
        let of_bonus = bound(self.of(&cap.bonus, person, month), cap.share);
        let of_wage = cap.wage.as_ref().and_then(|rule| {
            let wage = self.of(&rule.pay, person, month)?;
            Some(wage_bound(wage, rule.share, rule.minimum))
        });
        Some(of_wage.map_or(of_bonus, |of_wage| of_bonus.min(of_wage)))
    }

    /// A person's bonus or wage in a month: the last one that was valid on its first day, else the first one that
    /// begins in it.
    fn of(&self, cap: &Pay, person: &Id, month: NaiveDate) -> Option<Decimal> {
        let record = self.staff.iter().find(|record| record.id == *person)?;
        let kind = self.subject.policy().kind(STAFF)?;
        matches!(kind.field(cap.list).ty.element(), Type::Group(_)).then_some(())?;
        let next = month.checked_add_months(chrono::Months::new(1))?;
        let lines = record.get(cap.list).map(Value::elements).unwrap_or_default();
        let line = |value: &Value| -> Option<(Option<NaiveDate>, Decimal)> {
            let Value::Group(fields) = value else { return None };
            let from = cap.from.and_then(|from| date(fields, from));
            match fields.get(cap.amount)? {
                Value::Money(amount) => Some((from, *amount)),
                _ => None,
            }
        };
        let lines: Vec<(Option<NaiveDate>, Decimal)> = lines.iter().filter_map(line).collect();
        let held = |from: &Option<NaiveDate>| from.is_none_or(|from| from <= month);
        let before = lines.iter().filter(|(from, _)| held(from)).max_by_key(|(from, _)| *from);
        let within = lines.iter().filter(|(from, _)| from.is_some_and(|from| from > month && from < next));
        before.or_else(|| within.min_by_key(|(from, _)| *from)).map(|(_, amount)| *amount)
    }
}

fn date(fields: &Fields, field: FieldId) -> Option<NaiveDate> {
    match fields.get(field)? {
        Value::Date(date) => Some(*date),
        _ => None,
    }
}

fn said(subject: Subject<'_>, whom: &Whom) -> Label {
    match whom {
        Whom::Person(id) => Label::verbatim(subject.words().person(id.as_str())),
        Whom::Department(name) => subject.label(&Type::Department, name),
    }
}

fn by_person(subject: Subject<'_>, rows: &[(Whom, Month)]) -> Table {
    let mut table = Table::new([
        Column::label("person", Text::Person).weighing(Column::MUCH),
        Column::id("month", Text::Month),
        Column::money("brought", Text::BroughtForward),
        Column::money("charged", Text::Charged),
        Column::money("cap", Text::AtMost),
        Column::money("deducted", Text::Deducted).weighing(Column::MUCH),
        Column::money("carried", Text::CarriedOver),
    ]);
    for (whom, month) in rows {
        let tone = if month.carried.is_zero() { Tone::Plain } else { Tone::Warning };
        table.toned(
            tone,
            [
                Cell::Label(said(subject, whom)),
                Cell::id(month.first.format("%Y-%m")),
                Cell::Money(month.brought),
                Cell::Money(month.charged),
                month.cap.map_or(Cell::Empty, Cell::Money),
                Cell::Money(month.deducted),
                Cell::Money(month.carried),
            ],
        );
    }
    table
}

/// The sanctions to which something happened in the period, and those that are still open.
fn sanctions(subject: Subject<'_>, (fields, kind): (&SanctionFields, &Kind), all: &[Record]) -> Answer<Table> {
    let mut table = Table::new([
        Column::id("id", Text::Number),
        Column::label("person", Text::Person).weighing(Column::MUCH),
        Column::text("rule", Text::Rule),
        Column::id("about", Text::About),
        Column::money("amount", Text::Amount).weighing(Column::MUCH),
        Column::text("joint", Text::JointlyLiable).weighing(Column::LITTLE),
        Column::money("joint-amount", Text::JointAmount).weighing(Column::LITTLE),
        Column::label("state", Text::State).weighing(Column::MUCH),
        Column::text("appeal", Text::Appeal).weighing(Column::LITTLE),
    ]);
    let (from, until) = subject.span();
    let touched = |record: &&Record| {
        let inside = record.history.iter().any(|event| event.at >= from && event.at < until);
        let opened = record.opened().is_some_and(|at| at < until);
        inside || (opened && kind.shape.class(&record.state) != Class::Closed)
    };
    for record in all.iter().filter(touched) {
        let whom = concerned(fields, record);
        let amount = |field| money(record, field).map_or(Cell::Empty, Cell::Money);
        table.row([
            Cell::id(&record.id),
            whom.map_or(Cell::Empty, |whom| Cell::Label(said(subject, &whom))),
            cell(subject, kind, record, fields.rule),
            named(subject, record, fields.about)?,
            amount(fields.amount),
            cell(subject, kind, record, fields.joint_with),
            amount(fields.joint_amount),
            Cell::Label(wording::state(kind, &record.state)),
            cell(subject, kind, record, fields.appeal),
        ]);
    }
    Ok(table)
}

//! What the company deducts, and how much of it in a month: `policy/deductions.toml` (RL1, ST3). `planning` finds the
//! records, and `money` has the arithmetic.

mod read;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::read::Reader;
use super::naming::Loading;
use crate::kind::{Condition, Kind};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, RuleText};
use crate::place::toml::nearest;
use crate::place::{Place, Problem, Problems};
use crate::record::{FieldId, Record, Value};

/// What `deductions.toml` says. Empty if a company deducts nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Deductions {
    /// What a sanction is. `None` if the company proposes none.
    pub fields: Option<SanctionFields>,
    /// Where staff records say what a person is paid, of which rules deduct a part.
    pub pay: Option<Pay>,
    /// How much of a month's bonus may be deducted; `None` is no bound.
    pub cap: Option<Cap>,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// What a sanction is: `[sanctions]`. What the policy leaves out is neither set nor told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SanctionFields {
    /// The kind of the sanctions.
    pub kind: String,
    /// Names what it follows from.
    pub about: Option<FieldId>,
    /// The person whom it concerns.
    pub person: Option<FieldId>,
    /// The department.
    pub department: Option<FieldId>,
    /// What type of sanction it is.
    pub ty: Option<FieldId>,
    /// The type of those that are deducted.
    pub deduction: Option<String>,
    /// The rule that it follows from.
    pub rule: Option<FieldId>,
    /// Why, in words.
    pub reason: Option<FieldId>,
    /// How much.
    pub amount: Option<FieldId>,
    /// Lists who is jointly liable.
    pub joint_with: Option<FieldId>,
    /// How much each of them.
    pub joint_amount: Option<FieldId>,
    /// What the person says against it.
    pub appeal: Option<FieldId>,
    /// The states in which it is applied.
    pub applied: Vec<String>,
}

/// The bound of a month: a share of the bonus and, if the policy says so, of the wage. The lower one holds; what is beyond it is
/// carried over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cap {
    /// Percent of the bonus.
    pub share: Decimal,
    /// Where staff records say what it is.
    pub bonus: Pay,
    /// The bound by the wage.
    pub wage: Option<WageCap>,
    /// Where it is declared.
    pub place: Place,
}

/// A bound by the month's wage (工资支付暂行规定 §16).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WageCap {
    /// Percent of the wage.
    pub share: Decimal,
    /// Where staff records say what it is.
    pub pay: Pay,
    /// What is left to the person at least.
    pub minimum: Option<Decimal>,
}

/// Amounts of a month in staff records, each from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pay {
    /// The field that lists them.
    pub list: FieldId,
    /// The amount of a line.
    pub amount: FieldId,
    /// From when it holds.
    pub from: Option<FieldId>,
}

impl Pay {
    /// What holds on a day of a person's record: the amount of the last line that began by then.
    pub fn on(&self, record: &Record, day: NaiveDate) -> Option<Decimal> {
        let lines = record.get(self.list).map(Value::elements).unwrap_or_default().iter();
        let line = |line: &Value| {
            let Value::Group(line) = line else { return None };
            let from = match self.from.and_then(|from| line.get(from)) {
                Some(Value::Date(from)) => Some(*from),
                _ => None,
            };
            match line.get(self.amount) {
                Some(Value::Money(amount)) if from.is_none_or(|from| from <= day) => Some((from, *amount)),
                _ => None,
            }
        };
        lines.filter_map(line).max_by_key(|(from, _)| *from).map(|(_, amount)| amount)
    }
}

/// What leads to a sanction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// Its name, which the sanctions that follow from it keep.
    pub name: String,
    /// What people read: the reason of the sanction.
    pub label: Label,
    /// The type of the sanction, as its kind names it.
    pub ty: String,
    /// Whose records.
    pub kind: String,
    /// What in their lives leads to it.
    pub cause: Cause,
    /// Only records for which this holds.
    pub when: Option<Condition>,
    /// Only lines for which this holds, where lines of a list lead to it.
    pub only: Option<Condition>,
    /// Whom it concerns, besides those whom the amount names.
    pub person: Option<Concerned>,
    /// How much.
    pub amount: Much,
    /// Roles whose holders are jointly liable.
    pub joint: Vec<String>,
    /// How much each of them.
    pub joint_amount: Option<Decimal>,
    /// Where it is declared.
    pub place: Place,
}

/// What in a record's life leads to a sanction; it belongs to the day on which that happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// One of these states is reached.
    Reached(Vec<String>),
    /// A step is taken.
    Step(String),
    /// A deadline of this name is missed, each time.
    Breach(String),
    /// The condition holds when the period is planned: once for each period.
    Period,
    /// A line of a list stands in the record, on the day that it says.
    Lines {
        /// The list.
        list: FieldId,
        /// The date or time in its lines.
        on: FieldId,
    },
}

/// Whom a sanction concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Concerned {
    /// The person who is pressed by the missed deadline.
    Holder,
    /// Whom a field names.
    Field(FieldId),
    /// The person who took this step last.
    Step(String),
    /// Everybody who has this role.
    Role(String),
    /// The person whose record it is.
    Own,
}

/// How much a sanction comes to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Much {
    /// Always the same.
    Fixed(Deducted),
    /// By the first of these that holds.
    Graded(Vec<Grade>),
    /// Each person's share of the loss of the case, or this many percent of it.
    Share(Decimal),
    /// None: training, conduct.
    Nothing,
}

/// An amount, or a part of what the person is paid on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deducted {
    /// This much.
    Fixed(Decimal),
    /// This many percent of the pay, to the nearest cent.
    OfPay(Decimal),
}

/// A row of `amounts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grade {
    /// Only records for which this holds.
    pub when: Option<Condition>,
    /// From how many times in the record on, counted by day.
    pub from_nth: u64,
    /// How much.
    pub amount: Deducted,
}

impl Deductions {
    /// The file that says it.
    pub const FILE: &'static str = "policy/deductions.toml";

    /// Reads the file; a rule that names no kind is about `cases`. All problems are noted; what could be read beside them is
    /// returned.
    pub(super) fn load(text: &str, cases: Option<&str>, shared: bool, loading: Loading<'_>) -> Self {
        let problems = loading.problems;
        let Some(file) = crate::place::toml::read(Self::FILE, text, problems) else { return Deductions::default() };
        let sanction = file.section("sanctions", problems).and_then(|table| Some((table, loading.named_in(table)?)));
        let is = sanction.map(|(table, sanction)| {
            let rules = read::sanctions(table, sanction);
            table.finish(problems);
            rules
        });
        let tables = file.list("rules", problems);
        if let Some(first) = tables.first().filter(|_| !file.has("sanctions")) {
            let help = label!(RuleText::AddSection, section = "sanctions");
            problems.push(Problem::new(first.place().clone(), RuleText::NoKindSaid).help(help));
        }
        let sanction = sanction.map(|(_, sanction)| sanction);
        let mut reader = Reader { loading, cases, shared, problems, is: is.as_ref(), sanction, paid: false };
        let pay = file.section("pay", problems).and_then(|table| {
            let pay = reader.pay(table, "list");
            table.finish(problems);
            pay
        });
        reader.paid = file.has("pay");
        let cap = file.section("cap", problems).and_then(|table| {
            let cap = reader.cap(table);
            table.finish(problems);
            cap
        });
        let mut rules: Vec<Rule> = Vec::new();
        for table in tables {
            let rule = reader.rule(table);
            table.finish(problems);
            if let Some(rule) = rule {
                if rules.iter().any(|before| before.name == rule.name) {
                    problems.say(&rule.place, label!(LoadText::ThereIs, name = rule.name; what = RuleText::WordRule));
                }
                rules.push(rule);
            }
        }
        file.finish(problems);
        Deductions { fields: is, pay, cap, rules }
    }

    /// The rule of a name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }
}

/// The deadlines that rules speak of must exist, and only what misses a deadline has a holder.
pub(super) fn check(deductions: &Deductions, kinds: &BTreeMap<String, Kind>, problems: &Problems) {
    for rule in &deductions.rules {
        let Some(kind) = kinds.get(&rule.kind) else { continue };
        match &rule.cause {
            Cause::Breach(name) if kind.deadline(name).is_none() => {
                let near = nearest(name, kind.deadlines.iter().map(|deadline| deadline.name.as_str()));
                let help = near.map(|near| label!(LoadText::DidYouMean, near = near));
                let message = label!(RuleText::NoDeadline, kind = rule.kind, name = name);
                problems.push(Problem::new(rule.place.clone(), message).help_if(help));
            }
            Cause::Breach(name) if kind.deadline(name).is_some_and(|deadline| deadline.outside) => {
                problems.say(&rule.place, label!(RuleText::OutsideDeadline, name = name));
            }
            Cause::Breach(_) => {}
            _ if rule.person == Some(Concerned::Holder) => {
                problems.push(Problem::new(rule.place.clone(), RuleText::HolderOf).help(RuleText::HolderOfDo));
            }
            _ => {}
        }
    }
}

//! What the company deducts, and how much in a month: `policy/deductions.toml` (RL1, ST3). `planning` finds the
//! records, and `money` does the arithmetic.

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

/// The content of `deductions.toml`. Empty if a company deducts nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Deductions {
    /// The fields of a sanction. `None` if the company proposes none.
    pub fields: Option<SanctionFields>,
    /// Where staff records have a person's pay, for rules that deduct a part of it.
    pub pay: Option<Pay>,
    /// How much of a month's bonus may be deducted; `None` means no limit.
    pub cap: Option<Cap>,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// The fields of a sanction: `[sanctions]`. Fields that the policy leaves out are neither set nor shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SanctionFields {
    /// The kind of the sanctions.
    pub kind: String,
    /// The field with the record from which it follows.
    pub about: Option<FieldId>,
    /// The field with the person.
    pub person: Option<FieldId>,
    /// The department.
    pub department: Option<FieldId>,
    /// The type of the sanction.
    pub ty: Option<FieldId>,
    /// The type of sanctions that are deducted.
    pub deduction: Option<String>,
    /// The rule from which it follows.
    pub rule: Option<FieldId>,
    /// The reason, in words.
    pub reason: Option<FieldId>,
    /// The amount.
    pub amount: Option<FieldId>,
    /// The people who are jointly liable.
    pub joint_with: Option<FieldId>,
    /// The amount for each of them.
    pub joint_amount: Option<FieldId>,
    /// The person's appeal.
    pub appeal: Option<FieldId>,
    /// The states in which it is applied.
    pub applied: Vec<String>,
}

/// The limit of a month: a share of the bonus and, if the policy says so, of the wage. The lower one counts; the rest
/// is carried over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cap {
    /// Percent of the bonus.
    pub share: Decimal,
    /// Where staff records have the bonus.
    pub bonus: Pay,
    /// The limit by the wage.
    pub wage: Option<WageCap>,
    /// Where it is declared.
    pub place: Place,
}

/// A limit by the month's wage (工资支付暂行规定 §16).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WageCap {
    /// Percent of the wage.
    pub share: Decimal,
    /// Where staff records have the wage.
    pub pay: Pay,
    /// The least that must remain for the person.
    pub minimum: Option<Decimal>,
}

/// Monthly amounts in staff records, each valid from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pay {
    /// The field that lists them.
    pub list: FieldId,
    /// The amount of a line.
    pub amount: FieldId,
    /// The day from which it is valid.
    pub from: Option<FieldId>,
}

impl Pay {
    /// The amount that is valid on a day: that of the last line that began by then.
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

/// A rule that leads to a sanction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// Its name; the sanctions that follow from it keep it.
    pub name: String,
    /// Its label, which is the reason of the sanction.
    pub label: Label,
    /// The type of the sanction, as its kind names it.
    pub ty: String,
    /// The kind of records.
    pub kind: String,
    /// The event in a record's life that leads to it.
    pub cause: Cause,
    /// Only records that meet this condition.
    pub when: Option<Condition>,
    /// Only lines that meet this condition, if lines of a list lead to it.
    pub only: Option<Condition>,
    /// The person whom it concerns, in addition to those whom the amount names.
    pub person: Option<Concerned>,
    /// The amount.
    pub amount: Much,
    /// Roles whose holders are jointly liable.
    pub joint: Vec<String>,
    /// The amount for each of them.
    pub joint_amount: Option<Decimal>,
    /// Where it is declared.
    pub place: Place,
}

/// The event in a record's life that leads to a sanction. The sanction belongs to the day of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// One of these states is reached.
    Reached(Vec<String>),
    /// A step is taken.
    Step(String),
    /// A deadline of this name is missed, each time.
    Breach(String),
    /// The condition holds when the period is planned; once for each period.
    Period,
    /// A line of a list, on the day that the line gives.
    Lines {
        /// The list.
        list: FieldId,
        /// The date or time in its lines.
        on: FieldId,
    },
}

/// The person whom a sanction concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Concerned {
    /// The holder of the missed deadline.
    Holder,
    /// The person that a field names.
    Field(FieldId),
    /// The person who took this step last.
    Step(String),
    /// Everybody who has this role.
    Role(String),
    /// The person whose record it is.
    Own,
}

/// The amount of a sanction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Much {
    /// Always the same amount.
    Fixed(Deducted),
    /// The amount of the first grade that holds.
    Graded(Vec<Grade>),
    /// This percentage of each person's share of the loss of the case.
    Share(Decimal),
    /// No amount: training, conduct.
    Nothing,
}

/// An amount, or a part of the person's pay on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deducted {
    /// A fixed amount.
    Fixed(Decimal),
    /// A percentage of the pay, rounded to the cent.
    OfPay(Decimal),
}

/// A row of `amounts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grade {
    /// Only records that meet this condition.
    pub when: Option<Condition>,
    /// From which occurrence in the record on, counted by day.
    pub from_nth: u64,
    /// The amount.
    pub amount: Deducted,
}

impl Deductions {
    /// The path of the file.
    pub const FILE: &'static str = "policy/deductions.toml";

    /// Reads the file. A rule without a kind is about `cases`. All problems are noted, and everything without
    /// problems is returned.
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

    /// The rule with this name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }
}

/// Checks that the deadlines of rules exist, and that only rules about missed deadlines name a holder.
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

//! What the company deducts, and how much of it in a month: `policy/deductions.toml` (RL1, ST3). Which records it speaks of is
//! `planning`'s to find, the arithmetic `money`'s.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::STAFF;
use super::naming::{Loading, Naming, typed};
use super::reports::no_cases;
use super::roles::{label, named};
use crate::kind::{Condition, Kind};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, RuleText, SumText};
use crate::place::toml::{Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Type, parse_decimal, parse_money};

/// What `deductions.toml` says; empty where a company deducts nothing.
#[derive(Debug, Clone, Default)]
pub struct Deductions {
    /// What a sanction is; none where the company proposes none.
    pub fields: Option<SanctionFields>,
    /// How much of a month's bonus may be deducted; none is no bound.
    pub cap: Option<Cap>,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// What a sanction is: `[sanctions]`. What the policy leaves out is neither set nor told.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl SanctionFields {
    fn read(table: &Section, sanction: Naming<'_>) -> Self {
        let field = |key, types: &[&str]| sanction.field(table, key, types);
        let ty = field("type", &["choice", "text"]);
        SanctionFields {
            kind: sanction.name().to_owned(),
            about: field("about", &["ref"]),
            person: field("person", &["person"]),
            department: field("department", &["department"]),
            ty,
            deduction: sanction.choice(table, "deduction", ty),
            rule: field("rule", &["text", "choice"]),
            reason: field("reason", &["text"]),
            amount: field("amount", &["money"]),
            joint_with: field("joint-with", &["list"]),
            joint_amount: field("joint-amount", &["money"]),
            appeal: field("appeal", &[]),
            applied: sanction.states(table, "applied").unwrap_or_default(),
        }
    }
}

/// The bound of a month: a share of the bonus; what is beyond it is carried over.
#[derive(Debug, Clone)]
pub struct Cap {
    /// Percent of the bonus.
    pub share: Decimal,
    /// The field of staff records that lists bonuses.
    pub list: FieldId,
    /// The amount of a line.
    pub amount: FieldId,
    /// From when it holds.
    pub from: Option<FieldId>,
    /// Where it is declared.
    pub place: Place,
}

/// What leads to a sanction.
#[derive(Debug, Clone)]
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
    /// Only in records of which this holds.
    pub when: Option<Condition>,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// One of these states is reached, whatever the milestone is called.
    Reached(Vec<String>),
    /// A step is taken.
    Step(String),
    /// A deadline of this name is missed, each time.
    Breach(String),
}

/// Whom a sanction concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concerned {
    /// Whoever is pressed by the missed deadline.
    Holder,
    /// Whom a field names.
    Field(FieldId),
    /// Whoever took this step last.
    Step(String),
    /// Whoever has this role.
    Role(String),
}

/// How much a sanction comes to.
#[derive(Debug, Clone)]
pub enum Much {
    /// Always the same.
    Fixed(Decimal),
    /// By the first of these that holds.
    Graded(Vec<(Option<Condition>, Decimal)>),
    /// Each person's share of the loss of the case, or so many percent of it.
    Share(Decimal),
    /// None: training, conduct.
    Nothing,
}

impl Deductions {
    /// The file that says it.
    pub const FILE: &'static str = "policy/deductions.toml";

    /// Reads the file; a rule that names no kind is about `cases`. All problems are noted; what could be read beside them is
    /// returned.
    pub(super) fn load(text: &str, cases: Option<&str>, shared: bool, loading: Loading<'_>) -> Self {
        let problems = loading.problems;
        let Some(file) = read(Self::FILE, text, problems) else { return Deductions::default() };
        let sanction = file.section("sanctions", problems).and_then(|table| Some((table, loading.named_in(table)?)));
        let is = sanction.map(|(table, sanction)| {
            let rules = SanctionFields::read(table, sanction);
            table.finish(problems);
            rules
        });
        let tables = file.list("rules", problems);
        if let Some(first) = tables.first().filter(|_| !file.has("sanctions")) {
            let help = label!(RuleText::AddSection, section = "sanctions");
            problems.push(Problem::new(first.place().clone(), RuleText::NoKindSaid).help(help));
        }
        let sanction = sanction.map(|(_, sanction)| sanction);
        let reader = Reader { loading, cases, shared, problems, is: is.as_ref(), sanction };
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
        Deductions { fields: is, cap, rules }
    }

    /// The rule of a name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }
}

struct Reader<'r> {
    loading: Loading<'r>,
    /// The kind that a rule is about where it names none.
    cases: Option<&'r str>,
    /// Whether the policy says who bears what of a loss.
    shared: bool,
    problems: &'r Problems,
    is: Option<&'r SanctionFields>,
    sanction: Option<Naming<'r>>,
}

impl Reader<'_> {
    fn money(&self, table: &Section, key: &str) -> Option<Decimal> {
        let text = table.text(key, self.problems)?;
        match parse_money(&text.value) {
            Ok(amount) if amount >= Decimal::ZERO => Some(amount),
            Ok(_) => {
                self.problems.say(&text.place, RuleText::DeductsNegative);
                None
            }
            Err(error) => {
                self.problems.say(&text.place, error.label());
                None
            }
        }
    }

    fn percent(&self, text: &Placed<String>) -> Option<Decimal> {
        match parse_decimal(&text.value) {
            Ok(number) if number >= Decimal::ZERO && number <= Decimal::ONE_HUNDRED => Some(number),
            _ => {
                let message = label!(SumText::NoPercent, text = text.value);
                self.problems.push(Problem::new(text.place.clone(), message).help(RuleText::NoPercentDo));
                None
            }
        }
    }

    fn cap(&self, table: &Section) -> Option<Cap> {
        let share = table.required_text("share", self.problems).and_then(|text| self.percent(&text));
        let named = table.required_text("bonus", self.problems);
        let amount = table.required_text("amount", self.problems);
        let from = table.text("from", self.problems);
        let (named, amount) = (named?, amount?);
        let Some(staff) = self.loading.known(STAFF) else {
            self.problems.say(&named.place, label!(LoadText::NoKind, kind = STAFF));
            return None;
        };
        let list = staff.typed(&named, &[])?;
        let Type::Group(lines) = staff.shape.field(list).ty.element() else {
            self.problems.say(&named.place, label!(LoadText::NoLines, name = named.value));
            return None;
        };
        let from = from.and_then(|from| typed(lines, &from, &["date"], self.problems));
        let amount = typed(lines, &amount, &["money"], self.problems);
        Some(Cap { share: share?, list, amount: amount?, from, place: table.place().clone() })
    }

    fn rule(&self, table: &Section) -> Option<Rule> {
        let problems = self.problems;
        let name = table.required_text("name", problems);
        let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
        let ty = table.text("type", problems);
        let of = match (table.text("kind", problems), self.cases) {
            (Some(kind), _) => self.loading.kind(&kind)?,
            (None, Some(cases)) => self.loading.known(cases)?,
            (None, None) => {
                problems.push(no_cases(table.place()));
                return None;
            }
        };
        let when = of.condition(table, "when");
        let cause = self.cause(table, of);
        let person = table.text("person", problems).and_then(|who| self.who(of, &who));
        let amount = self.much(table, of);
        let joint = table.texts("joint", problems);
        joint.iter().for_each(|role| self.loading.shapes.roles.check(role, problems));
        let joint_amount = self.money(table, "joint-amount");
        if joint.is_empty() == joint_amount.is_some() {
            let problem = Problem::new(table.place().clone(), RuleText::JointTogether);
            problems.push(problem.help(RuleText::JointTogetherDo));
        }
        let (name, cause, amount) = (name?, cause?, amount?);
        named(&name, RuleText::WordRule, problems);
        if person.is_none() && !matches!(amount, Much::Share(_)) {
            problems.push(Problem::new(name.place.clone(), RuleText::PersonMissing).help(RuleText::PersonMissingDo));
        }
        let ty = self.ty(ty, &name)?;
        let joint = joint.into_iter().map(|role| role.value).collect();
        let kind = of.name().to_owned();
        Some(Rule {
            name: name.value,
            label,
            ty,
            kind,
            cause,
            when,
            person,
            amount,
            joint,
            joint_amount,
            place: name.place,
        })
    }

    /// The type of a rule's sanctions: that which it names, else that of deductions.
    fn ty(&self, named: Option<Placed<String>>, rule: &Placed<String>) -> Option<String> {
        let is = self.is?;
        match (named, &is.deduction) {
            (Some(named), _) => {
                let field = is.ty.zip(self.sanction);
                field.is_none_or(|(field, sanction)| sanction.is_choice(&named, field)).then_some(named.value)
            }
            (None, Some(deduction)) => Some(deduction.clone()),
            (None, None) => {
                let message = label!(RuleText::FieldNeeded, section = "sanctions", key = "deduction");
                self.problems.say(&rule.place, message);
                None
            }
        }
    }

    /// `on = "closed"`, a milestone or state; `on = "step:accept"`; `on = "breach:answer"`.
    fn cause(&self, table: &Section, of: Naming<'_>) -> Option<Cause> {
        let on = table.required_text("on", self.problems)?;
        match on.value.split_once(':') {
            Some(("step", step)) => {
                self.loading.shapes.has_step(&[of.name().to_owned()], step, &on.place, self.problems);
                Some(Cause::Step(step.to_owned()))
            }
            Some(("breach", deadline)) => Some(Cause::Breach(deadline.to_owned())),
            Some((other, _)) => {
                let message = label!(RuleText::HappensNothing, other = other);
                self.problems.push(Problem::new(on.place.clone(), message).help(RuleText::HappensWrite));
                None
            }
            None => of.reached(&on).map(Cause::Reached),
        }
    }

    /// A role, `field:NAME`, `step:NAME`, or `holder`: of the missed deadline.
    fn who(&self, of: Naming<'_>, who: &Placed<String>) -> Option<Concerned> {
        match who.value.split_once(':') {
            Some(("field", name)) => {
                let name = Placed { value: name.to_owned(), place: who.place.clone() };
                of.typed(&name, &[]).map(Concerned::Field)
            }
            Some(("step", step)) => {
                self.loading.shapes.has_step(&[of.name().to_owned()], step, &who.place, self.problems);
                Some(Concerned::Step(step.to_owned()))
            }
            Some(_) => {
                let problem = Problem::new(who.place.clone(), RuleText::NamesNobody);
                self.problems.push(problem.help(RuleText::NamesNobodyDo));
                None
            }
            None if who.value == "holder" => Some(Concerned::Holder),
            None => {
                self.loading.shapes.roles.check(who, self.problems);
                Some(Concerned::Role(who.value.clone()))
            }
        }
    }

    fn much(&self, table: &Section, of: Naming<'_>) -> Option<Much> {
        let graded = table.list("amounts", self.problems);
        if !graded.is_empty() {
            let rows = graded.into_iter().filter_map(|row| {
                let when = of.condition(row, "when");
                let amount = self.money(row, "amount");
                row.finish(self.problems);
                Some((when, amount?))
            });
            return Some(Much::Graded(rows.collect()));
        }
        let Some(text) = table.text("amount", self.problems) else { return Some(Much::Nothing) };
        let Some(percent) = text.value.strip_suffix("% of the share") else {
            return match text.value.as_str() {
                "share" => self.of_share(&text, Decimal::ONE_HUNDRED),
                _ => self.money(table, "amount").map(Much::Fixed),
            };
        };
        let percent = self.percent(&Placed { value: percent.trim().to_owned(), place: text.place.clone() })?;
        self.of_share(&text, percent)
    }

    fn of_share(&self, text: &Placed<String>, percent: Decimal) -> Option<Much> {
        if !self.shared {
            self.problems.push(Problem::new(text.place.clone(), RuleText::NoBearer).help(RuleText::NoBearerDo));
        }
        Some(Much::Share(percent))
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
            Cause::Breach(_) => {}
            _ if rule.person == Some(Concerned::Holder) => {
                problems.push(Problem::new(rule.place.clone(), RuleText::HolderOf).help(RuleText::HolderOfDo));
            }
            _ => {}
        }
    }
}

//! What the company deducts, and how much of it in a month: `policy/deductions.toml` (RL1, ST3). Which records it speaks of is
//! `planning`'s to find, the arithmetic `money`'s.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::roles::{label, named};
use super::{COMPLAINT, STAFF};
use crate::kind::{AllShapes, Condition, Kind, condition_of, field_of};
use crate::locale::Label;
use crate::place::toml::{Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type, parse_decimal, parse_money};

/// The kind of the records that a plan of sanctions makes.
pub const SANCTION: &str = "sanction";

/// What `deductions.toml` says; empty where a company deducts nothing.
#[derive(Debug, Clone, Default)]
pub struct Deductions {
    /// How much of a month's bonus may be deducted; none is no bound.
    pub cap: Option<Cap>,
    /// The rules.
    pub rules: Vec<Rule>,
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

    /// Reads the file. All problems are noted; what could be read beside them is returned.
    pub(super) fn load(text: &str, shapes: &AllShapes, shared: bool, problems: &Problems) -> Self {
        let Some(file) = read(Self::FILE, text, problems) else { return Deductions::default() };
        let reader = Reader { shapes, shared, problems };
        let cap = file.section("cap", problems).and_then(|table| {
            let cap = reader.cap(table);
            table.finish(problems);
            cap
        });
        let mut rules: Vec<Rule> = Vec::new();
        for table in file.list("rules", problems) {
            let rule = reader.rule(table);
            table.finish(problems);
            if let Some(rule) = rule {
                if rules.iter().any(|before| before.name == rule.name) {
                    problems.say(&rule.place, format!("there is a rule `{}` already", rule.name));
                }
                rules.push(rule);
            }
        }
        file.finish(problems);
        Deductions { cap, rules }
    }

    /// The rule of a name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }
}

struct Reader<'r> {
    shapes: &'r AllShapes,
    /// Whether the policy says who bears what of a loss.
    shared: bool,
    problems: &'r Problems,
}

impl Reader<'_> {
    fn money(&self, table: &Section, key: &str) -> Option<Decimal> {
        let text = table.text(key, self.problems)?;
        match parse_money(&text.value) {
            Ok(amount) if amount >= Decimal::ZERO => Some(amount),
            Ok(_) => {
                self.problems.say(&text.place, "an amount to deduct is not negative");
                None
            }
            Err(error) => {
                self.problems.say(&text.place, error.to_string());
                None
            }
        }
    }

    fn percent(&self, text: &Placed<String>) -> Option<Decimal> {
        match parse_decimal(&text.value) {
            Ok(number) if number >= Decimal::ZERO && number <= Decimal::ONE_HUNDRED => Some(number),
            _ => {
                let message = format!("`{}` is no percentage from 0 to 100", text.value);
                self.problems.push(Problem::new(text.place.clone(), message).help("write it as \"50\""));
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
        let Some(staff) = self.shapes.shapes.get(STAFF) else {
            self.problems.say(&named.place, format!("there is no kind `{STAFF}`"));
            return None;
        };
        let list = field_of(staff, &named.value, &named.place, self.problems)?;
        let Type::Group(lines) = staff.field(list).ty.element() else {
            self.problems.say(&named.place, format!("`{}` is no list of lines", named.value));
            return None;
        };
        let typed = |named: &Placed<String>, ty: &str| {
            let field = field_of(lines, &named.value, &named.place, self.problems)?;
            let own = lines.field(field).ty.name();
            if own != ty {
                self.problems.say(&named.place, format!("`{}` is of type {own}, not {ty}", named.value));
                return None;
            }
            Some(field)
        };
        let from = from.and_then(|from| typed(&from, "date"));
        let amount = typed(&amount, "money");
        Some(Cap { share: share?, list, amount: amount?, from, place: table.place().clone() })
    }

    fn rule(&self, table: &Section) -> Option<Rule> {
        let problems = self.problems;
        let name = table.required_text("name", problems);
        let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
        let ty = table.text("type", problems);
        let kind = table.text("kind", problems);
        let of = kind.as_ref().map_or(COMPLAINT, |kind| kind.value.as_str());
        let Some(shape) = self.shapes.shapes.get(of) else {
            let near = nearest(of, self.shapes.shapes.keys().map(String::as_str));
            let place = kind.as_ref().map_or_else(|| table.place().clone(), |kind| kind.place.clone());
            let help = near.map(|near| format!("did you mean `{near}`?"));
            problems.push(Problem::new(place, format!("there is no kind `{of}`")).help_if(help));
            return None;
        };
        let when = condition_of(table, "when", of, self.shapes, problems);
        let cause = self.cause(table, of, shape);
        let person = table.text("person", problems).and_then(|who| self.who(shape, &who));
        let amount = self.much(table, of);
        let joint = table.texts("joint", problems);
        joint.iter().for_each(|role| self.shapes.roles.check(role, problems));
        let joint_amount = self.money(table, "joint-amount");
        if joint.is_empty() == joint_amount.is_some() {
            problems.push(
                Problem::new(table.place().clone(), "who is jointly liable, and with how much, go together")
                    .help("write `joint = [\"ROLE\"]` and `joint-amount = \"50.00\"`"),
            );
        }
        let (name, cause, amount) = (name?, cause?, amount?);
        named(&name, "rule", problems);
        if person.is_none() && !matches!(amount, Much::Share(_)) {
            let help = "write `person = \"field:about\"`, `person = \"holder\"` or a role";
            problems.push(Problem::new(name.place.clone(), "`person` is missing: whom it concerns").help(help));
        }
        let ty = ty.map_or_else(|| "deduction".to_owned(), |ty| ty.value);
        let joint = joint.into_iter().map(|role| role.value).collect();
        let kind = of.to_owned();
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

    /// `on = "closed"`, a milestone or state; `on = "step:accept"`; `on = "breach:answer"`.
    fn cause(&self, table: &Section, kind: &str, shape: &Shape) -> Option<Cause> {
        let on = table.required_text("on", self.problems)?;
        match on.value.split_once(':') {
            Some(("step", step)) => {
                self.shapes.has_step(&[kind.to_owned()], step, &on.place, self.problems);
                Some(Cause::Step(step.to_owned()))
            }
            Some(("breach", deadline)) => Some(Cause::Breach(deadline.to_owned())),
            Some((other, _)) => {
                self.problems.push(
                    Problem::new(on.place.clone(), format!("nothing happens to a record at `{other}:`"))
                        .help("write a milestone or state, `step:NAME`, or `breach:DEADLINE`"),
                );
                None
            }
            None => {
                let milestones = self.shapes.milestones.get(kind);
                let milestone = milestones.into_iter().flatten().find(|(name, _)| *name == on.value);
                if let Some((_, states)) = milestone {
                    return Some(Cause::Reached(states.clone()));
                }
                if shape.state(&on.value).is_some() {
                    return Some(Cause::Reached(vec![on.value]));
                }
                let states = shape.states().iter().map(|state| state.name.as_str());
                let known = milestones.into_iter().flatten().map(|(name, _)| name.as_str()).chain(states);
                let help = nearest(&on.value, known).map(|near| format!("did you mean `{near}`?"));
                let message = format!("`{kind}` reaches no milestone and no state `{}`", on.value);
                self.problems.push(Problem::new(on.place, message).help_if(help));
                None
            }
        }
    }

    /// A role, `field:NAME`, `step:NAME`, or `holder`: of the missed deadline.
    fn who(&self, shape: &Shape, who: &Placed<String>) -> Option<Concerned> {
        match who.value.split_once(':') {
            Some(("field", name)) => field_of(shape, name, &who.place, self.problems).map(Concerned::Field),
            Some(("step", step)) => {
                self.shapes.has_step(std::slice::from_ref(&shape.name), step, &who.place, self.problems);
                Some(Concerned::Step(step.to_owned()))
            }
            Some(_) => {
                let help = "write `field:NAME`, `step:NAME`, `holder` or a role";
                self.problems.push(Problem::new(who.place.clone(), "that names nobody").help(help));
                None
            }
            None if who.value == "holder" => Some(Concerned::Holder),
            None => {
                self.shapes.roles.check(who, self.problems);
                Some(Concerned::Role(who.value.clone()))
            }
        }
    }

    fn much(&self, table: &Section, kind: &str) -> Option<Much> {
        let graded = table.list("amounts", self.problems);
        if !graded.is_empty() {
            let rows = graded.into_iter().filter_map(|row| {
                let when = condition_of(row, "when", kind, self.shapes, self.problems);
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
            let message = "nothing says who bears what of a loss";
            self.problems.push(
                Problem::new(text.place.clone(), message).help("name the fields in policy/sharing.toml: [responsible]"),
            );
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
                let help = near.map(|near| format!("did you mean `{near}`?"));
                let message = format!("`{}` has no deadline `{name}`", rule.kind);
                problems.push(Problem::new(rule.place.clone(), message).help_if(help));
            }
            Cause::Breach(_) => {}
            _ if rule.person == Some(Concerned::Holder) => {
                let help = "name a field, step or role, or write on = \"breach:DEADLINE\"";
                let message = "`holder` is whoever missed a deadline, and this rule speaks of none";
                problems.push(Problem::new(rule.place.clone(), message).help(help));
            }
            _ => {}
        }
    }
}

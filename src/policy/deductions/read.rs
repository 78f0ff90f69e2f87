//! Reads `policy/deductions.toml`. Each name in it is bound to parts of the kinds.

use rust_decimal::Decimal;

use super::{Cap, Cause, Concerned, Deducted, Grade, Much, Pay, Rule, SanctionFields, WageCap};
use crate::filter::{Filter, Shapes};
use crate::kind::{AllShapes, Condition};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, RuleText, SumText};
use crate::place::toml::Section;
use crate::place::{Placed, Problem, Problems};
use crate::policy::STAFF;
use crate::policy::naming::{Loading, Naming, typed};
use crate::policy::reports::no_cases;
use crate::policy::roles::{label, named};
use crate::record::{Shape, Type, parse_decimal, parse_money};

/// The word for a rule that is checked once for each period.
const PERIOD: &str = "period";
/// The field that says whose record it is.
const OWN: &str = "id";

/// `[sanctions]`.
pub(super) fn sanctions(table: &Section, sanction: Naming<'_>) -> SanctionFields {
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

/// Reads the rules and the monthly limit.
pub(super) struct Reader<'r> {
    pub(super) loading: Loading<'r>,
    /// The kind of rules that name none.
    pub(super) cases: Option<&'r str>,
    /// Whether the policy says who bears a loss.
    pub(super) shared: bool,
    pub(super) problems: &'r Problems,
    pub(super) is: Option<&'r SanctionFields>,
    pub(super) sanction: Option<Naming<'r>>,
    /// Whether the policy says where a person's pay is.
    pub(super) paid: bool,
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

    pub(super) fn cap(&self, table: &Section) -> Option<Cap> {
        let share = table.required_text("share", self.problems).and_then(|text| self.percent(&text));
        let wage = table.section("wage", self.problems).map(|table| {
            let wage = self.wage(table);
            table.finish(self.problems);
            wage
        });
        let bonus = self.pay(table, "bonus");
        let wage = match wage {
            Some(wage) => Some(wage?),
            None => None,
        };
        Some(Cap { share: share?, bonus: bonus?, wage, place: table.place().clone() })
    }

    /// `[cap.wage]`.
    fn wage(&self, table: &Section) -> Option<WageCap> {
        let share = table.required_text("share", self.problems).and_then(|text| self.percent(&text));
        let minimum = self.money(table, "minimum");
        let pay = self.pay(table, "pay");
        Some(WageCap { share: share?, pay: pay?, minimum })
    }

    /// The list of staff records that `key` names, with the fields of its lines.
    pub(super) fn pay(&self, table: &Section, key: &str) -> Option<Pay> {
        let named = table.required_text(key, self.problems);
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
        Some(Pay { list, amount: amount?, from })
    }

    pub(super) fn rule(&self, table: &Section) -> Option<Rule> {
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
        let only = self.only(table, of, cause.as_ref());
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
            only,
            person,
            amount,
            joint,
            joint_amount,
            place: name.place,
        })
    }

    /// The type of a rule's sanctions: the one that it names, else the type of deductions.
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
            Some(("lines", list)) => {
                let named = Placed { value: list.to_owned(), place: on.place.clone() };
                let list = of.typed(&named, &[])?;
                let lines = match of.shape.field(list).ty.element() {
                    Type::Group(lines) => Some(lines),
                    _ => None,
                };
                let dated = |ty: &Type| matches!(ty, Type::Date | Type::Time);
                let on = lines.and_then(|lines| lines.handles().find(|(_, field)| dated(&field.ty)));
                if on.is_none() {
                    self.problems.say(&named.place, label!(RuleText::LinesUndated, name = named.value));
                }
                on.map(|(on, _)| Cause::Lines { list, on })
            }
            Some((other, _)) => {
                let message = label!(RuleText::HappensNothing, other = other);
                self.problems.push(Problem::new(on.place.clone(), message).help(RuleText::HappensWrite));
                None
            }
            // a condition about the whole period, not about the last event
            None if on.value == PERIOD => {
                if !table.has("when") {
                    self.problems.say(&on.place, RuleText::PeriodWhen);
                }
                Some(Cause::Period)
            }
            None => of.reached(&on).map(Cause::Reached),
        }
    }

    /// `where`: which lines of the list count.
    fn only(&self, table: &Section, of: Naming<'_>, cause: Option<&Cause>) -> Option<Condition> {
        let text = table.text("where", self.problems)?;
        let list = if let Some(Cause::Lines { list, .. }) = cause { Some(*list) } else { None };
        let Some(Type::Group(lines)) = list.map(|list| of.shape.field(list).ty.element()) else {
            self.problems.say(&text.place, RuleText::WhereOfLines);
            return None;
        };
        let shapes = OfLines { shapes: self.loading.shapes, kind: of.name(), lines };
        match Filter::read(&text, of.name(), &shapes, &self.loading.shapes.scope) {
            Ok(filter) => Some(Condition { filter, text, reason: Label::default() }),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    /// A role, `field:NAME`, `step:NAME`, or `holder` (of the missed deadline).
    fn who(&self, of: Naming<'_>, who: &Placed<String>) -> Option<Concerned> {
        match who.value.split_once(':') {
            Some(("field", OWN)) if of.name() == STAFF => Some(Concerned::Own),
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
                let from_nth = row.count("from-nth", self.problems).map_or(1, |count| count.value);
                let amount = row.text("amount", self.problems).and_then(|text| self.deducted(row, &text));
                row.finish(self.problems);
                Some(Grade { when, from_nth, amount: amount? })
            });
            return Some(Much::Graded(rows.collect()));
        }
        let Some(text) = table.text("amount", self.problems) else { return Some(Much::Nothing) };
        let Some(percent) = text.value.strip_suffix("% of the share") else {
            return match text.value.as_str() {
                "share" => self.of_share(&text, Decimal::ONE_HUNDRED),
                _ => self.deducted(table, &text).map(Much::Fixed),
            };
        };
        let percent = self.percent(&Placed { value: percent.trim().to_owned(), place: text.place.clone() })?;
        self.of_share(&text, percent)
    }

    /// `"10.00"`, or `"2% of the pay"`.
    fn deducted(&self, table: &Section, text: &Placed<String>) -> Option<Deducted> {
        let Some(percent) = text.value.strip_suffix("% of the pay") else {
            return self.money(table, "amount").map(Deducted::Fixed);
        };
        if !self.paid {
            self.problems.push(Problem::new(text.place.clone(), RuleText::NoPaySaid).help(RuleText::NoPaySaidDo));
        }
        let percent = Placed { value: percent.trim().to_owned(), place: text.place.clone() };
        self.percent(&percent).map(Deducted::OfPay)
    }

    fn of_share(&self, text: &Placed<String>, percent: Decimal) -> Option<Much> {
        if !self.shared {
            self.problems.push(Problem::new(text.place.clone(), RuleText::NoBearer).help(RuleText::NoBearerDo));
        }
        Some(Much::Share(percent))
    }
}

/// The shapes of a policy, except that one kind is replaced by the lines of one of its lists.
struct OfLines<'s> {
    shapes: &'s AllShapes,
    kind: &'s str,
    lines: &'s Shape,
}

impl Shapes for OfLines<'_> {
    fn shape(&self, kind: &str) -> Option<&Shape> {
        if kind == self.kind { Some(self.lines) } else { self.shapes.shape(kind) }
    }

    fn kinds(&self) -> Vec<&str> {
        self.shapes.kinds()
    }

    fn milestone(&self, kind: &str, name: &str) -> Option<&[String]> {
        if kind == self.kind { None } else { self.shapes.milestone(kind, name) }
    }

    fn milestones(&self, kind: &str) -> Vec<&str> {
        if kind == self.kind { Vec::new() } else { self.shapes.milestones(kind) }
    }
}

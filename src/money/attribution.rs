//! Who bears a loss (RL1 to RL3). If one person is at fault, that person bears all of it. If several are, each bears
//! a share. Of a department's share, the people named by the policy's bands bear their parts. The department bears
//! the rest.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::loss::lines;
use super::shares::split;
use crate::filter::{Resolver, Unanswered};
use crate::policy::{Measure, People, Policy, Responsible, Vacant, superiors};
use crate::record::{Id, Record, Value};

/// The capacity in which somebody pays a part of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capacity {
    /// Directly responsible.
    Direct,
    /// A superior this many levels above the person, from 1.
    Superior(usize),
    /// The department as a whole.
    Department,
}

/// A part of a loss with the person who bears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Borne {
    /// The person. `None` if the department bears it as a whole.
    pub person: Option<Id>,
    /// The department that is charged, if the line names one.
    pub department: Option<String>,
    /// The capacity in which the person bears it.
    pub level: Capacity,
    /// The amount, rounded to the cent.
    pub amount: Decimal,
}

/// A loss, divided among those who bear it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attribution {
    /// The parts, in the order of the lines. A person appears once for each line and capacity.
    pub borne: Vec<Borne>,
    /// The amount for which nobody is responsible.
    pub unattributed: Decimal,
}

/// A line of the responsible.
struct Line {
    person: Option<Id>,
    department: Option<String>,
    share: Option<Decimal>,
}

impl Attribution {
    /// The sum of all parts, which is the loss.
    pub fn total(&self) -> Decimal {
        self.borne.iter().map(|part| part.amount).sum::<Decimal>() + self.unattributed
    }

    /// Everybody who bears a part, each once, in the order of the lines.
    pub fn people(&self) -> Vec<&Id> {
        let mut people: Vec<&Id> = Vec::new();
        for person in self.borne.iter().filter_map(|part| part.person.as_ref()) {
            if !people.contains(&person) {
                people.push(person);
            }
        }
        people
    }
}

/// Attributes the loss of a case to the people and departments that its record names as responsible. `day` decides
/// who is a superior. If the policy says that nobody bears the loss, or the record names nobody, all of it stays
/// unattributed.
///
/// # Errors
/// If a rule asks about other records and they cannot be looked up.
pub fn attribute(
    policy: &Policy,
    people: &People,
    record: &Record,
    loss: Decimal,
    day: NaiveDate,
    lookup: &dyn Resolver,
) -> Result<Attribution, Unanswered> {
    let all = match &policy.sharing.responsible {
        Some(fields) if fields.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, lookup))? => {
            of_record(fields, record)
        }
        _ => Vec::new(),
    };
    let weights = weights(&all);
    let shares = split(loss, &weights);
    let mut attribution = Attribution::default();
    if all.is_empty() {
        attribution.unattributed = loss;
    }
    for (line, share) in all.iter().zip(shares) {
        match (&line.person, &line.department) {
            (None, None) => attribution.unattributed += share,
            (Some(person), None) => attribution.borne.push(Borne {
                person: Some(person.clone()),
                department: None,
                level: Capacity::Direct,
                amount: share,
            }),
            (person, Some(department)) => {
                attribution.borne.extend(divided(policy, people, person.as_ref(), department, (share, loss), day));
            }
        }
    }
    Ok(attribution)
}

fn of_record(fields: &Responsible, record: &Record) -> Vec<Line> {
    let text = |value: Option<&Value>| value.and_then(Value::as_text).map(str::to_owned);
    let line = |line: &crate::record::Fields| Line {
        person: text(line.get(fields.person)).and_then(|person| person.parse().ok()),
        department: text(line.get(fields.department)),
        share: match line.get(fields.share) {
            Some(Value::Decimal(share)) => Some(*share),
            Some(Value::Count(share)) => Some(Decimal::from(*share)),
            _ => None,
        },
    };
    lines(record.get(fields.list)).map(line).collect()
}

/// The weight of each line. A line with a share weighs that share. The lines without one divide equally what is
/// missing to 100 percent. If no line has a share, all lines weigh the same.
fn weights(lines: &[Line]) -> Vec<Decimal> {
    let given: Decimal = lines.iter().filter_map(|line| line.share).sum();
    let without = lines.iter().filter(|line| line.share.is_none()).count();
    if without == lines.len() {
        return vec![Decimal::ONE; lines.len()];
    }
    let rest =
        (Decimal::ONE_HUNDRED - given).max(Decimal::ZERO).checked_div(Decimal::from(without)).unwrap_or_default();
    lines.iter().map(|line| line.share.unwrap_or(rest)).collect()
}

/// The parts of a department's share. The bands divide it if the policy has any and the line names the person
/// directly responsible.
fn divided(
    policy: &Policy,
    people: &People,
    person: Option<&Id>,
    department: &str,
    (share, loss): (Decimal, Decimal),
    day: NaiveDate,
) -> Vec<Borne> {
    let sharing = &policy.sharing;
    let borne = |person: Option<&Id>, level, amount| Borne {
        person: person.cloned(),
        department: Some(department.to_owned()),
        level,
        amount,
    };
    let Some(person) = person else { return vec![borne(None, Capacity::Department, share)] };
    let measured = if sharing.measure == Measure::Loss { loss } else { share };
    let Some(band) = sharing.band(measured.abs()) else { return vec![borne(Some(person), Capacity::Direct, share)] };
    let mut above = superiors(policy, people, person, day).into_iter();
    let mut parts: Vec<Borne> = Vec::new();
    for (at, amount) in split(share, &band.parts).into_iter().enumerate() {
        let part = match at {
            0 => borne(Some(person), Capacity::Direct, amount),
            level => match (above.next(), sharing.vacant) {
                (Some(superior), _) => borne(Some(&superior), Capacity::Superior(level), amount),
                (None, Vacant::Department) => borne(None, Capacity::Department, amount),
                (None, Vacant::Direct) => borne(Some(person), Capacity::Direct, amount),
            },
        };
        match parts.iter_mut().find(|other| (&other.person, other.level) == (&part.person, part.level)) {
            Some(other) => other.amount += part.amount,
            None => parts.push(part),
        }
    }
    parts.retain(|part| !part.amount.is_zero() || part.level == Capacity::Direct);
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::{Attribution, Capacity, attribute};
    use crate::filter::Alone;
    use crate::policy::tests::{loaded, replaced, sources_of, with_division};
    use crate::policy::{People, Policy, STAFF};
    use crate::record::{Fields, Record, Type, Value};

    /// The lines that say who is responsible, the loss, and who bears what.
    type Attributed<'c> = (&'c [&'c [(&'c str, &'c str)]], &'c str, &'c [&'c str]);

    fn policy(change: &[(&str, &str)]) -> Policy {
        loaded(&replaced(with_division(), "policy/sharing.toml", change))
    }

    /// A group of one list of a kind.
    fn group(shape: &crate::record::Shape, list: &str, values: &[(&str, &str)]) -> Value {
        let Type::Group(lines) = shape.find(list).expect("a list").1.ty.element().clone() else { panic!("lines") };
        let mut line = Fields::new();
        for (name, text) in values {
            let (id, field) = lines.find(name).expect("a field");
            line.set(id, Value::from_stored(&field.ty, text).expect("a value"));
        }
        Value::Group(line)
    }

    fn record(kind: &crate::kind::Kind, id: &str, state: &str, values: &[(&str, Value)]) -> Record {
        let mut fields = Fields::new();
        for (name, value) in values {
            fields.set(kind.shape.find(name).expect("a field").0, value.clone());
        }
        let id = id.parse().expect("an id");
        Record {
            id,
            kind: kind.name().to_owned(),
            state: state.to_owned(),
            rules: None,
            fields,
            history: Vec::new(),
            overruled: Vec::new(),
        }
    }

    /// A line worker, the head of production, two in quality management, and a vice president.
    fn people(policy: &Policy) -> People {
        let kind = policy.kind(STAFF).expect("staff");
        let text = |text: &str| Value::Text(text.to_owned());
        let person = |id: &str, department: &str, role: &str| {
            let roles = Value::List(vec![group(&kind.shape, "roles", &[("role", role)])]);
            record(kind, id, "active", &[("name", text(id)), ("department", text(department)), ("roles", roles)])
        };
        let all = [
            person("zhang.san", "sales", "salesperson"),
            person("wu.xia", "sales", "sales-supervisor"),
            person("zhou.ba", "marketing", "sales-supervisor"),
            person("qian.yi", "sales", "sales-manager"),
            person("sun.er", "qm", "qm"),
            person("li.si", "qm", "vice-president"),
        ];
        People::of(&all, &kind.shape, &policy.roles)
    }

    fn attributed(policy: &Policy, lines: &[&[(&str, &str)]], loss: &str) -> Attribution {
        let kind = policy.kind("complaint").expect("complaints");
        let lines = lines.iter().map(|line| group(&kind.shape, "responsible", line)).collect();
        let fault = Value::Text("own".to_owned());
        let record =
            record(kind, "C-261122-7K3F2", "decided", &[("fault", fault), ("responsible", Value::List(lines))]);
        let day = "2026-11-22".parse().expect("a date");
        let loss = loss.parse().expect("an amount");
        attribute(policy, &people(policy), &record, loss, day, &Alone).expect("nothing else is asked")
    }

    fn shown(attribution: &Attribution) -> Vec<String> {
        let level = |level| match level {
            Capacity::Direct => "direct".to_owned(),
            Capacity::Superior(n) => format!("above {n}"),
            Capacity::Department => "whole".to_owned(),
        };
        let part = |part: &super::Borne| {
            let whom = part.person.as_ref().map(ToString::to_string).or_else(|| part.department.clone());
            format!("{} {} {}", whom.unwrap_or_default(), level(part.level), part.amount)
        };
        let mut all: Vec<String> = attribution.borne.iter().map(part).collect();
        if !attribution.unattributed.is_zero() {
            all.push(format!("nobody {}", attribution.unattributed));
        }
        all
    }

    #[test]
    fn a_loss_is_borne_as_the_record_and_the_policy_say() {
        let policy = policy(&[]);
        let zhang = [("person", "zhang.san"), ("department", "sales"), ("share", "70")];
        let cases: &[Attributed<'_>] = &[
            (&[&[("person", "zhang.san")]], "1000.01", &["zhang.san direct 1000.01"]),
            (
                &[&[("person", "zhang.san"), ("share", "70")], &[("person", "sun.er"), ("share", "30")]],
                "0.01",
                &["zhang.san direct 0.01", "sun.er direct 0.00"],
            ),
            // the share of sales, 700, lies in the second band; the first superior is the one in the person's own
            // department
            (
                &[&zhang, &[("department", "qm"), ("share", "30")]],
                "1000.00",
                &["zhang.san direct 490.00", "wu.xia above 1 140.00", "qian.yi above 2 70.00", "qm whole 300.00"],
            ),
            // the head of quality management reports to the vice president only, so the second part stays with the
            // department
            (
                &[&[("person", "sun.er"), ("department", "qm")]],
                "500.00",
                &["sun.er direct 400.00", "li.si above 1 75.00", "qm whole 25.00"],
            ),
            (
                &[&[("person", "zhang.san"), ("share", "60")], &[("person", "sun.er")], &[("department", "qm")]],
                "10.00",
                &["zhang.san direct 6.00", "sun.er direct 2.00", "qm whole 2.00"],
            ),
            (
                &[&[("person", "zhang.san")], &[("person", "sun.er")], &[("person", "li.si")]],
                "1.00",
                &["zhang.san direct 0.34", "sun.er direct 0.33", "li.si direct 0.33"],
            ),
            // nobody is given a part of zero
            (&[&[("person", "zhang.san"), ("department", "sales")]], "0.01", &["zhang.san direct 0.01"]),
            (&[], "5.00", &["nobody 5.00"]),
            (
                &[&[("share", "40")], &[("person", "sun.er"), ("share", "60")]],
                "5.00",
                &["sun.er direct 3.00", "nobody 2.00"],
            ),
        ];
        for (lines, loss, expected) in cases {
            let attribution = attributed(&policy, lines, loss);
            assert_eq!(shown(&attribution), *expected, "{lines:?}");
            assert_eq!(attribution.total(), loss.parse::<Decimal>().expect("an amount"));
        }
    }

    #[test]
    fn the_table_is_the_companys() {
        let sales = [("person", "zhang.san"), ("department", "sales"), ("share", "70")];
        let lines: &[&[(&str, &str)]] = &[&sales, &[("department", "qm"), ("share", "30")]];
        let of = |change: &[(&str, &str)]| shown(&attributed(&policy(change), lines, "1000.00"))[0].clone();
        assert_eq!(of(&[("parts = [70, 20, 10]", "parts = [50, 30, 20]")]), "zhang.san direct 350.00");
        // measured by the loss of 1000.00 the last band applies; measured by the share of 700.00 the one before it
        let lower = ("up-to = \"1000.00\"", "up-to = \"900.00\"");
        assert_eq!(of(&[lower]), "zhang.san direct 490.00");
        assert_eq!(of(&[lower, ("by = \"share\"", "by = \"loss\"")]), "zhang.san direct 420.00");
        assert_eq!(of(&[("up-to = \"1000.00\"", "up-to = \"600.00\"")]), "zhang.san direct 420.00");
        let direct = policy(&[("vacant = \"department\"", "vacant = \"direct\"")]);
        let one: &[&[(&str, &str)]] = &[&[("person", "sun.er"), ("department", "qm")]];
        assert_eq!(shown(&attributed(&direct, one, "500.00")), ["sun.er direct 425.00", "li.si above 1 75.00"]);
        let none = policy(&[("when = \"fault=own\"", "when = \"fault=client\"")]);
        assert_eq!(shown(&attributed(&none, one, "500.00")), ["nobody 500.00"]);
    }

    /// If one person is at fault, that person bears everything. A line that names only a department charges no person
    /// (RL3).
    #[test]
    fn without_a_division_no_superior_shares() {
        let policy = loaded(&sources_of("manufacturer"));
        let sales = [("person", "zhang.san"), ("department", "sales"), ("share", "70")];
        let lines: &[&[(&str, &str)]] = &[&sales, &[("department", "qm"), ("share", "30")]];
        let attribution = attributed(&policy, lines, "1000.00");
        assert_eq!(shown(&attribution), ["zhang.san direct 700.00", "qm whole 300.00"]);
        assert_eq!(attribution.people(), ["zhang.san"].map(|id| id.parse().expect("an id")).iter().collect::<Vec<_>>());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
        #[test]
        fn whatever_the_lines_all_of_the_loss_is_borne(
            lines in proptest::collection::vec((0usize..5, 0usize..4, proptest::option::of(0u32..100)), 0..6),
            cents in 0i64..100_000_000,
        ) {
            static POLICY: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
            let policy = POLICY.get_or_init(|| policy(&[]));
            let people = ["", "zhang.san", "sun.er", "li.si", "wu.xia"];
            let departments = ["", "sales", "qm", "production"];
            let texts: Vec<BTreeMap<&str, String>> = lines
                .iter()
                .map(|(person, department, share)| {
                    let mut line = BTreeMap::new();
                    line.extend((*person > 0).then(|| ("person", people[*person].to_owned())));
                    line.extend((*department > 0).then(|| ("department", departments[*department].to_owned())));
                    line.extend(share.map(|share| ("share", share.to_string())));
                    line
                })
                .filter(|line| !line.is_empty())
                .collect();
            let lines: Vec<Vec<(&str, &str)>> =
                texts.iter().map(|line| line.iter().map(|(name, text)| (*name, text.as_str())).collect()).collect();
            let lines: Vec<&[(&str, &str)]> = lines.iter().map(Vec::as_slice).collect();
            let loss = Decimal::new(cents, 2);
            let attribution = attributed(policy, &lines, &loss.to_string());
            prop_assert_eq!(attribution.total(), loss);
        }
    }
}

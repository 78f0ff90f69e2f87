//! Who decides up to which amount: `policy/authority.toml` (CP7).

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::filter::Filter;
use crate::kind::{Condition, Kind, Post, Source, Who, is_post, post, unknown};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Place, Placed, Problem, Problems, toml};
use crate::record::parse_money;

/// One table: its rows, beginning at the lowest level.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Authority {
    /// Its name; steps use it.
    pub name: String,
    /// The first row that fits, or any later one, may decide.
    pub rows: Vec<Row>,
    /// Where it is declared.
    pub place: Place,
}

/// One level of authority.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// The highest amount, inclusive; `None` means any amount.
    pub up_to: Option<Decimal>,
    /// Conditions by kind: each must hold for every record of that kind that counts.
    pub when: BTreeMap<String, Condition>,
    /// The role that decides.
    pub role: String,
    /// If the row names the role in a department, such as `head@department`: that department, for each kind that is
    /// decided on.
    pub posts: BTreeMap<String, Post>,
    /// Where it is declared.
    pub place: Place,
}

impl Row {
    /// Who decides on records of a kind.
    pub fn by(&self, kind: &str) -> Who {
        self.posts.get(kind).map_or_else(|| Who::Role(self.role.clone()), |post| Who::Post(post.clone()))
    }

    /// Whether both rows name the same people, so that they are one level.
    pub fn is_level_with(&self, other: &Row) -> bool {
        self.role == other.role && self.posts == other.posts
    }
}

impl Authority {
    /// The path of the file.
    pub const FILE: &'static str = "policy/authority.toml";

    /// Reads every table. The condition of a row is bound for each kind with a step that uses this authority.
    pub(super) fn load(
        text: &str,
        kinds: &BTreeMap<String, Kind>,
        shapes: &crate::kind::AllShapes,
        problems: &Problems,
    ) -> Option<BTreeMap<String, Self>> {
        let file = toml::read(Self::FILE, text, problems)?;
        let mut tables = BTreeMap::new();
        if let Some(outer) = file.section("authority", problems) {
            let names: Vec<_> = outer.entries().map(|(name, _)| name.clone()).collect();
            for name in names {
                let uses = |kind: &&Kind| {
                    let decides = |s: &crate::kind::Step| s.authority.as_ref().is_some_and(|a| a.value == name.value);
                    let of_case = kind.amounts.get(&name.value).is_some_and(|amount| amount.case.is_some());
                    kind.steps.iter().any(decides) && !of_case
                };
                let users: Vec<&Kind> = kinds.values().filter(uses).collect();
                let decides = |kind: &&Kind| {
                    kind.steps.iter().any(|s| s.authority.as_ref().is_some_and(|a| a.value == name.value))
                };
                let decided: Vec<&Kind> = kinds.values().filter(decides).collect();
                let rows = outer.list(&name.value, problems);
                let rows: Vec<Row> =
                    rows.into_iter().filter_map(|t| row(t, (&users, &decided), shapes, problems)).collect();
                rising(&rows, problems);
                tables.insert(name.value.clone(), Authority { name: name.value, rows, place: name.place });
            }
        }
        file.finish(problems);
        for kind in kinds.values() {
            for step in &kind.steps {
                let asked = step.sets.iter().filter_map(|(_, source)| authority(source));
                for named in step.authority.iter().chain(asked) {
                    if !tables.contains_key(&named.value) {
                        let message = label!(LoadText::NoTable, name = named.value);
                        problems.push(Problem::new(named.place.clone(), message).help(label!(
                            LoadText::AddTable,
                            name = named.value,
                            file = Self::FILE
                        )));
                    }
                    if !kind.amounts.contains_key(&named.value) {
                        let message = label!(LoadText::NoAmountSaid, kind = kind.name(), name = named.value);
                        problems.push(
                            Problem::new(named.place.clone(), message)
                                .help(label!(LoadText::AddAmounts, name = named.value)),
                        );
                    }
                }
            }
        }
        Some(tables)
    }
}

/// Checks that no row has a lower limit than an earlier row that holds for every case. People of later rows may
/// decide what earlier rows may, so such a limit would mean nothing.
fn rising(rows: &[Row], problems: &Problems) {
    for (at, row) in rows.iter().enumerate() {
        let Some(limit) = row.up_to else { continue };
        let over = |before: &&Row| before.when.is_empty() && before.up_to.is_none_or(|before| before > limit);
        if let Some(before) = rows.iter().take(at).find(over) {
            let message = label!(LoadText::LevelWithin, role = row.role, before = before.role);
            problems.push(Problem::new(row.place.clone(), message).help(LoadText::WriteLevels));
        }
    }
}

/// The authority whose level a source takes.
fn authority(source: &Source) -> Option<&Placed<String>> {
    match source {
        Source::Authority(named) => Some(named),
        Source::First(all) => all.iter().find_map(authority),
        _ => None,
    }
}

fn row(
    table: &Section,
    (users, decided): (&[&Kind], &[&Kind]),
    shapes: &crate::kind::AllShapes,
    problems: &Problems,
) -> Option<Row> {
    let role = table.required_text("role", problems);
    let up_to = table.text("up-to", problems).and_then(|text| {
        let wrong = |error: crate::record::ValueError| problems.say(&text.place, error.label());
        parse_money(&text.value).map_err(wrong).ok()
    });
    let mut when = BTreeMap::new();
    let mut bind = |kind: &str, text: &Placed<String>| match Filter::read(text, kind, shapes, &shapes.scope) {
        Ok(filter) => {
            let condition = Condition { filter, text: text.clone(), reason: Label::default() };
            when.insert(kind.to_owned(), condition);
        }
        Err(problem) => problems.push(problem),
    };
    match table.item("when") {
        None => {}
        // one condition for each kind
        Some(Item::Section(each)) => {
            for (kind, item) in each.entries() {
                if !shapes.shapes.contains_key(&kind.value) {
                    let near = nearest(&kind.value, shapes.shapes.keys().map(String::as_str));
                    problems.push(unknown(&kind.place, LoadText::WordKind, &kind.value, "policy/kinds", near));
                } else if let Some(text) = item.text(problems) {
                    bind(&kind.value, &text);
                }
            }
        }
        // for the kind that has the case
        Some(item) => {
            if let Some(text) = item.text(problems) {
                users.iter().for_each(|kind| bind(kind.name(), &text));
            }
        }
    }
    table.finish(problems);
    let role = role?;
    let mut posts = BTreeMap::new();
    if is_post(&role.value) {
        let of = |kind: &&Kind| Some((kind.name().to_owned(), post(&role, &kind.shape, shapes, problems)?));
        posts.extend(decided.iter().filter_map(of));
    } else {
        shapes.roles.check(&role, problems);
    }
    let name = role.value.split('@').next().unwrap_or_default().to_owned();
    Some(Row { up_to, when, role: name, posts, place: role.place })
}

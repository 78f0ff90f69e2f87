//! The differences between two rule books, in words (RP4), as `redress policy diff A B` prints them. Entries are
//! matched by name and shown by label, so moving an entry or changing a comment is not a difference.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table as Toml, Value};

use crate::locale::messages::PolicyText as Text;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Facts, Report, Table};
use crate::policy::Sources;

/// The labels of sections.
const SECTIONS: [(&str, Text); 18] = [
    ("fields", Text::WordField),
    ("states", Text::WordState),
    ("steps", Text::WordStep),
    ("deadlines", Text::WordDeadline),
    ("conditions", Text::WordCondition),
    ("rollups", Text::WordRollup),
    ("milestones", Text::WordMilestone),
    ("roles", Text::WordRole),
    ("departments", Text::WordDepartment),
    ("campaigns", Text::WordCampaign),
    ("questions", Text::WordQuestion),
    ("rules", Text::WordRule),
    ("duties", Text::WordDuty),
    ("calendars", Text::WordCalendar),
    ("figures", Text::WordFigure),
    ("tables", Text::WordTable),
    ("lists", Text::WordList),
    ("sets", Text::WordSet),
];

/// The labels of keys.
const KEYS: [(&str, Text); 28] = [
    ("label", Text::KeyLabel),
    ("help", Text::KeyHelp),
    ("by", Text::KeyBy),
    ("not-by", Text::KeyNotBy),
    ("instead", Text::KeyInstead),
    ("from", Text::KeyFrom),
    ("to", Text::KeyTo),
    ("asks", Text::KeyAsks),
    ("when", Text::KeyWhen),
    ("within", Text::KeyWithin),
    ("warns", Text::KeyWarns),
    ("holder", Text::KeyHolder),
    ("starts", Text::KeyStarts),
    ("stops", Text::KeyStops),
    ("values", Text::KeyValues),
    ("required", Text::KeyRequired),
    ("private", Text::KeyPrivate),
    ("retired", Text::KeyRetired),
    ("up-to", Text::KeyUpTo),
    ("role", Text::KeyRole),
    ("amount", Text::KeyAmount),
    ("every", Text::KeyEvery),
    ("select", Text::KeySelect),
    ("weight", Text::KeyWeight),
    ("seals", Text::KeySeals),
    ("reports-to", Text::KeyReportsTo),
    ("holidays", Text::KeyHolidays),
    ("type", Text::KeyType),
];

/// Prefixes that do not belong to a name.
const PREFIXES: [&str; 5] = ["role:", "field:", "step:", "department:", "class:"];

/// The differences between two rule books.
pub fn changes(before: &Sources, after: &Sources, facts: Facts) -> Report {
    let mut report = Report::new("policy-diff", Text::Changes, facts);
    let mut table = Table::new([
        Column::label("of", Text::ChangedIn).weighing(Column::MUCH),
        Column::label("what", Text::Changed).weighing(Column::MUCH),
        Column::label("before", Text::Before).weighing(Column::MUCH),
        Column::label("after", Text::Now).weighing(Column::MUCH),
        Column::id("place", Text::Place).weighing(Column::LITTLE),
    ]);
    let names = [before, after].map(dictionary);
    let paths: BTreeSet<&str> = before.iter().chain(after.iter()).map(|(path, _)| path).collect();
    for path in paths {
        let (old, new) = (before.bytes(path), after.bytes(path));
        if old == new {
            continue;
        }
        let [was, is] = [old, new].map(|bytes| bytes.and_then(parsed));
        let label = [&is, &was].into_iter().find_map(|file| label_of(file.as_ref()?)).unwrap_or_default();
        let file = Differ {
            path,
            called: if label == Label::default() { Label::verbatim(path) } else { label },
            names: &names,
        };
        match (old, new, was, is) {
            (Some(_), Some(_), Some(was), Some(is)) => file.tables(&mut Vec::new(), &was, &is, &mut table),
            (Some(_), Some(_), ..) => file.row(&[], Text::Otherwise.label(), Text::Otherwise.label(), &mut table),
            (None, ..) => file.row(&[], Label::default(), Text::Added.label(), &mut table),
            (_, None, ..) => file.row(&[], Text::Removed.label(), Label::default(), &mut table),
        }
    }
    report.table("changes", Text::Changes, table);
    report
}

fn parsed(bytes: &[u8]) -> Option<Toml> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// The `label` of a table: in both languages, or one text for both.
fn label_of(table: &Toml) -> Option<Label> {
    match table.get("label")? {
        Value::String(text) => Some(Label::verbatim(text.as_str())),
        Value::Table(both) => {
            let text = |lang: &str| both.get(lang).and_then(Value::as_str).unwrap_or_default();
            Some(Label::new(text("en"), text("zh")))
        }
        _ => None,
    }
}

/// The labels of roles, departments, fields, states and steps of a rule book. If a name occurs several times, the
/// first label counts.
fn dictionary(sources: &Sources) -> BTreeMap<(String, String), Label> {
    let mut names = BTreeMap::new();
    for (path, bytes) in sources.iter() {
        let Some(file) = parsed(bytes) else { continue };
        for (key, value) in &file {
            let entries: Vec<(String, &Toml)> = match value {
                Value::Table(entries) => {
                    entries.iter().filter_map(|(name, entry)| Some((name.clone(), entry.as_table()?))).collect()
                }
                Value::Array(entries) => named(entries).into_iter().map(|((name, _), entry)| (name, entry)).collect(),
                _ => continue,
            };
            let of = if ["roles", "departments"].contains(&key.as_str()) { "" } else { path };
            for (name, entry) in entries {
                if let Some(label) = label_of(entry) {
                    names.entry((of.to_owned(), name)).or_insert(label);
                }
            }
        }
    }
    names
}

/// Entries by name; entries of the same name are numbered. Empty if an entry has no name.
fn named(entries: &[Value]) -> BTreeMap<(String, usize), &Toml> {
    let mut found = BTreeMap::new();
    for entry in entries {
        let Some((name, entry)) = entry.as_table().and_then(|entry| Some((entry.get("name")?.as_str()?, entry))) else {
            return BTreeMap::new();
        };
        let number = found.keys().filter(|(other, _): &&(String, usize)| other == name).count();
        found.insert((name.to_owned(), number), entry);
    }
    found
}

struct Differ<'d> {
    path: &'d str,
    called: Label,
    names: &'d [BTreeMap<(String, String), Label>; 2],
}

impl Differ<'_> {
    fn tables(&self, way: &mut Vec<(String, Label)>, was: &Toml, is: &Toml, table: &mut Table) {
        let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        for key in keys {
            self.values(way, key, was.get(key), is.get(key), table);
        }
    }

    fn values(
        &self,
        way: &mut Vec<(String, Label)>,
        key: &str,
        was: Option<&Value>,
        is: Option<&Value>,
        table: &mut Table,
    ) {
        if was == is {
            return;
        }
        // a label is one text in two languages
        let both = |value: &Value| {
            value.as_table().is_some_and(|table| table.keys().all(|key| ["en", "zh"].contains(&&**key)))
        };
        way.push((key.to_owned(), self.word(key, [was, is])));
        match (was, is) {
            (Some(Value::Table(was)), Some(Value::Table(is))) if !both(&Value::Table(is.clone())) => {
                self.tables(way, was, is, table);
            }
            (was, is) if [was, is].into_iter().flatten().all(is_entries) => {
                let entries = |value: Option<&'_ Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
                let (old, new) = (entries(was), entries(is));
                let (old, new) = (named(&old), named(&new));
                let all: BTreeSet<_> = old.keys().chain(new.keys()).cloned().collect();
                for entry in all {
                    let [was, is] = [&old, &new].map(|entries| entries.get(&entry).copied());
                    let label = [is, was].into_iter().flatten().find_map(label_of);
                    way.push((entry.0.clone(), label.unwrap_or_else(|| Label::verbatim(entry.0.as_str()))));
                    match (was, is) {
                        (Some(was), Some(is)) => self.tables(way, was, is, table),
                        (None, _) => self.row(way, Label::default(), Text::Added.label(), table),
                        (_, None) => self.row(way, Text::Removed.label(), Label::default(), table),
                    }
                    way.pop();
                }
            }
            (was, is) => {
                let (before, after) = self.told(was, is);
                self.row(way, before, after, table);
            }
        }
        way.pop();
    }

    /// The text of both sides; for lists, what was removed and what was added.
    fn told(&self, was: Option<&Value>, is: Option<&Value>) -> (Label, Label) {
        let parts = |value: Option<&Value>, but: Option<&Value>| {
            let all = value.and_then(Value::as_array).cloned().unwrap_or_default();
            let other = but.and_then(Value::as_array).cloned().unwrap_or_default();
            all.into_iter().filter(|one| !other.contains(one)).collect::<Vec<_>>()
        };
        if let (Some(Value::Array(_)), Some(Value::Array(_))) = (was, is) {
            let (gone, come) = (parts(was, is), parts(is, was));
            if !(gone.is_empty() && come.is_empty()) {
                return (self.list(&gone, "−", 0), self.list(&come, "+", 1));
            }
        }
        (self.said(was, 0), self.said(is, 1))
    }

    fn list(&self, values: &[Value], sign: &str, side: usize) -> Label {
        Label::each(|lang| {
            let each = values.iter().map(|value| format!("{sign}{}", self.said(Some(value), side).get(lang)));
            each.collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
        })
    }

    fn said(&self, value: Option<&Value>, side: usize) -> Label {
        match value {
            None => Label::default(),
            Some(Value::String(text)) => self.name(text, side),
            Some(Value::Boolean(yes)) => if *yes { Text::Yes } else { Text::No }.label(),
            Some(Value::Table(table)) => {
                let text = |lang: &str| table.get(lang).and_then(Value::as_str);
                match (text("en"), text("zh")) {
                    (Some(en), Some(zh)) => Label::new(en, zh),
                    _ => Label::each(|lang| {
                        let part = |(key, value): (&String, &Value)| {
                            format!(
                                "{} {}",
                                self.word(key, [None, None]).get(lang),
                                self.said(Some(value), side).get(lang)
                            )
                        };
                        table.iter().map(part).collect::<Vec<_>>().join(if lang == Lang::Zh { "，" } else { ", " })
                    }),
                }
            }
            Some(Value::Array(values)) => self.list(values, "", side),
            Some(other) => Label::verbatim(other.to_string()),
        }
    }

    /// The label of the thing that a text names; else the text itself.
    fn name(&self, text: &str, side: usize) -> Label {
        let bare = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
        let found = |of: &str| self.names.get(side)?.get(&(of.to_owned(), bare.to_owned())).cloned();
        found("").or_else(|| found(self.path)).unwrap_or_else(|| Label::verbatim(text))
    }

    fn word(&self, key: &str, sides: [Option<&Value>; 2]) -> Label {
        let known = SECTIONS.iter().chain(&KEYS).find(|(name, _)| *name == key).map(|(_, text)| text.label());
        let own = || sides.into_iter().rev().flatten().filter_map(Value::as_table).find_map(label_of);
        own().or(known).unwrap_or_else(|| self.name(key, 1))
    }

    fn row(&self, way: &[(String, Label)], before: Label, after: Label, table: &mut Table) {
        let what = Label::each(|lang| way.iter().map(|(_, label)| label.get(lang)).collect::<Vec<_>>().join(" · "));
        let keys: Vec<&str> = way.iter().map(|(key, _)| key.as_str()).collect();
        let place = format!("{} {}", self.path, keys.join("."));
        table.row([
            Cell::Label(self.called.clone()),
            Cell::Label(what),
            Cell::Label(before),
            Cell::Label(after),
            Cell::id(place.trim()),
        ]);
    }
}

/// Whether a value is a list of entries with names.
fn is_entries(value: &Value) -> bool {
    value.as_array().is_some_and(|entries| !entries.is_empty() && !named(entries).is_empty())
}

#[cfg(test)]
mod tests {
    use super::changes;
    use crate::locale::Lang;
    use crate::model::{Body, Cell, Facts};
    use crate::policy::Sources;

    fn sources(steps: &str, authority: &str) -> Sources {
        let mut sources = Sources::new();
        let roles = "[roles.gm]\nlabel = { en = \"General manager\", zh = \"总经理\" }\n[roles.qm]\nlabel = { en = \"Quality\", zh = \"质量管理员\" }\n";
        sources.insert("policy/roles.toml", roles.as_bytes());
        let kind = format!("name = \"case\"\nlabel = {{ en = \"Case\", zh = \"案件\" }}\n{steps}");
        sources.insert("policy/kinds/case.toml", kind.as_bytes());
        sources.insert("policy/authority.toml", authority.as_bytes());
        sources
    }

    #[test]
    fn what_differs_is_said_by_labels_and_a_moved_entry_is_no_difference() {
        let step = |name: &str, label: &str, by: &str| {
            format!("[[steps]]\nname = \"{name}\"\nlabel = {{ en = \"{name}\", zh = \"{label}\" }}\nby = [{by}]\n")
        };
        let (first, second) = (step("accept", "受理", "\"gm\""), step("decline", "不予受理", "\"gm\""));
        let before = sources(&format!("{first}{second}"), "");
        assert!(rows(&before, &sources(&format!("{second}{first}"), "# a comment\n")).is_empty());
        let third = step("close", "结案", "\"gm\"");
        let after = sources(&format!("{}{third}", step("accept", "受理", "\"qm\"")), "");
        assert_eq!(
            rows(&before, &after),
            [
                "案件 | 步骤 · 受理 · 办理人 | −总经理 | +质量管理员",
                "案件 | 步骤 · 结案 |  | 新增",
                "案件 | 步骤 · 不予受理 | 取消 | ",
            ]
        );
    }

    fn rows(before: &Sources, after: &Sources) -> Vec<String> {
        let report = changes(before, after, Facts::default());
        let Some(Body::Table(table)) = report.sections.first().map(|section| &section.body) else { return Vec::new() };
        let text =
            |cell: &Cell| if let Cell::Label(label) = cell { label.get(Lang::Zh).to_owned() } else { String::new() };
        table.body().map(|row| row.cells.iter().take(4).map(text).collect::<Vec<_>>().join(" | ")).collect()
    }
}

//! Reads mapping files: TOML with places, bound to a file's headings and a kind.

use super::mapping::{From, Keying, Make, Mapping, Source, Stage, StateFrom, Values, splits};
use super::template::{BadTemplate, Template};
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{EntryText, ImportText, LoadText, StoredText};
use crate::place::toml::{Item, Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems, did_you_mean};
use crate::record::{Field, Type};

impl Mapping {
    /// Reads a mapping for a file with these headings. `kinds` gives the kinds that fields refer to.
    ///
    /// # Errors
    /// If something is wrong in it: everything, at once.
    pub fn read<'k>(
        file: &str,
        text: &str,
        headings: &[String],
        kind: &'k Kind,
        kinds: &dyn Fn(&str) -> Option<&'k Kind>,
    ) -> Result<Self, Vec<Problem>> {
        let problems = Problems::new();
        let mapping = read(file, text, &problems).map(|section| {
            let loader = Loader { headings, kind, kinds, problems: &problems };
            let mapping = loader.mapping(&section);
            section.finish(&problems);
            mapping
        });
        match mapping.filter(|_| problems.is_empty()) {
            Some(mapping) => Ok(mapping),
            None => Err(problems.into_sorted()),
        }
    }
}

struct Loader<'l, 'k> {
    headings: &'l [String],
    kind: &'k Kind,
    kinds: &'l dyn Fn(&str) -> Option<&'k Kind>,
    problems: &'l Problems,
}

impl Loader<'_, '_> {
    fn mapping(&self, section: &Section) -> Mapping {
        let dates = self.format(section, "dates");
        let mut key = Keying { prefix: format!("{}-", self.kind.name()), columns: Vec::new() };
        if let Some(keys) = section.section("key", self.problems) {
            if let Some(prefix) = keys.text("prefix", self.problems) {
                key.prefix = prefix.value;
            }
            key.columns = self.columns(&keys.texts("columns", self.problems));
            keys.finish(self.problems);
        }
        let mut sources: Vec<Source> = Vec::new();
        if let Some(fields) = section.section("fields", self.problems) {
            for (name, item) in fields.entries() {
                if let Some(source) = self.source(name, item, dates.as_deref()) {
                    if sources.iter().any(|other| other.field == source.field) {
                        self.problems.say(&name.place, label!(ImportText::MapTwice, name = name.value));
                    }
                    sources.push(source);
                }
            }
        }
        let stages = section.list("stages", self.problems);
        let stages = stages.into_iter().filter_map(|stage| self.stage(stage, dates.as_deref())).collect();
        let id = section.text("id", self.problems).and_then(|name| self.column(&name));
        Mapping { headings: self.headings.to_vec(), sources, stages, id, key }
    }

    fn source(&self, name: &Placed<String>, item: &Item, dates: Option<&str>) -> Option<Source> {
        let Some((field, declared)) = self.kind.shape.find(&name.value) else {
            let names = self.kind.shape.fields().iter().map(|field| field.name.as_str());
            let help = nearest(&name.value, names).map(did_you_mean);
            self.problems.push(Problem::new(name.place.clone(), no_field(self.kind, &name.value)).help_if(help));
            return None;
        };
        let bare = |from| Source { field, within: None, from, values: None, format: None, split: None, make: None };
        let section = match item {
            Item::Section(section) => section,
            other => {
                let template = self.template(&other.text(self.problems)?)?;
                let format = dates.map(str::to_owned);
                return Some(Source { format, ..bare(From::Template(template)) });
            }
        };
        let (column, value) = (section.text("column", self.problems), section.text("value", self.problems));
        let template = section.text("text", self.problems);
        let from = match (column, value, template) {
            (Some(column), None, None) => self.column(&column).map(From::Column),
            (None, Some(value), None) => Some(From::Fixed(value.value)),
            (None, None, Some(text)) => self.template(&text).map(From::Template),
            _ => {
                self.problems.say(section.place(), ImportText::MapOneOf);
                None
            }
        };
        let values = self.values(section, Some(declared));
        let format = self.format(section, "date").or_else(|| dates.map(str::to_owned));
        let split = section.text("split", self.problems);
        if let Some(split) = split.as_ref().filter(|split| split.value.is_empty() || !splits(&declared.ty)) {
            self.problems.say(&split.place, ImportText::MapSplit);
        }
        let make = section.item("make").and_then(|item| self.make(item, declared));
        section.finish(self.problems);
        Some(Source { values, format, split: split.map(|split| split.value), make, ..bare(from?) })
    }

    /// The value of a field for each value of a column. If the field is a choice, the values are checked against it.
    fn values(&self, section: &Section, field: Option<&Field>) -> Option<Values> {
        let table = section.section("values", self.problems)?;
        let mut values = Values::default();
        for (name, item) in table.entries() {
            let Some(to) = item.text(self.problems) else { continue };
            if let Some(Type::Choice(choices)) = field.map(|field| field.ty.element()) {
                let names = choices.iter().filter(|choice| !choice.retired).map(|choice| choice.name.as_str());
                let known =
                    to.value.is_empty() || choices.iter().any(|choice| choice.name == to.value && !choice.retired);
                if !known {
                    let message = label!(EntryText::Choice, value = to.value);
                    self.problems.push(Problem::new(to.place.clone(), message).help(one_of(&to.value, names)));
                }
            }
            match name.value.as_str() {
                "*" => values.otherwise = Some(to.value),
                from => values.table.push((from.trim().to_owned(), to.value)),
            }
        }
        Some(values)
    }

    fn make(&self, item: &Item, field: &Field) -> Option<Make> {
        let place = item.place();
        let kind = match &field.ty {
            Type::Ref(kinds) => kinds.first().and_then(|kind| (self.kinds)(kind)),
            _ => None,
        };
        let Some(kind) = kind else {
            self.problems.say(place, ImportText::MapMake);
            return None;
        };
        let section = match item {
            Item::Flag(Placed { value: true, .. }) => None,
            Item::Flag(_) => return None,
            Item::Section(section) => Some(section),
            other => return other.unexpected(ImportText::MapTrueOr, self.problems),
        };
        let state = section.and_then(|section| section.text("state", self.problems));
        if let Some(state) = &state {
            self.check_state(kind, state);
        }
        let first = kind.shape.states().first().map(|state| state.name.clone()).unwrap_or_default();
        let mut fields = Vec::new();
        if let Some(given) = section.and_then(|section| section.section("fields", self.problems)) {
            for (name, item) in given.entries() {
                if kind.shape.find(&name.value).is_none() {
                    self.problems.say(&name.place, no_field(kind, &name.value));
                }
                let template = item.text(self.problems).and_then(|text| self.template(&text));
                fields.extend(template.map(|template| (name.value.clone(), template)));
            }
        }
        if let Some(section) = section {
            section.finish(self.problems);
        }
        Some(Make { kind: kind.name().to_owned(), state: state.map_or(first, |state| state.value), fields })
    }

    fn stage(&self, section: &Section, dates: Option<&str>) -> Option<Stage> {
        let state = match section.item("state") {
            None => {
                self.problems.say(section.place(), label!(LoadText::Absent, key = "state"));
                None
            }
            Some(Item::Section(from)) => {
                let column = from.required_text("column", self.problems).and_then(|column| self.column(&column));
                let values = self.values(from, None).unwrap_or_default();
                let table = from.section("values", self.problems);
                for item in table.into_iter().flat_map(|table| table.entries().map(|(_, item)| item)) {
                    if let Some(state) = item.text(self.problems).filter(|state| !state.value.is_empty()) {
                        self.check_state(self.kind, &state);
                    }
                }
                from.finish(self.problems);
                column.map(|column| StateFrom::Column(column, values))
            }
            Some(item) => item.text(self.problems).map(|state| {
                self.check_state(self.kind, &state);
                StateFrom::Fixed(state.value)
            }),
        };
        let at = self.columns(&section.texts("at", self.problems));
        let format = self.format(section, "date").or_else(|| dates.map(str::to_owned));
        let mut when = Vec::new();
        if let Some(conditions) = section.section("when", self.problems) {
            for (name, item) in conditions.entries() {
                let column = self.column(name);
                let values = conditions.texts(&name.value, self.problems);
                when.extend(column.map(|column| (column, values.into_iter().map(|value| value.value).collect())));
                if matches!(item, Item::Section(_)) {
                    self.problems.say(item.place(), ImportText::MapValues);
                }
            }
        }
        section.finish(self.problems);
        Some(Stage { state: state?, at, format, when })
    }

    fn check_state(&self, kind: &Kind, state: &Placed<String>) {
        if kind.shape.state(&state.value).is_none_or(|state| state.retired) {
            let names = kind.shape.states().iter().map(|state| state.name.as_str());
            let message = label!(ImportText::NoState, value = state.value, kind = kind.name());
            self.problems.push(Problem::new(state.place.clone(), message).help(one_of(&state.value, names)));
        }
    }

    /// A format for dates. It is checked with a known date.
    fn format(&self, section: &Section, key: &str) -> Option<String> {
        let format = section.text(key, self.problems)?;
        let known = chrono::format::StrftimeItems::new(&format.value);
        if format.value.is_empty() || known.clone().any(|item| matches!(item, chrono::format::Item::Error)) {
            let message = label!(ImportText::MapDates, text = format.value);
            self.problems.push(Problem::new(format.place.clone(), message).help(ImportText::MapDatesDo));
            return None;
        }
        Some(format.value)
    }

    fn columns(&self, names: &[Placed<String>]) -> Vec<usize> {
        names.iter().filter_map(|name| self.column(name)).collect()
    }

    fn column(&self, name: &Placed<String>) -> Option<usize> {
        let found = self.position(&name.value);
        if found.is_none() {
            self.no_column(&name.value, &name.place);
        }
        found
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.headings.iter().position(|heading| heading == name)
    }

    fn no_column(&self, name: &str, place: &Place) {
        let near = nearest(name, self.headings.iter().map(String::as_str));
        let help = near.map_or_else(|| label!(ImportText::MapColumns, names = self.headings.join(", ")), did_you_mean);
        self.problems.push(Problem::new(place.clone(), label!(ImportText::MapNoColumn, name = name)).help(help));
    }

    fn template(&self, text: &Placed<String>) -> Option<Template> {
        match Template::parse(&text.value, |name| self.position(name)) {
            Ok(template) => Some(template),
            Err(BadTemplate::Column(name)) => {
                self.no_column(&name, &text.place);
                None
            }
            Err(BadTemplate::Brace) => {
                let help = label!(ImportText::MapBraceDo, column = "{Heading}", open = "{{", close = "}}");
                self.problems.push(Problem::new(text.place.clone(), ImportText::MapBrace).help(help));
                None
            }
        }
    }
}

fn no_field(kind: &Kind, name: &str) -> Label {
    label!(StoredText::KindField, of = kind.name(), name = name)
}

/// The name that was probably meant, or else all names.
fn one_of<'n>(given: &str, names: impl Iterator<Item = &'n str> + Clone) -> Label {
    let all = || label!(EntryText::OneOf, words = names.clone().collect::<Vec<_>>().join(", "));
    nearest(given, names.clone()).map_or_else(all, did_you_mean)
}

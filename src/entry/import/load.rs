//! Reads mapping files: TOML with places, bound to a file's headings and a kind.

use std::cell::RefCell;
use std::collections::HashMap;

use super::mapping::{From, Keying, Make, Mapping, Source, Stage, StateFrom, Values, Within, several, splits};
use super::table::Layout;
use super::template::{BadTemplate, Template};
use super::times::{BadFormat, Dates, Format};
use crate::calendar::Zone;
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{EntryText, ImportText, LoadText, StoredText};
use crate::locale::text::fold;
use crate::place::toml::{Item, Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems, did_you_mean};
use crate::record::{Field, FieldId, Type};

/// Of so many columns it is looked which is meant.
const COMPARED: usize = 1000;

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
        Mapping::bound(file, text, headings, (kind, None), kinds)
    }

    /// Reads a mapping for a file whose rows are lines of a list. Names are first looked for among the fields of the
    /// lines, then among those of the record.
    ///
    /// # Errors
    /// As [`Mapping::read`], and if it speaks of states or keys, which lines do not have.
    pub fn of_lines<'k>(
        file: &str,
        text: &str,
        headings: &[String],
        (kind, list): (&'k Kind, FieldId),
        kinds: &dyn Fn(&str) -> Option<&'k Kind>,
    ) -> Result<Self, Vec<Problem>> {
        Mapping::bound(file, text, headings, (kind, Some(list)), kinds)
    }

    fn bound<'k>(
        file: &str,
        text: &str,
        headings: &[String],
        (kind, list): (&'k Kind, Option<FieldId>),
        kinds: &dyn Fn(&str) -> Option<&'k Kind>,
    ) -> Result<Self, Vec<Problem>> {
        let problems = Problems::new();
        let columns = headings.iter().enumerate().map(|(column, heading)| (heading.as_str(), column)).collect();
        let mapping = read(file, text, &problems).map(|section| {
            let loader = Loader {
                headings,
                columns,
                parts: RefCell::default(),
                file: super::stem(file),
                kind,
                list,
                kinds,
                problems: &problems,
            };
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
    columns: HashMap<&'l str, usize>,
    /// Parts of columns that hold objects; they follow the columns.
    parts: RefCell<Vec<(usize, Vec<String>)>>,
    /// The name of the mapping file.
    file: String,
    kind: &'k Kind,
    /// The list whose lines the rows are.
    list: Option<FieldId>,
    kinds: &'l dyn Fn(&str) -> Option<&'k Kind>,
    problems: &'l Problems,
}

impl Loader<'_, '_> {
    fn mapping(&self, section: &Section) -> Mapping {
        // it was read already, before there were columns; what is wrong in it was said then
        Layout::of(section, &Problems::new());
        let dates = Dates {
            formats: self.formats(section, "dates").unwrap_or_default(),
            year: self.year(section),
            zone: self.zone(section),
        };
        let mut mapping = Mapping::blank(self.headings, self.kind);
        let of_records = ["source", "id", "key", "stages", "running"];
        for key in of_records.iter().filter(|key| self.list.is_some() && section.has(key)) {
            let place = section.item(key).map_or(section.place(), Item::place);
            self.problems.say(place, label!(ImportText::MapNotOfLines, key = key));
        }
        let source = section.text("source", self.problems);
        if let Some(source) = &source
            && (source.value.trim().is_empty() || source.value.chars().any(char::is_control))
        {
            self.problems.say(&source.place, ImportText::MapSource);
        }
        mapping.key = self.keying(section, source.map(|source| source.value));
        let empty = section.texts("empty", self.problems);
        mapping.empty = empty.into_iter().map(|word| fold(word.value.trim())).collect();
        if let Some(fields) = section.section("fields", self.problems) {
            self.sources(fields, &dates, &mut mapping.sources);
        }
        let stages = section.list("stages", self.problems);
        mapping.stages = stages.into_iter().filter_map(|stage| self.stage(stage, &dates)).collect();
        mapping.id = section.text("id", self.problems).and_then(|name| self.column(&name));
        mapping.left_out = self.columns(&section.texts("ignore", self.problems));
        if let Some(running) = section.section("running", self.problems) {
            let at = self.columns(&running.texts("at", self.problems));
            if !running.has("at") {
                self.problems.say(running.place(), label!(LoadText::Absent, key = "at"));
            }
            mapping.running = Some((at, self.dates(running, &dates)));
            running.finish(self.problems);
        }
        mapping.parts = self.parts.take();
        mapping
    }

    fn keying(&self, section: &Section, source: Option<String>) -> Keying {
        let mut key = Keying { prefix: format!("{}-", self.kind.name()), columns: Vec::new() };
        let keys = section.section("key", self.problems);
        let prefix = keys.and_then(|keys| keys.text("prefix", self.problems)).map(|prefix| prefix.value);
        if let Some(keys) = keys {
            key.columns = self.columns(&keys.texts("columns", self.problems));
            keys.finish(self.problems);
        }
        // numbers of two systems are not told apart by themselves
        key.prefix = match (prefix, source) {
            (Some(prefix), _) => prefix,
            (None, Some(source)) => format!("{}-", source.trim()),
            (None, None) if !key.columns.is_empty() && !self.file.is_empty() => format!("{}-", self.file),
            (None, None) => key.prefix,
        };
        key
    }

    /// The fields of a table, `contacts.0.name` and the tables that TOML makes of it included.
    fn sources(&self, fields: &Section, dates: &Dates, sources: &mut Vec<Source>) {
        for (name, item) in fields.entries() {
            self.entry(name, item, dates, sources);
        }
    }

    fn entry(&self, name: &Placed<String>, item: &Item, dates: &Dates, sources: &mut Vec<Source>) {
        if let Item::Section(section) = item
            && self.nests(&name.value)
            && !SOURCES.iter().any(|key| section.has(key))
        {
            for (inner, item) in section.entries() {
                let path = Placed { value: format!("{}.{}", name.value, inner.value), place: inner.place.clone() };
                self.entry(&path, item, dates, sources);
            }
            return;
        }
        if let Some(source) = self.source(name, item, dates) {
            if sources.iter().any(|other| other.field == source.field && other.within == source.within) {
                self.problems.say(&name.place, label!(ImportText::MapTwice, name = name.value));
            }
            sources.push(source);
        }
    }

    /// Whether a path names a list of lines, one of its lines, or a group: something with parts.
    fn nests(&self, path: &str) -> bool {
        let mut parts = path.split('.');
        let Some((_, field)) = parts.next().and_then(|name| self.kind.shape.find(name)) else { return false };
        matches!(field.ty.element(), Type::Group(_)) && parts.count() < 2
    }

    fn source(&self, name: &Placed<String>, item: &Item, dates: &Dates) -> Option<Source> {
        let whole = self.kind.shape.find(&name.value).map(|(field, _)| (field, None));
        let part = || Within::of(&name.value, self.kind).map(|(field, within)| (field, Some(within)));
        let line = self.list.and_then(|list| Some((list, Some(Within::first(list, &name.value, self.kind)?))));
        let Some((field, within)) = line.or(whole).or_else(part) else {
            let lines = self.list.map(|list| self.kind.field(list).ty.element()).into_iter();
            let lines = lines.flat_map(|lines| if let Type::Group(inner) = lines { inner.fields() } else { &[] });
            let names = lines.chain(self.kind.shape.fields()).map(|field| field.name.as_str());
            let help = nearest(&name.value, names).map(did_you_mean);
            self.problems.push(Problem::new(name.place.clone(), no_field(self.kind, &name.value)).help_if(help));
            return None;
        };
        let field_of = self.kind.field(field);
        let declared = match (within, field_of.ty.element()) {
            (Some(within), Type::Group(inner)) => inner.field(within.part),
            _ => field_of,
        };
        let section = match item {
            Item::Section(section) => section,
            other => {
                let template = self.template(&other.text(self.problems)?)?;
                let plain = Source::plain(field, From::Template(template));
                return Some(Source { within, dates: dates.clone(), ..plain });
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
        let time = section.text("time", self.problems);
        if let Some(time) = time.as_ref().filter(|_| !matches!(declared.ty, Type::Time)) {
            self.problems.say(&time.place, ImportText::MapTime);
        }
        let texts = |key| section.texts(key, self.problems).into_iter();
        let strip = texts("strip").map(|text| text.value).filter(|text| !text.is_empty()).collect();
        let mut replace = Vec::new();
        if let Some(table) = section.section("replace", self.problems) {
            for (from, item) in table.entries() {
                replace.extend(item.text(self.problems).map(|to| (from.value.clone(), to.value)));
            }
            replace.retain(|(from, _)| !from.is_empty());
        }
        let values = self.values(section, Some(declared));
        let default = section.text("default", self.problems);
        if let Some(default) = &default {
            self.check_choice(declared, default);
        }
        let split: Vec<Placed<String>> = texts("split").collect();
        if let Some(split) = split.iter().find(|split| split.value.is_empty() || !splits(&declared.ty)) {
            self.problems.say(&split.place, ImportText::MapSplit);
        }
        let strangers = section.text("strangers", self.problems).and_then(|to| {
            let found = self.kind.shape.find(&to.value).filter(|(_, field)| matches!(field.ty, Type::Text));
            if found.is_none() || !matches!(declared.ty, Type::Person) || within.is_some() {
                self.problems.say(&to.place, ImportText::MapStrangers);
            }
            found.map(|(field, _)| field)
        });
        if let Some(make) = section.item("make").filter(|_| self.list.is_some()) {
            self.problems.say(make.place(), label!(ImportText::MapNotOfLines, key = "make"));
        }
        let make = section.item("make").and_then(|item| self.make(item, declared));
        let when = self.when(section);
        let dates = self.dates(section, dates);
        section.finish(self.problems);
        Some(Source {
            within,
            time: time.and_then(|time| self.column(&time)),
            strip,
            replace,
            values,
            default: default.map(|default| default.value),
            dates,
            split: split.into_iter().map(|split| split.value).collect(),
            make,
            when,
            strangers,
            ..Source::plain(field, from?)
        })
    }

    /// The value of a field for each value of a column. If the field is a choice, the values are checked against it.
    fn values(&self, section: &Section, field: Option<&Field>) -> Option<Values> {
        let keep = section.flag("keep", self.problems);
        let Some(table) = section.section("values", self.problems) else {
            if keep.is_some() {
                self.problems.say(section.place(), ImportText::MapKeep);
            }
            return None;
        };
        let mut values = Values { keep: keep.unwrap_or_default(), ..Values::default() };
        for (name, item) in table.entries() {
            let Some(to) = item.text(self.problems) else { continue };
            if let Some(field) = field {
                self.check_choice(field, &to);
            }
            match name.value.as_str() {
                "*" => values.otherwise = Some(to.value),
                from => values.table.push((from.trim().to_owned(), to.value)),
            }
        }
        Some(values)
    }

    /// A value that a field is given must be one that it can have, or nothing.
    fn check_choice(&self, field: &Field, to: &Placed<String>) {
        let Type::Choice(choices) = field.ty.element() else { return };
        let known = to.value.is_empty() || choices.iter().any(|choice| choice.name == to.value && !choice.retired);
        if !known {
            let names = choices.iter().filter(|choice| !choice.retired).map(|choice| choice.name.as_str());
            let message = label!(EntryText::Choice, value = to.value);
            self.problems.push(Problem::new(to.place.clone(), message).help(one_of(&to.value, names)));
        }
    }

    /// The conditions of a field or a stage: columns with the values of which they must have one.
    fn when(&self, section: &Section) -> Vec<(usize, Vec<String>)> {
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
        when
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

    fn stage(&self, section: &Section, dates: &Dates) -> Option<Stage> {
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
        let time = section.text("time", self.problems);
        if let Some(time) = time.as_ref().filter(|_| at.len() != 1) {
            self.problems.say(&time.place, ImportText::MapStageTime);
        }
        let (when, dates) = (self.when(section), self.dates(section, dates));
        section.finish(self.problems);
        Some(Stage { state: state?, at, time: time.and_then(|time| self.column(&time)), dates, when })
    }

    fn check_state(&self, kind: &Kind, state: &Placed<String>) {
        if kind.shape.state(&state.value).is_none_or(|state| state.retired) {
            let names = kind.shape.states().iter().map(|state| state.name.as_str());
            let message = label!(ImportText::NoState, value = state.value, kind = kind.name());
            self.problems.push(Problem::new(state.place.clone(), message).help(one_of(&state.value, names)));
        }
    }

    /// How a column writes dates: as it says itself, else as the file does.
    fn dates(&self, section: &Section, file: &Dates) -> Dates {
        match self.formats(section, "date") {
            Some(formats) => Dates { formats, ..file.clone() },
            None => file.clone(),
        }
    }

    /// Ways of writing dates, each held against those that are known. `None` if nothing is said.
    fn formats(&self, section: &Section, key: &str) -> Option<Vec<Format>> {
        if !section.has(key) {
            return None;
        }
        let mut formats = Vec::new();
        for text in section.texts(key, self.problems) {
            match Format::parse(&text.value) {
                Ok(format) => formats.push(format),
                Err(BadFormat::ZoneName) => {
                    let problem = Problem::new(text.place.clone(), ImportText::MapZoneName);
                    self.problems.push(problem.help(ImportText::MapZoneNameDo));
                }
                Err(BadFormat::NoFormat) => {
                    let message = label!(ImportText::MapDates, text = text.value);
                    self.problems.push(Problem::new(text.place.clone(), message).help(ImportText::MapDatesDo));
                }
            }
        }
        Some(formats)
    }

    fn year(&self, section: &Section) -> Option<i32> {
        let year = section.count("year", self.problems)?;
        if !(2000..2100).contains(&year.value) {
            self.problems.say(&year.place, ImportText::MapYear);
        }
        i32::try_from(year.value).ok()
    }

    fn zone(&self, section: &Section) -> Option<Zone> {
        let name = section.text("zone", self.problems)?;
        let zone = name.value.parse::<Zone>();
        if zone.is_err() {
            let message = label!(ImportText::MapZone, name = name.value);
            self.problems.push(Problem::new(name.place, message).help(ImportText::MapZoneDo));
        }
        zone.ok()
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

    /// The column of a heading, or the part of a column that holds objects: `fields.status.name`.
    fn position(&self, name: &str) -> Option<usize> {
        if let Some(column) = self.columns.get(name) {
            return Some(*column);
        }
        let mut ends = name.match_indices('.').map(|(at, _)| at).collect::<Vec<_>>();
        ends.reverse();
        let (column, path) = ends.into_iter().find_map(|at| {
            let column = self.columns.get(&name[..at])?;
            Some((*column, name[at + 1..].split('.').map(str::to_owned).collect::<Vec<_>>()))
        })?;
        let mut parts = self.parts.borrow_mut();
        let known = parts.iter().position(|(other, keys)| *other == column && *keys == path);
        let part = known.unwrap_or_else(|| {
            parts.push((column, path));
            parts.len() - 1
        });
        Some(self.headings.len() + part)
    }

    fn no_column(&self, name: &str, place: &Place) {
        let near = nearest(name, self.headings.iter().take(COMPARED).map(String::as_str));
        let help = near.map_or_else(|| label!(ImportText::MapColumns, names = several(self.headings)), did_you_mean);
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

/// The keys that make a table the source of a field.
const SOURCES: [&str; 3] = ["column", "text", "value"];

fn no_field(kind: &Kind, name: &str) -> Label {
    label!(StoredText::KindField, of = kind.name(), name = name)
}

/// The name that was probably meant, or else all names.
fn one_of<'n>(given: &str, names: impl Iterator<Item = &'n str> + Clone) -> Label {
    let all = || label!(EntryText::OneOf, words = names.clone().collect::<Vec<_>>().join(", "));
    nearest(given, names.clone()).map_or_else(all, did_you_mean)
}

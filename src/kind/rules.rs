//! Reads the longer rules of steps: which lines of a list are meant, what must have come before, and how a level
//! rises. `lifecycle` applies them.

use super::reader::{self, condition_of, label};
use super::sources::Each;
use super::steps::Reader;
use super::{After, Attends, Climb, Entries, Lines};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section};
use crate::place::{Placed, Problem};
use crate::record::{FieldId, Shape, Type};

impl Reader<'_> {
    /// A field, or a field of the lines of a list: `remedies`, `remedies.amount`.
    pub(super) fn of_lines(&self, named: &Placed<String>) -> Option<(FieldId, Option<FieldId>)> {
        let Some((list, inner)) = named.value.split_once('.') else {
            return Some((reader::field(self.shape, &named.value, &named.place, self.problems)?, None));
        };
        let list = self.list_of_lines(&named.as_ref().map(|_| list.to_owned()))?;
        let inner = reader::field(self.group(list)?, inner, &named.place, self.problems)?;
        Some((list, Some(inner)))
    }

    /// A field that is a list of groups.
    fn list_of_lines(&self, named: &Placed<String>) -> Option<FieldId> {
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        if !matches!(&self.shape.field(field).ty, Type::List(_)) || self.group(field).is_none() {
            self.problems.say(&named.place, label!(LoadText::NoLines, name = named.value));
            return None;
        }
        Some(field)
    }

    /// A list of lines of the record or, written `REF.LIST`, of the record that a field refers to; that field must
    /// refer to one kind.
    pub(super) fn each(&self, named: &Placed<String>) -> Option<Each<'_>> {
        let path = named.value.clone();
        let Some((first, rest)) = named.value.split_once('.') else {
            let list = self.list_of_lines(named)?;
            return Some(Each { path, through: None, list, line: self.group(list)? });
        };
        let through = reader::field(self.shape, first, &named.place, self.problems)?;
        let other = match &self.shape.field(through).ty {
            Type::Ref(kinds) if kinds.len() == 1 => kinds.first().and_then(|kind| self.shapes.shapes.get(kind)),
            _ => None,
        };
        let Some(other) = other else {
            self.problems.say(&named.place, label!(LoadText::FirstNoRecord, first = first));
            return None;
        };
        let theirs = Reader { shape: other, shapes: self.shapes, problems: self.problems };
        let list = theirs.list_of_lines(&named.as_ref().map(|_| rest.to_owned()))?;
        match other.field(list).ty.element() {
            Type::Group(line) => Some(Each { path, through: Some(through), list, line }),
            _ => None,
        }
    }

    pub(super) fn group(&self, list: FieldId) -> Option<&Shape> {
        match self.shape.field(list).ty.element() {
            Type::Group(shape) => Some(shape),
            _ => None,
        }
    }

    /// `where = { kind = ["return", "exchange"] }`: which lines of a list are meant.
    pub(super) fn lines(&self, table: &Section, line: Option<&Shape>) -> Option<Lines> {
        let place = table.item("where")?.place().clone();
        let lines = table.section("where", self.problems)?;
        let Some(group) = line else {
            self.problems.say(&place, LoadText::WhereNoList);
            return None;
        };
        let mut wanted = Vec::new();
        for (name, _) in lines.entries() {
            let values = lines.texts(&name.value, self.problems);
            let Some(field) = reader::field(group, &name.value, &name.place, self.problems) else { continue };
            if let Type::Choice(choices) = &group.field(field).ty {
                for value in values.iter().filter(|value| choices.iter().all(|choice| choice.name != value.value)) {
                    self.problems.say(&value.place, label!(LoadText::CannotBe, name = name.value, value = value.value));
                }
            }
            wanted.push((field, values.into_iter().map(|value| value.value).collect()));
        }
        Some(Lines(wanted))
    }

    /// `times = 3, days = 2, since = "STATE", reason = …` of a field that a step asks for: how many entries the list
    /// must have.
    pub(super) fn entries(
        &self,
        table: &Section,
        named: &Placed<String>,
        (field, inner): (FieldId, Option<FieldId>),
    ) -> Option<Entries> {
        let (times, days) = (table.count("times", self.problems), table.count("days", self.problems));
        let since = table.text("since", self.problems);
        let reason = label(table, "reason", "", self.problems);
        if times.is_none() && days.is_none() {
            for key in ["since", "reason"] {
                if let Some(item) = table.item(key) {
                    self.problems.say(item.place(), label!(LoadText::EntriesWithout, key = key));
                }
            }
            return None;
        }
        let ty = &self.shape.field(field).ty;
        let entry = match (ty.element(), inner) {
            (Type::Group(shape), Some(inner)) => &shape.field(inner).ty,
            (element, _) => element,
        };
        let dated = matches!(entry, Type::Date | Type::Time);
        if !matches!(ty, Type::List(_)) {
            self.problems.say(&named.place, label!(LoadText::EntriesNoList, name = named.value));
        }
        for (key, place) in
            [("days", days.as_ref().map(|days| &days.place)), ("since", since.as_ref().map(|s| &s.place))]
        {
            if let Some(place) = place.filter(|_| !dated) {
                self.problems.push(
                    Problem::new(place.clone(), label!(LoadText::EntriesNoDays, key = key, name = named.value))
                        .help(LoadText::EntriesNoDaysDo),
                );
            }
        }
        for count in [&times, &days].into_iter().flatten().filter(|count| count.value == 0) {
            self.problems.say(&count.place, LoadText::TimesCounts);
        }
        let since = since.and_then(|state| reader::state(self.shape, &state.value, &state.place, self.problems));
        let days = days.map_or(1, |days| days.value);
        Some(Entries { times: times.map_or(days, |times| times.value).max(days), days, since, reason })
    }

    /// `STEP`, `STEP:each FIELD`, or `{ step = "STEP", each = "FIELD", times = 2, since = "STATE", when = "…" }`.
    pub(super) fn after(&self, item: &Item) -> Option<After> {
        let (step, each, times, since, when) = match item {
            Item::Section(table) => {
                let step = table.required_text("step", self.problems)?;
                let (each, since) = (table.text("each", self.problems), table.text("since", self.problems));
                let times = table.count("times", self.problems);
                let when = condition_of(table, "when", &self.shape.name, self.shapes, self.problems);
                table.finish(self.problems);
                if let Some(times) = times.as_ref().filter(|times| times.value == 0) {
                    self.problems.say(&times.place, LoadText::TimesCounts);
                }
                let times = times.map_or(1, |times| usize::try_from(times.value).unwrap_or(usize::MAX));
                (step, each, times, since, when)
            }
            item => {
                let text = item.text(self.problems)?;
                match text.value.split_once(':') {
                    None => (text, None, 1, None, None),
                    Some((step, each)) => {
                        let Some(field) = each.strip_prefix("each ") else {
                            self.problems.push(
                                Problem::new(text.place.clone(), label!(LoadText::EachWhom, each = each))
                                    .help(LoadText::WriteEach),
                            );
                            return None;
                        };
                        let each = text.as_ref().map(|_| field.to_owned());
                        (text.as_ref().map(|_| step.to_owned()), Some(each), 1, None, None)
                    }
                }
            }
        };
        let each = match each {
            Some(field) => Some(reader::field(self.shape, &field.value, &field.place, self.problems)?),
            None => None,
        };
        let since = since.and_then(|state| reader::state(self.shape, &state.value, &state.place, self.problems));
        Some(After { step: step.value, each, times, since, when, place: step.place })
    }

    /// `attends = [{ list = "present.department", head = "present.person", of = ["responsible.department"], reason = …
    /// }]`.
    pub(super) fn attends(&self, table: &Section) -> Option<Attends> {
        let list = table.required_text("list", self.problems);
        let head = table.text("head", self.problems);
        let of = table.texts("of", self.problems);
        if of.is_empty() {
            self.problems.say(table.place(), label!(LoadText::Absent, key = "of"));
        }
        let reason = reader::label(table, "reason", "", self.problems);
        table.finish(self.problems);
        let list = list?;
        let of_type = |named: &Placed<String>, wanted: &Type| {
            let path = super::shape::path(self.shape, &named.value, &named.place, self.problems)?;
            let mut ty = &self.shape.field(*path.first()?).ty;
            for inner in path.get(1..)? {
                if let Type::Group(lines) = ty.element() {
                    ty = &lines.field(*inner).ty;
                }
            }
            if ty.element().name() != wanted.name() {
                let message = label!(LoadText::NotOfType, name = named.value, ty = wanted.name());
                self.problems.say(&named.place, message);
            }
            Some(path)
        };
        let inside = |named: &Placed<String>, wanted: &Type| match of_type(named, wanted)?[..] {
            [list, inner] => Some((list, inner)),
            _ => {
                self.problems.say(&named.place, label!(LoadText::NoLines, name = named.value));
                None
            }
        };
        let place = list.place.clone();
        let list = inside(&list, &Type::Department)?;
        let head = head.and_then(|head| {
            let (same, person) = inside(&head, &Type::Person)?;
            if same != list.0 {
                self.problems.say(&head.place, label!(LoadText::NoLines, name = head.value));
            }
            Some(person)
        });
        let of = of.iter().filter_map(|named| of_type(named, &Type::Department)).collect();
        Some(Attends { list, head, of, reason, place })
    }

    /// `climbs = { field = "level", from = "complaint-officer" }`.
    pub(super) fn climbs(&self, table: &Section, first: bool) -> Option<Climb> {
        let climbs = table.section("climbs", self.problems)?;
        let field = climbs.required_text("field", self.problems);
        let from = climbs.required_text("from", self.problems);
        climbs.finish(self.problems);
        let (named, from) = (field?, from?);
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        self.shapes.roles.check(&from, self.problems);
        if !matches!(self.shape.field(field).ty, Type::Role) {
            self.problems.say(&named.place, label!(LoadText::HoldsNoRole, name = named.value));
        }
        if first {
            self.problems.say(climbs.place(), LoadText::NoClimb);
        }
        Some(Climb { field, from: from.value, place: named.place })
    }
}

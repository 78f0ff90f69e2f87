//! Reads the deadlines of a kind file.

use std::sync::Arc;

use super::posts;
use super::reader::{self, AllShapes, condition_of, label, name_of, unknown};
use super::{Apart, Becomes, Condition, Deadline, DeadlineTarget, Extends, Holder, Line, Mark};
use crate::calendar::{Reopen, Roll, Span, Unit, Within};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{Class, FieldId, Shape, Type};

/// The deadlines of `[[deadlines]]`, in declared order.
pub(super) fn deadlines(
    section: &Section,
    shape: &Shape,
    shapes: &AllShapes,
    problems: &Problems,
) -> Vec<Arc<Deadline>> {
    let reader = Reader { shape, shapes, problems };
    let tables = section.list("deadlines", problems).into_iter();
    let deadlines: Vec<Arc<Deadline>> = tables.filter_map(|table| reader.deadline(table)).map(Arc::new).collect();
    for (i, deadline) in deadlines.iter().enumerate() {
        if deadlines[..i].iter().any(|before| before.name == deadline.name) {
            problems.say(&deadline.place, label!(LoadText::DeadlineTwice, name = deadline.name));
        }
    }
    deadlines
}

/// Whether a span is longer than another one in the same unit, as far as that is known without a calendar.
fn longer(span: Span, than: Span) -> bool {
    let shortest = |span: Span| match span.unit {
        Unit::Weeks => u64::from(span.count) * 7,
        Unit::Months => u64::from(span.count) * 28,
        Unit::Hours | Unit::WorkHours => u64::from(span.count) * 60,
        _ => u64::from(span.count),
    };
    if span.unit == than.unit { span.count > than.count } else { shortest(span) > shortest(than) }
}

/// The fields of `[fields.…]` that say `ahead = true`.
pub(super) fn ahead(section: &Section, shape: &Shape, problems: &Problems) -> Vec<(FieldId, Place)> {
    // The first pass reports problems of the fields themselves.
    let tables = section.sections("fields", &Problems::new());
    let mut found = Vec::new();
    for (name, table) in tables.into_iter().filter(|(_, table)| table.flag("ahead", &Problems::new()) == Some(true)) {
        let Some(field) = shape.field_id(&name.value) else { continue };
        let place = table.item("ahead").map_or(&name.place, Item::place).clone();
        match shape.field(field).ty {
            Type::Date | Type::Time => found.push((field, place)),
            _ => problems.say(&place, label!(LoadText::NeitherDate, name = name.value)),
        }
    }
    found
}

/// The fields that `remembers` names.
pub(super) fn remembers(section: &Section, shape: &Shape, problems: &Problems) -> Vec<FieldId> {
    let named = section.texts("remembers", problems);
    let known = named.iter().filter_map(|name| {
        let field = reader::field(shape, &name.value, &name.place, problems)?;
        // an event is kept for ever, so that `erase` could not remove what it holds
        if shape.field(field).private {
            problems.push(
                Problem::new(name.place.clone(), label!(LoadText::RemembersPrivate, name = name.value))
                    .help(LoadText::RemembersPrivateHelp),
            );
        }
        Some(field)
    });
    known.collect()
}

struct Reader<'r> {
    shape: &'r Shape,
    shapes: &'r AllShapes,
    problems: &'r Problems,
}

impl Reader<'_> {
    fn deadline(&self, table: &Section) -> Option<Deadline> {
        let problems = self.problems;
        let name = table.required_text("name", problems)?;
        name_of(&name, LoadText::WordDeadline, problems);
        let mut line = self.line(table);
        let marks = |key: &str| -> Vec<Mark> {
            table.texts(key, problems).iter().filter_map(|text| self.mark(text, line.as_ref())).collect()
        };
        let (starts, stops) = (marks("starts"), marks("stops"));
        for (key, found) in [("starts", starts.is_empty()), ("stops", stops.is_empty())] {
            if found {
                problems.say(&name.place, label!(LoadText::DeadlineNever, key = key));
            }
        }
        let pauses = table.texts("pauses", problems);
        let outlives = self.outlives(table, &starts);
        let misses = table.texts("misses", problems);
        let held = table.texts("holder", problems);
        let holder: Vec<Holder> = held.iter().filter_map(|text| self.holder(text)).collect();
        let outside = holder.iter().any(|holder| self.is_outside(holder));
        if outside && holder.len() > 1 {
            problems.say(&held[0].place, LoadText::OutsideAlone);
        }
        let over = self.over(table, outside);
        let reopen = self.reopen(table);
        if over.is_some() && reopen == Reopen::Restart {
            let place = table.item("reopen").map_or(&name.place, Item::place);
            problems.push(Problem::new(place.clone(), LoadText::OverRestart).help(LoadText::OverResume));
        }
        let target = self.target(table, &name, line.as_mut());
        let extends = table.list("extends", problems).into_iter();
        let extends = extends.filter_map(|inner| self.extends(inner, target.as_ref())).collect();
        let deadline = Deadline {
            over,
            extends,
            apart: self.apart(table),
            label: label(table, "label", &name.value, problems),
            starts,
            since: table.text("since", problems).and_then(|field| self.moment(&field)),
            stops,
            misses: misses.iter().filter_map(|s| reader::state(self.shape, &s.value, &s.place, problems)).collect(),
            outlives,
            when: self.when(table),
            anew: self.anew(table),
            target: target?,
            line,
            pauses: pauses.iter().filter_map(|s| reader::state(self.shape, &s.value, &s.place, problems)).collect(),
            reopen,
            warns: table.text("warns", problems).and_then(|text| self.span(&text)),
            roll: self.roll(table),
            holder,
            outside,
            calendar: table.text("calendar", problems),
            place: name.place,
            name: name.value,
        };
        table.finish(problems);
        Some(deadline)
    }

    /// The condition under which the deadline is due.
    fn when(&self, table: &Section) -> Option<Condition> {
        let when = condition_of(table, "when", &self.shape.name, self.shapes, self.problems)?;
        self.asks_alone(&when);
        Some(when)
    }

    /// A condition whose truth is kept in events may only use the record itself. Other records change without an
    /// event of this record, so nobody could tell later what held.
    fn asks_alone(&self, condition: &Condition) {
        if condition.filter.follows() {
            let message = label!(LoadText::DeadlineWhenFollows, when = condition.text.value);
            self.problems.push(Problem::new(condition.text.place.clone(), message).help(LoadText::DeadlineWhenOwn));
        }
    }

    /// `extends = [{ on = "step:extend", to = "60 days" }]`, for a limit in the same unit that is shorter.
    fn extends(&self, table: &Section, target: Option<&DeadlineTarget>) -> Option<Extends> {
        let on = table.required_text("on", self.problems);
        let to = table.required_text("to", self.problems);
        table.finish(self.problems);
        let (on, to) = (on?, to?);
        let mark = self.mark(&on, None);
        let span = self.span(&to)?;
        match target {
            Some(DeadlineTarget::By(_)) => {
                let problem = Problem::new(on.place.clone(), LoadText::ExtendsBy);
                self.problems.push(problem.help(LoadText::ExtendsByHelp));
            }
            Some(DeadlineTarget::Within(within)) if within.measure() != span.measure() => {
                let message = label!(LoadText::ExtendsMeasure, to = to.value, within = within);
                self.problems.push(Problem::new(to.place.clone(), message).help(LoadText::ExtendsMeasureHelp));
            }
            Some(DeadlineTarget::Within(Within::Span(first))) if !longer(span, *first) => {
                let message = label!(LoadText::ExtendsShorter, to = to.value, within = first);
                self.problems.push(Problem::new(to.place.clone(), message).help(LoadText::ExtendsShorterHelp));
            }
            _ => {}
        }
        Some(Extends { on: mark?, to: span, place: on.place })
    }

    /// `over = "original"`: the field by which a form refers to the form before it.
    fn over(&self, table: &Section, outside: bool) -> Option<FieldId> {
        let named = table.text("over", self.problems)?;
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        if !matches!(&self.shape.field(field).ty, Type::Ref(kinds) if *kinds == [self.shape.name.as_str()]) {
            let message = label!(LoadText::OverSelf, field = named.value, kind = self.shape.name);
            self.problems.push(Problem::new(named.place, message).help(LoadText::OverWrite));
            return None;
        }
        if outside {
            self.problems.say(&named.place, LoadText::OverOutside);
        }
        Some(field)
    }

    /// `apart = { states = […], label = … }`.
    fn apart(&self, table: &Section) -> Option<Apart> {
        let place = table.item("apart")?.place().clone();
        let inner = table.section("apart", self.problems)?;
        let named = inner.texts("states", self.problems);
        if named.is_empty() {
            self.problems.say(&place, LoadText::ApartStates);
        }
        let states = named.iter().filter_map(|s| reader::state(self.shape, &s.value, &s.place, self.problems));
        let states = states.collect();
        let apart = Apart { states, label: label(inner, "label", &place.key, self.problems) };
        inner.finish(self.problems);
        Some(apart)
    }

    /// `gained = "anew"`: if a run becomes due later, it begins at that time.
    fn anew(&self, table: &Section) -> bool {
        let Some(gained) = table.text("gained", self.problems) else { return false };
        if !["start", "anew"].contains(&gained.value.as_str()) {
            self.problems.say(&gained.place, LoadText::GainedIs);
        } else if table.item("when").is_none() {
            self.problems.say(&gained.place, LoadText::GainedWhen);
        }
        gained.value == "anew"
    }

    /// The closed states in which the deadline continues to run. It also outlives those in which it starts.
    fn outlives(&self, table: &Section, starts: &[Mark]) -> Vec<String> {
        let closed = |state: &str| self.shape.class(state) == Class::Closed;
        let mut found = Vec::new();
        for named in table.texts("outlives", self.problems) {
            let Some(state) = reader::state(self.shape, &named.value, &named.place, self.problems) else { continue };
            if !closed(&state) {
                self.problems.push(
                    Problem::new(named.place, label!(LoadText::EndsNone, state = state)).help(LoadText::OrPauses),
                );
            }
            found.push(state);
        }
        let begun = starts.iter().filter_map(|mark| if let Mark::State(state) = mark { Some(state) } else { None });
        found.extend(begun.filter(|state| closed(state)).cloned());
        found.sort();
        found.dedup();
        found
    }

    /// `line = { list = "milestones", where = { name = "mortgage" } }`: the line of a list that the deadline is about.
    fn line(&self, table: &Section) -> Option<Line> {
        let place = table.item("line")?.place().clone();
        let inner = table.section("line", self.problems)?;
        let named = inner.required_text("list", self.problems)?;
        let of = inner.section("where", self.problems);
        let keys: Vec<String> =
            of.map(|of| of.entries().map(|(name, _)| name.value.clone()).collect()).unwrap_or_default();
        let line = match (of, keys.as_slice()) {
            (Some(of), [key]) => {
                let is = of.text(key, self.problems)?;
                let path = format!("{}.{key}", named.value);
                let path = super::shape::path(self.shape, &path, &is.place, self.problems)?;
                self.has_value(&path, &is)?;
                match path.as_slice() {
                    [list, key] => Some(Line { list: *list, key: *key, is: is.value, by: None }),
                    _ => None,
                }
            }
            _ => {
                self.problems.say(&place, LoadText::LineWhere);
                None
            }
        };
        inner.finish(self.problems);
        line
    }

    /// Whether the field of a list's lines can have a value, if it is a choice.
    fn has_value(&self, path: &[FieldId], is: &Placed<String>) -> Option<()> {
        let [list, key] = path else { return Some(()) };
        let Type::Group(lines) = self.shape.field(*list).ty.element() else { return Some(()) };
        let Type::Choice(choices) = &lines.field(*key).ty else { return Some(()) };
        if choices.iter().any(|choice| choice.name == is.value) {
            return Some(());
        }
        let near = nearest(&is.value, choices.iter().map(|choice| choice.name.as_str()));
        let file = format!("[fields.{}]", self.shape.field(*list).name);
        self.problems.push(unknown(&is.place, LoadText::WordValue, &is.value, &file, near));
        None
    }

    /// A field of the line that the deadline is about.
    fn of_line(&self, named: &Placed<String>, text: &str, line: &Line) -> Option<FieldId> {
        let path = super::shape::path(self.shape, text, &named.place, self.problems)?;
        match path.as_slice() {
            [list, inner] if *list == line.list => Some(*inner),
            _ => {
                let list = &self.shape.field(line.list).name;
                self.problems.say(&named.place, label!(LoadText::LineField, name = text, list = list));
                None
            }
        }
    }

    fn mark(&self, text: &Placed<String>, line: Option<&Line>) -> Option<Mark> {
        match text.value.split_once(':') {
            None => reader::state(self.shape, &text.value, &text.place, self.problems).map(Mark::State),
            Some(("step", step)) => {
                self.shapes.has_step(std::slice::from_ref(&self.shape.name), step, &text.place, self.problems);
                Some(Mark::Step(step.to_owned()))
            }
            Some(("field", field)) => {
                let field = reader::field(self.shape, field, &text.place, self.problems)?;
                if !matches!(self.shape.field(field).ty, Type::Date | Type::Time) {
                    self.problems.say(&text.place, LoadText::AtDateField);
                    return None;
                }
                Some(Mark::Field(field))
            }
            Some(("filled", field)) => match line {
                Some(line) => self.of_line(text, field, line).map(|inner| Mark::Filled(line.list, inner)),
                None => {
                    let problem = Problem::new(text.place.clone(), LoadText::FilledLine);
                    self.problems.push(problem.help(LoadText::FilledBecomes));
                    None
                }
            },
            Some(("becomes", filter)) => {
                let mut place = text.place.clone();
                let before = text.value.len() - filter.len();
                // the condition begins after the quote and `becomes:`
                (place.column, place.span.start) = (place.column + before, place.span.start + before);
                let filter = Placed { value: filter.to_owned(), place };
                let told = format!("becomes:{}", filter.value.trim());
                let (kind, label) = (&self.shape.name, Label::default());
                let condition = reader::condition(kind, filter, label, self.shapes, self.problems)?;
                self.asks_alone(&condition);
                Some(Mark::Becomes(Box::new(Becomes { told, condition })))
            }
            Some(("needs", step)) => {
                self.shapes.has_step(std::slice::from_ref(&self.shape.name), step, &text.place, self.problems);
                Some(Mark::Needs(step.to_owned()))
            }
            Some((kind, step)) => {
                if !self.shapes.shapes.contains_key(kind) {
                    let near = nearest(kind, self.shapes.shapes.keys().map(String::as_str));
                    self.problems.push(unknown(&text.place, LoadText::WordKind, kind, "policy/kinds", near));
                    return None;
                }
                self.shapes.has_step(&[kind.to_owned()], step, &text.place, self.problems);
                Some(Mark::Linked { kind: kind.to_owned(), step: step.to_owned() })
            }
        }
    }

    /// The date or time field with this name.
    fn moment(&self, named: &Placed<String>) -> Option<FieldId> {
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        if !matches!(self.shape.field(field).ty, Type::Date | Type::Time) {
            self.problems.say(&named.place, label!(LoadText::NeitherDate, name = named.value));
            return None;
        }
        Some(field)
    }

    fn target(&self, table: &Section, name: &Placed<String>, line: Option<&mut Line>) -> Option<DeadlineTarget> {
        match (table.text("within", self.problems), table.text("by", self.problems)) {
            (Some(within), None) => match within.value.parse::<Within>() {
                Ok(within) => Some(DeadlineTarget::Within(within)),
                Err(error) => {
                    self.problems.say(&within.place, error.label());
                    None
                }
            },
            (None, Some(by)) => match line.filter(|_| by.value.contains('.')) {
                None => self.moment(&by).map(DeadlineTarget::By),
                Some(line) => {
                    let inner = self.of_line(&by, &by.value, line)?;
                    let Type::Group(lines) = self.shape.field(line.list).ty.element() else { return None };
                    if !matches!(lines.field(inner).ty, Type::Date | Type::Time) {
                        self.problems.say(&by.place, label!(LoadText::NeitherDate, name = by.value));
                        return None;
                    }
                    line.by = Some(inner);
                    Some(DeadlineTarget::By(line.list))
                }
            },
            _ => {
                self.problems.push(Problem::new(name.place.clone(), LoadText::WithinOrBy).help(LoadText::WriteWithin));
                None
            }
        }
    }

    fn reopen(&self, table: &Section) -> Reopen {
        match table.text("reopen", self.problems) {
            None => Reopen::Next,
            Some(Placed { value, .. }) if value == "restart" => Reopen::Restart,
            Some(Placed { value, .. }) if value == "resume" => Reopen::Resume,
            Some(other) => {
                self.problems.say(&other.place, LoadText::ReopenIs);
                Reopen::Next
            }
        }
    }

    fn roll(&self, table: &Section) -> Roll {
        let roll = table.text("roll", self.problems);
        if let Some(roll) = roll.as_ref().filter(|roll| roll.value != "next-workday") {
            self.problems.say(&roll.place, LoadText::RollIs);
        }
        if roll.is_some() { Roll::NextWorkday } else { Roll::Stay }
    }

    fn span(&self, text: &Placed<String>) -> Option<Span> {
        text.value
            .parse()
            .map_err(|error: crate::calendar::SpanError| self.problems.say(&text.place, error.label()))
            .ok()
    }

    /// Whether a holder is outside the staff: a field that refers to a record.
    fn is_outside(&self, holder: &Holder) -> bool {
        matches!(holder, Holder::Field(path) if matches!(path.as_slice(), [field] if matches!(self.shape.field(*field).ty, Type::Ref(_))))
    }

    fn holder(&self, text: &Placed<String>) -> Option<Holder> {
        let named = |name: &str| Placed { value: name.to_owned(), place: text.place.clone() };
        match text.value.split_once(':') {
            _ if posts::is_post(&text.value) => {
                let post = named(text.value.strip_prefix("role:").unwrap_or(&text.value));
                posts::post(&post, self.shape, self.shapes, self.problems).map(Holder::Post)
            }
            Some(("role", role)) => {
                self.shapes.roles.check(&named(role), self.problems);
                Some(Holder::Role(role.to_owned()))
            }
            Some(("department", department)) => {
                self.shapes.departments.check(&named(department), self.problems);
                Some(Holder::Department(department.to_owned()))
            }
            Some(("field", field)) => {
                let path = super::shape::path(self.shape, field, &text.place, self.problems)?;
                if path.len() > 2 {
                    self.problems.say(&text.place, label!(LoadText::HolderTooDeep, name = field));
                }
                Some(Holder::Field(path))
            }
            _ => {
                self.problems.push(
                    Problem::new(text.place.clone(), label!(LoadText::SaysNobody, text = text.value))
                        .help(LoadText::WriteHolder),
                );
                None
            }
        }
    }
}

//! Reads the steps of a kind file.

use super::posts;
use super::reader::{self, AllShapes, condition, condition_of, label, name_of, unknown};
use super::{Ask, Bar, Branch, Demand, EDIT, Guard, IMPORT, Need, NotBy, Step, Target, Who};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{Class, FieldId, Shape, Type};

/// The name of every record's id. In records of people it says whose record it is.
pub(crate) const ID: &str = "id";

/// The context in which the steps of one kind are read.
pub(super) struct Reader<'r> {
    pub(super) shape: &'r Shape,
    pub(super) shapes: &'r AllShapes,
    pub(super) problems: &'r Problems,
}

/// The steps of `[[steps]]`, in declared order.
pub(super) fn steps(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Step> {
    let reader = Reader { shape, shapes, problems };
    let tables = section.list("steps", problems);
    let steps: Vec<Step> = tables.into_iter().enumerate().filter_map(|(i, table)| reader.step(table, i == 0)).collect();
    reader.names_of_steps(&steps);
    steps
}

/// Who may change which fields: `by` and `not-by` of `[fields.…]`. `steps` are those of the kind.
pub(super) fn guards(
    section: &Section,
    steps: &[Step],
    shape: &Shape,
    shapes: &AllShapes,
    problems: &Problems,
) -> Vec<Guard> {
    let reader = Reader { shape, shapes, problems };
    // The first pass reports problems of the fields themselves.
    let tables = section.sections("fields", &Problems::new());
    let mut found = Vec::new();
    let mut guard = |path: Vec<FieldId>, table: &Section| {
        let (by, not_by) = (table.texts("by", problems), table.items("not-by"));
        let first = by.first().map(|who| &who.place).or(not_by.first().map(Item::place));
        let Some(place) = first.cloned() else { return };
        let by: Vec<Who> = by.iter().filter_map(|who| reader.who(who)).collect();
        let not_by: Vec<Bar> = not_by.iter().filter_map(|item| reader.bar(item)).collect();
        reader.people_of_steps(&by, &not_by, steps, &place);
        found.push(Guard { path, by, not_by, place });
    };
    for (name, table) in tables {
        let Some(field) = shape.field_id(&name.value) else { continue };
        guard(vec![field], table);
        if let (Type::Group(lines), Some(Item::Section(of))) = (shape.field(field).ty.element(), table.item("of")) {
            for (name, item) in of.entries() {
                if let (Some(inner), Item::Section(table)) = (lines.field_id(&name.value), item) {
                    guard(vec![field, inner], table);
                }
            }
        }
    }
    found
}

/// The people that terms such as those of `by` mean.
pub(super) fn people(by: &[Placed<String>], shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Who> {
    let reader = Reader { shape, shapes, problems };
    by.iter().filter_map(|who| reader.who(who)).collect()
}

impl Reader<'_> {
    pub(super) fn step(&self, table: &Section, first: bool) -> Option<Step> {
        let problems = self.problems;
        let name = table.required_text("name", problems)?;
        name_of(&name, LoadText::WordStep, problems);
        let seals = self.seals(table, "seals");
        let opened = table.flag("opened", problems).unwrap_or(false);
        if opened && first {
            problems.say(&name.place, LoadText::FirstIsOpened);
        }
        let step = Step {
            opened,
            from: self.from(table, &name, first || opened),
            to: self.target(table),
            by: table.texts("by", problems).iter().filter_map(|who| self.who(who)).collect(),
            asks: table.items("asks").iter().filter_map(|item| self.ask(item)).collect(),
            when: self.demands(table),
            at_most: self.at_most(table, first || opened),
            limits: table.list("limits", problems).into_iter().filter_map(|table| self.limit(table)).collect(),
            after: table.items("after").iter().filter_map(|item| self.after(item)).collect(),
            attends: table.list("attends", problems).into_iter().filter_map(|table| self.attends(table)).collect(),
            overdue: table.texts("overdue", problems),
            before: table.texts("before", problems),
            authority: table.text("authority", problems),
            upholds: table.texts("upholds", problems),
            climbs: self.climbs(table, first),
            not_by: table.items("not-by").iter().filter_map(|item| self.bar(item)).collect(),
            next: self.next(table),
            instead: self.instead(table),
            not_before: self.not_before(table, first),
            seals: seals.iter().filter_map(|path| path.first().copied().filter(|_| path.len() == 1)).collect(),
            seals_within: seals.iter().filter_map(|path| Some((*path.first()?, *path.get(1)?))).collect(),
            unseals: self.seals(table, "unseals"),
            clears: self.clears(table),
            sets: self.sets(table),
            adds: self.adds(table),
            drops: self.drops(table),
            covers: self.covers(table, first || opened),
            hands_over: self.hands_over(table, &name),
            opens: table.list("opens", problems).into_iter().filter_map(|opens| self.opens(opens)).collect(),
            advances: table.list("advances", problems).into_iter().filter_map(|table| self.advance(table)).collect(),
            needs: table.texts("needs", problems).iter().filter_map(|need| self.need(need)).collect(),
            label: label(table, "label", &name.value, problems),
            also: reader::also(table, problems),
            help: label(table, "help", "", problems),
            place: name.place,
            name: name.value,
        };
        if step.name == IMPORT {
            self.only_lets_in(table);
        }
        table.finish(problems);
        Some(step)
    }

    /// `import` may only say who imports records and what must hold for them. They keep their states, and nothing
    /// follows.
    fn only_lets_in(&self, table: &Section) {
        let never = [
            "from",
            "to",
            "instead",
            "not-before",
            "at-most",
            "after",
            "attends",
            "overdue",
            "before",
            "upholds",
            "climbs",
            "seals",
            "unseals",
            "clears",
            "sets",
            "adds",
            "drops",
            "covers",
            "hands-over",
        ];
        for key in never.into_iter().chain(["opens", "advances", "needs"]) {
            if let Some(item) = table.item(key) {
                let message = label!(LoadText::NotOfImport, key = key);
                self.problems.push(Problem::new(item.place().clone(), message).help(LoadText::ImportHas));
            }
        }
    }

    pub(super) fn from(&self, table: &Section, name: &Placed<String>, makes: bool) -> Vec<String> {
        let from = table.texts("from", self.problems);
        if name.value == EDIT && from.is_empty() {
            return self.shape.states().iter().filter(|state| !state.void).map(|state| state.name.clone()).collect();
        }
        if name.value == IMPORT && !makes {
            return Vec::new();
        }
        if from.is_empty() != makes {
            let message = match makes {
                true => LoadText::FirstNoFrom,
                false => LoadText::NoFrom,
            };
            self.problems.say(&name.place, message);
        }
        from.iter().flat_map(|state| self.states(state)).collect()
    }

    /// A state, or `class:open` for every state of a class except retired ones.
    fn states(&self, named: &Placed<String>) -> Vec<String> {
        match named.value.strip_prefix("class:") {
            None => reader::state(self.shape, &named.value, &named.place, self.problems).into_iter().collect(),
            Some(class) => match Class::named(class) {
                Some(class) => {
                    let states = self
                        .shape
                        .states()
                        .iter()
                        .filter(|state| state.class == class && !state.retired && !state.void);
                    states.map(|state| state.name.clone()).collect()
                }
                None => {
                    let classes = Class::ALL.map(Class::name);
                    let near = nearest(class, classes);
                    self.problems.push(unknown(&named.place, LoadText::WordClass, class, &self.shape.name, near));
                    Vec::new()
                }
            },
        }
    }

    fn target(&self, table: &Section) -> Target {
        let state = |text: &Placed<String>| reader::state(self.shape, &text.value, &text.place, self.problems);
        match table.item("to") {
            None => Target::Stay,
            Some(Item::Text(text)) if text.value == "previous" => Target::Previous,
            Some(Item::Text(text)) => state(text).map_or(Target::Stay, Target::State),
            Some(Item::List(place, items)) => {
                let branches: Vec<_> = items.iter().filter_map(|item| self.branch(item)).collect();
                // a branch that needs a change leaves the record where it is if nothing changed
                let ends = |last: &Branch| !last.changes.is_empty() || last.when.is_none();
                if !branches.last().is_some_and(ends) {
                    self.problems.push(Problem::new(place.clone(), LoadText::NoLastState).help(LoadText::EndPlain));
                }
                Target::First(branches)
            }
            Some(other) => {
                let wanted = label!(LoadText::WordTarget, example = r#"[{ when = "…", state = "…" }, "…"]"#);
                other.unexpected(wanted, self.problems).unwrap_or(Target::Stay)
            }
        }
    }

    fn branch(&self, item: &Item) -> Option<Branch> {
        let state = |named: &Placed<String>| reader::state(self.shape, &named.value, &named.place, self.problems);
        match item {
            Item::Text(text) => Some(Branch { when: None, changes: Vec::new(), state: state(text)? }),
            Item::Section(table) => {
                let when = condition_of(table, "when", &self.shape.name, self.shapes, self.problems);
                let changes = self.seals(table, "changes");
                let named = table.required_text("state", self.problems)?;
                table.finish(self.problems);
                Some(Branch { when, changes, state: state(&named)? })
            }
            other => other
                .unexpected(label!(LoadText::WordStateOr, example = r#"{ when = "…", state = "…" }"#), self.problems),
        }
    }

    fn who(&self, who: &Placed<String>) -> Option<Who> {
        let field = |name: &str| reader::field(self.shape, name, &who.place, self.problems);
        match who.value.split_once(':') {
            _ if who.value.contains('@') => self.role(who),
            None => self.role(who),
            Some(("field", ID)) => self.of_people(&who.place).then_some(Who::Own),
            Some(("field", name)) => field(name).map(Who::Field),
            Some(("department", name)) => {
                let found = field(name)?;
                let holds = posts::holds_departments(&self.shape.field(found).ty);
                if !holds {
                    self.problems.say(&who.place, label!(LoadText::HoldsNoDepartment, name = name));
                }
                holds.then_some(Who::Department(found))
            }
            Some(("step", name)) => Some(Who::Step(name.to_owned())),
            Some((other, _)) => {
                self.problems.push(
                    Problem::new(who.place.clone(), label!(LoadText::OtherNobody, other = other))
                        .help(LoadText::WriteBy),
                );
                None
            }
        }
    }

    fn ask(&self, item: &Item) -> Option<Ask> {
        let (named, when, table) = match item {
            Item::Text(text) => (text.clone(), None, None),
            Item::Section(table) => {
                let named = table.required_text("field", self.problems)?;
                let when = condition_of(table, "when", &self.shape.name, self.shapes, self.problems);
                (named, when, Some(table))
            }
            other => {
                return other.unexpected(
                    label!(LoadText::WordFieldOr, example = r#"{ field = "…", when = "…" }"#),
                    self.problems,
                );
            }
        };
        let (field, inner) = self.of_lines(&named)?;
        let lines = table.and_then(|table| self.lines(table, inner.and_then(|_| self.group(field))));
        let entries = table.and_then(|table| self.entries(table, &named, (field, inner)));
        let anew = table.is_some_and(|table| table.flag("anew", self.problems).unwrap_or(false));
        if let Some(table) = table.filter(|_| anew) {
            let place = table.item("anew").map_or(&named.place, Item::place);
            match &self.shape.field(field).ty {
                Type::List(_) if inner.is_none() && entries.is_none() => {}
                Type::List(_) => self.problems.say(place, LoadText::AnewWholeList),
                _ => self.problems.say(place, label!(LoadText::AnewNoList, field = named.value)),
            }
        }
        table.into_iter().for_each(|table| table.finish(self.problems));
        Some(Ask { field, inner, lines, entries, when, anew, place: named.place })
    }

    fn demands(&self, table: &Section) -> Vec<Demand> {
        let items = table.items("when").iter();
        let (kind, shapes, problems) = (self.shape.name.as_str(), self.shapes, self.problems);
        let read = |item: &Item| match item {
            Item::Text(text) => {
                let holds = condition(kind, text.clone(), Label::default(), shapes, problems)?;
                Some(Demand { holds, when: None })
            }
            Item::Section(table) => {
                let text = table.required_text("if", problems);
                let when = condition_of(table, "when", kind, shapes, problems);
                let reason = label(table, "reason", "", problems);
                table.finish(problems);
                Some(Demand { holds: condition(kind, text?, reason, shapes, problems)?, when })
            }
            other => {
                other.unexpected(label!(LoadText::WordFilterOr, example = r#"{ if = "…", reason = … }"#), problems)
            }
        };
        items.filter_map(read).collect()
    }

    pub(super) fn kind(&self, named: &Placed<String>) -> Option<&Shape> {
        let found = self.shapes.shapes.get(&named.value);
        if found.is_none() {
            let near = nearest(&named.value, self.shapes.shapes.keys().map(String::as_str));
            self.problems.push(unknown(&named.place, LoadText::WordKind, &named.value, "policy/kinds", near));
        }
        found
    }

    fn need(&self, need: &Placed<String>) -> Option<Need> {
        let some = need.value.strip_prefix("some ");
        let Some((kind, states)) = some.unwrap_or(&need.value).split_once(':') else {
            self.problems.push(
                Problem::new(need.place.clone(), label!(LoadText::NeedsNoStates, text = need.value))
                    .help(LoadText::WriteNeeds),
            );
            return None;
        };
        let target = self.kind(&need.as_ref().map(|_| kind.to_owned()))?;
        let states = states.split(',').filter_map(|s| reader::state(target, s.trim(), &need.place, self.problems));
        let states = states.collect();
        Some(Need { kind: kind.to_owned(), states, some: some.is_some(), place: need.place.clone() })
    }

    /// Notes a problem if the kind has no step with this name.
    fn known(&self, name: &str, steps: &[Step], place: &Place) {
        if name != EDIT && !steps.iter().any(|step| step.name == name) {
            let near = nearest(name, steps.iter().map(|step| step.name.as_str()));
            self.problems.push(unknown(place, LoadText::WordStep, name, &self.shape.name, near));
        }
    }

    /// Steps by which rules mean people must be steps of the kind.
    fn people_of_steps(&self, by: &[Who], not_by: &[Bar], steps: &[Step], place: &Place) {
        for name in not_by.iter().filter_map(|bar| if let NotBy::Step(name) = &bar.who { Some(name) } else { None }) {
            self.known(name, steps, place);
        }
        for named in not_by.iter().flat_map(|bar| &bar.once) {
            self.known(&named.value, steps, &named.place);
        }
        for name in by.iter().filter_map(|who| if let Who::Step(name) = who { Some(name) } else { None }) {
            self.known(name, steps, place);
        }
    }

    /// Steps that other steps name must be steps of the kind.
    fn names_of_steps(&self, steps: &[Step]) {
        let known = |name: &str, place: &Place| self.known(name, steps, place);
        for step in steps {
            for after in &step.after {
                known(&after.step, &after.place);
            }
            for named in &step.upholds {
                known(&named.value, &named.place);
                if !steps.iter().any(|step| step.name == named.value && step.authority.is_some()) {
                    self.problems.say(&named.place, label!(LoadText::NoDecision, name = named.value));
                }
            }
            self.people_of_steps(&step.by, &step.not_by, steps, &step.place);
        }
    }
}

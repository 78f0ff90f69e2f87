//! Keys of steps that can never have an effect: they name a step that cannot have come before, seal a sealed field,
//! empty an empty field, or wait for records that nothing links.

use std::collections::BTreeSet;

use super::keys::Keys;
use super::{Check, Found, Rulebook, linked};
use crate::check::Severity;
use crate::kind::{Kind, NotBy, Source, Step, Who, Whose, following};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::PolicyText as Text;
use crate::record::{FieldId, Type};

pub(super) static CHECK: Check = Check { name: "idle-step", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let keys = rulebook.keys();
    for kind in rulebook.policy.kinds.values() {
        for step in &kind.steps {
            let mut idle = Idle { rulebook, keys: &keys, kind, step, found: &mut *found };
            idle.before();
            idle.fields();
            idle.seals();
            idle.links();
        }
    }
    tables(rulebook, found);
}

struct Idle<'i, 'r> {
    rulebook: &'i Rulebook<'r>,
    keys: &'i Keys<'r>,
    kind: &'i Kind,
    step: &'i Step,
    found: &'i mut Found,
}

impl Idle<'_, '_> {
    fn say(&mut self, key: &str, message: Label) {
        self.found.say(&self.keys.place(&self.step.place, key), message);
    }

    /// Earlier steps that can never have been taken.
    fn before(&mut self) {
        let (kind, step) = (self.kind, self.step);
        let never = |other: &str| {
            let standing = following(kind, other);
            !step.from.iter().any(|from| standing.contains(from.as_str()))
        };
        for (at, named) in step.not_by.iter().enumerate() {
            if let NotBy::Step(other) = &named.who
                && never(other)
            {
                self.say(&format!("not-by.{at}"), label!(Text::NotByIdle, other = other, step = step.name));
            }
        }
        for (at, who) in step.by.iter().enumerate() {
            if let Who::Step(other) = who
                && never(other)
            {
                self.say(&format!("by.{at}"), label!(Text::ByIdle, other = other, step = step.name));
            }
        }
        for (at, decision) in step.upholds.iter().enumerate().filter(|(_, decision)| never(&decision.value)) {
            let message = label!(Text::UpholdsIdle, other = decision.value, step = step.name);
            self.say(&format!("upholds.{at}"), message);
        }
        if step.from.is_empty() && !step.after.is_empty() {
            self.say("after", label!(Text::FirstAfter, step = step.name));
        }
    }

    /// Fields that are always empty, or never.
    fn fields(&mut self) {
        let (kind, step, first) = (self.kind, self.step, self.step.from.is_empty());
        for (at, field) in step.clears.iter().enumerate().filter(|_| first) {
            let message = label!(Text::ClearsIdle, field = kind.field(*field).name, step = step.name);
            self.say(&format!("clears.{at}"), message);
        }
        let stays = |field: FieldId| !first && kind.field(field).required && !step.clears.contains(&field);
        for (field, _) in step.sets.iter().filter(|(field, _)| stays(*field)) {
            let name = kind.field(*field).name.as_str();
            self.say(&format!("sets.{name}"), label!(Text::SetsIdle, field = name, step = step.name));
        }
        for ask in step.asks.iter().filter(|ask| ask.inner.is_none() && stays(ask.field)) {
            let message = label!(Text::AsksIdle, field = kind.field(ask.field).name, step = step.name);
            self.found.say(&ask.place, message);
        }
    }

    /// Nobody changes a retired field, and a list that is sealed as a whole includes each of its fields.
    fn seals(&mut self) {
        let (kind, step) = (self.kind, self.step);
        for field in step.seals.iter().filter(|field| kind.field(**field).retired) {
            self.say("seals", label!(Text::SealsRetired, field = kind.field(*field).name));
        }
        for (list, inner) in &step.seals_within {
            let Type::Group(lines) = kind.field(*list).ty.element() else { continue };
            let name = format!("{}.{}", kind.field(*list).name, lines.field(*inner).name);
            if lines.field(*inner).retired {
                self.say("seals", label!(Text::SealsRetired, field = name));
            } else if step.seals.contains(list) {
                self.say("seals", label!(Text::SealsTwice, field = name, list = kind.field(*list).name));
            }
        }
    }

    /// Records that can never refer to this one, and steps of theirs that an existing record cannot take.
    fn links(&mut self) {
        let (kind, step, policy) = (self.kind, self.step, self.rulebook.policy);
        let unlinked = |other: &str| policy.kind(other).is_some_and(|other| !linked::names(other, kind.name()));
        for need in step.needs.iter().filter(|need| !need.some && unlinked(&need.kind)) {
            let message = label!(Text::NeedsIdle, other = need.kind, kind = kind.name(), step = step.name);
            self.found.say(&need.place, message);
        }
        for advance in &step.advances {
            let kinds: Vec<&Kind> = match &advance.whose {
                Whose::Linked(other) if unlinked(other) => {
                    let message = label!(Text::NeedsIdle, other = other, kind = kind.name(), step = step.name);
                    self.found.say(&advance.place, message);
                    continue;
                }
                Whose::Linked(other) => policy.kind(other).into_iter().collect(),
                Whose::Named(field) => match kind.field(*field).ty.element() {
                    Type::Ref(kinds) if kinds.is_empty() => policy.kinds.values().collect(),
                    Type::Ref(kinds) => kinds.iter().filter_map(|kind| policy.kind(kind)).collect(),
                    _ => Vec::new(),
                },
            };
            let mut named =
                kinds.iter().flat_map(|kind| kind.steps.iter()).filter(|s| s.name == advance.step).peekable();
            if named.peek().is_some() && named.all(|step| step.from.is_empty()) {
                self.found.say(&advance.place, label!(Text::AdvancesMaking, step = advance.step));
            }
        }
    }
}

/// Tables of authority that no step uses.
fn tables(rulebook: &Rulebook<'_>, found: &mut Found) {
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for step in rulebook.policy.kinds.values().flat_map(|kind| &kind.steps) {
        taken.extend(step.authority.iter().map(|table| table.value.as_str()));
        let opened = step.opens.iter().flat_map(|opens| &opens.with);
        step.sets.iter().chain(opened).for_each(|(_, source)| authorities(source, &mut taken));
    }
    for table in rulebook.policy.authority.values().filter(|table| !taken.contains(table.name.as_str())) {
        found.say(&table.place, label!(Text::TableIdle, name = table.name));
    }
}

fn authorities<'s>(source: &'s Source, taken: &mut BTreeSet<&'s str>) {
    match source {
        Source::Authority(table) => drop(taken.insert(&table.value)),
        Source::First(all) => all.iter().for_each(|source| authorities(source, taken)),
        Source::Beyond(_, kinds) => kinds.iter().for_each(|(_, source)| authorities(source, taken)),
        _ => {}
    }
}

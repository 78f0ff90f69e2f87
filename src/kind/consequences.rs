//! Reads the consequences of a step: the records that it opens or joins, and the steps of other records that it
//! takes. `lifecycle` carries them out.

use super::reader::{self, condition_of};
use super::sources::Sources;
use super::steps::Reader;
use super::{Advance, Condition, Joins, OnlyOnce, Opens, Source, Unique, Whose};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::Placed;
use crate::place::toml::Section;
use crate::record::{FieldId, Shape, Type};

impl Reader<'_> {
    pub(super) fn opens(&self, table: &Section) -> Option<Opens> {
        let named = table.required_text("kind", self.problems)?;
        let step = table.text("step", self.problems);
        let when = condition_of(table, "when", &self.shape.name, self.shapes, self.problems);
        let unless = condition_of(table, "unless", &self.shape.name, self.shapes, self.problems);
        let each = table.text("each", self.problems);
        let each = each.and_then(|each| self.each(&each));
        let lines = self.lines(table, each.as_ref().map(|each| each.line));
        let shared = table.text("shared", self.problems).and_then(|shared| self.repeated(&shared));
        let target = self.kind(&named)?;
        let mut with = Vec::new();
        let sources = Sources { lines: each.clone(), ..Sources::new(self.shape, self.shapes, self.problems) };
        for (name, item) in table.section("with", self.problems).into_iter().flat_map(Section::entries) {
            with.extend(sources.copied(target, name, item));
        }
        for (name, item) in table.section("set", self.problems).into_iter().flat_map(Section::entries) {
            with.extend(sources.filled(target, name, item));
        }
        let once = table.section("once", self.problems).map(|table| self.only_once(table, target));
        let joins = table.section("joins", self.problems).and_then(|table| self.joins(table, target));
        table.finish(self.problems);
        let (through, each) = each.map_or((None, None), |each| (each.through, Some(each.list)));
        let (kind, place) = (named.value, named.place);
        Some(Opens { kind, step, when, unless, through, each, lines, shared, with, once, joins, place })
    }

    /// `once = { alike = ["content"], without = ["cancelled"] }`.
    fn only_once(&self, table: &Section, target: &Shape) -> OnlyOnce {
        let named = table.texts("alike", self.problems);
        let alike = named.iter().filter_map(|name| reader::field(target, &name.value, &name.place, self.problems));
        let alike: Vec<FieldId> = alike.collect();
        if named.is_empty() {
            self.problems.say(table.place(), label!(LoadText::Absent, key = "alike"));
        }
        let without = table.texts("without", self.problems);
        let without =
            without.iter().filter_map(|state| reader::state(target, &state.value, &state.place, self.problems));
        let without = without.collect();
        table.finish(self.problems);
        OnlyOnce { alike, without }
    }

    /// `joins = { alike = ["cause"], step = "join", list = "complaints" }`.
    fn joins(&self, table: &Section, target: &Shape) -> Option<Joins> {
        let named = table.texts("alike", self.problems);
        let (step, list) = (table.required_text("step", self.problems), table.required_text("list", self.problems));
        table.finish(self.problems);
        let (step, list) = (step?, list?);
        self.shapes.has_step(std::slice::from_ref(&target.name), &step.value, &step.place, self.problems);
        let list_id = reader::field(target, &list.value, &list.place, self.problems)?;
        let refers = |ty: &Type| matches!(ty, Type::Ref(kinds) if kinds.is_empty() || kinds.contains(&self.shape.name));
        if !matches!(&target.field(list_id).ty, Type::List(element) if refers(element)) {
            self.problems.say(&list.place, label!(LoadText::NamesNoneOfIts, name = list.value, kind = self.shape.name));
        }
        let fields = named.iter().map(|name| reader::field(target, &name.value, &name.place, self.problems));
        let fields: Vec<FieldId> = fields.collect::<Option<_>>()?;
        let place = named.first().map_or_else(|| table.place().clone(), |first| first.place.clone());
        if fields.is_empty() {
            self.problems.say(&place, label!(LoadText::Absent, key = "alike"));
        }
        Some(Joins { alike: Unique::alike(target, fields, place), step, list: list_id })
    }

    /// A field that refers to one record of the same kind.
    fn repeated(&self, named: &Placed<String>) -> Option<FieldId> {
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        let own = matches!(&self.shape.field(field).ty, Type::Ref(kinds) if kinds.contains(&self.shape.name));
        if !own {
            let message = label!(LoadText::NamesNoneOfIts, name = named.value, kind = self.shape.name);
            self.problems.say(&named.place, message);
        }
        own.then_some(field)
    }

    pub(super) fn advance(&self, table: &Section) -> Option<Advance> {
        let linked = table.text("kind", self.problems);
        let named = if linked.is_none() { table.required_text("ref", self.problems) } else { None };
        let step = table.required_text("step", self.problems)?;
        let when = condition_of(table, "when", &self.shape.name, self.shapes, self.problems);
        let forms = linked.is_some() && table.flag("forms", self.problems).unwrap_or(false);
        if let Some(linked) = linked {
            let target = self.kind(&linked)?;
            self.shapes.has_step(std::slice::from_ref(&linked.value), &step.value, &step.place, self.problems);
            let (only, with) = self.given(table, target);
            table.finish(self.problems);
            let whose = Whose::Linked(linked.value);
            return Some(Advance { whose, step: step.value, when, only, with, forms, place: linked.place });
        }
        let named = named?;
        let reference = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        let Type::Ref(kinds) = self.shape.field(reference).ty.element() else {
            self.problems.say(&named.place, label!(LoadText::NoRef, name = named.value));
            return None;
        };
        self.shapes.has_step(kinds, &step.value, &step.place, self.problems);
        let target = match &kinds[..] {
            [one] => self.shapes.shapes.get(one),
            _ => None,
        };
        let (only, with) = target.map(|target| self.given(table, target)).unwrap_or_default();
        table.finish(self.problems);
        Some(Advance { whose: Whose::Named(reference), step: step.value, when, only, with, forms, place: named.place })
    }

    /// Which records of the other kind take the step (`where`), and the values that they get with it (`with`).
    fn given(&self, table: &Section, target: &Shape) -> (Option<Condition>, Vec<(FieldId, Source)>) {
        let only = condition_of(table, "where", &target.name, self.shapes, self.problems);
        let sources = Sources::new(self.shape, self.shapes, self.problems);
        let with = table.section("with", self.problems).into_iter().flat_map(Section::entries);
        (only, with.filter_map(|(name, item)| sources.copied(target, name, item)).collect())
    }
}

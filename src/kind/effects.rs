//! Reads what a step does to its own record: the fields that it seals, clears and sets, and the lists that it adds
//! lines to.

use super::reader::condition_of;
use super::sources::Sources;
use super::steps::Reader;
use super::{Covers, Source, reader};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::Placed;
use crate::place::toml::{Item, Section};
use crate::record::{FieldId, Type};

impl Reader<'_> {
    /// Fields of the record, and of the lines of its lists as `LIST.FIELD`.
    pub(super) fn seals(&self, table: &Section, key: &str) -> Vec<Vec<FieldId>> {
        let named = table.texts(key, self.problems);
        let path = |name: &Placed<String>| {
            let path = super::shape::path(self.shape, &name.value, &name.place, self.problems)?;
            if path.len() > 2 {
                self.problems.say(&name.place, label!(LoadText::SealTooDeep, name = name.value));
            }
            Some(path)
        };
        named.iter().filter_map(path).collect()
    }

    pub(super) fn clears(&self, table: &Section) -> Vec<FieldId> {
        let named = table.texts("clears", self.problems);
        let cleared = |name: &Placed<String>| {
            let field = reader::field(self.shape, &name.value, &name.place, self.problems)?;
            if self.shape.field(field).required {
                self.problems.say(&name.place, label!(LoadText::MustBeThere, name = name.value));
            }
            Some(field)
        };
        named.iter().filter_map(cleared).collect()
    }

    /// `sets = { received-on = "+0 days", ratio = { from = ["complaint.ratio"], else = "3" } }`.
    pub(super) fn sets(&self, table: &Section) -> Vec<(FieldId, Source)> {
        let sources = Sources::new(self.shape, self.shapes, self.problems);
        let entries = table.section("sets", self.problems).into_iter().flat_map(Section::entries);
        entries.filter_map(|(name, item)| sources.filled(self.shape, name, item)).collect()
    }

    /// `adds = { acknowledged = { person = "@actor", at = "+0 hours" } }`: a line for a list.
    pub(super) fn adds(&self, table: &Section) -> Vec<(FieldId, Vec<(FieldId, Source)>)> {
        let sources = Sources::new(self.shape, self.shapes, self.problems);
        let mut found = Vec::new();
        for (name, item) in table.section("adds", self.problems).into_iter().flat_map(Section::entries) {
            let Some(field) = reader::field(self.shape, &name.value, &name.place, self.problems) else { continue };
            let (Type::List(_), Type::Group(line)) =
                (&self.shape.field(field).ty, self.shape.field(field).ty.element())
            else {
                self.problems.say(&name.place, label!(LoadText::NoLines, name = name.value));
                continue;
            };
            let Item::Section(with) = item else {
                item.unexpected::<()>(LoadText::WordTable, self.problems);
                continue;
            };
            found.push((field, with.entries().filter_map(|(name, item)| sources.filled(line, name, item)).collect()));
        }
        found
    }

    /// `drops = { pending = "@actor" }`: a value that is removed from a list.
    pub(super) fn drops(&self, table: &Section) -> Vec<(FieldId, Source)> {
        let sources = Sources::new(self.shape, self.shapes, self.problems);
        let mut found = Vec::new();
        for (name, item) in table.section("drops", self.problems).into_iter().flat_map(Section::entries) {
            let Some(field) = reader::field(self.shape, &name.value, &name.place, self.problems) else { continue };
            let ty = &self.shape.field(field).ty;
            if !matches!(ty, Type::List(_)) || matches!(ty.element(), Type::Group(_)) {
                self.problems.say(&name.place, label!(LoadText::NoPlainList, name = name.value));
                continue;
            }
            found.extend(item.text(self.problems).and_then(|text| Some((field, sources.fill(&text, ty.element())?))));
        }
        found
    }

    /// `covers = { field = "client", with = ["happened", "method"], when = "reason!=greeting" }`.
    pub(super) fn covers(&self, table: &Section, makes: bool) -> Option<Covers> {
        let table = table.section("covers", self.problems)?;
        let named = table.required_text("field", self.problems);
        let with = table.texts("with", self.problems);
        let when = condition_of(table, "when", &self.shape.name, self.shapes, self.problems);
        table.finish(self.problems);
        let named = named?;
        let own = |name: &Placed<String>| reader::field(self.shape, &name.value, &name.place, self.problems);
        let with = with.iter().filter_map(own).collect();
        if makes {
            self.problems.say(&named.place, LoadText::CoversNothing);
        }
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        if !matches!(self.shape.field(field).ty, Type::Ref(_)) {
            self.problems.say(&named.place, label!(LoadText::NoRef, name = named.value));
            return None;
        }
        Some(Covers { field, with, when, place: named.place })
    }

    pub(super) fn hands_over(&self, table: &Section, name: &Placed<String>) -> bool {
        let hands_over = table.flag("hands-over", self.problems).unwrap_or(false);
        if hands_over && !self.shape.prefix.is_empty() {
            let message = label!(LoadText::DealtToPeople, kind = self.shape.name);
            self.problems.say(&name.place, message);
        }
        hands_over
    }
}

//! Reads `[rollups.NAME]` of kind files: values that a record gets from others that refer to it or are alike to it.
//! Rollups may use each other across kinds, but not in a circle. Those that use no other are bound first.

use super::load::Draft;
use super::measures::{at, last_type, take};
use super::reader::{self, AllShapes, label, name_of, unknown};
use super::shape::path;
use super::{Kind, Unique};
use crate::calendar::{Span, SpanError, Unit};
use crate::filter::{Alike, Filter, Handle, Join, Merging, Rollup, Take, Through, is_reserved, is_taken};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type};

/// The ways to take a value from the records; without one of them the records are counted.
const TAKES: [&str; 4] = ["sum", "mean", "first", "last"];
/// A declaration that is not bound yet.
pub(super) struct Declared<'d> {
    draft: &'d Draft,
    /// Its position among the declarations of the kind.
    number: usize,
    name: &'d Placed<String>,
    table: &'d Section,
}

/// Binds the rollups of every kind. Afterwards `shapes` has them.
pub(crate) fn rollups(drafts: &[Draft], shapes: &mut AllShapes, problems: &Problems) {
    let mut left: Vec<Declared<'_>> = Vec::new();
    for draft in drafts {
        for (number, (name, table)) in draft.section().sections("rollups", problems).into_iter().enumerate() {
            free(name, draft, problems);
            left.push(Declared { draft, number, name, table });
        }
    }
    let mut bound: Vec<(String, usize, Rollup)> = Vec::new();
    loop {
        let (before, mut waiting) = (left.len(), Vec::new());
        for declared in left {
            let quiet = Problems::new();
            match declared.bind(shapes, &quiet).filter(|_| quiet.is_empty()) {
                Some(rollup) => {
                    let kind = declared.draft.shape.name.clone();
                    shapes.rollups.entry(kind.clone()).or_default().push(rollup.clone());
                    bound.push((kind, declared.number, rollup));
                    declared.table.finish(problems);
                }
                None => waiting.push(declared),
            }
        }
        left = waiting;
        if left.is_empty() || left.len() == before {
            break;
        }
    }
    let names: Vec<&str> = left.iter().map(|declared| declared.name.value.as_str()).collect();
    for declared in &left {
        let found = Problems::new();
        declared.bind(shapes, &found);
        declared.table.finish(problems);
        match declared.asks_of(&names) {
            Some((place, others)) => {
                let message = label!(LoadText::RollupCircle, name = declared.name.value, others = others.join(", "));
                problems.push(Problem::new(place, message).help(LoadText::RollupCircleDo));
            }
            None => found.into_sorted().into_iter().for_each(|problem| problems.push(problem)),
        }
    }
    // in the order of declaration, not of binding
    bound.sort_by(|(kind, number, _), (other, last, _)| (kind, number).cmp(&(other, last)));
    shapes.rollups.clear();
    for (kind, _, rollup) in bound {
        shapes.rollups.entry(kind).or_default().push(rollup);
    }
}

/// Lets kinds find alike records by their values, for the rollups that need it.
pub(crate) fn found_alike<'k>(kinds: impl Iterator<Item = &'k mut Kind>, shapes: &AllShapes) {
    let all: Vec<&Rollup> = shapes.rollups.values().flatten().collect();
    for kind in kinds {
        for rollup in all.iter().filter(|rollup| rollup.of == kind.shape.name) {
            let Some(fields) = rollup.alike() else { continue };
            let fields = fields.into_iter().map(|(_, field)| field).collect();
            let unique = Unique::alike(&kind.shape, fields, rollup.place.clone());
            if kind.uniques.iter().all(|known| known.name() != unique.name()) {
                kind.uniques.push(unique);
            }
        }
    }
}

/// Notes a problem if a name already has another meaning.
fn free(name: &Placed<String>, draft: &Draft, problems: &Problems) {
    name_of(name, LoadText::WordRollup, problems);
    let shape = &draft.shape;
    let own = shape.field_id(&name.value).is_some()
        || shape.computed().iter().any(|computed| computed.name == name.value)
        || draft.milestones.iter().any(|milestone| milestone.name == name.value);
    let derived = super::computed::DERIVED.contains(&name.value.as_str());
    if own || derived || is_reserved(&name.value) || is_taken(&name.value) {
        let message = label!(LoadText::MeansElse, name = name.value);
        problems.push(Problem::new(name.place.clone(), message).help(LoadText::RenameRollup));
    }
}

impl Declared<'_> {
    fn own(&self) -> &Shape {
        &self.draft.shape
    }

    /// Binds one rollup. If something is wrong, it is noted and the result is `None`.
    fn bind(&self, shapes: &AllShapes, problems: &Problems) -> Option<Rollup> {
        let table = self.table;
        let of = table.required_text("of", problems);
        let within = table.text("within", problems).and_then(|text| span(&text, problems));
        let ago = table.text("ago", problems).and_then(|text| span(&text, problems));
        let (label, help) = (label(table, "label", &self.name.value, problems), label(table, "help", "", problems));
        let named: Vec<&str> = TAKES.into_iter().filter(|key| table.has(key)).collect();
        if let [_, second, ..] = named.as_slice() {
            let place = table.item(second).map_or(table.place(), |item| item.place()).clone();
            problems.push(
                Problem::new(place, LoadText::RollupOneWay)
                    .help(label!(LoadText::RollupWays, names = TAKES.join(", "))),
            );
        }
        let (through, same) = (table.texts("through", problems), table.texts("same", problems));
        let (at, condition) = (table.texts("at", problems), table.text("where", problems));
        let value = named.first().and_then(|key| Some((*key, table.text(key, problems)?)));
        let of = of?;
        let Some(theirs) = shapes.shapes.get(&of.value) else {
            let near = nearest(&of.value, shapes.shapes.keys().map(String::as_str));
            problems.push(unknown(&of.place, LoadText::WordKind, &of.value, "policy/kinds", near));
            return None;
        };
        let join = match (through.as_slice(), same.as_slice()) {
            ([_, ..], [first, ..]) => {
                problems.push(Problem::new(first.place.clone(), LoadText::RollupJoins).help(LoadText::RollupJoinsDo));
                None
            }
            (_, [_, ..]) => self.same(&same, theirs, shapes, problems),
            (_, []) => self.through(&through, theirs, &of, problems),
        };
        let when = self::at(&at, theirs, shapes, problems);
        let filter = condition.as_ref().and_then(|text| {
            let read = Filter::read(text, &theirs.name, shapes, &shapes.scope);
            read.map_err(|problem| problems.push(problem)).ok()
        });
        // if a masked reader may not ask the condition, the rollup is private too
        let hidden = condition.as_ref().is_some_and(|text| {
            filter.is_some() && Filter::read(text, &theirs.name, shapes, &shapes.scope.masked(true)).is_err()
        });
        let (take, ty, private) = match &value {
            Some((key, field)) => take(key, field, theirs, shapes, problems)?,
            None => (Take::Count, Type::Count, false),
        };
        let (join, at) = (join?, when?);
        let private = private
            || hidden
            || self.hides(&join, theirs)
            || at.handles().iter().any(|field| theirs.field(*field).private);
        if !problems.is_empty() {
            return None;
        }
        Some(Rollup {
            name: self.name.value.clone(),
            ty,
            label,
            help,
            private,
            of: of.value,
            place: self.name.place.clone(),
            merging: Merging::of(self.own()),
            join,
            filter,
            within,
            ago,
            at,
            take,
            void: theirs.voids().map(str::to_owned).collect(),
            zone: shapes.scope.zone,
        })
    }

    /// Whether a private field decides which records are alike or referred to.
    fn hides(&self, join: &Join, theirs: &Shape) -> bool {
        match join {
            Join::Through(fields) => fields.iter().any(|through| theirs.field(through.path[0]).private),
            Join::Same(pairs) => pairs.iter().any(|pair| {
                let own = pair.own.as_ref().is_some_and(|own| self.own().field(own.id).private);
                own || theirs.field(pair.theirs.id).private
            }),
        }
    }

    /// The fields of the other records that refer to the record: those of `through`, or all. A field of type person
    /// refers to people.
    fn through(
        &self,
        named: &[Placed<String>],
        theirs: &Shape,
        of: &Placed<String>,
        problems: &Problems,
    ) -> Option<Join> {
        let own = &self.own().name;
        let people = self.own().prefix.is_empty();
        let mut found = Vec::new();
        let mut persons = Vec::new();
        for name in named {
            let handles = path(theirs, &name.value, &name.place, problems)?;
            match last_type(theirs, &handles) {
                Some(Type::Ref(kinds)) if kinds.is_empty() || kinds.contains(own) => {
                    found.push(Through { path: handles, name: name.value.clone() });
                }
                Some(ty @ Type::Person) if people && handles.len() == 1 && theirs.field(handles[0]).ty == *ty => {
                    let theirs = Handle { id: handles[0], name: name.value.clone() };
                    persons.push(Alike { own: None, theirs, ty: Type::Person, merging: Vec::new() });
                }
                _ => {
                    let message = label!(LoadText::OwnNamesNo, own = name.value, kind = theirs.name, named = own);
                    problems.say(&name.place, message);
                    return None;
                }
            }
        }
        if named.is_empty() {
            references(theirs, own, &mut Vec::new(), "", &mut found);
        }
        match (found.is_empty(), persons.as_slice()) {
            (false, []) => Some(Join::Through(found)),
            (true, [_]) => Some(Join::Same(persons)),
            (true, []) => {
                let message = label!(LoadText::RollupNoField, kind = theirs.name, named = own);
                problems.push(Problem::new(of.place.clone(), message).help(LoadText::RollupNoFieldDo));
                None
            }
            _ => {
                problems.say(&named[0].place, LoadText::RollupOnePerson);
                None
            }
        }
    }

    /// `same = ["client", "product"]`: fields that both kinds have.
    fn same(&self, named: &[Placed<String>], theirs: &Shape, shapes: &AllShapes, problems: &Problems) -> Option<Join> {
        let mut pairs = Vec::new();
        for name in named {
            let own = reader::field(self.own(), &name.value, &name.place, problems)?;
            let other = reader::field(theirs, &name.value, &name.place, problems)?;
            let (ours, ty) = (&self.own().field(own).ty, &theirs.field(other).ty);
            if ours.name() != ty.name() {
                let message = label!(
                    LoadText::TypesDiffer,
                    path = format!("{}.{}", theirs.name, name.value),
                    ours = ty.name(),
                    name = name.value,
                    ty = ours.name()
                );
                problems.say(&name.place, message);
                return None;
            }
            if !is_alike(ty) {
                problems.say(&name.place, label!(LoadText::RollupNotAlike, name = name.value, ty = ty.name()));
                return None;
            }
            let handle = |id| Handle { id, name: name.value.clone() };
            let merging = merging(ty, shapes);
            pairs.push(Alike { own: Some(handle(own)), theirs: handle(other), ty: ty.clone(), merging });
        }
        Some(Join::Same(pairs))
    }

    /// The place at which it uses other rollups that could not be bound either, and their names.
    fn asks_of(&self, names: &[&str]) -> Option<(Place, Vec<String>)> {
        let quiet = Problems::new();
        let texts = TAKES.into_iter().chain(["where"]).filter_map(|key| self.table.text(key, &quiet));
        let mut found: Option<(Place, Vec<String>)> = None;
        for text in texts {
            let words = text.value.split(|c: char| !(c.is_alphanumeric() || c == '-'));
            let others: Vec<String> = words.filter(|word| names.contains(word)).map(str::to_owned).collect();
            if !others.is_empty() {
                let (_, all) = found.get_or_insert_with(|| (text.place.clone(), Vec::new()));
                all.extend(others.into_iter().filter(|other| !all.contains(other)).collect::<Vec<_>>());
            }
        }
        found
    }
}

/// `within = "12 months"`: a span of elapsed time or of civil days.
pub(super) fn span(text: &Placed<String>, problems: &Problems) -> Option<Span> {
    let wrong = |message: Label| {
        problems.push(Problem::new(text.place.clone(), message).help(LoadText::BackwardsDo));
        None
    };
    match text.value.parse::<Span>() {
        Err(error) => wrong(SpanError::label(&error)),
        Ok(Span { unit: Unit::Workdays | Unit::WorkHours | Unit::WorkMinutes, .. }) => {
            wrong(label!(LoadText::BackwardsWork, text = text.value))
        }
        Ok(Span { count: 0, .. }) => wrong(label!(LoadText::BackwardsNone, text = text.value)),
        Ok(span) => Some(span),
    }
}

/// The kinds that a reference may lead to and that can merge records.
fn merging(ty: &Type, shapes: &AllShapes) -> Vec<Merging> {
    let Type::Ref(named) = ty else { return Vec::new() };
    let led = shapes.shapes.iter().filter(|(name, _)| named.is_empty() || named.contains(name));
    led.filter_map(|(_, shape)| Merging::of(shape)).collect()
}

/// Whether records can be alike in values of a type.
fn is_alike(ty: &Type) -> bool {
    use Type::{Choice, Count, Date, Department, Email, Money, Person, Phone, Ref, Role, Text};
    matches!(ty, Text | Count | Money | Date | Choice(_) | Person | Role | Department | Phone | Email | Ref(_))
}

/// Every field that can refer to a record of a kind, in groups and lists too.
fn references(shape: &Shape, kind: &str, above: &mut Vec<FieldId>, path: &str, found: &mut Vec<Through>) {
    for (id, field) in shape.handles() {
        let name = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
        above.push(id);
        match field.ty.element() {
            Type::Ref(kinds) if kinds.is_empty() || kinds.iter().any(|named| named == kind) => {
                found.push(Through { path: above.clone(), name });
            }
            Type::Group(inner) => references(inner, kind, above, &name, found),
            _ => {}
        }
        above.pop();
    }
}

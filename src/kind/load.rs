//! From the TOML of a kind file to a [`Kind`], in two passes: first the shape of every kind, then everything that
//! refers to other kinds.

use std::collections::BTreeMap;

use super::reader::{self, AllShapes, label, name_of};
use super::{
    Kind, Milestone, Rules, amounts, assignment, bounds, check, compared, computed, conditions, deadlines, differs,
    due, hours, identity, invariant, never, numbering, proposal, questionnaire, remark, retention, shape, steps, waits,
};
use crate::filter::Shapes as _;
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Section, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type};

/// Top folders of a book that a kind may not use for its records.
pub const RESERVED_FOLDERS: [&str; 6] = ["policy", "calendar", "forms", "reports", "files", "preset"];

/// A kind file after the first pass: its fields and states are known, its steps are not read yet.
#[derive(Debug)]
pub struct Draft {
    /// Fields and states.
    pub shape: Shape,
    /// The moments that reports count.
    pub milestones: Vec<Milestone>,
    /// The names of its steps, which other kinds may use.
    pub steps: Vec<String>,
    /// The names of its deadlines.
    pub deadlines: Vec<String>,
    /// Its named conditions.
    pub(crate) conditions: Vec<conditions::Written>,
    rules: Rules,
    title: Option<FieldId>,
    known_by: Vec<Vec<FieldId>>,
    assignee: Option<FieldId>,
    columns: Vec<Placed<String>>,
    keep: Vec<String>,
    section: Section,
    place: Place,
}

/// The first pass over a kind file: name, fields, states and milestones. If a shape of the kind is known, its fields
/// keep their handles.
pub fn draft<'k>(
    file: &str,
    text: &str,
    known: &dyn Fn(&str) -> Option<&'k Shape>,
    problems: &Problems,
) -> Option<Draft> {
    let section = read(file, text, problems)?;
    let place = Place::of_file(file);
    let name = section.required_text("name", problems)?;
    name_of(&name, LoadText::WordKind, problems);
    if !file.ends_with(&format!("/{}.toml", name.value)) {
        problems.push(
            Problem::new(name.place.clone(), label!(LoadText::FileNotNamed, name = name.value))
                .help(label!(LoadText::NameIt, name = name.value)),
        );
    }
    let fields = shape::fields(&section, problems);
    let states = shape::states(&section, problems);
    if states.is_empty() {
        return None;
    }
    let mut shape = Shape::new(&name.value, fields, states);
    if let Some(known) = known(&name.value) {
        shape = shape.with_handles_of(known);
    }
    let computed = computed::computed(&section, &shape, problems);
    let mut shape = shape.computing(computed);
    shape.prefix = prefix(&section, problems);
    shape.folder = folder(&section, problems).unwrap_or_else(|| name.value.clone());
    shape.label = label(&section, "label", &name.value, problems);
    let one = |key| {
        let named = section.text(key, problems)?;
        reader::field(&shape, &named.value, &named.place, problems)
    };
    let (title, assignee) = (one("title"), one("assignee"));
    let columns = section.texts("columns", problems);
    let mut keep = section.texts("keep", problems);
    let own = |name: &str| ["state", "opened"].contains(&name);
    keep.retain(|kept| own(&kept.value) || reader::field(&shape, &kept.value, &kept.place, problems).is_some());
    let keep = keep.into_iter().map(|kept| kept.value).collect();
    shape.merged_by = identity::merged_by(&section, &shape, problems);
    let known_by = section.texts("known-by", problems);
    let known_by = known_by.iter().filter_map(|k| shape::path(&shape, &k.value, &k.place, problems)).collect();
    let rules = rules(&section, problems);
    let milestones = milestones(&section, &shape, problems);
    for milestone in milestones.iter().filter(|milestone| shape.computed().iter().any(|c| c.name == milestone.name)) {
        problems.say(&milestone.place, label!(LoadText::ComputedAlready, name = milestone.name));
    }
    // The second pass reports problems of the steps themselves.
    let quiet = Problems::new();
    let names = |key: &str| -> Vec<String> {
        let named = section.list(key, &quiet).into_iter().filter_map(|table| table.text("name", &quiet));
        named.map(|name| name.value).collect()
    };
    let (steps, deadlines) = (names("steps"), names("deadlines"));
    let conditions = conditions::written(&section, &shape, problems);
    Some(Draft {
        conditions,
        shape,
        milestones,
        steps,
        deadlines,
        rules,
        title,
        known_by,
        assignee,
        columns,
        keep,
        section,
        place,
    })
}

impl Draft {
    /// The same draft with another shape that has all of its fields: an older rule book reads records with today's
    /// shape.
    #[must_use]
    pub(crate) fn reshaped(mut self, shape: Shape) -> Self {
        let first = |id: FieldId| shape.field_id(&self.shape.field(id).name);
        self.title = self.title.and_then(first);
        self.assignee = self.assignee.and_then(first);
        self.known_by = self.known_by.iter().filter_map(|path| translated(path, &self.shape, &shape)).collect();
        self.shape = shape;
        self
    }

    /// The kind's file.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The tables of the file.
    pub(super) fn section(&self) -> &Section {
        &self.section
    }

    /// The second pass: steps and deadlines, whose conditions may use fields of other kinds. Notes what is wrong.
    /// Returns a kind only if it has a first step.
    pub(crate) fn finish(self, shapes: &AllShapes, problems: &Problems) -> Option<Kind> {
        let steps = steps::steps(&self.section, &self.shape, shapes, problems);
        let deadlines = deadlines::deadlines(&self.section, &self.shape, shapes, problems);
        let guards = steps::guards(&self.section, &steps, &self.shape, shapes, problems);
        let ahead = deadlines::ahead(&self.section, &self.shape, problems);
        let remembers = deadlines::remembers(&self.section, &self.shape, problems);
        let compared = compared::compared(&self.section, &self.shape, shapes, problems);
        let falls = compared::falls(&self.section, &self.shape, problems);
        let once = compared::once(&self.section, &self.shape, problems);
        let most_lines = bounds::most_lines(&self.section, &self.shape, problems);
        let amounts = amounts::amounts(&self.section, &self.shape, shapes, problems);
        let numbering = numbering::numbering(&self.section, &self.shape, problems);
        let mut uniques = invariant::uniques(&self.section, &self.shape, problems);
        uniques.extend(numbering.as_ref().map(|numbering| invariant::Unique::number(&self.shape, numbering)));
        let mut known_by = self.known_by;
        known_by.extend(numbering.as_ref().map(|numbering| vec![numbering.field]));
        known_by.dedup();
        let identified_by = identity::identified_by(&self.section, &self.shape, &known_by, problems);
        let near = identity::near(&self.section, &self.shape, problems);
        let left_out = identity::left_out(&self.section, &self.shape, shapes, problems);
        let retention = retention::retention(&self.section, &self.shape, shapes, problems);
        let differs = differs::differs(&self.section, &self.shape, shapes, problems);
        let nevers = never::nevers(&self.section, &self.shape, shapes, problems);
        let sames = invariant::sames(&self.section, &self.shape, shapes, problems);
        let columns = due::columns(&self.columns, &self.shape, shapes, problems);
        let due = due::due(&self.section, &self.shape, shapes, problems);
        let assigned = (self.assignee, steps.as_slice());
        let assignment = assignment::assignment(&self.section, &self.shape, assigned, shapes, problems);
        let remarks = remark::remarks(&self.section, &self.shape, shapes, problems);
        let proposals = proposal::proposals(&self.section, &self.shape, shapes, problems);
        let hours = hours::hours(&self.section, (&self.shape, &steps), shapes, problems);
        let questionnaire = questionnaire::questionnaire(&self.section, &self.shape, shapes, problems);
        if steps.is_empty() {
            problems.say(&self.place, LoadText::NoFirstStep);
            return None;
        }
        let rollups = shapes.rollups(&self.shape.name).to_vec();
        let also = reader::also(&self.section, problems);
        self.section.finish(problems);
        let mut kind = Kind {
            conditions: shapes.conditions.get(&self.shape.name).cloned().unwrap_or_default(),
            also,
            shape: self.shape,
            rules: self.rules,
            milestones: self.milestones,
            steps,
            guards,
            ahead,
            remembers,
            compared,
            falls,
            once,
            most_lines,
            deadlines,
            numbering,
            uniques,
            sames,
            differs,
            nevers,
            retention,
            remarks,
            proposals,
            rollups,
            amounts,
            title: self.title,
            known_by,
            identified_by,
            near,
            left_out,
            assignee: self.assignee,
            assignment,
            columns,
            keep: self.keep,
            questionnaire,
            hours,
            due,
            ranks: BTreeMap::new(),
            place: self.place,
        };
        kind.ranks = check::lifecycle(&kind, problems);
        waits::check(&kind, shapes, problems);
        Some(kind)
    }
}

/// A path of one shape, in the handles of another shape.
fn translated(path: &[FieldId], from: &Shape, to: &Shape) -> Option<Vec<FieldId>> {
    let Some((first, rest)) = path.split_first() else { return Some(Vec::new()) };
    let before = from.field(*first);
    let id = to.field_id(&before.name)?;
    let rest = match (before.ty.element(), to.field(id).ty.element()) {
        (Type::Group(from), Type::Group(to)) => translated(rest, from, to)?,
        _ if rest.is_empty() => Vec::new(),
        _ => return None,
    };
    Some([vec![id], rest].concat())
}

fn prefix(section: &Section, problems: &Problems) -> String {
    let Some(prefix) = section.text("prefix", problems) else { return String::new() };
    if !(1..=3).contains(&prefix.value.len()) || !prefix.value.bytes().all(|b| b.is_ascii_uppercase()) {
        problems.say(&prefix.place, label!(LoadText::NoPrefix, prefix = prefix.value));
    }
    prefix.value
}

fn folder(section: &Section, problems: &Problems) -> Option<String> {
    let folder = section.text("folder", problems)?;
    name_of(&folder, LoadText::WordFolder, problems);
    if RESERVED_FOLDERS.contains(&folder.value.as_str()) {
        problems.say(&folder.place, label!(LoadText::OwnFolder, folder = folder.value));
    }
    Some(folder.value)
}

fn rules(section: &Section, problems: &Problems) -> Rules {
    match section.text("rules", problems) {
        None => Rules::Current,
        Some(Placed { value, .. }) if value == "opened" => Rules::Opened,
        Some(Placed { value, .. }) if value == "current" => Rules::Current,
        Some(other) => {
            problems.push(
                Problem::new(other.place, label!(LoadText::NoRules, name = other.value)).help(LoadText::RulesAre),
            );
            Rules::Current
        }
    }
}

fn milestones(section: &Section, shape: &Shape, problems: &Problems) -> Vec<Milestone> {
    let Some(table) = section.section("milestones", problems) else { return Vec::new() };
    let names: Vec<Placed<String>> = table.entries().map(|(name, _)| name.clone()).collect();
    let milestone = |name: &Placed<String>| {
        name_of(name, LoadText::WordMilestone, problems);
        let states = table.texts(&name.value, problems);
        let states = states.iter().filter_map(|s| reader::state(shape, &s.value, &s.place, problems)).collect();
        Milestone { name: name.value.clone(), states, place: name.place.clone() }
    };
    names.iter().map(milestone).collect()
}

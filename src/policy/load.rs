//! From files to a [`Policy`]. All mistakes are reported at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::naming::Loading;
use super::staff::{STAFF, Staff};
use super::{
    Acting, Authority, Callbacks, Control, Deductions, Departments, Forms, Grades, Notices, Policy, Recording,
    Recurring, Reporting, Roles, Settings, Sharing, Signs, Sources, deductions, sums,
};
use crate::calendar::{Calendar, Calendars, Zone};
use crate::filter::Scope;
use crate::kind::{AllShapes, Draft, Kind, bound_conditions, draft, endless, found_alike, openings, rollups, together};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{CalendarText, LoadText};
use crate::place::toml::nearest;
use crate::place::{Place, Problem, Problems};

/// The file with the working time; a new book sets its zone there.
pub const CALENDAR: &str = "policy/calendar.toml";

/// A rule book with mistakes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.label().en)]
pub struct Invalid(pub Vec<Problem>);

impl Invalid {
    /// The number of problems, and the first of them.
    pub fn label(&self) -> Label {
        let first = self.0.first().map(Problem::line).unwrap_or_default();
        label!(LoadText::Invalid, count = self.0.len(); first = first)
    }
}

impl Policy {
    /// Loads the rule book of these files. `id` is the short id of the tree of `policy/`.
    ///
    /// # Errors
    /// If there are mistakes: each of them with file, line and key.
    pub fn load(sources: &Sources, id: &str) -> Result<Self, Invalid> {
        Self::load_over(sources, id, None, None)
    }

    /// Loads an older rule book for records that were opened under it, bound to today's shapes. Its steps, deadlines
    /// and tables use today's fields and states, and fields and states that were removed since because no record had
    /// them.
    ///
    /// # Errors
    /// If there are mistakes: each of them with file, line and key.
    pub fn load_older(sources: &Sources, id: &str, today: &Policy) -> Result<Self, Invalid> {
        Self::load_over(sources, id, Some(today), None)
    }

    /// Loads other rules for the records of a day. All of the rules are their own, but the fields have the handles that
    /// they have that day. A field that only the day's rules have may be set, and no record needs it.
    ///
    /// # Errors
    /// If there are mistakes: each of them with file, line and key.
    pub fn load_beside(sources: &Sources, id: &str, day: &Policy) -> Result<Self, Invalid> {
        Self::load_over(sources, id, None, Some(day))
    }

    fn load_over(sources: &Sources, id: &str, today: Option<&Policy>, day: Option<&Policy>) -> Result<Self, Invalid> {
        let problems = Problems::new();
        if !sources.within_bounds(&problems) {
            return Err(Invalid(problems.into_sorted()));
        }
        for merge in sources.iter().filter_map(|(path, bytes)| Problem::of_merge(path, bytes)) {
            problems.push(merge);
        }
        if !problems.is_empty() {
            return Err(Invalid(problems.into_sorted()));
        }
        let policy = read(sources, id, today, day, &problems);
        match policy {
            Some(policy) if problems.is_empty() => Ok(policy),
            _ => Err(Invalid(problems.into_sorted())),
        }
    }
}

fn read(
    sources: &Sources,
    id: &str,
    today: Option<&Policy>,
    day: Option<&Policy>,
    problems: &Problems,
) -> Option<Policy> {
    let settings = match (today, sources.text(Settings::FILE, problems)) {
        (Some(today), _) => Some(today.settings.clone()),
        (None, Some(text)) => Settings::load(text, problems),
        (None, None) => {
            missing(Settings::FILE, LoadText::SettingsMake, problems);
            None
        }
    };
    let drafts = drafts(sources, today, day, problems);
    let zone = settings.as_ref().map_or_else(Zone::utc, |settings| settings.time_zone);
    let scope = Scope::rule(zone);
    let roles = sources.text(Roles::FILE, problems).map(|text| Roles::load(text, problems)).unwrap_or_default();
    let departments = sources.text(Departments::FILE, problems);
    let departments = departments.map(|text| Departments::load(text, &roles, problems)).unwrap_or_default();
    let mut shapes = AllShapes {
        shapes: BTreeMap::new(),
        milestones: BTreeMap::new(),
        rollups: BTreeMap::new(),
        steps: BTreeMap::new(),
        deadlines: BTreeMap::new(),
        conditions: BTreeMap::new(),
        scope,
        roles: roles.declared(),
        departments: departments.declared(),
    };
    for draft in &drafts {
        let milestones = draft.milestones.iter().map(|m| (m.name.clone(), m.states.clone())).collect();
        shapes.steps.insert(draft.shape.name.clone(), draft.steps.clone());
        shapes.deadlines.insert(draft.shape.name.clone(), draft.deadlines.clone());
        shapes.milestones.insert(draft.shape.name.clone(), milestones);
        shapes.shapes.insert(draft.shape.name.clone(), draft.shape.clone());
    }
    let written = drafts.iter().map(|draft| (draft.shape.name.clone(), draft.conditions.as_slice())).collect();
    // rollups may use conditions, and conditions may use rollups
    shapes.conditions = bound_conditions(&written, &shapes, None);
    references(&shapes, problems);
    rollups(&drafts, &mut shapes, problems);
    let written = drafts.iter().map(|draft| (draft.shape.name.clone(), draft.conditions.as_slice())).collect();
    shapes.conditions = bound_conditions(&written, &shapes, Some(problems));
    if let Some(shape) = shapes.shapes.get(STAFF) {
        Staff::check(shape, problems);
    }
    let mut kinds: BTreeMap<String, Kind> = drafts
        .into_iter()
        .filter_map(|draft| draft.finish(&shapes, problems))
        .map(|k| (k.name().to_owned(), k))
        .collect();
    found_alike(kinds.values_mut(), &shapes);
    kinds.values().for_each(|kind| endless(|name| kinds.get(name), kind, problems));
    openings(&kinds, problems);
    together(&kinds, problems);
    let authority = sources.text(Authority::FILE, problems).unwrap_or_default();
    let authority = Authority::load(authority, &kinds, &shapes, problems);
    let acting = match sources.text(Acting::FILE, problems) {
        Some(text) => Acting::load(text, &kinds, &roles, problems),
        None => Some(Acting::none()),
    };
    // who changes today's rules is laid down in today's
    let control = match today {
        Some(today) => today.control.clone(),
        None => {
            sources.text(Control::FILE, problems).map(|text| Control::load(text, &roles, problems)).unwrap_or_default()
        }
    };
    let recording = match sources.text(Recording::FILE, problems) {
        Some(text) => Recording::load(text, &kinds, &roles, problems),
        None => Some(Recording::none()),
    };
    let loading = Loading { kinds: &kinds, shapes: &shapes, problems };
    // Callbacks and reports follow today's rules, also for older rule books: what is called back and counted, and
    // what callbacks and cases are.
    let callbacks = match today {
        Some(today) => today.callbacks.clone(),
        None => sources.text(Callbacks::FILE, problems).map(|text| Callbacks::load(text, loading)).unwrap_or_default(),
    };
    let recurring = match today {
        Some(today) => today.recurring.clone(),
        None => sources.text(Recurring::FILE, problems).map(|text| Recurring::load(text, loading)).unwrap_or_default(),
    };
    let grades = match today {
        Some(today) => today.grades.clone(),
        None => sources.text(Grades::FILE, problems).map(|text| Grades::load(text, loading)).unwrap_or_default(),
    };
    let signs = match today {
        Some(today) => today.signs.clone(),
        None => sources.text(Signs::FILE, problems).map(|text| Signs::load(text, loading)).unwrap_or_default(),
    };
    let reports = match today {
        Some(today) => today.reports.clone(),
        None => sources.text(Reporting::FILE, problems).map(|text| Reporting::load(text, loading)).unwrap_or_default(),
    };
    let cases = reports.cases.as_ref().map(|cases| cases.kind.as_str());
    let sharing = sources.text(Sharing::FILE, problems);
    let sharing = sharing.map(|text| Sharing::load(text, cases, &shapes, problems)).unwrap_or_default();
    if today.is_none() {
        sums::distinct(&reports.sums, &sharing.losses, problems);
    }
    let deducted = sources.text(Deductions::FILE, problems);
    let shared = sharing.responsible.is_some();
    let deducted = deducted.map(|text| Deductions::load(text, cases, shared, loading)).unwrap_or_default();
    deductions::check(&deducted, &kinds, problems);
    let notices = sources.text(Notices::FILE, problems).filter(|_| today.is_none());
    let notices = notices.map(|text| Notices::load(text, loading)).unwrap_or_default();
    // Today's forms print every record.
    let forms = if today.is_none() { Forms::load(sources, &shapes, problems) } else { Forms::default() };
    // Working time is that of the commit that is read, also for older rules.
    let calendars = match today {
        Some(today) => today.calendars.clone(),
        None => Arc::new(calendars(sources, problems)?),
    };
    for kind in kinds.values() {
        let named = kind.deadlines.iter().filter_map(|deadline| deadline.calendar.as_ref());
        let named = named.chain(kind.hours.as_ref().and_then(|hours| hours.calendar.as_ref()));
        for name in named.filter(|name| calendars.get(&name.value).is_none()) {
            let near = nearest(&name.value, calendars.iter().map(Calendar::name))
                .map(|near| label!(LoadText::DidYouMean, near = near));
            let message = label!(LoadText::NoCalendar, name = name.value);
            problems.push(Problem::new(name.place.clone(), message).help_if(near));
        }
    }
    Some(Policy {
        id: id.to_owned(),
        settings: settings?,
        kinds: kinds.into(),
        roles,
        departments,
        calendars,
        authority: authority?,
        acting: acting?,
        control,
        recording: recording?,
        callbacks,
        recurring,
        grades,
        signs,
        sharing,
        deductions: deducted,
        reports,
        notices,
        forms,
    })
}

fn calendars(sources: &Sources, problems: &Problems) -> Option<Calendars> {
    let Some(text) = sources.text(CALENDAR, problems) else {
        missing(CALENDAR, LoadText::CalendarSays, problems);
        return None;
    };
    let read = |path: &str| sources.bytes(path).map(<[u8]>::to_vec).ok_or_else(|| CalendarText::NoSuchFile.label());
    Calendars::read(CALENDAR, text, &read, problems)
}

fn missing(file: &str, help: LoadText, problems: &Problems) {
    problems.push(Problem::new(Place::of_file(file), LoadText::NoFile).help(help));
}

fn drafts(sources: &Sources, today: Option<&Policy>, day: Option<&Policy>, problems: &Problems) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let known = |name: &str| day.and_then(|day| Some(&day.kind(name)?.shape));
    for (path, _) in sources.under("policy/kinds/").filter(|(path, _)| path.ends_with(".toml")) {
        let Some(text) = sources.text(path, problems) else { continue };
        let Some(mut read) = draft(path, text, &known, problems) else { continue };
        if let Some(kind) = today.and_then(|today| today.kind(&read.shape.name)) {
            let shape = kind.shape.with_former(&read.shape);
            read = read.reshaped(shape);
        }
        for before in &drafts {
            let (a, b) = (&before.shape, &read.shape);
            let shared = [
                (LoadText::WordName, a.name == b.name),
                (LoadText::WordPrefix, a.prefix == b.prefix),
                (LoadText::WordFolder, a.folder == b.folder),
            ];
            for (what, _) in shared.into_iter().filter(|(_, same)| *same) {
                let message = label!(LoadText::KindShares, kind = a.name; what = what);
                let help = label!(LoadText::ChooseOther; what = what);
                problems.push(Problem::new(read.place().clone(), message).help(help));
            }
        }
        drafts.push(read);
    }
    if drafts.is_empty() {
        missing("policy/kinds/", LoadText::NoKinds, problems);
    }
    drafts
}

/// Checks that every `ref` leads to an existing kind.
fn references(shapes: &AllShapes, problems: &Problems) {
    for shape in shapes.shapes.values() {
        for field in shape.fields() {
            let crate::record::Type::Ref(kinds) = field.ty.element() else { continue };
            for kind in kinds.iter().filter(|kind| !shapes.shapes.contains_key(*kind)) {
                let near = nearest(kind, shapes.shapes.keys().map(String::as_str));
                problems.push(
                    Problem::new(field.place.clone(), label!(LoadText::RefersTo, field = field.name, kind = kind))
                        .help_if(near.map(|near| label!(LoadText::DidYouMean, near = near))),
                );
            }
        }
    }
}

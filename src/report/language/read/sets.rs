//! Reads sets: records of a kind, parts of other sets, events; and how they belong to the period.

use super::Reading;
use crate::filter::Filter;
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText as Text, LoadText, RuleText};
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Place, Placed, Problem, did_you_mean};
use crate::record::Type;
use crate::report::language::plan::{Belongs, Set};

/// Means every kind in `events`.
const ALL: &str = "all";
/// The words for how a record belongs to the period, without a name of the kind.
const WORDS: [(&str, Belongs); 5] = [
    ("opened", Belongs::Opened),
    ("closed", Belongs::Closed),
    ("touched", Belongs::Touched),
    ("open-at-end", Belongs::OpenAtEnd),
    ("all", Belongs::All),
];
/// The prefixes of names of a kind.
const PREFIXES: [&str; 3] = ["milestone.", "step.", "field."];

/// A set whose larger set is not known yet.
struct Draft<'f> {
    name: &'f Placed<String>,
    table: &'f Section,
    of: Option<Placed<String>>,
}

impl Reading<'_> {
    /// The first kind that the report is about but the company does not have. A name similar to an existing kind is a
    /// mistake; it is reported where sets are read. For events, it is enough that one of the kinds exists.
    pub(super) fn lacks(&self, file: &Section) -> Option<Placed<String>> {
        let unheard = crate::place::Problems::new();
        let Some(Item::Section(sets)) = file.item("sets") else { return None };
        let missing = |name: &Placed<String>| {
            let known = self.policy.kinds.contains_key(&name.value);
            !known && nearest(&name.value, self.policy.kinds.keys().map(String::as_str)).is_none()
        };
        sets.entries().find_map(|(_, item)| {
            let Item::Section(table) = item else { return None };
            if let Some(kind) = table.text("kind", &unheard) {
                return missing(&kind).then_some(kind);
            }
            let events = table.texts("events", &unheard);
            let any = events.iter().any(|kind| kind.value == ALL || !missing(kind));
            events.into_iter().next().filter(|_| !any)
        })
    }

    /// Every set, in the order of the file.
    pub(super) fn sets(&self, file: &Section) -> Vec<Set> {
        let Some(sets) = file.section("sets", self.problems) else { return Vec::new() };
        let drafts: Vec<Draft<'_>> = sets
            .entries()
            .filter_map(|(name, item)| match item {
                Item::Section(table) => Some(Draft { name, table, of: table.text("of", self.problems) }),
                other => other.unexpected(LoadText::WordTable, self.problems),
            })
            .collect();
        let parents: Vec<Option<usize>> = drafts.iter().map(|draft| self.parent(draft, &drafts)).collect();
        let circular = self.circular(&drafts, &parents);
        let mut kinds: Vec<Option<(Vec<String>, bool)>> = vec![None; drafts.len()];
        for (at, draft) in drafts.iter().enumerate() {
            if draft.of.is_none() {
                kinds[at] = Some(self.kinds_of(draft));
            }
        }
        let root = |mut at: usize| {
            while let Some(parent) = parents[at].filter(|_| !circular) {
                at = parent;
            }
            at
        };
        let one = |(at, draft): (usize, &Draft<'_>)| {
            let (of_kinds, events) = kinds[root(at)].clone().unwrap_or_default();
            self.one_set(draft, parents[at].filter(|_| !circular), of_kinds, events)
        };
        drafts.iter().enumerate().map(one).collect()
    }

    fn parent(&self, draft: &Draft<'_>, drafts: &[Draft<'_>]) -> Option<usize> {
        let of = draft.of.as_ref()?;
        let found = drafts.iter().position(|other| other.name.value == of.value);
        if found.is_none() {
            let near = nearest(&of.value, drafts.iter().map(|other| other.name.value.as_str())).map(did_you_mean);
            let message = label!(Text::NoSet, name = of.value);
            self.problems.push(Problem::new(of.place.clone(), message).help_if(near));
        }
        found
    }

    /// Whether a set is part of itself. A problem is noted for each.
    fn circular(&self, drafts: &[Draft<'_>], parents: &[Option<usize>]) -> bool {
        let mut any = false;
        for (start, draft) in drafts.iter().enumerate() {
            let mut way = vec![start];
            while let Some(parent) = way.last().and_then(|last| parents[*last]) {
                if parent == start {
                    any = true;
                    let names: Vec<&str> = way.iter().chain([&start]).map(|at| &*drafts[*at].name.value).collect();
                    let place = draft.of.as_ref().map_or(&draft.name.place, |of| &of.place);
                    let message = label!(Text::Circle, name = draft.name.value, way = names.join(" → "));
                    self.problems.push(Problem::new(place.clone(), message).help(Text::CircleDo));
                    break;
                }
                if way.contains(&parent) {
                    break;
                }
                way.push(parent);
            }
        }
        any
    }

    /// The kinds of a set that is not part of another one, and whether its members are events.
    fn kinds_of(&self, draft: &Draft<'_>) -> (Vec<String>, bool) {
        let events = draft.table.has("events");
        if let Some(kind) = draft.table.text("kind", self.problems) {
            if events {
                self.problems.push(Problem::new(kind.place.clone(), Text::OneOrigin).help(Text::OneOriginDo));
            }
            return (self.kind_named(&kind).into_iter().collect(), false);
        }
        if !events {
            self.problems.push(Problem::new(draft.table.place().clone(), Text::NoOrigin).help(Text::OneOriginDo));
            return (Vec::new(), false);
        }
        let mut kinds = Vec::new();
        for word in draft.table.texts("events", self.problems) {
            match word.value.as_str() {
                ALL => kinds.extend(self.policy.kinds.keys().cloned()),
                // a company need not have all of them, but a name similar to an existing kind is a mistake
                name => match nearest(name, self.policy.kinds.keys().map(String::as_str)) {
                    None if !self.policy.kinds.contains_key(name) => {}
                    _ => kinds.extend(self.kind_named(&word)),
                },
            }
        }
        (kinds, true)
    }

    fn kind_named(&self, name: &Placed<String>) -> Option<String> {
        if self.policy.kinds.contains_key(&name.value) {
            return Some(name.value.clone());
        }
        let near = nearest(&name.value, self.policy.kinds.keys().map(String::as_str)).map(did_you_mean);
        let message = label!(LoadText::NoKind, kind = name.value);
        self.problems.push(Problem::new(name.place.clone(), message).help_if(near));
        None
    }

    fn one_set(&self, draft: &Draft<'_>, of: Option<usize>, kinds: Vec<String>, events: bool) -> Set {
        let (table, problems) = (draft.table, self.problems);
        if draft.of.is_some() {
            for key in ["kind", "events"] {
                if let Some(item) = table.item(key) {
                    problems.push(Problem::new(item.place().clone(), Text::OneOrigin).help(Text::OneOriginDo));
                }
            }
        }
        let known: Vec<&Kind> = kinds.iter().filter_map(|kind| self.policy.kind(kind)).collect();
        let belongs = match table.text("in", problems) {
            Some(word) if events => {
                problems.push(Problem::new(word.place, Text::EventsBelong).help(Text::EventsBelongDo));
                None
            }
            Some(word) => known.first().and_then(|kind| self.belongs(&word, kind)),
            // events belong by their time, and parts belong as their larger set does
            None if events || draft.of.is_some() => None,
            None => {
                problems.push(Problem::new(table.place().clone(), Text::NoBelonging).help(belongings()));
                None
            }
        };
        let steps = table.texts("steps", problems);
        for step in &steps {
            self.step(step, &known, events);
        }
        let label = table.label("label", problems);
        let label = label.unwrap_or_else(|| {
            let first = known.first().map(|kind| kind.shape.label.clone());
            first.filter(|_| of.is_none()).unwrap_or_else(|| Label::verbatim(draft.name.value.as_str()))
        });
        let through = table.text("through", problems).map(|name| {
            for kind in &known {
                self.leads(&name, kind);
            }
            name.value
        });
        let filter = table.text("where", problems);
        let fits = filter.iter().flat_map(|text| known.iter().filter_map(|kind| self.filter(text, kind)));
        let fits = fits.collect();
        table.finish(problems);
        Set {
            name: draft.name.value.clone(),
            label,
            kinds,
            of,
            belongs,
            fits,
            through,
            events,
            steps: steps.into_iter().map(|step| step.value).collect(),
            place: draft.name.place.clone(),
        }
    }

    /// Checks that a field of a kind refers to another record.
    fn leads(&self, name: &Placed<String>, kind: &Kind) {
        let field = crate::kind::field_of(&kind.shape, &name.value, &name.place, self.problems);
        if field.is_some_and(|field| !matches!(kind.field(field).ty.element(), Type::Ref(_))) {
            self.wrong(&name.place, label!(Text::NamesNoRecord, name = name.value));
        }
    }

    fn filter(&self, text: &Placed<String>, kind: &Kind) -> Option<Filter> {
        match Filter::read(text, kind.name(), self.policy, &self.scope) {
            Ok(filter) => Some(filter),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn step(&self, step: &Placed<String>, kinds: &[&Kind], events: bool) {
        if !events {
            self.problems.push(Problem::new(step.place.clone(), Text::StepsOfRecords).help(Text::StepsOfRecordsDo));
            return;
        }
        let fixed = [crate::kind::EDIT, crate::kind::IMPORT];
        let names = || kinds.iter().flat_map(|kind| kind.steps.iter().map(|step| step.name.as_str())).chain(fixed);
        if !names().any(|name| name == step.value) {
            let of = kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join("`, `");
            let near = nearest(&step.value, names());
            self.problems.push(crate::kind::unknown(&step.place, LoadText::WordStep, &step.value, &of, near));
        }
    }

    fn belongs(&self, word: &Placed<String>, kind: &Kind) -> Option<Belongs> {
        let found = match WORDS.iter().find(|(name, _)| *name == word.value) {
            Some((_, belongs)) => Some(belongs.clone()),
            None => match PREFIXES.iter().find_map(|prefix| Some((*prefix, word.value.strip_prefix(prefix)?))) {
                Some(("milestone.", name)) => self.milestone(name, word, kind),
                Some(("step.", name)) => self.of_step(name, word, kind),
                Some((_, name)) => self.dated(name, word, kind),
                None => {
                    let near = nearest(&word.value, WORDS.iter().map(|(name, _)| *name)).map(did_you_mean);
                    let message = label!(Text::NoSuchBelonging, word = word.value);
                    let help = near.unwrap_or_else(belongings);
                    self.problems.push(Problem::new(word.place.clone(), message).help(help));
                    None
                }
            },
        };
        let now = |belongs: &Belongs| matches!(belongs, Belongs::OpenAtEnd | Belongs::All);
        if self.of_now && found.as_ref().is_some_and(|belongs| !now(belongs)) {
            let message = label!(Text::NotOfNow, word = word.value);
            self.problems.push(Problem::new(word.place.clone(), message).help(Text::NotOfNowDo));
        }
        found
    }

    fn milestone(&self, name: &str, word: &Placed<String>, kind: &Kind) -> Option<Belongs> {
        let found = kind.milestone(name);
        if found.is_none() {
            let near = nearest(name, kind.milestones.iter().map(|milestone| milestone.name.as_str()));
            let message = label!(RuleText::NoMilestone, kind = kind.name(), name = name);
            self.problems.push(Problem::new(word.place.clone(), message).help_if(near.map(did_you_mean)));
        }
        found.map(|milestone| Belongs::Milestone { name: name.to_owned(), states: milestone.states.clone() })
    }

    fn of_step(&self, name: &str, word: &Placed<String>, kind: &Kind) -> Option<Belongs> {
        let step = Placed { value: name.to_owned(), place: word.place.clone() };
        self.step(&step, &[kind], true);
        Some(Belongs::Step(name.to_owned()))
    }

    fn dated(&self, name: &str, word: &Placed<String>, kind: &Kind) -> Option<Belongs> {
        let field = crate::kind::field_of(&kind.shape, name, &word.place, self.problems)?;
        if matches!(kind.field(field).ty, Type::Date | Type::Time) {
            return Some(Belongs::Field(field));
        }
        self.wrong(&word.place, label!(Text::NoTime, name = name));
        None
    }

    pub(super) fn wrong(&self, place: &Place, message: Label) {
        self.problems.say(place, message);
    }
}

/// The ways in which a record can belong to a period.
fn belongings() -> Label {
    let words = WORDS.iter().map(|(name, _)| (*name).to_owned());
    let named = PREFIXES.iter().map(|prefix| format!("{prefix}NAME"));
    label!(Text::WriteOneOf, names = words.chain(named).collect::<Vec<_>>().join(", "))
}

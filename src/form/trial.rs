//! Prints on trial, to find names that a template uses but its kind does not have. A template may test whether a
//! field exists (`is defined`) and leave it out otherwise. Then no real print would report that the name is misspelt
//! or was changed.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use super::renderer::{Fill, Missed, Part, Renderer};
use super::samples::{Filling, Samples};
use super::{Desk, Press, Sheet, Style};
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::FormText;
use crate::locale::{Label, Lang};
use crate::place::toml::nearest;
use crate::place::{Place, Problem};
use crate::policy::preset::{Choices, Preset};
use crate::policy::{Form, Forms, People, Policy, Sources};
use crate::record::{Record, Type};

/// The fields that refer to records of more than one kind. A record that may be of any kind can have any name.
fn open_fields(policy: &Policy) -> BTreeSet<(String, String)> {
    let named = |kind: &Kind| {
        let fields = kind.shape.fields().iter();
        let open = fields.filter(|field| matches!(field.ty.element(), Type::Ref(kinds) if kinds.len() != 1));
        open.map(|field| (kind.name().to_owned(), field.name.clone())).collect::<Vec<_>>()
    };
    policy.kinds.values().flat_map(named).collect()
}

impl Press<'_> {
    /// Everything that is wrong in the templates of a book, for `policy check`: templates that cannot be read or have
    /// parts that are not allowed. If there are none, those that cannot be filled in, or that use fields and steps
    /// which their kind does not have.
    pub fn check(policy: &Policy, renderer: &dyn Renderer, now: Moment) -> Vec<Problem> {
        let found = Press::read(&policy.forms, renderer);
        if !found.is_empty() {
            return found;
        }
        match Press::new(&policy.forms, renderer, Style::default()) {
            Ok(press) => tried(&press, policy, now),
            Err(error) => vec![error.problem()],
        }
    }
}

/// What is found by filling the templates in: those that take more than they may, and fields and steps that their
/// kinds do not have, with file and line. Templates are shared, so names of another preset's kind with the same name
/// are accepted, unless it is the preset that the book began with.
fn tried(press: &Press<'_>, policy: &Policy, now: Moment) -> Vec<Problem> {
    // nobody reads these forms, so any rules will do for their deadlines
    let Some(rules) = Preset::named(Preset::DEFAULT).and_then(shipped).map(Arc::new) else { return Vec::new() };
    let open = open_fields(policy);
    let mut found: Vec<(&Form, Missed)> = Vec::new();
    let mut broken: Vec<Problem> = Vec::new();
    let mut say = |problem: Problem| {
        if !broken.contains(&problem) {
            broken.push(problem);
        }
    };
    let mut page: Option<Json> = None;
    let mut unprintable: Vec<(&Form, Problem)> = Vec::new();
    for form in &policy.forms.forms {
        let mut missed = BTreeSet::new();
        let states = policy.kind(&form.kind).map_or(0, |kind| kind.shape.states().len());
        // once empty, and once full: in each state, with different choices
        let fillings = (0..states).map(|which| Some(Filling { text: "x", which }));
        // what is wrong with every filling is wrong with the template
        let (mut works, mut blank, mut first) = (false, true, None);
        for filling in std::iter::once(None).chain(fillings) {
            let samples = Samples::of(policy, filling, now);
            let Some(data) = data(press, policy, &rules, &samples, form, now) else { continue };
            let job = Fill { trial: true, open: Cow::Borrowed(&open), ..Press::job(&form.template, &data) };
            let tried = press.tried(&job);
            match tried.fault {
                None => {
                    works = true;
                    blank &= tried.blank;
                    page.get_or_insert(data);
                }
                Some((error, certain)) => {
                    if certain {
                        works = false;
                        first = Some((error.problem(), true));
                        break;
                    }
                    first.get_or_insert((error.problem(), false));
                }
            }
            missed.extend(tried.missed);
        }
        if works && blank {
            let place = Place::of_file(format!("{}{}", policy.forms.home.folder(), form.template));
            say(Problem::new(place, label!(FormText::Blank, form = form.name)));
        }
        if let Some((problem, certain)) = first.filter(|_| !works) {
            match certain {
                true => say(problem),
                false => unprintable.push((form, problem)),
            }
        }
        found.extend(missed.into_iter().map(|missed| (form, missed)));
    }
    if let Some(mut data) = page
        && let Some((error, _)) = press.tried(&Press::page(&mut data, vec!["x".to_owned()], true)).fault
    {
        say(error.problem());
    }
    if !broken.is_empty() {
        return broken;
    }
    if found.is_empty() {
        return unprintable.into_iter().map(|(_, problem)| problem).collect();
    }
    let shipped: Vec<(&str, Policy)> =
        Preset::ALL.iter().filter_map(|preset| Some((preset.name, shipped(preset)?))).collect();
    // a kind that a company has renamed keeps the prefix of its ids
    let twin = |shipped: &Policy, kind: &str| -> Option<String> {
        let prefix = policy.kind(kind).map(|kind| kind.shape.prefix.as_str()).filter(|prefix| !prefix.is_empty());
        let named = shipped.kind(kind);
        let found = named.or_else(|| shipped.kinds.values().find(|kind| Some(kind.shape.prefix.as_str()) == prefix));
        found.map(|kind| kind.name().to_owned())
    };
    let has = |shipped: &Policy, (kind, part, name): &Missed| {
        twin(shipped, kind).and_then(|kind| shipped.kind(&kind)).is_some_and(|kind| match part {
            Part::Field => kind.shape.find(name).is_some(),
            Part::Step => kind.steps_named(name).next().is_some(),
        })
    };
    let own = &policy.settings.preset;
    found.retain(|(_, missed)| {
        let mut others = shipped.iter().filter(|(_, policy)| has(policy, missed)).map(|(name, _)| name);
        let of_others = others.clone().next().is_some();
        !of_others || others.any(|name| name == own)
    });
    let mut seen = BTreeSet::new();
    // a missing name says more than that its value is missing
    unprintable.retain(|(form, _)| !found.iter().any(|(other, _)| other.name == form.name));
    let said = found.into_iter().filter_map(|(form, missed)| {
        let problem = problem(policy, form, &missed);
        seen.insert((problem.place.file.clone(), problem.place.line, missed)).then_some(problem)
    });
    said.chain(unprintable.into_iter().map(|(_, problem)| problem)).collect()
}

/// The data for a form's first copy.
fn data(
    press: &Press<'_>,
    policy: &Policy,
    rules: &Arc<Policy>,
    samples: &Samples,
    form: &Form,
    now: Moment,
) -> Option<Json> {
    let record = samples.one(&form.kind)?;
    let people = People::default();
    let rules = |_: &Record| Ok(rules.clone());
    let desk = Desk::new(policy, &people, samples, &rules, now);
    let mut data = press.data(&desk, record, Lang::Zh).ok()?;
    let sheet = Sheet { form, copies: form.copies.iter().collect(), draft: true };
    Press::put(&mut data, &sheet, form.copies.first()?);
    Some(data)
}

/// The rule book of a shipped preset.
fn shipped(preset: &Preset) -> Option<Policy> {
    let files = preset.files(&Choices::default()).ok()?;
    let mut sources: Sources = files.into_iter().map(|file| (file.path, file.text.into_bytes())).collect();
    let settings = "format = 1\nname = \"x\"\nlanguage = \"zh\"\ntime-zone = \"Asia/Shanghai\"\n";
    sources.insert("redress.toml", settings.as_bytes().to_vec());
    Policy::load(&sources, "").ok()
}

fn problem(policy: &Policy, form: &Form, (kind, part, name): &Missed) -> Problem {
    let known: Vec<&str> = match (policy.kind(kind), part) {
        (None, _) => Vec::new(),
        (Some(kind), Part::Field) => kind.shape.fields().iter().map(|field| field.name.as_str()).collect(),
        (Some(kind), Part::Step) => kind.steps.iter().map(|step| step.name.as_str()).collect(),
    };
    let help = nearest(name, known).map(|near| label!(FormText::DidYouMean, near = near));
    let message: Label = match part {
        Part::Field => label!(FormText::NoField, kind = kind, name = name),
        Part::Step => label!(FormText::NoStep, kind = kind, name = name),
    };
    Problem::new(place(&policy.forms, &form.template, name), message).help_if(help)
}

/// The place of a name: in the form's own template, else in one that it includes.
fn place(forms: &Forms, template: &str, name: &str) -> Place {
    let others = forms.templates.keys().map(String::as_str).filter(|other| *other != template);
    let found = std::iter::once(template).chain(others).find_map(|file| {
        let text = forms.templates.get(file)?;
        named_at(text, name).map(|at| (file, text, at))
    });
    let Some((file, text, at)) = found else { return Place::of_file(format!("{}{template}", forms.home.folder())) };
    let line = text[..at].matches('\n').count() + 1;
    let column = text[..at].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let file = format!("{}{file}", forms.home.folder());
    Place { line, column, span: at..at + name.len(), ..Place::of_file(file) }
}

/// The position at which a text uses a name: as `.name`, `"name"` or `'name'`.
fn named_at(text: &str, name: &str) -> Option<usize> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        matches!(before, Some('.' | '"' | '\'')) && !after.is_some_and(part)
    })
}

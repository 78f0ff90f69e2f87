//! What a shell offers while a command line is being typed: kinds, ids, steps, fields and their choices, people, reports.
//! Nothing is written, and what cannot be looked up is simply not offered.

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::FromArgMatches;
use clap_complete::env::CompleteEnv;
use clap_complete::{ArgValueCompleter, CompletionCandidate};

use super::context::Context;
use super::flags::Flags;
use super::session::Session;
use super::tree;
use crate::book::View;
use crate::book::index::{Selection, Sort};
use crate::kind::{EDIT, Kind};
use crate::locale::{Label, Lang};
use crate::record::{Field, Id, Type, random_part};
use crate::report::REPORTS;

/// The environment variable by which a shell asks.
pub(super) const ASKED_BY: &str = "REDRESS_COMPLETE";
/// How many records are offered.
const RECORDS: u32 = 30;

/// What can be offered for an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    Kinds,
    Records,
    Steps,
    Assignments,
    People,
    Reports,
}

/// Which arguments of which commands are offered what.
const OFFERS: &[(&str, &str, Offer)] = &[
    ("new", "kind", Offer::Kinds),
    ("new", "words", Offer::Assignments),
    ("edit", "id", Offer::Records),
    ("edit", "words", Offer::Assignments),
    ("advance", "ids", Offer::Records),
    ("advance", "steps", Offer::Steps),
    ("advance", "words", Offer::Assignments),
    ("show", "id", Offer::Records),
    ("log", "id", Offer::Records),
    ("explain", "id", Offer::Records),
    ("list", "kind", Offer::Kinds),
    ("list", "filter", Offer::Assignments),
    ("due", "of", Offer::People),
    ("import", "kind", Offer::Kinds),
    ("report", "name", Offer::Reports),
];

/// Answers a shell that asks what could be typed next; whether one did.
pub(super) fn answer(words: &[OsString], lang: Lang) -> bool {
    let line = words.iter().skip_while(|word| *word != "--").skip(1).cloned().collect();
    let line = Arc::new(Line { words: line, lang });
    let tree = || offering(tree::build(lang), &line);
    CompleteEnv::with_factory(tree)
        .var(ASKED_BY)
        .bin(tree::PROGRAM)
        .try_complete(words.iter().cloned(), None)
        .unwrap_or(false)
}

fn offering(tree: clap::Command, line: &Arc<Line>) -> clap::Command {
    OFFERS.iter().fold(tree, |tree, (command, arg, offer)| {
        // `mut_arg` would put the argument behind the others.
        let offered = |known: clap::Arg| match known.get_id() == arg {
            true => {
                let line = line.clone();
                known.add(ArgValueCompleter::new(move |current: &OsStr| line.offers(*offer, current)))
            }
            false => known,
        };
        tree.mut_subcommand(command, |below| below.mut_args(offered))
    })
}

/// The command line so far.
#[derive(Debug)]
struct Line {
    words: Vec<OsString>,
    lang: Lang,
}

impl Line {
    fn offers(&self, offer: Offer, current: &OsStr) -> Vec<CompletionCandidate> {
        let typed = current.to_str().unwrap_or_default();
        if offer == Offer::Reports {
            let fits = REPORTS.iter().filter(|report| report.name.starts_with(typed));
            return fits.map(|report| self.candidate(report.name, &report.title.label())).collect();
        }
        self.look(offer, typed).unwrap_or_default()
    }

    /// Looks into the book; nothing where there is none.
    fn look(&self, offer: Offer, typed: &str) -> Option<Vec<CompletionCandidate>> {
        // The words that are there already tell the book and the time; what is not finished is no matter here.
        let matches = tree::build(self.lang).ignore_errors(true).try_get_matches_from(&self.words).ok()?;
        let context = Context::new(Flags::from_arg_matches(&matches).ok()?, self.lang).ok()?;
        let (command, below) = matches.subcommand()?;
        let session = Session::open(&context).ok()?;
        let view = session.view(&context).ok()?;
        let text = |name: &str| below.try_get_one::<String>(name).ok().flatten().cloned();
        let record = text("id").or_else(|| text("ids")).and_then(|word| {
            let first = word.split([',', '、', '，']).next().unwrap_or_default().to_owned();
            view.resolve(&[], &first).ok()?.ok()
        });
        let kind = match (&record, text("kind")) {
            (Some(id), _) => view.policy().kind_of(id),
            (None, Some(word)) => view.policy().find_kind(&word),
            (None, None) => None,
        };
        Some(match offer {
            Offer::Kinds => {
                let kinds = view.policy().kinds.values();
                let fits =
                    kinds.filter(|kind| kind.name().starts_with(typed) || kind.shape.label.zh.starts_with(typed));
                fits.map(|kind| self.candidate(kind.name(), &kind.shape.label)).collect()
            }
            Offer::Records => self.records(&view, typed)?,
            Offer::Steps => self.steps(&view, kind?, record.as_ref()?, typed)?,
            Offer::Assignments => self.assignments(&view, kind?, typed, command != "list"),
            Offer::People => self.people(&view, "", typed),
            Offer::Reports => Vec::new(),
        })
    }

    /// Records that what is typed may mean; the youngest of each kind where nothing is typed yet. Of an id's random part that
    /// part is offered, since that is what was begun.
    fn records(&self, view: &View<'_>, typed: &str) -> Option<Vec<CompletionCandidate>> {
        let (before, typed) = match typed.rfind([',', '、', '，']) {
            Some(at) => typed.split_at(at + typed[at..].chars().next().map_or(0, char::len_utf8)),
            None => ("", typed),
        };
        let index = view.index().ok()?;
        let one = |value: &str, id: &Id| self.candidate(&format!("{before}{value}"), &view.words().title(id));
        if typed.is_empty() {
            let mut offered = Vec::new();
            for kind in view.policy().kinds.values() {
                let sort = [Sort { column: "opened".to_owned(), descending: true }];
                let selection =
                    Selection { sort: &sort, limit: Some(u64::from(RECORDS)), ..Selection::of(kind.name()) };
                offered.extend(index.select_ids(&selection).ok()?.iter().map(|id| one(id.as_str(), id)));
            }
            return Some(offered);
        }
        let begun = index.by_start(&typed.to_uppercase(), RECORDS).ok()?;
        let mut offered: Vec<_> = begun.iter().map(|id| one(id.as_str(), id)).collect();
        if let Some(part) = random_part(typed) {
            let found = index.by_random(&part, None).ok()?;
            offered.extend(found.iter().take(RECORDS as usize).map(|id| {
                let random = id.as_str().rsplit('-').next().unwrap_or_default();
                one(random, id)
            }));
        }
        Some(offered)
    }

    fn steps(&self, view: &View<'_>, kind: &Kind, id: &Id, typed: &str) -> Option<Vec<CompletionCandidate>> {
        let record = view.read(id).ok()??;
        let steps = kind.steps_from(&record.state).filter(|step| step.name != EDIT && step.name.starts_with(typed));
        Some(steps.map(|step| self.candidate(&step.name, &step.label)).collect())
    }

    fn assignments(&self, view: &View<'_>, kind: &Kind, typed: &str, writes: bool) -> Vec<CompletionCandidate> {
        let current = |field: &&Field| !field.retired;
        match typed.split_once('=') {
            Some((name, value)) => match kind.shape.find(name) {
                Some((_, field)) => self.values(view, field, value),
                None => Vec::new(),
            },
            None => {
                let simple = |field: &&Field| !writes || !matches!(field.ty, Type::File);
                let fields = kind.shape.fields().iter().filter(current).filter(simple);
                let fits = fields.filter(|field| field.name.starts_with(typed));
                fits.map(|field| self.candidate(&format!("{}=", field.name), &field.label)).collect()
            }
        }
    }

    fn values(&self, view: &View<'_>, field: &Field, typed: &str) -> Vec<CompletionCandidate> {
        let named = |name: &str, label: &Label| {
            let fits = name.starts_with(typed) || label.get(self.lang).starts_with(typed);
            fits.then(|| self.candidate(&format!("{}={name}", field.name), label))
        };
        match field.ty.element() {
            Type::Choice(choices) => {
                let current = choices.iter().filter(|choice| !choice.retired);
                current.filter_map(|choice| named(&choice.name, &choice.label)).collect()
            }
            Type::Bool => ["yes", "no"].iter().filter_map(|name| named(name, &Label::default())).collect(),
            Type::Role => view.policy().roles.iter().filter_map(|role| named(&role.name, &role.label)).collect(),
            Type::Department => {
                let departments = view.policy().departments.iter();
                departments.filter_map(|department| named(&department.name, &department.label)).collect()
            }
            Type::Person => self.people(view, &format!("{}=", field.name), typed),
            _ => Vec::new(),
        }
    }

    fn people(&self, view: &View<'_>, before: &str, typed: &str) -> Vec<CompletionCandidate> {
        let people = view.people().iter().filter(|person| person.active);
        let fits = people.filter(|person| person.id.as_str().starts_with(typed) || person.name.starts_with(typed));
        fits.map(|person| {
            self.candidate(&format!("{before}{}", person.id), &Label::new(person.name.as_str(), person.name.as_str()))
        })
        .collect()
    }

    fn candidate(&self, value: &str, label: &Label) -> CompletionCandidate {
        let help = crate::locale::text::one_line(label.get(self.lang)).into_owned();
        CompletionCandidate::new(value).help((!help.is_empty()).then(|| help.into()))
    }
}

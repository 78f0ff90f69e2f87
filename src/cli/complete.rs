//! What a shell offers while a command line is being typed: kinds, ids, steps, fields and their choices, people,
//! reports, topics. Nothing is written. What cannot be looked up is not offered.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::FromArgMatches;
use clap_complete::env::CompleteEnv;
use clap_complete::{ArgValueCompleter, CompletionCandidate};

use super::commands::plan;
use super::context::Context;
use super::flags::Flags;
use super::registry::COMMANDS;
use super::session::Session;
use super::topics::TOPICS;
use super::tree;
use crate::book::View;
use crate::book::index::{Selection, Sort};
use crate::filter::{Flag, Reached, Scope, Shapes as _};
use crate::kind::{EDIT, Kind};
use crate::locale::{Label, Lang};
use crate::policy::{Policy, STAFF};
use crate::record::{Class, Field, Id, Shape, Type, random_part};
use crate::render::{FORMATS, Format};
use crate::report::language::Library;
use crate::report::{Definition, REPORTS};

/// The environment variable through which a shell asks.
pub(super) const ASKED_BY: &str = "REDRESS_COMPLETE";
/// How many records are offered at most.
const RECORDS: u32 = 30;

/// What can be offered for an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    Kinds,
    Records,
    Steps,
    Assignments,
    Filters,
    /// A kind, and then filters of it.
    Work,
    People,
    Reports,
    Subjects,
    Topics,
    Formats,
    Agendas,
}

/// Which arguments of which commands get which offers.
const OFFERS: &[(&str, &str, Offer)] = &[
    ("new", "kind", Offer::Kinds),
    ("new", "words", Offer::Assignments),
    ("edit", "id", Offer::Records),
    ("edit", "words", Offer::Assignments),
    ("advance", "ids", Offer::Records),
    ("advance", "steps", Offer::Steps),
    ("advance", "words", Offer::Assignments),
    ("show", "id", Offer::Records),
    ("print", "id", Offer::Records),
    ("attach", "id", Offer::Records),
    ("log", "id", Offer::Records),
    ("report", "of", Offer::People),
    ("undo", "id", Offer::Records),
    ("find", "kind", Offer::Kinds),
    ("explain", "id", Offer::Records),
    ("list", "kind", Offer::Kinds),
    ("list", "filter", Offer::Filters),
    ("due", "filter", Offer::Filters),
    ("due", "of", Offer::People),
    ("assign", "kinds", Offer::Kinds),
    ("work", "words", Offer::Work),
    ("assign", "filter", Offer::Filters),
    ("assign", "from", Offer::People),
    ("import", "kind", Offer::Kinds),
    ("import", "into", Offer::Records),
    ("report", "name", Offer::Reports),
    ("report", "filter", Offer::Filters),
    ("plan", "what", Offer::Subjects),
    ("plan", "words", Offer::Filters),
    ("help", "what", Offer::Topics),
    ("list", "format", Offer::Formats),
    ("find", "format", Offer::Formats),
    ("query", "format", Offer::Formats),
    ("report", "format", Offer::Formats),
    ("due", "format", Offer::Agendas),
];

/// Answers a shell that asks what could be typed next. Returns whether one asked.
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
    // `mut_arg` would put the argument behind the others.
    let offered = |known: clap::Arg, arg: &str, offer: Offer| match known.get_id() == arg {
        true => {
            let line = line.clone();
            known.add(ArgValueCompleter::new(move |current: &OsStr| line.offers(offer, current)))
        }
        false => known,
    };
    let tree = tree.mut_args(|known| offered(known, "global-as", Offer::People));
    OFFERS.iter().fold(tree, |tree, (command, arg, offer)| {
        tree.mut_subcommand(command, |below| below.mut_args(|known| offered(known, arg, *offer)))
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
            return self.look(offer, typed).unwrap_or_else(|| self.computed(typed, None));
        }
        if offer == Offer::Subjects {
            let fits = plan::subjects().filter(|(name, _)| name.starts_with(typed));
            return fits.map(|(name, about)| self.candidate(name, &about)).collect();
        }
        if matches!(offer, Offer::Formats | Offer::Agendas) {
            let takes = |format: &&&Format| offer == Offer::Agendas || !format.is_for_calendars();
            let fits = FORMATS.iter().filter(takes).filter(|format| format.name.starts_with(typed));
            return fits.map(|format| self.candidate(format.name, &NONE)).collect();
        }
        if offer == Offer::Topics {
            let commands = COMMANDS.iter().map(|command| (command.name, tree::summary(command, self.lang)));
            let topics = TOPICS.iter().map(|topic| (topic.name, topic.about(self.lang).to_owned()));
            let fits = topics.chain(commands).filter(|(name, _)| name.starts_with(typed));
            return fits
                .map(|(name, about)| self.candidate(name, &Label::new(about.as_str(), about.as_str())))
                .collect();
        }
        self.look(offer, typed).unwrap_or_default()
    }

    /// Looks into the book. Empty if there is none.
    fn look(&self, offer: Offer, typed: &str) -> Option<Vec<CompletionCandidate>> {
        // The words so far tell the book and the time. That they are not finished does not matter here.
        let matches = tree::build(self.lang).ignore_errors(true).try_get_matches_from(&self.words).ok()?;
        let mut flags = Flags::from_arg_matches(&matches).ok()?;
        // the value of `--as` may be what is being typed
        flags.as_person = flags.as_person.filter(|_| offer != Offer::People);
        let context = Context::new(flags, self.lang).ok()?;
        let (_, below) = matches.subcommand()?;
        let session = Session::open(&context).ok()?;
        let view = session.view(&context).ok()?;
        let text = |name: &str| below.try_get_one::<String>(name).ok().flatten().cloned();
        let record = text("id").or_else(|| text("ids")).and_then(|word| {
            let first = word.split([',', '、', '，']).next().unwrap_or_default().to_owned();
            view.resolve(&[], &first).ok()?.ok()
        });
        let named =
            || below.try_get_many::<String>("filter").ok().flatten()?.find_map(|word| word.strip_prefix("kind="));
        let kind = match (&record, text("kind").or_else(|| text("kinds"))) {
            (Some(id), _) => view.policy().kind_of(id),
            (None, Some(word)) => view.policy().find_kind(&word),
            (None, None) if offer == Offer::Filters => named().and_then(|name| view.policy().find_kind(name)),
            (None, None) if offer == Offer::Work => {
                let words = below.try_get_many::<String>("words").ok().flatten();
                words.and_then(|mut words| view.policy().find_kind(words.next()?))
            }
            (None, None) => None,
        };
        // the kinds that a plan or a report is made from
        let of = match (text("what"), text("name")) {
            (Some(what), _) => {
                let kinds = plan::narrowed(view.policy(), &what).into_iter();
                kinds.filter_map(|kind| view.policy().kind(kind)).collect()
            }
            (None, Some(report)) => self.reported_from(&view, &report),
            (None, None) => Vec::new(),
        };
        Some(match offer {
            Offer::Kinds => self.kinds(&view, typed),
            Offer::Records => self.records(&view, &[], "", typed)?,
            Offer::Steps => self.steps(&view, kind?, record.as_ref()?, typed)?,
            Offer::Assignments => self.assignments(&view, kind?, typed),
            Offer::Filters if !of.is_empty() => {
                let mut offered: Vec<_> = of.iter().flat_map(|kind| self.filters(&view, kind, typed)).collect();
                let mut known = BTreeSet::new();
                offered.retain(|candidate| known.insert(candidate.get_value().to_owned()));
                offered
            }
            Offer::Filters | Offer::Work => match kind {
                Some(kind) => self.filters(&view, kind, typed),
                None if offer == Offer::Work => {
                    self.kinds(&view, typed).into_iter().chain(self.filters_of_any(&view, typed)).collect()
                }
                None => self.filters_of_any(&view, typed),
            },
            Offer::People => self.people(&view, "", typed),
            Offer::Reports => {
                let library = Library::of(&view.reports().ok()?, view.policy(), view.now());
                let heads = library.ready().map(|plan| &plan.head).filter(|head| head.name.starts_with(typed));
                let of_book = heads.map(|head| self.candidate(&head.name, &head.label));
                self.computed(typed, Some(view.policy())).into_iter().chain(of_book).collect()
            }
            Offer::Topics | Offer::Subjects | Offer::Formats | Offer::Agendas => Vec::new(),
        })
    }

    fn kinds(&self, view: &View<'_>, typed: &str) -> Vec<CompletionCandidate> {
        let kinds = view.policy().kinds.values();
        let fits = kinds.filter(|kind| kind.name().starts_with(typed) || kind.shape.label.zh.starts_with(typed));
        fits.map(|kind| self.candidate(kind.name(), &kind.shape.label)).collect()
    }

    /// The kinds of record of a report that is a file of the book.
    fn reported_from<'v>(&self, view: &'v View<'_>, name: &str) -> Vec<&'v Kind> {
        let Ok(texts) = view.reports() else { return Vec::new() };
        let library = Library::of(&texts, view.policy(), view.now());
        let plan = library.ready().find(|plan| plan.head.name == name);
        let kinds: BTreeSet<&String> = plan.iter().flat_map(|plan| &plan.sets).flat_map(|set| &set.kinds).collect();
        kinds.into_iter().filter_map(|kind| view.policy().kind(kind)).collect()
    }

    /// The computed reports. In a book, only those whose rules the company has.
    fn computed(&self, typed: &str, policy: Option<&Policy>) -> Vec<CompletionCandidate> {
        let made = |report: &&Definition| policy.is_none_or(|policy| report.lacks(policy).is_none());
        let fits = REPORTS.iter().filter(|report| report.name.starts_with(typed)).filter(made);
        fits.map(|report| self.candidate(report.name, &report.title.label())).collect()
    }

    /// The records of these kinds (or of any) that the typed word may mean. If nothing is typed yet, the newest of
    /// each kind. If the user began the random part of an id, that part is offered; if a key, the key. `before`
    /// stands on the line already and is offered with each.
    fn records(
        &self,
        view: &View<'_>,
        kinds: &[String],
        before: &str,
        typed: &str,
    ) -> Option<Vec<CompletionCandidate>> {
        let (earlier, typed) = last_of_list(typed);
        let before = format!("{before}{earlier}");
        let index = view.index().ok()?;
        let wanted = |kind: &str| kinds.is_empty() || kinds.iter().any(|known| known == kind);
        let of_kind = |id: &Id| view.policy().kind_of(id).is_some_and(|kind| wanted(kind.name()));
        let one = |value: &str, id: &Id| self.candidate(&format!("{before}{value}"), &view.words().title(id));
        if typed.is_empty() {
            let mut offered = Vec::new();
            for kind in view.policy().kinds.values().filter(|kind| wanted(kind.name())) {
                let sort = [Sort { column: "opened".to_owned(), descending: true }];
                let selection =
                    Selection { sort: &sort, limit: Some(u64::from(RECORDS)), ..Selection::of(kind.name()) };
                offered.extend(index.select_ids(&selection).ok()?.iter().map(|id| one(id.as_str(), id)));
            }
            return Some(offered);
        }
        let begun = index.by_start(&typed.to_uppercase(), RECORDS).ok()?;
        let mut offered: Vec<_> = begun.iter().filter(|id| of_kind(id)).map(|id| one(id.as_str(), id)).collect();
        if let Some(part) = random_part(typed) {
            let found = index.by_random(&part, None).ok()?;
            offered.extend(found.iter().filter(|id| of_kind(id)).take(RECORDS as usize).map(|id| {
                let random = id.as_str().rsplit('-').next().unwrap_or_default();
                one(random, id)
            }));
        }
        let keyed = index.keys_from(typed, RECORDS).ok()?;
        offered.extend(keyed.iter().filter(|(_, id)| of_kind(id)).map(|(key, id)| one(key, id)));
        Some(offered)
    }

    fn steps(&self, view: &View<'_>, kind: &Kind, id: &Id, typed: &str) -> Option<Vec<CompletionCandidate>> {
        let record = view.read(id).ok()??;
        let steps = kind.steps_from(&record.state).filter(|step| step.name != EDIT && step.name.starts_with(typed));
        Some(steps.map(|step| self.candidate(&step.name, &step.label)).collect())
    }

    fn assignments(&self, view: &View<'_>, kind: &Kind, typed: &str) -> Vec<CompletionCandidate> {
        let Some((name, value)) = typed.split_once('=') else {
            let current = |field: &&Field| !field.retired && !matches!(field.ty, Type::File);
            let fields = kind.shape.fields().iter().filter(current).filter(|field| field.name.starts_with(typed));
            return fields.map(|field| self.candidate(&format!("{}=", field.name), &field.label)).collect();
        };
        // `F+=v` and `F-=v`
        let name = name.trim_end_matches(['+', '-']);
        let before = &typed[..typed.len() - value.len()];
        let field = field_of(&kind.shape, name);
        field.and_then(|field| self.values(view, &field.ty, before, value)).unwrap_or_default()
    }

    /// What a term of a filter can begin with, and the values for it.
    fn filters(&self, view: &View<'_>, kind: &Kind, typed: &str) -> Vec<CompletionCandidate> {
        let Some(at) = typed.find(['=', '<', '>']) else { return self.terms(view, kind, typed) };
        let (name, value) = (typed[..at].trim_end_matches('!'), typed[at..].trim_start_matches(['=', '<', '>']));
        let before = &typed[..typed.len() - value.len()];
        let derived = || {
            let scope = Scope::rule(view.policy().settings.time_zone);
            Some(Reached::read(kind.name(), name, view.policy(), &scope)?.ty)
        };
        match field_of(&kind.shape, name).map(|field| field.ty.clone()).or_else(derived) {
            Some(ty) => self.values(view, &ty, before, value).unwrap_or_default(),
            None => self.own_values(view, kind, name, before, value),
        }
    }

    /// The names that continue a path: those of the kind, or of the records that the path reaches.
    fn terms(&self, view: &View<'_>, kind: &Kind, typed: &str) -> Vec<CompletionCandidate> {
        let policy = view.policy();
        let (before, begun) = typed.rfind('.').map_or(("", typed), |at| typed.split_at(at + 1));
        let mut kinds = vec![kind];
        for part in before.split_terminator('.') {
            let led =
                kinds.iter().filter_map(|kind| kind.shape.find(part)).flat_map(|(_, field)| match field.ty.element() {
                    Type::Ref(named) if named.is_empty() => policy.kinds.values().collect(),
                    Type::Ref(named) => named.iter().filter_map(|name| policy.kind(name)).collect(),
                    Type::Person => policy.kind(STAFF).into_iter().collect(),
                    _ => Vec::new(),
                });
            kinds = led.collect();
        }
        let mut offered: Vec<(String, Label)> = Vec::new();
        for kind in kinds {
            let valued = |name: &str, label: &Label| (format!("{name}="), label.clone());
            let fields = kind.shape.fields().iter().filter(|field| !field.retired);
            offered.extend(fields.map(|field| valued(&field.name, &field.label)));
            offered.extend(kind.shape.computed().iter().map(|computed| valued(&computed.name, &computed.label)));
            offered.extend(kind.rollups.iter().map(|rollup| valued(&rollup.name, &rollup.label)));
            let conditions = policy.conditions(kind.name()).into_iter();
            offered.extend(conditions.filter_map(|name| {
                let condition = policy.condition(kind.name(), &name)?;
                Some((condition.name, condition.label))
            }));
        }
        if before.is_empty() {
            offered.extend(OWN.iter().map(|name| (format!("{name}="), Label::default())));
            offered.extend(Flag::ALL.iter().map(|flag| (flag.name().to_owned(), Label::default())));
        }
        offered.retain(|(name, _)| name.starts_with(begun));
        offered.dedup_by(|one, other| one.0 == other.0);
        offered.iter().map(|(name, label)| self.candidate(&format!("{before}{name}"), label)).collect()
    }

    /// The same if no kind is named yet: the kinds, and what can be asked of a record of any kind.
    fn filters_of_any(&self, view: &View<'_>, typed: &str) -> Vec<CompletionCandidate> {
        let kinds =
            view.policy().kinds.values().map(|kind| (format!("kind={}", kind.name()), kind.shape.label.clone()));
        let flags = Flag::ALL.iter().map(|flag| (flag.name().to_owned(), Label::default()));
        let mut offered: Vec<(String, Label)> = kinds.chain(flags).collect();
        offered.retain(|(name, _)| name.starts_with(typed));
        offered.iter().map(|(name, label)| self.candidate(name, label)).collect()
    }

    /// The values for what filters know of every record.
    fn own_values(
        &self,
        view: &View<'_>,
        kind: &Kind,
        name: &str,
        before: &str,
        typed: &str,
    ) -> Vec<CompletionCandidate> {
        match name {
            "state" => {
                let states = kind.shape.states().iter();
                self.named(states.map(|state| (state.name.as_str(), &state.label)), before, typed)
            }
            "class" => self.named(Class::ALL.iter().map(|class| (class.name(), &NONE)), before, typed),
            "holder" => self.people(view, before, typed),
            _ => Vec::new(),
        }
    }

    /// The values of a type that complete what is typed after the last separator of a list. `before` stands on the
    /// line already.
    fn values(&self, view: &View<'_>, ty: &Type, before: &str, typed: &str) -> Option<Vec<CompletionCandidate>> {
        Some(match ty.element() {
            Type::Choice(choices) => {
                let current = choices.iter().filter(|choice| !choice.retired);
                self.named(current.map(|choice| (choice.name.as_str(), &choice.label)), before, typed)
            }
            Type::Bool => self.named(["yes", "no"].iter().map(|name| (*name, &NONE)), before, typed),
            Type::Role => {
                let roles = view.policy().roles.iter();
                self.named(roles.map(|role| (role.name.as_str(), &role.label)), before, typed)
            }
            Type::Department => {
                let departments = view.policy().departments.iter();
                self.named(departments.map(|department| (department.name.as_str(), &department.label)), before, typed)
            }
            Type::Person => self.people(view, before, typed),
            Type::Ref(kinds) => self.records(view, kinds, before, typed)?,
            _ => Vec::new(),
        })
    }

    /// The names that complete what is typed, by the name or by its label.
    fn named<'n>(
        &self,
        names: impl Iterator<Item = (&'n str, &'n Label)>,
        before: &str,
        typed: &str,
    ) -> Vec<CompletionCandidate> {
        let (earlier, typed) = last_of_list(typed);
        let fits = |(name, label): &(&str, &Label)| {
            name.starts_with(typed) || !typed.is_empty() && label.get(self.lang).starts_with(typed)
        };
        let offer = |(name, label): (&str, &Label)| self.candidate(&format!("{before}{earlier}{name}"), label);
        names.filter(fits).map(offer).collect()
    }

    fn people(&self, view: &View<'_>, before: &str, typed: &str) -> Vec<CompletionCandidate> {
        let (earlier, typed) = last_of_list(typed);
        let people = view.people().iter().filter(|person| person.active);
        let fits = people.filter(|person| person.id.as_str().starts_with(typed) || person.name.starts_with(typed));
        fits.map(|person| {
            let name = Label::new(person.name.as_str(), person.name.as_str());
            self.candidate(&format!("{before}{earlier}{}", person.id), &name)
        })
        .collect()
    }

    fn candidate(&self, value: &str, label: &Label) -> CompletionCandidate {
        let help = crate::locale::text::one_line(label.get(self.lang)).into_owned();
        CompletionCandidate::new(value).help((!help.is_empty()).then(|| help.into()))
    }
}

/// What filters know of every record and whose values can be offered.
const OWN: [&str; 3] = ["state", "class", "holder"];
/// The label of an offer that needs no explanation.
static NONE: Label = Label { en: String::new(), zh: String::new() };

/// What stands on the line up to the last separator of a list, and what is begun after it.
fn last_of_list(typed: &str) -> (&str, &str) {
    match typed.rfind([',', '、', '，']) {
        Some(at) => typed.split_at(at + typed[at..].chars().next().map_or(0, char::len_utf8)),
        None => ("", typed),
    }
}

/// The field of a path as it is typed: `remedies.0.kind`, `contacts.+.gender`.
fn field_of<'s>(shape: &'s Shape, path: &str) -> Option<&'s Field> {
    let mut parts = path.split('.');
    let (_, mut field) = shape.find(parts.next()?)?;
    for part in parts.filter(|part| *part != "+" && part.parse::<usize>().is_err()) {
        let Type::Group(inner) = field.ty.element() else { return None };
        field = inner.find(part)?.1;
    }
    Some(field)
}

//! Which clients are called back, how often, and what they are asked: `policy/callbacks.toml` (CB1 to CB4).
//! `planning` computes what is due on a day.

use serde::{Deserialize, Serialize};

use super::naming::{Loading, Naming};
use super::roles::{label, labels_are_unique, named};
use crate::calendar::{Span, Unit};
use crate::kind::{Balance, Condition};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, RuleText};
use crate::place::toml::{Item, Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems, did_you_mean};
use crate::record::{FieldId, Type, Value};

/// The content of `callbacks.toml`. Empty if a company plans no callbacks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Callbacks {
    /// The fields of a callback. `None` if the company makes none.
    pub fields: Option<CallbackFields>,
    /// The most callbacks for a person and a working day, by default; `None` means no limit.
    pub per_day: Option<u64>,
    /// How the calls are distributed.
    pub balance: Balance,
    /// The questions of the callback record, in the order of its scores.
    pub questions: Vec<Question>,
    /// Clients whom no campaign chooses, such as those who asked not to be called.
    pub left_out: Vec<LeftOut>,
    /// The campaigns. A client that an earlier one has chosen for a period is not chosen again.
    pub campaigns: Vec<Campaign>,
}

/// The fields of a callback: `[callbacks]`. Fields that the policy leaves out are neither set nor shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackFields {
    /// The kind of the callbacks.
    pub kind: String,
    /// The field with the client to call.
    pub client: FieldId,
    /// The kind of clients.
    pub clients: String,
    /// The field with the record that the callback is about.
    pub about: Option<FieldId>,
    /// The campaign from which it comes.
    pub campaign: Option<FieldId>,
    /// Why the client is called.
    pub reason: Option<FieldId>,
    /// The day of the call.
    pub due: Option<FieldId>,
    /// The holiday or anniversary for which it is made.
    pub occasion: Option<FieldId>,
    /// The day of that holiday or anniversary.
    pub day: Option<FieldId>,
    /// When the client was called.
    pub happened: Option<FieldId>,
    /// The client's overall score.
    pub score: Option<FieldId>,
    /// The client's scores by question.
    pub scores: Option<FieldId>,
}

/// Keys of older books that nothing reads any more.
const OLDER: [&str; 4] = ["called", "recorded", "unreachable", "cancelled"];

impl CallbackFields {
    fn read(table: &Section, callback: Naming<'_>) -> Option<Self> {
        // older books have keys here for what `reports/callbacks.toml` counts today
        OLDER.iter().for_each(|key| _ = table.has(key));
        let field = |key, types| callback.field(table, key, types);
        let named = table.required_text("client", callback.loading.problems);
        let client = named.and_then(|named| {
            let client = callback.typed(&named, &["ref"])?;
            Some((client, callback.leads_to(client, &named.place)?))
        });
        let rules = |(client, clients)| CallbackFields {
            kind: callback.name().to_owned(),
            client,
            clients,
            about: field("about", &["ref"]),
            campaign: field("campaign", &["text", "choice"]),
            reason: field("reason", &[]),
            due: field("due", &["date"]),
            occasion: field("occasion", &["text"]),
            day: field("day", &["date"]),
            happened: field("happened", &["date", "time"]),
            score: field("score", &["count"]),
            scores: field("scores", &["list"]),
        };
        client.map(rules)
    }
}

/// Clients whom no campaign chooses: `[[left-out]]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeftOut {
    /// Which clients.
    pub when: Condition,
    /// The campaigns that do not choose them, each with its place; if empty, all.
    pub campaigns: Vec<Placed<String>>,
    /// The reason, for people.
    pub reason: Label,
}

/// A question of the callback record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Whether it is no longer asked. Old records keep its score at its position.
    pub retired: bool,
    /// Where it is declared.
    pub place: Place,
}

/// A rule by which callbacks are planned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Campaign {
    /// Its name; the callbacks that it makes keep it.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The clients that it chooses; `None` means every client.
    pub select: Option<Condition>,
    /// When it calls.
    pub rhythm: Rhythm,
    /// The values that its callbacks begin with, by fields of the callback.
    pub set: Vec<(FieldId, Value)>,
    /// The fields that its callbacks copy from the client, or from the line of the anniversary.
    pub with: Vec<(FieldId, Taken)>,
    /// Where it is declared.
    pub place: Place,
}

/// Where the value of a callback's field comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Taken {
    /// A field of the client.
    Field(FieldId),
    /// A field of the line that has the anniversary.
    Part(FieldId),
}

/// When a campaign calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rhythm {
    /// This long after the last callback of the campaign, or after the client was registered.
    Every(Span),
    /// Once after a step of one of the client's records.
    After {
        /// The kind of that record.
        kind: String,
        /// Its step.
        step: String,
        /// The time limit, counted from the step.
        within: Span,
    },
    /// Before the first day off of each of these holidays, by their names in the files of the default calendar.
    Holiday {
        /// The names, each with its place.
        names: Vec<Placed<String>>,
        /// How long before; `None` means on the day.
        ahead: Option<Span>,
    },
    /// Before the yearly return of a date.
    Anniversary {
        /// The list whose lines have the date; `None` means a field of the client itself.
        list: Option<FieldId>,
        /// The date field, of the client or of the line.
        date: FieldId,
        /// How long before; `None` means on the day.
        ahead: Option<Span>,
    },
}

impl Rhythm {
    /// Whether it depends on days of the year. Such a callback is made even if another campaign has chosen the
    /// client.
    pub fn is_of_days(&self) -> bool {
        matches!(self, Rhythm::Holiday { .. } | Rhythm::Anniversary { .. })
    }
}

impl Callbacks {
    /// The path of the file.
    pub const FILE: &'static str = "policy/callbacks.toml";

    /// Reads the file. All problems are noted, and everything without problems is returned.
    pub(super) fn load(text: &str, loading: Loading<'_>) -> Self {
        let problems = loading.problems;
        let Some(file) = read(Self::FILE, text, problems) else { return Callbacks::default() };
        let per_day = file.count("per-day", problems);
        if let Some(none) = per_day.as_ref().filter(|count| count.value == 0) {
            problems.say(&none.place, RuleText::NobodyCalled);
        }
        let balance = Balance::read(&file, problems);
        let is = file.section("callbacks", problems).and_then(|table| {
            let rules = CallbackFields::read(table, loading.named_in(table)?);
            table.finish(problems);
            rules
        });
        let questions = file.list("questions", problems).into_iter().filter_map(|table| question(table, problems));
        let questions: Vec<Question> = questions.collect();
        labels_are_unique(questions.iter().map(|question| (&question.label, &question.place)), problems);
        let barred = file.list("left-out", problems);
        let left_out: Vec<LeftOut> =
            barred.into_iter().filter_map(|table| left_out(table, is.as_ref()?, loading)).collect();
        let tables = file.list("campaigns", problems);
        if let Some(first) = tables.first().filter(|_| !file.has("callbacks")) {
            let help = label!(RuleText::AddSection, section = "callbacks");
            problems.push(Problem::new(first.place().clone(), RuleText::NoKindSaid).help(help));
        }
        let campaigns = tables.into_iter().filter_map(|table| campaign(table, is.as_ref()?, loading));
        let campaigns: Vec<Campaign> = campaigns.collect();
        for named in left_out.iter().flat_map(|rule| &rule.campaigns) {
            if campaigns.iter().all(|campaign| campaign.name != named.value) {
                let near = nearest(&named.value, campaigns.iter().map(|campaign| campaign.name.as_str()));
                let message = label!(RuleText::NoCampaign, name = named.value);
                problems.push(Problem::new(named.place.clone(), message).help_if(near.map(did_you_mean)));
            }
        }
        file.finish(problems);
        let names = questions.iter().map(|question| (RuleText::WordQuestion, &question.name, &question.place));
        let names =
            names.chain(campaigns.iter().map(|campaign| (RuleText::WordCampaign, &campaign.name, &campaign.place)));
        let names: Vec<_> = names.collect();
        for (i, (what, name, place)) in names.iter().enumerate() {
            if names[..i].iter().any(|(other, before, _)| other == what && before == name) {
                problems.say(place, label!(LoadText::ThereIs, name = name; what = *what));
            }
        }
        Callbacks { fields: is, per_day: per_day.map(|count| count.value), balance, questions, left_out, campaigns }
    }

    /// The campaign with this name.
    pub fn campaign(&self, name: &str) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.name == name)
    }
}

fn question(table: &Section, problems: &Problems) -> Option<Question> {
    let name = table.required_text("name", problems);
    let retired = table.flag("retired", problems).unwrap_or(false);
    let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
    table.finish(problems);
    let name = name?;
    named(&name, RuleText::WordQuestion, problems);
    Some(Question { name: name.value, label, retired, place: name.place })
}

fn left_out(table: &Section, rules: &CallbackFields, loading: Loading<'_>) -> Option<LeftOut> {
    table.required_text("when", loading.problems)?;
    let when = loading.known(&rules.clients)?.condition(table, "when");
    let reason = table.label("reason", loading.problems);
    let campaigns = table.texts("campaigns", loading.problems);
    table.finish(loading.problems);
    let when = when?;
    let reason = reason.unwrap_or_else(|| Label::verbatim(when.text.value.clone()));
    Some(LeftOut { when, campaigns, reason })
}

fn campaign(table: &Section, rules: &CallbackFields, loading: Loading<'_>) -> Option<Campaign> {
    let problems = loading.problems;
    let name = table.required_text("name", problems)?;
    named(&name, RuleText::WordCampaign, problems);
    let label = label(table, &name.value, problems);
    let select = loading.known(&rules.clients)?.condition(table, "select");
    let rhythm = rhythm(table, &name, rules, loading);
    let with = match (table.section("with", problems), &rhythm) {
        (Some(with), Some(rhythm)) => taken_over(with, rhythm, rules, loading),
        _ => Vec::new(),
    };
    let set = table
        .section("set", problems)
        .zip(loading.known(&rules.kind))
        .map(|(set, kind)| set_fields(set, kind))
        .unwrap_or_default();
    table.finish(problems);
    Some(Campaign { name: name.value, label, select, rhythm: rhythm?, set, with, place: name.place })
}

fn rhythm(table: &Section, name: &Placed<String>, rules: &CallbackFields, loading: Loading<'_>) -> Option<Rhythm> {
    let problems = loading.problems;
    let every = table.text("every", problems);
    let after = table.text("after", problems);
    let within = table.text("within", problems);
    let holidays = table.texts("holiday", problems);
    let anniversary = table.text("anniversary", problems);
    let ahead = table.text("ahead", problems);
    let of_days = !holidays.is_empty() || anniversary.is_some();
    let days = |ahead: Option<Placed<String>>| match ahead {
        Some(ahead) => days_ahead(&ahead, problems).map(Some),
        None => Some(None),
    };
    match (every, after, within) {
        (None, None, None) if of_days && anniversary.is_none() => {
            Some(Rhythm::Holiday { names: holidays, ahead: days(ahead)? })
        }
        (None, None, None) if holidays.is_empty() && of_days => {
            let client = loading.known(&rules.clients)?;
            let path = anniversary?;
            let (list, date) = match path.value.contains('.') {
                true => client.part(&path).map(|(list, part)| (Some(list), part))?,
                false => (None, client.typed(&path, &[])?),
            };
            let ty = match list.map(|list| client.shape.field(list).ty.element()) {
                Some(Type::Group(lines)) => &lines.field(date).ty,
                _ => &client.shape.field(date).ty,
            };
            if !matches!(ty, Type::Date | Type::Day) {
                problems.say(&path.place, label!(RuleText::NoAnniversary, name = path.value));
                return None;
            }
            Some(Rhythm::Anniversary { list, date, ahead: days(ahead)? })
        }
        _ if of_days || ahead.is_some() => {
            let problem = Problem::new(name.place.clone(), RuleText::CampaignRhythm);
            problems.push(problem.help(RuleText::CampaignRhythmDo));
            None
        }
        (Some(every), None, None) => span(&every, problems).map(Rhythm::Every),
        (None, Some(after), Some(within)) => {
            let within = span(&within, problems);
            let Some((kind, step)) = after.value.split_once(':') else {
                let message = label!(RuleText::NoStepOfKind, text = after.value);
                problems.push(Problem::new(after.place, message).help(RuleText::NoStepOfKindDo));
                return None;
            };
            let kind = loading.kind(&Placed { value: kind.to_owned(), place: after.place.clone() })?.name().to_owned();
            loading.shapes.has_step(std::slice::from_ref(&kind), step, &after.place, problems);
            Some(Rhythm::After { kind, step: step.to_owned(), within: within? })
        }
        _ => {
            let problem = Problem::new(name.place.clone(), RuleText::CampaignRhythm);
            problems.push(problem.help(RuleText::CampaignRhythmDo));
            None
        }
    }
}

/// A span of whole days.
fn days_ahead(text: &Placed<String>, problems: &Problems) -> Option<Span> {
    let span = span(text, problems)?;
    if !matches!(span.unit, Unit::Days | Unit::Weeks | Unit::Months | Unit::Workdays) {
        problems.say(&text.place, label!(RuleText::NotOfDays, text = text.value));
        return None;
    }
    Some(span)
}

/// `with`: fields of the callback, each with the field that it is copied from, of the client or of the anniversary's
/// line.
fn taken_over(with: &Section, rhythm: &Rhythm, rules: &CallbackFields, loading: Loading<'_>) -> Vec<(FieldId, Taken)> {
    let problems = loading.problems;
    let (Some(callback), Some(client)) = (loading.known(&rules.kind), loading.known(&rules.clients)) else {
        return Vec::new();
    };
    let field = |(name, item): (&Placed<String>, &Item)| {
        let field = callback.typed(name, &[])?;
        let path = item.text(problems)?;
        let (taken, ty) = match path.value.contains('.') {
            false => {
                let from = client.typed(&path, &[])?;
                (Taken::Field(from), &client.shape.field(from).ty)
            }
            true => {
                let (list, part) = client.part(&path)?;
                let Type::Group(lines) = client.shape.field(list).ty.element() else { return None };
                if !matches!(rhythm, Rhythm::Anniversary { list: Some(own), .. } if *own == list) {
                    problems.say(&path.place, label!(RuleText::NotOfTheLine, name = path.value));
                    return None;
                }
                (Taken::Part(part), &lines.field(part).ty)
            }
        };
        let wanted = &callback.shape.field(field).ty;
        if wanted.name() != ty.name() {
            let message = label!(RuleText::TakenOtherwise, name = path.value, ty = ty.name(), wanted = wanted.name());
            problems.say(&path.place, message);
            return None;
        }
        Some((field, taken))
    };
    with.entries().filter_map(field).collect()
}

/// A span that is longer than zero.
pub(super) fn span(text: &Placed<String>, problems: &Problems) -> Option<Span> {
    match text.value.parse::<Span>() {
        Ok(span) if span.count > 0 => Some(span),
        Ok(_) => {
            problems.say(&text.place, label!(RuleText::NoTime, text = text.value));
            None
        }
        Err(error) => {
            problems.say(&text.place, error.label());
            None
        }
    }
}

/// The values that a section sets in fields of a kind.
pub(super) fn set_fields(set: &Section, kind: Naming<'_>) -> Vec<(FieldId, Value)> {
    let problems = kind.loading.problems;
    let field = |(name, item): (&Placed<String>, &Item)| {
        let field = kind.typed(name, &[])?;
        let text = item.text(problems)?;
        let wrong = |error: crate::record::ValueError| problems.say(&text.place, error.label());
        let value = Value::from_stored(&kind.shape.field(field).ty, &text.value);
        value.map_err(wrong).ok().map(|value| (field, value))
    };
    set.entries().filter_map(field).collect()
}

//! The data that templates get, for people who edit them. It consists of plain text, numbers, lists and tables. Every
//! text comes from people and is escaped when it is printed.
//!
//! | name | what it is |
//! |---|---|
//! | `book` | `name`, `currency`, `company` (`name`, `tax_number`, `address`, `phone`, `bank`, `account`. Empty if redress.toml does not say), `simulated` (for practice) |
//! | `form` | `name`, `label`, `draft` (whether the form is only a draft in the record's state) |
//! | `paper`, `both`, `blank_signatures` | `a4` or `241mm`; whether names are in both languages; whether the signers are left open |
//! | `copy` | `name`, `holder` (a label), `number` from 1, `of` |
//! | `lang` | `zh` or `en`: the language that stands first |
//! | `questions` | the questions of callbacks.toml in order, each with `name`, `label`, `retired` |
//! | `now`, `today` | as `2026-11-24 09:30`, `2026-11-24` |
//! | `record` | the record |
//!
//! A **label** has `zh` and `en`.
//!
//! A **record** has
//!
//! * `id`, `kind`, `label`, `title`, `state`, `state_label`, `opened`, `history`, `files`;
//! * `fields` (by name: every field of the kind, filled in or not) and `rows` (those with a value, in order);
//! * `computed` (by name: what follows from the fields, each with `label`, `value`, `text`);
//! * `steps` (by name: the events of that step).
//!
//! The record itself and the records that it names also have `deadlines`. Only the record itself has
//!
//! * `chain` (the earlier forms of the same case, oldest first) and `before` (by step: the events of those forms);
//! * `form_number` (which form of the case it is);
//! * `earlier` (the complaints before it that reports.toml counts, each with `id` and `title`; null if nothing is
//!   counted);
//! * `links` (by kind: the records that name it);
//! * for a notice, `message` (a label: the text to copy and send).
//!
//! A **field** has `name`, `label`, `empty`, `value` (as stored: numbers as numbers) and `text` (a label: what people
//! read). Its type adds
//!
//! * `choices` (each with `name`, `label`, `chosen`);
//! * `items` (the fields of a list);
//! * for a table, `lines` (each a line's fields by name), `columns` (each with `name`, `label`) and `totals` (sums by
//!   name);
//! * `record` (the named record; the records that this one names have only `id` and `title`);
//! * `records` (all records of a list of references).
//!
//! An **event** has `at`, `day`, `by` and `for` (names), `step`, `label`, `from` (the name of the state before it),
//! `to` (a label) and `note`. `entered` is the person who typed it, if that is somebody else: it is nobody's signature.
//! `noted` is the time when it was noted, if that was later.
//!
//! A **deadline** has `name`, `label`, `start`, `due`, `due_at` (as a field of type time stores it), `ended`, `late`
//! (whether it was missed), `late_by` (a label: working time) and `holder` (a label).

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use super::words::{label, line};
use crate::bounds::CASE_FORMS;
use crate::calendar::{Moment, Outcome, Run, Zone, words};
use crate::filter::{self, Flag, Unanswered};
use crate::kind::Kind;
use crate::lifecycle::{Letters, Lookup, Shown, Standing, deadlines_shown, forms, linked_to, noted_later};
use crate::locale::text::{one_line, visible_lines};
use crate::locale::{Label, Lang};
use crate::policy::{People, Policy};
use crate::record::{Event, Field, FieldId, Fields, Id, Record, Shape, Type, Value};
use crate::wording::{self, Sight, Titles, Words, grouped, money};

/// Finds the earlier complaints that belong to one; only an index can.
pub type Earlier<'d> = dyn Fn(&Record) -> Result<Option<Vec<Record>>, Unanswered> + 'd;

/// Everything that forms are filled in from.
pub struct Desk<'d> {
    /// The rule book.
    pub policy: &'d Policy,
    /// The staff.
    pub people: &'d People,
    /// The other records.
    pub lookup: &'d dyn Lookup,
    /// Returns the rule book that a record is judged by.
    pub rules: &'d dyn Fn(&Record) -> Result<Arc<Policy>, Unanswered>,
    /// The time of printing.
    pub now: Moment,
    /// Finds the earlier complaints that forms count. `None` if nothing is counted.
    earlier: Option<&'d Earlier<'d>>,
    /// The first failed lookup. A form with one is not printed.
    failed: RefCell<Option<Unanswered>>,
    /// The language that comes first on the paper.
    lang: Cell<Lang>,
}

/// How much of a record is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Depth {
    /// Its id and title.
    Name,
    /// Its fields and history.
    Fields,
    /// Everything that belongs to it.
    Whole,
}

impl<'d> Desk<'d> {
    /// Everything that forms are filled in from: the rule book, the staff, the other records, the function that
    /// returns the rule book of a record, and the time of printing.
    pub fn new(
        policy: &'d Policy,
        people: &'d People,
        lookup: &'d dyn Lookup,
        rules: &'d dyn Fn(&Record) -> Result<Arc<Policy>, Unanswered>,
        now: Moment,
    ) -> Self {
        Desk { policy, people, lookup, rules, now, earlier: None, failed: RefCell::default(), lang: Cell::default() }
    }

    /// The same, with a function that finds earlier complaints.
    pub fn counting(self, earlier: &'d Earlier<'d>) -> Self {
        Desk { earlier: Some(earlier), ..self }
    }
}

impl Desk<'_> {
    /// The record in the form that templates get, with everything that belongs to it.
    pub(super) fn record(&self, record: &Record, lang: Lang) -> Result<Json, Unanswered> {
        self.lang.set(lang);
        let shown = self.shown(record, Depth::Whole);
        self.failed.take().map_or(Ok(shown), Err)
    }

    /// The answer of a lookup. If the lookup failed, notes that and returns the default.
    fn told<T: Default>(&self, answer: Result<T, Unanswered>) -> T {
        answer.unwrap_or_else(|unanswered| {
            self.failed.replace(Some(unanswered));
            T::default()
        })
    }

    fn find(&self, id: &Id) -> Option<Record> {
        self.told(self.lookup.record(id).map(|found| found.map(std::borrow::Cow::into_owned)))
    }

    /// The record of an id, after mergers.
    fn standing(&self, id: &Id) -> Option<Record> {
        let by = |record: &Record| self.policy.merged_by(record);
        self.told(filter::survivor(id, &by, self.lookup).map(|found| found.map(Cow::into_owned)))
    }

    /// Words that show private values: paper does.
    fn words(&self) -> Words<'_> {
        Words::new(self.policy, self.people, Titles::Read(self), Sight::Clear)
    }

    pub(super) fn zone(&self) -> Zone {
        self.policy.calendars.default().zone()
    }

    /// An instant to the minute, on the book's clocks.
    pub(super) fn moment(&self, at: Moment) -> String {
        wording::minute(&self.zone().local(at))
    }

    /// The name of a person, on one line.
    fn person(&self, id: &Id) -> String {
        one_line(&self.words().person(id.as_str())).into_owned()
    }

    fn shown(&self, record: &Record, depth: Depth) -> Json {
        let mut map = Map::new();
        map.insert("id".to_owned(), json!(record.id.as_str()));
        let words = self.words();
        map.insert("number".to_owned(), json!(one_line(words.number(record).unwrap_or(record.id.as_str()))));
        map.insert("title".to_owned(), json!(one_line(words.bare_title(record).get(self.lang.get()))));
        let Some(kind) = self.policy.kind(&record.kind).filter(|_| depth > Depth::Name) else {
            return Json::Object(map);
        };
        map.insert("kind".to_owned(), json!(kind.name()));
        map.insert("label".to_owned(), label(&kind.shape.label));
        map.insert("state".to_owned(), json!(record.state));
        map.insert("state_label".to_owned(), label(&wording::state(kind, &record.state)));
        map.insert("opened".to_owned(), json!(record.opened().map(|at| self.moment(at)).unwrap_or_default()));
        let mut fields = self.fields(&kind.shape, &record.fields, depth);
        let words = self.words();
        for (id, field) in kind.shape.handles() {
            if let Some(value) = record.fields.get(id) {
                fields[&field.name]["text"] = label(&words.value_in(kind, id, &record.fields, value));
            }
        }
        let computed = kind.shape.computed().iter().map(|computed| {
            let value = computed.value(&record.fields);
            let text = self.text(&computed.ty, value.as_ref());
            let value = value.as_ref().map_or(Json::Null, plain);
            let shown = json!({ "label": label(&computed.label), "value": value, "text": label(&text) });
            (computed.name.clone(), shown)
        });
        map.insert("computed".to_owned(), Json::Object(computed.collect()));
        let rollups = kind.rollups.iter().map(|rollup| {
            let value = self.told(self.lookup.rollup(rollup, &record.fields, Some(&record.id)));
            let text = self.text(&rollup.ty, value.as_ref());
            let value = value.as_ref().map_or(Json::Null, plain);
            (rollup.name.clone(), json!({ "label": label(&rollup.label), "value": value, "text": label(&text) }))
        });
        map.insert("rollups".to_owned(), Json::Object(rollups.collect()));
        let rows = fields.values().filter(|field| field["empty"] == false).cloned().collect();
        map.insert("fields".to_owned(), Json::Object(fields));
        map.insert("rows".to_owned(), Json::Array(rows));
        self.happened(kind, record, &mut map);
        let files = record.fields.files();
        map.insert("files".to_owned(), files.iter().map(|file| json!(file.name)).collect());
        if depth == Depth::Whole {
            self.around(kind, record, &mut map);
        }
        Json::Object(map)
    }

    /// Adds the deadlines, the chain of the case and the records that refer to this one.
    fn around(&self, kind: &Kind, record: &Record, map: &mut Map<String, Json>) {
        map.insert("deadlines".to_owned(), self.deadlines(record));
        let chain = self.chain(kind, record);
        map.insert("form_number".to_owned(), json!(chain.len() + 1));
        map.insert("before".to_owned(), self.before(kind, &chain));
        map.insert("chain".to_owned(), chain.iter().map(|form| self.shown(form, Depth::Fields)).collect());
        let earlier = self.earlier.map(|earlier| self.told(earlier(record))).unwrap_or_default();
        let names = |found: Vec<Record>| found.iter().map(|record| self.shown(record, Depth::Name)).collect::<Json>();
        map.insert("earlier".to_owned(), earlier.map_or(Json::Null, names));
        let linked = |naming: &Kind| {
            let records = self.told(linked_to(self.lookup, kind, &record.id, naming.name()));
            let shown: Json = records.iter().map(|record| self.shown(record, Depth::Fields)).collect();
            (naming.name().to_owned(), shown)
        };
        map.insert("links".to_owned(), Json::Object(self.policy.kinds.values().map(linked).collect()));
        let letters = Letters::new(self.policy, self.people, self.lookup);
        if let Some(message) = self.told(letters.message(record)) {
            map.insert("message".to_owned(), label(&message));
        }
    }

    fn deadlines(&self, record: &Record) -> Json {
        let (policy, people) = (self.policy, self.people);
        let standings = (self.rules)(record)
            .and_then(|rules| deadlines_shown(Shown::Each, &rules, policy, people, record, self.lookup, self.now));
        let standings = self.told(standings);
        let runs = standings.runs().filter(|(of, run)| run.outcome.counts() && !of.deadline.outside);
        runs.map(|(of, run)| self.deadline(of, run)).collect()
    }

    /// The earlier forms of the case, oldest first.
    fn chain(&self, kind: &Kind, record: &Record) -> Vec<Record> {
        let mut forms = self.told(forms(kind, record, self.lookup));
        forms.truncate(forms.iter().position(|form| form.id == record.id).unwrap_or_default());
        let skipped = forms.len().saturating_sub(CASE_FORMS);
        forms.split_off(skipped)
    }

    /// The events of the case's earlier forms, by step.
    fn before(&self, kind: &Kind, chain: &[Record]) -> Json {
        let mut steps: Map<String, Json> =
            kind.steps.iter().map(|step| (step.name.clone(), Json::Array(Vec::new()))).collect();
        for (from, event) in chain.iter().flat_map(Record::passed) {
            if let Some(Json::Array(events)) = steps.get_mut(&event.step) {
                events.push(self.event(kind, from, event));
            }
        }
        Json::Object(steps)
    }

    fn deadline(&self, standing: &Standing, run: &Run) -> Json {
        let late = run.outcome == Outcome::Breached;
        let over = run.overdue_work(&standing.calendar, self.now).ok().filter(|_| late);
        let over = over.map(|seconds| {
            let [en, zh] = Lang::ALL.map(|lang| words::duration(seconds, lang));
            label(&Label::new(en, zh))
        });
        let moment = |at: Option<Moment>| at.map(|at| self.moment(at)).unwrap_or_default();
        json!({
            "name": standing.deadline.name,
            "label": label(&standing.deadline.label),
            "start": moment(Some(run.start)),
            "due": run.due.at().map(|due| wording::end(&self.zone().local(due))).unwrap_or_default(),
            "due_at": run.due.at().map(Value::Time).as_ref().map_or(Json::Null, plain),
            "ended": moment(run.end.map(|end| end.at)),
            "late": late,
            "late_by": over.unwrap_or_else(|| label(&Label::default())),
            "holder": line(&self.words().held(&standing.held)),
        })
    }

    /// Adds the whole history, and the events by step.
    fn happened(&self, kind: &Kind, record: &Record, map: &mut Map<String, Json>) {
        let mut by_step: HashMap<&str, Vec<Json>> = HashMap::new();
        let mut events = Vec::with_capacity(record.history.len());
        for (from, event) in record.passed() {
            let said = self.event(kind, from, event);
            by_step.entry(&event.step).or_default().push(said.clone());
            events.push(said);
        }
        let own = |name: &str| by_step.get(name).cloned().unwrap_or_default();
        let steps = kind.steps.iter().map(|step| (step.name.clone(), Json::Array(own(&step.name)))).collect();
        map.insert("history".to_owned(), Json::Array(events));
        map.insert("steps".to_owned(), Json::Object(steps));
    }

    fn event(&self, kind: &Kind, from: Option<&str>, event: &Event) -> Json {
        let to = event.to.as_ref().map(|to| wording::state(kind, to));
        json!({
            "at": self.moment(event.at),
            "day": self.zone().date(event.at).to_string(),
            "by": self.person(&event.by),
            "for": event.for_.as_ref().map(|id| self.person(id)).unwrap_or_default(),
            "entered": event.entered.as_ref().map(|id| self.person(id)).unwrap_or_default(),
            "noted": noted_later(event).map(|noted| self.noted(event.at, noted)).unwrap_or_default(),
            "via": event.via.as_deref().unwrap_or_default(),
            "step": event.step,
            "from": from.unwrap_or_default(),
            "label": label(&wording::step(kind, &event.step, from)),
            "to": label(&to.unwrap_or_default()),
            "note": event.note.as_deref().map(visible_lines).unwrap_or_default(),
        })
    }

    /// The time of noting, if that was later: only the time if it was on the same day, else the date.
    fn noted(&self, at: Moment, noted: Moment) -> String {
        let (day, noted) = (self.zone().date(at), self.zone().local(noted));
        let same = noted.date_naive() == day;
        noted.format(if same { "%H:%M" } else { "%Y-%m-%d" }).to_string()
    }

    fn fields(&self, shape: &Shape, fields: &Fields, depth: Depth) -> Map<String, Json> {
        let one = |(id, field): (FieldId, &Field)| (field.name.clone(), self.field(field, fields.get(id), depth));
        shape.handles().map(one).collect()
    }

    fn field(&self, field: &Field, value: Option<&Value>, depth: Depth) -> Json {
        let mut map = Map::new();
        map.insert("name".to_owned(), json!(field.name));
        map.insert("label".to_owned(), label(&field.label));
        map.insert("empty".to_owned(), json!(value.is_none_or(Value::is_empty)));
        map.insert("value".to_owned(), value.map_or(Json::Null, plain));
        map.insert("text".to_owned(), label(&self.text(&field.ty, value)));
        let chosen = value.map(Value::elements).unwrap_or_default();
        match field.ty.element() {
            Type::Choice(choices) => {
                let is_chosen = |name: &str| chosen.iter().any(|value| value.as_text() == Some(name));
                let offered = choices.iter().filter(|choice| !choice.retired || is_chosen(&choice.name));
                let shown = offered.map(|choice| {
                    json!({ "name": choice.name, "label": label(&choice.label), "chosen": is_chosen(&choice.name) })
                });
                map.insert("choices".to_owned(), shown.collect());
            }
            Type::Group(shape) => self.lines(shape, chosen, depth, &mut map),
            Type::Ref(_) => {
                let mut named =
                    chosen.iter().filter_map(|value| if let Value::Ref(id) = value { Some(id) } else { None });
                if matches!(field.ty, Type::List(_)) {
                    let depth = if depth == Depth::Whole { Depth::Fields } else { Depth::Name };
                    let all = named.clone().filter_map(|id| self.standing(id));
                    map.insert("records".to_owned(), all.map(|record| self.shown(&record, depth)).collect());
                }
                let record = named.next().and_then(|id| self.standing(id));
                let depth = if depth == Depth::Whole { Depth::Fields } else { Depth::Name };
                let shown = record.map_or(Json::Null, |record| {
                    let mut shown = self.shown(&record, depth);
                    if let (Json::Object(map), Depth::Fields) = (&mut shown, depth) {
                        map.insert("deadlines".to_owned(), self.deadlines(&record));
                    }
                    shown
                });
                map.insert("record".to_owned(), shown);
            }
            _ => {}
        }
        if let (Type::List(element), false) = (&field.ty, matches!(field.ty.element(), Type::Group(_))) {
            let said: Json = chosen.iter().map(|value| label(&self.text(element, Some(value)))).collect();
            if let Json::Object(more) = json!({ "items": said }) {
                map.extend(more);
            }
        }
        Json::Object(map)
    }

    /// Adds the lines of a table, its columns and their sums.
    fn lines(&self, shape: &Shape, values: &[Value], depth: Depth, map: &mut Map<String, Json>) {
        let groups =
            || values.iter().filter_map(|value| if let Value::Group(fields) = value { Some(fields) } else { None });
        map.insert("lines".to_owned(), groups().map(|line| Json::Object(self.fields(shape, line, depth))).collect());
        let kept = || shape.handles().filter(|(_, field)| !field.retired);
        let columns = kept().map(|(_, field)| json!({ "name": field.name, "label": label(&field.label) }));
        map.insert("columns".to_owned(), columns.collect());
        let mut totals = Map::new();
        for (id, field) in kept() {
            let numbers = groups().filter_map(|line| match line.get(id)? {
                Value::Money(n) | Value::Decimal(n) => Some(*n),
                Value::Count(n) => Some(Decimal::from(*n)),
                _ => None,
            });
            let sum = numbers.fold(None, |sum: Option<Decimal>, n| sum.unwrap_or_default().checked_add(n));
            let shown = sum.map(|sum| match field.ty {
                Type::Money => grouped(&money(sum)),
                _ => sum.normalize().to_string(),
            });
            totals.insert(field.name.clone(), json!(shown.unwrap_or_default()));
        }
        map.insert("totals".to_owned(), Json::Object(totals));
    }

    fn text(&self, ty: &Type, value: Option<&Value>) -> Label {
        value.map(|value| self.words().value(ty, value)).unwrap_or_default()
    }
}

impl filter::Resolver for Desk<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.find(id).map(Cow::Owned))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

/// A value in the form that templates compare: numbers as text with full precision, lists as lists.
fn plain(value: &Value) -> Json {
    match value {
        Value::List(values) => values.iter().map(plain).collect(),
        Value::Group(_) => Json::Null,
        Value::Bool(yes) => json!(yes),
        Value::Count(n) => json!(n),
        Value::Text(text) => json!(visible_lines(text)),
        other => json!(other.stored().unwrap_or_default()),
    }
}

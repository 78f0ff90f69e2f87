//! A small invented company with a rule for everything that the engine checks, and scripts of what its people do.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono::{NaiveDate, TimeDelta};

use crate::calendar::{Moment, Outcome};
use crate::filter::{self, Flag, Rollup, Unanswered};
use crate::kind::{EDIT, IMPORT, Kind, Unique};
use crate::lifecycle::{Actor, Arrival, Held, Ids, Lookup, Operation, Refusal, Request, Setting, deadlines, rolled};
use crate::policy::tests::{loaded, replaced};
use crate::policy::{People, Policy, STAFF};
use crate::record::{Class, FieldId, Fields, Id, Record, Shape, Type, Value, parse_time};

/// Its rule book.
const FILES: &[(&str, &str)] = &[
    ("redress.toml", BOOK),
    ("policy/calendar.toml", include_str!("company/calendar.toml")),
    ("policy/roles.toml", include_str!("company/roles.toml")),
    ("policy/departments.toml", include_str!("company/departments.toml")),
    ("policy/acting.toml", include_str!("company/acting.toml")),
    ("policy/authority.toml", include_str!("company/authority.toml")),
    ("policy/kinds/staff.toml", include_str!("company/kinds/staff.toml")),
    ("policy/kinds/client.toml", include_str!("company/kinds/client.toml")),
    ("policy/kinds/bill.toml", include_str!("company/kinds/bill.toml")),
    ("policy/kinds/slip.toml", include_str!("company/kinds/slip.toml")),
    ("policy/kinds/case.toml", include_str!("company/kinds/case.toml")),
    ("policy/kinds/gift.toml", include_str!("company/kinds/gift.toml")),
    ("policy/kinds/mend.toml", include_str!("company/kinds/mend.toml")),
    ("policy/kinds/ring.toml", include_str!("company/kinds/ring.toml")),
    ("policy/kinds/visit.toml", include_str!("company/kinds/visit.toml")),
    ("policy/kinds/claim.toml", include_str!("company/kinds/claim.toml")),
    ("policy/kinds/plea.toml", include_str!("company/kinds/plea.toml")),
    ("policy/kinds/note.toml", include_str!("company/kinds/note.toml")),
    ("policy/kinds/poll.toml", include_str!("company/kinds/poll.toml")),
    ("policy/kinds/treat.toml", include_str!("company/kinds/treat.toml")),
];

const BOOK: &str = "name = \"c\"\nformat = 1\nlanguage = \"en\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n";

fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| loaded(&FILES.iter().map(|(path, text)| (*path, text.as_bytes())).collect()))
}

/// The rules of an earlier day: they gave more time after a reminder, and had no rule for silence.
fn older() -> Arc<Policy> {
    static OLDER: OnceLock<Arc<Policy>> = OnceLock::new();
    let make = || {
        let files = FILES.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        let pieces = [
            ("overdue = \"echo\"", "overdue = \"push\""),
            ("name = \"echo\"", "name = \"silence\""),
            ("within = \"1 workdays\"", "within = \"3 workdays\""),
        ];
        Arc::new(loaded(&replaced(files, "policy/kinds/case.toml", &pieces)))
    };
    Arc::clone(OLDER.get_or_init(make))
}

/// Its people: department, roles, and deputies with first and last day, all in March.
const PEOPLE: &[(&str, &str)] = &[
    ("ann", "name=ann department=desk roles=role:clerk"),
    ("bob", "name=bob department=desk roles=role:clerk/from:2026-03-03/until:2026-03-05"),
    ("cy", "name=cy department=shop roles=role:boss deputy=person:dee/from:2026-03-02/until:2026-03-05"),
    ("dee", "name=dee department=desk"),
    ("eve", "name=eve roles=role:chief deputy=person:gus/from:2026-03-04"),
    ("fay", "name=fay department=shop roles=role:boss|role:lead deputy=person:gus"),
    ("gus", "name=gus"),
    ("hal", "name=hal roles=role:typist"),
    ("ida", "name=ida department=desk roles=role:elder deputy=person:dee/from:2026-03-02/until:2026-03-05"),
    ("jon", "name=jon department=house roles=role:elder|role:officer"),
];

/// Records from the time of the earlier rules, which today's rules would refuse.
const OLD: &[(&str, &str)] = &[
    ("K-260101-00001", "state: there\n"),
    ("K-260101-00002", "state: there\n"),
    ("C-260101-00001", "state: opened\nclient: K-260101-00009\ntone: loud\nteams: [attic]\nolder: x\n"),
    ("C-260101-00002", "state: opened\nclient: K-260101-00001\nblame:\n  - share: \"5\"\n"),
    ("C-260101-00003", "state: opened\nrules: 0123456789ab\nclient: K-260101-00001\n"),
    ("B-260101-00001", "state: there\nnumber: same\nclient: K-260101-00001\namount: \"100.00\"\n"),
    ("B-260101-00002", "state: there\nnumber: same\nclient: K-260101-00001\n"),
    ("R-260101-00001", "state: there\nnumber: RG202601-0007\n"),
    ("R-260101-00002", "state: there\nnumber: RG202601-0007\n"),
    ("S-260101-00001", "state: drafted\nclient: K-260101-00002\nbill: B-260101-00001\n"),
];

const MADE: &str = "history:\n  - at: 2026-01-01T09:00:00+08:00\n    by: ann\n    step: import\n";

/// The company's book in memory.
pub(super) struct Company {
    policy: &'static Policy,
    people: People,
    records: BTreeMap<Id, Record>,
    names: BTreeMap<String, Id>,
    now: Moment,
    drawn: Cell<u8>,
}

impl filter::Resolver for Company {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.records.get(id).map(Cow::Borrowed))
    }
    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        rolled(self, rollup, fields, id, self.now)
    }
}

impl Lookup for Company {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        let names =
            |record: &&Record| record.kind == kind && self.policy.refers(record, id) && !self.policy.is_void(record);
        Ok(self.records.values().filter(names).cloned().collect())
    }
    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        let dealt = |record: &&Record| {
            let kind = self.policy.kind(&record.kind).expect("the kind");
            let assignee = kind.assignee.and_then(|field| record.get(field)).and_then(Value::as_text);
            assignee == Some(person.as_str()) && kind.shape.class(&record.state) != Class::Closed
        };
        Ok(self.records.values().filter(dealt).cloned().collect())
    }
    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let key = unique.key(record);
        let alike = self.records.values().filter(|other| other.kind == record.kind && unique.key(other) == key);
        Ok(alike.cloned().collect())
    }
    fn every(&self, filter: &filter::Filter) -> Result<Option<Vec<Id>>, Unanswered> {
        let mut found = Vec::new();
        for record in self.records.values().filter(|record| record.kind == filter.kind()) {
            if filter.matches(record, self)? {
                found.push(record.id.clone());
            }
        }
        Ok(Some(found))
    }
    fn highest(&self, series: &str) -> Result<u64, Unanswered> {
        let numbered = |record: &Record| self.policy.kind(&record.kind)?.numbering.as_ref()?.counted(record);
        let of = self.records.values().filter_map(numbered).filter(|numbered| numbered.series == series);
        Ok(of.map(|numbered| numbered.count).max().unwrap_or_default())
    }
    fn published(&self, _: &Id) -> Result<bool, Unanswered> {
        Ok(false)
    }
    fn rules(&self, record: &Record) -> Result<Option<Arc<Policy>>, Unanswered> {
        Ok(record.rules.as_ref().map(|_| older()))
    }
    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        Ok(None)
    }
}

impl Ids for Company {
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id {
        let n = self.drawn.replace(self.drawn.get() + 1);
        Id::coded(prefix, date, [0, 0, 0, n / 32, n % 32]).expect("an id")
    }
}

impl Company {
    /// The company on a Monday morning.
    pub(super) fn new() -> Self {
        let policy = policy();
        let mut company = Company {
            policy,
            people: People::default(),
            records: BTreeMap::new(),
            names: BTreeMap::new(),
            now: parse_time("2026-03-02T09:00:00+08:00").expect("a time"),
            drawn: Cell::new(0),
        };
        let kind = policy.kind(STAFF).expect("the kind");
        for (name, fields) in PEOPLE {
            let mut values = Fields::new();
            for (field, value) in fields.split(' ').map(|given| company.given(&kind.shape, given)) {
                values.set(field, value.expect("a value"));
            }
            let id: Id = name.parse().expect("an id");
            let state = if *name == "fay" { "left" } else { "active" }.to_owned();
            let of = Record {
                id: id.clone(),
                kind: STAFF.into(),
                state,
                rules: None,
                fields: values,
                history: vec![],
                overruled: vec![],
            };
            company.names.insert((*name).to_owned(), id.clone());
            company.records.insert(id, of);
        }
        company.hire();
        for (name, text) in OLD {
            let id: Id = name.parse().expect("an id");
            let kind = policy.kind_of(&id).expect("the kind");
            let text = format!("id: {id}\nkind: {}\n{text}{MADE}", kind.name());
            let record = Record::read(text.as_bytes(), &id.path(&kind.shape.folder), &kind.shape);
            company.names.insert((*name).to_owned(), id.clone());
            company.records.insert(id, record.unwrap_or_else(|problems| panic!("{text}: {problems:?}")));
        }
        company
    }

    /// Reads the staff from their records.
    fn hire(&mut self) {
        let shape = &self.policy.kind(STAFF).expect("the kind").shape;
        let staff = self.records.values().filter(|record| record.kind == STAFF);
        self.people = People::of(staff, shape, &self.policy.roles);
    }

    /// Runs the lines of a script. A line `WHO: REQUEST; …` or `WHO/TYPIST: …` is one operation; `! CODE` after it
    /// means that it is refused. Other lines are `+1d`, `NAME is STATE`, `NAME.FIELD is VALUE` and `KIND is COUNT`.
    pub(super) fn play(&mut self, script: &str) -> Result<(), String> {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(days) = line.strip_prefix('+').and_then(|days| days.strip_suffix('d')) {
                self.now += TimeDelta::days(days.parse().expect("a number"));
                continue;
            }
            if let Some((what, wanted)) = line.split_once(" is ") {
                let is = self.what(what);
                if is != wanted {
                    return Err(format!("{line}: it is {is}"));
                }
                continue;
            }
            let (line, wanted) = line.split_once(" ! ").map_or((line, ""), |(line, code)| (line, code.trim()));
            let (who, requests) = line.split_once(": ").ok_or_else(|| format!("{line}: nobody"))?;
            let done = self.operate(who, requests);
            let said = done.as_ref().err().map_or("", |refusal| refusal.code());
            if said != wanted {
                return Err(format!("{line}: wanted {wanted:?}, got {done:?}"));
            }
        }
        Ok(())
    }

    /// The members of staff whom a deadline reminds.
    pub(super) fn pressed(&self, held: &Held) -> Vec<&str> {
        let (people, day) = (&self.people, self.now.date_naive());
        self.people.iter().map(|p| &p.id).filter(|id| held.is_for(id, people, day)).map(Id::as_str).collect()
    }

    fn operate(&mut self, who: &str, requests: &str) -> Result<(), Refusal> {
        let person = |name: &str| name.parse::<Id>().expect("an id");
        let (actor, typist) = who.split_once('/').unwrap_or((who, who));
        let actor = Actor { person: person(actor), typist: person(typist) };
        let mut names = self.names.clone();
        let changes = {
            let setting = Setting { policy: self.policy, people: &self.people, lookup: self, ids: self, now: self.now };
            let mut operation = Operation::new(setting);
            for request in requests.split("; ") {
                let mut words = request.split(' ');
                let (step, name) = (words.next().expect("a step"), words.next().expect("a name"));
                if step == IMPORT {
                    let kind = self.policy.kind(name).expect("the kind");
                    let name = words.next().expect("a name");
                    let id = self.import(&mut operation, kind, words, &actor)?;
                    names.insert(name.to_owned(), id);
                    continue;
                }
                let kind = self.policy.kind(step);
                let of = match kind {
                    Some(kind) => kind,
                    None => {
                        self.policy.kind_of(names.get(name).unwrap_or_else(|| panic!("no {name}"))).expect("the kind")
                    }
                };
                let mut asked = Request::new(kind.map_or(step, |kind| kind.first_step().name.as_str()), actor.clone());
                for word in words {
                    match word.split_once('=') {
                        Some(("#on", on)) => asked.on = Some(parse_time(on).expect("a time")),
                        Some(("#note", note)) => asked.note = Some(note.to_owned()),
                        _ => asked.set.push(self.given_of(&of.shape, word, &names)),
                    }
                }
                match (kind, step) {
                    (Some(kind), _) => {
                        let id = kind.shape.prefix.is_empty().then(|| person(name));
                        let id = operation.create(kind.name(), id, &asked)?;
                        names.insert(name.to_owned(), id);
                    }
                    (None, EDIT) => operation.edit(&names[name], &asked)?,
                    (None, _) => operation.advance(&names[name], &asked)?,
                }
            }
            operation.finish()
        };
        self.names = names;
        for change in changes {
            let (id, record) = (change.id().clone(), change.after());
            self.records.insert(id.clone(), record.clone());
            // a record that a step has opened is called by its kind and a number
            if self.names.values().all(|known| *known != id) {
                self.names.insert(format!("{}{}", record.kind, self.what(&record.kind)), id);
            }
        }
        self.hire();
        Ok(())
    }

    /// `import KIND NAME FIELD=VALUE #at=STATE@TIME #running=yes`.
    fn import<'w>(
        &self,
        operation: &mut Operation<'_>,
        kind: &Kind,
        words: impl Iterator<Item = &'w str>,
        actor: &Actor,
    ) -> Result<Id, Refusal> {
        let mut asked = Request::new(IMPORT, actor.clone());
        let mut arrival = Arrival { stages: Vec::new(), running: false };
        for word in words {
            match word.split_once('=') {
                Some(("#at", stage)) => {
                    let (state, at) = stage.split_once('@').expect("STATE@TIME");
                    arrival.stages.push((parse_time(at).expect("a time"), state.to_owned()));
                }
                Some(("#running", said)) => arrival.running = said == "yes",
                _ => asked.set.push(self.given(&kind.shape, word)),
            }
        }
        operation.import(kind.name(), None, &arrival, &asked)
    }

    fn given(&self, shape: &Shape, word: &str) -> (FieldId, Option<Value>) {
        self.given_of(shape, word, &self.names)
    }

    fn given_of(&self, shape: &Shape, word: &str, names: &BTreeMap<String, Id>) -> (FieldId, Option<Value>) {
        let (name, text) = word.split_once('=').unwrap_or_else(|| panic!("{word}"));
        let (field, declared) = shape.find(name).unwrap_or_else(|| panic!("{} has no field {name}", shape.name));
        let given = match text {
            "" => None,
            "''" => Some(Value::Text(String::new())),
            text => Some(value(&declared.ty, text, names)),
        };
        (field, given)
    }

    /// The state of a deadline's last run.
    fn stands(&self, record: &Record, deadline: &str) -> String {
        let standings =
            deadlines(self.policy, self.policy, &self.people, record, self, self.now).expect("the deadlines");
        let of = standings.iter().find(|standing| standing.deadline.name == deadline);
        let last = of.and_then(|standing| standing.runs.last()).map(|run| (run.outcome, run.is_running()));
        match last {
            None => "-",
            Some((Outcome::Breached, _)) => "breached",
            Some((_, true)) => "open",
            Some((_, false)) => "ended",
        }
        .to_owned()
    }

    fn what(&self, what: &str) -> String {
        let (name, field) = what.split_once('.').unwrap_or((what, ""));
        let old = || name.parse().ok().and_then(|id: Id| self.records.get(&id));
        let Some(record) = self.names.get(name).and_then(|id| self.records.get(id)).or_else(old) else {
            let since = |record: &&Record| record.kind == name && OLD.iter().all(|(old, _)| *old != record.id.as_str());
            return self.records.values().filter(since).count().to_string();
        };
        let shape = &self.policy.kind(&record.kind).expect("the kind").shape;
        let last = record.history.last();
        match field {
            "" => record.state.clone(),
            "hands" => last.into_iter().flat_map(|event| event.people()).map(Id::as_str).collect::<Vec<_>>().join(" "),
            "step" => last.map(|event| event.step.clone()).unwrap_or_default(),
            "holds" => {
                told(last.into_iter().flat_map(|event| &event.holds).map(|(name, holds)| format!("{name}={holds}")))
            }
            "holders" => {
                let (policy, people) = (self.policy, &self.people);
                let standings = deadlines(policy, policy, people, record, self, self.now).expect("deadlines");
                let stored = standings.shared_running().map(|standing| standing.held.stored());
                told(stored.map(|held| if held.is_empty() { "-".to_owned() } else { held }))
            }
            "was" => told(last.into_iter().flat_map(|event| &event.was).map(|(name, _)| name.clone())),
            deadline if self.policy.kind(&record.kind).is_some_and(|kind| kind.deadline(deadline).is_some()) => {
                self.stands(record, deadline)
            }
            rollup if self.policy.kind(&record.kind).is_some_and(|kind| kind.find_rollup(rollup).is_some()) => {
                let rollup = self.policy.kind(&record.kind).and_then(|kind| kind.find_rollup(rollup)).expect("it");
                let value =
                    filter::Resolver::rollup(self, rollup, &record.fields, Some(&record.id)).expect("an answer");
                value.and_then(|value| value.stored()).unwrap_or_else(|| "-".to_owned())
            }
            _ => record.fields.named(shape, field).and_then(Value::stored).unwrap_or_else(|| "-".to_owned()),
        }
    }
}

/// Words separated by spaces; `-` for none.
fn told(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    if words.is_empty() { "-".to_owned() } else { words.join(" ") }
}

/// A value in the notation of scripts: a list of groups is `a:1/b:2|a:3`, records have their names.
fn value(ty: &Type, text: &str, names: &BTreeMap<String, Id>) -> Value {
    match ty {
        Type::List(element) => match &**element {
            Type::Group(shape) => {
                let line = |line: &str| {
                    let mut fields = Fields::new();
                    for (name, text) in line.split('/').filter_map(|part| part.split_once(':')) {
                        let (field, declared) = shape.find(name).unwrap_or_else(|| panic!("no field {name}"));
                        fields.set(field, value(&declared.ty, text, names));
                    }
                    Value::Group(fields)
                };
                Value::List(text.split('|').map(line).collect())
            }
            element => Value::List(text.split(',').map(|text| value(element, text, names)).collect()),
        },
        Type::Ref(_) => Value::Ref(names.get(text).cloned().unwrap_or_else(|| text.parse().expect("an id"))),
        ty => Value::from_stored(ty, text).unwrap_or_else(|error| panic!("{text}: {error}")),
    }
}

//! What must hold for every write, taken only from the duties: who may take a step, whom four eyes bar, in which
//! order, and up to what amount (CP7, CP9, CP10, CP12, GP1). Also, events must record everything that changed.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use redress::lifecycle::Change;
use redress::policy::Policy;
use redress::record::{Event, Fields, Id, Record, Shape, Type, Value};
use rust_decimal::Decimal;

use super::staff::Staff;
use super::table::{BEFORE, CLERKS, INSTEAD, LEVELS, MANAGEMENT, REMINDERS, RULES, Rule, SECOND, SILENCE};
use crate::book::Book;

/// What the book contains, and who works there.
pub(super) struct Oracle<'w> {
    pub(super) policy: &'w Policy,
    pub(super) staff: &'w Staff,
    pub(super) book: &'w Book,
}

/// The person who acts: the principal, if a deputy acts.
pub(super) fn acting(event: &Event) -> &str {
    event.for_.as_ref().unwrap_or(&event.by).as_str()
}

fn hands(event: &Event) -> BTreeSet<&str> {
    [Some(&event.by), event.for_.as_ref(), event.entered.as_ref()].into_iter().flatten().map(Id::as_str).collect()
}

/// The lines of a list of groups as names and values.
pub(super) fn lines<'r>(record: &'r Record, shape: &Shape, list: &str) -> Vec<Vec<(String, &'r Value)>> {
    let (_, field) = shape.find(list).expect("the list");
    let Type::Group(inner) = field.ty.element() else { panic!("{list} is a list of groups") };
    let line = |line: &'r Value| match line {
        Value::Group(fields) => fields.iter().map(|(id, value)| (inner.field(id).name.clone(), value)).collect(),
        _ => Vec::new(),
    };
    record.fields.named(shape, list).map(Value::elements).unwrap_or_default().iter().map(line).collect()
}

pub(super) fn of_line<'v>(line: &[(String, &'v Value)], name: &str) -> Option<&'v Value> {
    line.iter().find(|(own, _)| own == name).map(|(_, value)| *value)
}

pub(super) fn number(value: Option<&Value>) -> Decimal {
    match value {
        Some(Value::Money(number) | Value::Decimal(number)) => *number,
        _ => Decimal::ZERO,
    }
}

/// The departments that are concerned in a case: those charged with it, and those named as concerned.
pub(super) fn concerned(record: &Record, shape: &Shape) -> BTreeSet<String> {
    let charged = lines(record, shape, "responsible");
    let charged = charged.iter().filter_map(|line| of_line(line, "department")).collect::<Vec<_>>();
    let named = record.fields.named(shape, "departments").map(Value::elements).unwrap_or_default();
    charged.into_iter().chain(named).filter_map(Value::as_text).map(str::to_owned).collect()
}

/// Where the record last reached a state by going on, not by the end of an interruption.
fn entered(history: &[Event], state: &str) -> usize {
    history.iter().rposition(|e| e.to.as_deref() == Some(state) && e.step != "resume").unwrap_or(0)
}

impl Oracle<'_> {
    pub(super) fn shape(&self, kind: &str) -> &Shape {
        &self.policy.kind(kind).expect("the kind").shape
    }

    /// Checks everything about one record that an operation has changed.
    pub(super) fn check(&self, change: &Change) {
        let after = change.after();
        self.told(change);
        let begun = change.before().map_or(0, |before| before.history.len());
        for i in begun..after.history.len() {
            let event = &after.history[i];
            let said = after.history[..i].iter().rev().find_map(|event| event.to.as_deref());
            if let Some(rule) = self.rule(after, event, said) {
                self.way(after, i, rule);
                if event.via.is_none() {
                    let fields = change.before().map_or(&after.fields, |before| &before.fields);
                    self.may(&Case { record: after, fields, past: &after.history[..i], event, rule });
                }
            }
            match event.to.as_deref().filter(|_| after.kind == "complaint") {
                Some("closed") => self.closed(after),
                Some("refused") => self.refused(after),
                _ => {}
            }
            if after.kind == "callback" && event.step == "give-up" {
                self.given_up(after);
            }
        }
        if let Some(before) = change.before() {
            self.sealed(before, after);
        }
    }

    /// A client is given up after three attempts on two days, since the callback was planned or tried again.
    fn given_up(&self, record: &Record) {
        let planned = record.history[entered(&record.history, "planned")].at;
        let attempts = lines(record, self.shape("callback"), "attempts");
        let times = attempts.iter().filter_map(|line| match of_line(line, "at") {
            Some(Value::Time(at)) if *at >= planned => Some(*at),
            _ => None,
        });
        let times: Vec<_> = times.collect();
        let days: BTreeSet<NaiveDate> =
            times.iter().map(|at| at.with_timezone(&planned.timezone()).date_naive()).collect();
        assert!(times.len() >= 3 && days.len() >= 2, "{}: given up after {} attempts", record.id, times.len());
    }

    /// The events record what changed: the state, the fields, and in which order.
    fn told(&self, change: &Change) {
        let (after, shape) = (change.after(), self.shape(&change.after().kind));
        let said = after.history.iter().rev().find_map(|event| event.to.as_deref());
        assert_eq!(said, Some(after.state.as_str()), "{} is what its events say", after.id);
        assert!(after.history.windows(2).all(|two| two[0].at <= two[1].at), "{}: time runs forward", after.id);
        let none = Fields::new();
        let fields = change.before().map_or(&none, |before| &before.fields);
        if let Some(before) = change.before() {
            assert_eq!(after.history[..before.history.len()], before.history, "{}: the past stays", after.id);
        }
        let changed: BTreeSet<&str> = shape
            .handles()
            .filter(|(field, _)| fields.get(*field) != after.fields.get(*field))
            .map(|(_, field)| field.name.as_str())
            .collect();
        let named: BTreeSet<&str> = change.events().iter().flat_map(|e| e.set.iter().map(String::as_str)).collect();
        match change.events() {
            [_] => assert_eq!(named, changed, "{}: an event names what it set", after.id),
            _ => assert!(named.is_superset(&changed), "{}: nothing changes without an event", after.id),
        }
    }

    fn rule(&self, record: &Record, event: &Event, state: Option<&str>) -> Option<&'static Rule> {
        let mut of = RULES.iter().filter(|rule| rule.kind == record.kind).peekable();
        of.peek()?;
        if state.is_none() && event.via.is_some() {
            return None; // opened by another's step
        }
        let fits = |rule: &&Rule| rule.from.is_empty() || state.is_some_and(|state| rule.from.contains(&state));
        let found = of.find(|rule| rule.step == event.step && fits(rule));
        Some(found.unwrap_or_else(|| panic!("{}: {} does not lead from {state:?}", record.id, event.step)))
    }

    /// From where to where, and what must have come before.
    fn way(&self, record: &Record, i: usize, rule: &Rule) {
        let (event, past) = (&record.history[i], &record.history[..i]);
        match event.to.as_deref() {
            Some(to) => assert!(rule.to.contains(&to), "{}: {} leads to {to}", record.id, event.step),
            None => {
                let stays = rule.to.is_empty() || event.step == "correct";
                assert!(stays, "{}: {} leads nowhere", record.id, event.step);
            }
        }
        if event.step == "resume" {
            let waited = entered(past, "waiting-client");
            let before = past[..waited].iter().rev().find_map(|event| event.to.as_deref());
            assert_eq!(event.to.as_deref(), before, "{}: it goes on where it stood", record.id);
        }
        let category = record.fields.named(self.shape(&record.kind), "category").and_then(Value::as_text);
        for (kind, step, since, of, steps) in BEFORE {
            let asked = of.is_none() || *of == category;
            if asked
                && *kind == record.kind
                && *step == event.step
                && past.iter().any(|e| e.to.as_deref() == Some(*since))
            {
                let done = &past[entered(past, since)..];
                for needed in *steps {
                    assert!(done.iter().any(|e| e.step == *needed), "{}: {step} without {needed}", record.id);
                }
            }
        }
        if ["remind", "lapse"].contains(&event.step.as_str()) {
            self.silent(record, event, past);
        }
        if let Some((id, step)) = event.via.as_deref().and_then(|via| via.split_once('#')) {
            let cause = &self.book.0[&id.parse::<Id>().expect("an id")];
            let caused = cause.history.iter().any(|other| other.step == step && other.at == event.at);
            assert!(caused, "{}: {} follows from {id}#{step}", record.id, event.step);
        }
    }

    /// The client has been silent for this many working days, and was reminded this often, before the case lapses.
    fn silent(&self, record: &Record, event: &Event, past: &[Event]) {
        let waited = past.iter().rposition(|e| e.to.as_deref() == Some("waiting-client")).expect("it waits");
        let asked: Vec<&Event> = past[waited..].iter().filter(|e| e.to.is_some() || e.step == "remind").collect();
        let last = asked.last().expect("it waits").at.date_naive();
        let close = NaiveTime::from_hms_opt(17, 30, 0).expect("a time");
        let over = |day: &NaiveDate| day.and_time(close) < event.at.naive_local();
        let calendar = self.policy.calendars.default();
        let days = last.iter_days().skip(1).take_while(over).filter(|day| calendar.is_workday(*day) == Ok(true));
        assert!(days.count() >= SILENCE, "{}: {} too soon at {} after {last}", record.id, event.step, event.at);
        let reminded = asked.len() - 1;
        assert!(event.step == "remind" || reminded >= REMINDERS, "{}: reminded {reminded} times", record.id);
    }

    /// Who may take it, who may type it, and who may not for four eyes.
    fn may(&self, case: &Case<'_>) {
        let Case { record, event, rule, past, .. } = case;
        let day = event.noted.unwrap_or(event.at).date_naive();
        let at =
            format!("{} {} by {:?} for {:?} typed by {:?}", record.id, event.step, event.by, event.for_, event.entered);
        if let Some(principal) = &event.for_ {
            assert!(self.staff.stands_in(event.by.as_str(), principal.as_str(), day), "{at}: no deputy that day");
        }
        if let Some(typist) = &event.entered {
            let step = format!("{}:{}", record.kind, event.step);
            let clerk = CLERKS
                .iter()
                .any(|(role, steps)| steps.contains(&step.as_str()) && self.staff.has_role(typist.as_str(), role, day));
            assert!(clerk, "{at}: not to be typed for others");
        }
        let entitled =
            |person: &str| rule.by.is_empty() || rule.by.iter().any(|who| self.entitled(case, person, who, day));
        let barred = self.barred(case);
        assert!(hands(event).iter().all(|person| !barred.contains(*person)), "{at}: barred: {barred:?}");
        let authority = rule.by == ["authority"];
        if !authority && !entitled(acting(event)) {
            // nobody who wrote an agreed answer checks it, whichever step they took
            let wrote = past.iter().filter(|e| event.step == "check" && e.set.iter().any(|set| set == "answer"));
            let kept = wrote.flat_map(hands).map(str::to_owned).chain(barred.iter().cloned()).collect();
            assert!(self.stands_in(case, &kept, day, &entitled), "{at}: not entitled");
        }
        if matches!(
            (record.kind.as_str(), event.step.as_str()),
            ("return" | "allowance", "approve") | ("task", "assign") if record.kind != "task" || past.is_empty()
        ) {
            self.covered(record, event);
        }
        let held = record.kind == "return" && event.step == "instruct" && event.to.is_some();
        if held && self.takes_more(record) {
            self.covered(record, event);
        }
        if authority {
            let lowest = self.lowest(record, true);
            let decides = |person: &str| self.person_has_level(person, lowest, day);
            let instead = !decides(acting(event)) && self.stands_in(case, &barred, day, &decides);
            assert!(instead || decides(acting(event)), "{at}: no level to decide");
            if event.step == "decide" {
                let approved = past.iter().rfind(|event| event.step == "approve").expect("an approval");
                self.decided(record, approved, event);
                self.ordered(record, event);
            }
        }
        if event.step == "attribute" {
            self.attended(record, day);
        }
        if event.step == "void" {
            self.voided(case, &at);
        }
        if event.step == "correct" {
            let gives = |person: &str| self.staff.has_role(person, "warehouse", day);
            let stands_in = |role: &&str| self.staff.has_role(acting(event), role, day);
            assert!(
                gives(acting(event)) || ["gm-office", "vice-president", "gm"].iter().any(stands_in),
                "{at}: not the warehouse's"
            );
        }
        if event.step == "verify" || event.step == "close" {
            for other in self.book.naming(&record.id) {
                let open = match other.kind.as_str() {
                    "task" => !["checked", "cancelled"].contains(&other.state.as_str()),
                    "return" | "allowance" => !["settled", "void", "cancelled"].contains(&other.state.as_str()),
                    _ => false,
                };
                assert!(!open || record.kind != "complaint", "{at}: {} is not carried out", other.id);
            }
        }
    }

    /// A void record is named by no record that counts, except tasks that tell people of it. A second person voids it
    /// once something has come of it.
    fn voided(&self, case: &Case<'_>, at: &str) {
        let Case { record, event, past, .. } = case;
        let told = format!("{}#void", record.id);
        for other in self.book.naming(&record.id) {
            assert_eq!(other.history[0].via.as_deref(), Some(told.as_str()), "{at}: {} names it", other.id);
        }
        let (_, second) = SECOND.iter().find(|(kind, _)| *kind == record.kind).expect("the kind");
        if past.iter().any(|event| second.contains(&event.step.as_str())) {
            let took: BTreeSet<&str> = past.iter().filter(|event| event.via.is_none()).flat_map(hands).collect();
            assert!(hands(event).iter().all(|person| !took.contains(person)), "{at}: took part: {took:?}");
        }
    }

    /// The GM office has confirmed responsibility with production, quality management, R&D and the heads of the
    /// departments concerned, or with their deputies (RL5), and the measures of the case have a date.
    fn attended(&self, record: &Record, day: NaiveDate) {
        let shape = self.shape("complaint");
        let present = lines(record, shape, "present");
        let mut wanted = concerned(record, shape);
        wanted.extend(["production", "qm", "rd"].map(str::to_owned));
        for department in &wanted {
            let of = present.iter().filter(|line| {
                of_line(line, "department").and_then(Value::as_text).is_some_and(|own| own == department)
            });
            let people: Vec<&str> = of.filter_map(|line| of_line(line, "person")?.as_text()).collect();
            let heads = self.staff.heads(department, day);
            let is_head = |person: &str| {
                heads.iter().any(|head| head.id == person || self.staff.stands_in(person, &head.id, day))
            };
            let asked = concerned(record, shape).contains(department) && !heads.is_empty();
            let there = if asked { people.iter().any(|person| is_head(person)) } else { !people.is_empty() };
            assert!(there, "{}: {department} took no part: {people:?}", record.id);
        }
        for form in self.forms(record) {
            for measure in self.book.naming(&form.id).filter(|other| other.kind == "measure") {
                let under_way = ["drafted", "open"].contains(&measure.state.as_str());
                let dated = measure.fields.named(self.shape("measure"), "due").is_some();
                assert!(!under_way || dated, "{}: {} has no date", record.id, measure.id);
            }
        }
    }

    /// Whether a rule lets this person take a step.
    fn entitled(&self, case: &Case<'_>, person: &str, who: &str, day: NaiveDate) -> bool {
        match who.split_once(':') {
            None if who == "authority" => true,
            None => self.staff.has_role(person, who, day),
            Some(("step", step)) => {
                let took = |event: &Event| {
                    [Some(&event.by), event.for_.as_ref()].into_iter().flatten().any(|id| id.as_str() == person)
                };
                case.past.iter().any(|event| event.step == step && took(event))
            }
            Some(("field", field)) => self.named(case, field).contains(person),
            Some((_, field)) => self.departments(case, field).contains(self.staff.worker(person).department),
        }
    }

    /// The people whom a complaint is about, or charges.
    pub(super) fn charged(&self, record: &Record) -> BTreeSet<String> {
        if record.kind != "complaint" {
            return BTreeSet::new();
        }
        let event = record.history.last().expect("an event");
        let case = Case { record, fields: &record.fields, past: &record.history, event, rule: &RULES[0] };
        ["about", "responsible"].iter().flat_map(|field| self.named(&case, field)).collect()
    }

    /// Everybody who may not take a step for four eyes.
    fn barred(&self, case: &Case<'_>) -> BTreeSet<String> {
        let mut barred = BTreeSet::new();
        for eyes in case.rule.eyes {
            match eyes.split_once(':') {
                // quality management investigates a case given to itself, by those of its people who are not charged
                Some(("department", field)) => {
                    let closed = self.named(case, field);
                    let of = |department: &str| department != "qm" && closed.contains(department);
                    let staff = self.staff.0.iter().filter(|worker| of(worker.department));
                    barred.extend(staff.map(|worker| worker.id.clone()));
                }
                Some((_, field)) => barred.extend(self.named(case, field)),
                None => {
                    let last = case.past.iter().rfind(|event| event.step == *eyes);
                    barred.extend(last.into_iter().flat_map(hands).map(str::to_owned));
                }
            }
        }
        barred
    }

    /// Whether nobody who may take a step is free to, and the person who took it is one of those who then go on.
    fn stands_in(
        &self,
        case: &Case<'_>,
        barred: &BTreeSet<String>,
        day: NaiveDate,
        may: &dyn Fn(&str) -> bool,
    ) -> bool {
        if case.record.kind != "complaint" {
            return false;
        }
        let free = |may: &dyn Fn(&str) -> bool| {
            self.staff.0.iter().any(|worker| {
                let principals = self
                    .staff
                    .0
                    .iter()
                    .filter(|one| one.id == worker.id || self.staff.stands_in(&worker.id, &one.id, day));
                let able = |one: &super::staff::Worker| may(&one.id) && !barred.contains(&one.id);
                !barred.contains(&worker.id) && principals.into_iter().any(able)
            })
        };
        let of = INSTEAD.iter().find(|(step, _)| *step == case.event.step);
        let roles = of.map_or(MANAGEMENT, |(_, roles)| *roles).iter();
        let first = roles.copied().find(|role| free(&|person: &str| self.staff.has_role(person, role, day)));
        !free(may) && first.is_some_and(|role| self.staff.has_role(acting(case.event), role, day))
    }

    /// Departments that a field names, also in the lines of a list, as it was before the step.
    fn departments(&self, case: &Case<'_>, field: &str) -> BTreeSet<String> {
        let (id, declared) = self.shape(&case.record.kind).find(field).expect("the field");
        let lines = case.fields.get(id).map(Value::elements).unwrap_or_default().iter();
        match declared.ty.element() {
            Type::Group(shape) => {
                let of = |line: &Value| -> Vec<String> {
                    let Value::Group(line) = line else { return Vec::new() };
                    let named = line.iter().filter(|(id, _)| shape.field(*id).ty == Type::Department);
                    named.filter_map(|(_, value)| value.as_text().map(str::to_owned)).collect()
                };
                lines.flat_map(of).collect()
            }
            _ => self.named(case, field),
        }
    }

    /// Persons and departments that a field names, as it was before the step.
    fn named(&self, case: &Case<'_>, field: &str) -> BTreeSet<String> {
        fn texts(value: &Value, ty: &Type, into: &mut BTreeSet<String>) {
            match (value, ty.element()) {
                (Value::List(values), _) => values.iter().for_each(|value| texts(value, ty, into)),
                (Value::Group(fields), Type::Group(shape)) => {
                    let persons = fields.iter().filter(|(id, _)| shape.field(*id).ty == Type::Person);
                    persons.for_each(|(_, value)| texts(value, &Type::Person, into));
                }
                (value, _) => into.extend(value.as_text().map(str::to_owned)),
            }
        }
        let mut found = BTreeSet::new();
        if let Some((through, field)) = field.split_once('.') {
            let (id, _) = self.shape(&case.record.kind).find(through).expect("the field");
            let Some(Value::Ref(other)) = case.fields.get(id) else { return found };
            let other = &self.book.0[other];
            if let Some((id, declared)) = self.shape(&other.kind).find(field) {
                other.fields.get(id).into_iter().for_each(|value| texts(value, &declared.ty, &mut found));
            }
            return found;
        }
        let (id, declared) = self.shape(&case.record.kind).find(field).expect("the field");
        case.fields.get(id).into_iter().for_each(|value| texts(value, &declared.ty, &mut found));
        found
    }

    /// The forms of the case, including the record's own.
    pub(super) fn forms(&self, record: &Record) -> Vec<&Record> {
        let shape = self.shape("complaint");
        let mut ids: BTreeSet<&Id> = BTreeSet::from([&record.id]);
        loop {
            let before = ids.len();
            let counts = |other: &&Record| other.state != "void" || other.id == record.id;
            for other in self.book.0.values().filter(|other| other.kind == "complaint").filter(counts) {
                if let Some(Value::Ref(original)) = other.fields.named(shape, "original")
                    && (ids.contains(original) || ids.contains(&other.id))
                {
                    ids.extend([original, &other.id]);
                }
            }
            if ids.len() == before {
                return ids.into_iter().map(|id| &self.book.0[id]).collect();
            }
        }
    }

    /// The lowest level that decides on this amount.
    pub(super) fn level(sum: Decimal, compensation: bool) -> usize {
        let fits = |(_, limit, also): &(&str, Option<i64>, bool)| {
            limit.is_none_or(|limit| sum <= Decimal::from(limit)) && (*also || !compensation)
        };
        LEVELS.iter().position(fits).expect("the highest decides on anything")
    }

    pub(super) fn has_level(&self, event: &Event, lowest: usize) -> bool {
        self.person_has_level(acting(event), lowest, event.noted.unwrap_or(event.at).date_naive())
    }

    fn person_has_level(&self, person: &str, lowest: usize, day: NaiveDate) -> bool {
        LEVELS[lowest.min(LEVELS.len() - 1)..].iter().any(|(role, _, _)| self.staff.has_role(person, role, day))
    }
}

/// A step as it was taken.
struct Case<'c> {
    record: &'c Record,
    /// The fields before it.
    fields: &'c Fields,
    /// The events before it.
    past: &'c [Event],
    event: &'c Event,
    rule: &'c Rule,
}

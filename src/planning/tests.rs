//! Rhythm, capacity, working days, filters and second runs, with the default preset.

mod notices;
mod recurring;
mod sanctions;

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Plan, Question, callbacks};
use crate::calendar::Period;
use crate::filter::{self, Flag, Unanswered};
use crate::kind::Balance;
use crate::lifecycle::Lookup;
use crate::policy::preset::Preset;
use crate::policy::tests::{loaded, replaced, sources_of};
use crate::policy::{People, Policy, STAFF};
use crate::record::{Event, Fields, Id, Record, Type, Value, parse_time};

struct Keys(Vec<String>);

impl filter::Resolver for Keys {
    fn record(&self, _: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(None)
    }
    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Lookup for Keys {
    fn linked(&self, _: &Id, _: &str) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }
    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }
    fn alike(&self, _: &crate::kind::Unique, _: &Record) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }

    fn highest(&self, _: &str) -> Result<u64, Unanswered> {
        Ok(0)
    }

    fn published(&self, _: &Id) -> Result<bool, Unanswered> {
        Ok(false)
    }

    fn by_key(&self, key: &str) -> Result<Option<Id>, Unanswered> {
        Ok(self.0.iter().any(|known| known == key).then(|| "B-261101-00000".parse().unwrap()))
    }
}

struct World {
    policy: Policy,
    staff: Vec<Record>,
    clients: Vec<Record>,
    callbacks: Vec<Record>,
    /// Inquiries, which campaigns can follow.
    others: Vec<Record>,
    keys: Keys,
    per_person: Option<u64>,
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl World {
    fn new() -> Self {
        World::with(&[])
    }

    /// The default preset with parts of the campaigns replaced.
    fn with(pieces: &[(&str, &str)]) -> Self {
        let policy = loaded(&replaced(sources_of(Preset::DEFAULT), "policy/callbacks.toml", pieces));
        World {
            policy,
            staff: vec![],
            clients: vec![],
            callbacks: vec![],
            others: vec![],
            keys: Keys(vec![]),
            per_person: None,
        }
    }

    fn record(&self, kind: &str, id: &str, state: &str, on: &str, set: &[(&str, &str)]) -> Record {
        let shape = &self.policy.kind(kind).unwrap().shape;
        let mut fields = Fields::new();
        for (name, text) in set {
            let (field, declared) = shape.find(name).unwrap();
            fields.set(field, Value::from_stored(&declared.ty, text).unwrap());
        }
        let at = parse_time(&format!("{on}T10:00:00+08:00")).unwrap();
        let event = Event { to: Some(state.to_owned()), ..Event::new(at, "li.na".parse().unwrap(), "step") };
        let id = id.parse().unwrap();
        Record {
            id,
            kind: kind.into(),
            state: state.into(),
            rules: None,
            fields,
            history: vec![event],
            overruled: Vec::new(),
        }
    }

    fn client(&mut self, n: usize, grade: &str, owner: &str, on: &str) {
        let mut set = vec![("name", "x"), ("grade", grade)];
        set.extend((!owner.is_empty()).then_some(("owner", owner)));
        let client = self.record("client", &format!("K-250101-{n:05}"), "active", on, &set);
        self.clients.push(client);
    }

    fn callback(&mut self, n: usize, client: usize, state: &str, on: &str, set: &[(&str, &str)]) {
        let client = format!("K-250101-0000{client}");
        let set: Vec<_> = [("client", client.as_str())].into_iter().chain(set.iter().copied()).collect();
        let callback = self.record("callback", &format!("B-250101-0000{n}"), state, on, &set);
        self.callbacks.push(callback);
    }

    fn person(&mut self, id: &str, capacity: &str, until: Option<&str>) {
        let set = [("name", id), ("capacity", capacity)];
        let set = if capacity.is_empty() { &set[..1] } else { &set };
        let mut person = self.record(STAFF, id, "active", "2025-01-01", set);
        let shape = &self.policy.kind(STAFF).unwrap().shape;
        person.fields.set(shape.field_id("roles").unwrap(), self.role(until));
        self.staff.push(person);
    }

    /// The role of the people who call, until a day.
    fn role(&self, until: Option<&str>) -> Value {
        let (_, declared) = self.policy.kind(STAFF).unwrap().shape.find("roles").unwrap();
        let Type::Group(group) = declared.ty.element() else { panic!("roles are groups") };
        let mut tenure = Fields::new();
        tenure.set(group.field_id("role").unwrap(), Value::Text("cs-specialist".into()));
        if let Some(until) = until {
            tenure.set(group.field_id("until").unwrap(), Value::Date(date(until)));
        }
        Value::List(vec![Value::Group(tenure)])
    }

    /// Each callback as `client due assignee campaign`, and the number of those without room.
    fn plan(&self, period: &str, today: &str) -> (Vec<String>, usize) {
        let shape = &self.policy.kind(STAFF).unwrap().shape;
        let people = People::of(&self.staff, shape, &self.policy.roles);
        let period = Period::parse(period, date(today)).unwrap();
        let records = BTreeMap::from([
            ("callback".to_owned(), self.callbacks.clone()),
            ("inquiry".to_owned(), self.others.clone()),
        ]);
        let question = Question {
            policy: &self.policy,
            calendar: self.policy.calendars.default(),
            people: &people,
            lookup: &self.keys,
            period: &period,
            today: date(today),
            per_person: self.per_person,
            clients: &self.clients,
            records: &records,
        };
        let Plan { planned, left, .. } = callbacks(&question).unwrap();
        let line = |planned: &super::Planned<'_>| {
            let who = planned.assignee.as_ref().map_or("-", Id::as_str);
            let client = &planned.client.as_str()[13..];
            format!("{client} {} {who} {}", planned.due.format("%m-%d"), planned.campaign.name)
        };
        (planned.iter().map(line).collect(), left.len())
    }
}

#[test]
fn the_cadence_counts_from_the_last_callback_or_from_registration() {
    let mut world = World::new();
    world.person("li.na", "10", None);
    world.client(1, "key", "", "2026-10-13"); // a month later: Friday 13 November
    world.client(2, "B", "", "2026-10-13"); // a quarter later: not in November
    world.client(3, "B", "", "2025-01-01");
    world.callback(3, 3, "recorded", "2026-08-20", &[("campaign", "regular"), ("reason", "routine")]);
    world.client(4, "A", "", "2025-01-01");
    world.callback(4, 4, "recorded", "2026-10-05", &[("reason", "routine")]); // made by hand, for the same reason
    world.client(5, "A", "", "2025-01-01");
    world.callback(5, 5, "recorded", "2026-10-30", &[("reason", "complaint")]); // another subject
    world.client(6, "A", "", "2025-01-01");
    world.callback(6, 6, "cancelled", "2026-10-30", &[("campaign", "key-accounts")]); // never called
    world.client(7, "A", "", "2025-01-01");
    world.callback(7, 7, "planned", "2026-10-30", &[("campaign", "key-accounts")]); // still open
    world.client(8, "A", "", "2025-01-01");
    world.callback(8, 8, "recorded", "2026-09-01", &[("campaign", "key-accounts")]); // not the latest one
    world.callback(9, 8, "recorded", "2026-10-31", &[("campaign", "key-accounts")]); // the last day of a month
    world.client(9, "A", "", "2026-11-01"); // due on 1 December
    let expected = [
        "5 11-02 li.na key-accounts",
        "6 11-02 li.na key-accounts",
        "4 11-05 li.na key-accounts",
        "1 11-13 li.na key-accounts",
        "3 11-20 li.na regular",
        "8 11-30 li.na key-accounts",
    ];
    assert_eq!(world.plan("2026-11", "2026-11-01"), (expected.map(str::to_owned).to_vec(), 0));
}

#[test]
fn nothing_falls_on_holidays_before_today_or_outside_the_period() {
    let mut world = World::new();
    world.person("li.na", "10", None);
    world.client(1, "key", "", "2026-09-02"); // due on 2 October, a holiday
    world.client(2, "key", "", "2026-09-30"); // due on Friday 30 October
    world.client(3, "key", "", "2026-08-31"); // due on 30 September, before the period
    let plan = world.plan("2026-10", "2026-09-20").0;
    assert_eq!(plan, ["1 10-08 li.na key-accounts", "3 10-08 li.na key-accounts", "2 10-30 li.na key-accounts"]);
    let late = world.plan("2026-10", "2026-10-28").0;
    assert_eq!(late, ["1 10-28 li.na key-accounts", "3 10-28 li.na key-accounts", "2 10-30 li.na key-accounts"]);
    // Due on Saturday 31 October: moved to the last working day before it.
    world.clients.clear();
    world.client(4, "B", "", "2026-07-31");
    assert_eq!(world.plan("2026-10", "2026-10-01").0, ["4 10-30 li.na regular"]);
}

#[test]
fn owners_come_first_and_others_share_by_capacity_and_open_work() {
    let mut world = World::new();
    for (person, capacity, until) in
        [("a", "10", None), ("b", "20", None), ("c", "0", None), ("d", "10", Some("2026-10-31"))]
    {
        world.person(person, capacity, until);
    }
    let mut gone = world.record(STAFF, "e", "left", "2025-01-01", &[("name", "e"), ("capacity", "99")]);
    gone.fields.set(world.policy.kind(STAFF).unwrap().shape.field_id("roles").unwrap(), world.role(None));
    world.staff.push(gone);
    (1..=6).for_each(|n| world.client(n, "key", "", "2025-01-01"));
    world.client(7, "key", "a", "2025-01-01");
    world.client(8, "key", "d", "2025-01-01"); // whose role has ended
    let share = |world: &World, who: &str| {
        let plan = world.plan("2026-11", "2026-11-01").0;
        plan.iter().filter(|line| line.split(' ').nth(2) == Some(who)).count()
    };
    // equal numbers first; in proportion to capacity if the policy says so
    assert_eq!(["a", "b", "c", "d", "e"].map(|who| share(&world, who)), [4, 4, 0, 0, 0]);
    world.policy.callbacks.balance = Balance::Proportional;
    assert_eq!(["a", "b", "c", "d", "e"].map(|who| share(&world, who)), [3, 5, 0, 0, 0]);
    assert!(world.plan("2026-11", "2026-11-01").0.iter().any(|line| line.starts_with("7 ") && line.contains(" a ")));
    // Ten open callbacks of b count.
    for n in 0..9 {
        world.callback(
            n,
            9,
            "planned",
            "2026-10-01",
            &[("reason", "service"), ("assignee", "b"), ("due", "2026-10-09")],
        );
    }
    assert!(share(&world, "a") > share(&world, "b"));
}

#[test]
fn whoever_has_no_capacity_counts_with_the_mean_and_whoever_has_none_left_gets_nothing() {
    let mut world = World::with(&[("balance = \"even\"", "balance = \"proportional\"")]);
    for (person, capacity) in [("a", "10"), ("b", "30"), ("n", ""), ("z", "0")] {
        world.person(person, capacity, None);
    }
    (0..12).for_each(|n| world.client(n, "key", "", "2025-01-01"));
    let plan = world.plan("2026-11", "2026-11-01").0;
    let share = |who: &str| plan.iter().filter(|line| line.split(' ').nth(2) == Some(who)).count();
    assert_eq!(["a", "b", "n", "z"].map(share), [2, 6, 4, 0], "{plan:?}");
    // if the days of the others are full it is left over, and not given to the person without capacity
    world.per_person = Some(1);
    let (plan, left) = world.plan("2026-11-02..2026-11-03", "2026-11-01");
    assert_eq!((plan.len(), left), (6, 6));
    assert!(plan.iter().all(|line| !line.contains(" z ")), "{plan:?}");
}

#[test]
fn a_client_is_drawn_by_the_first_campaign_alone_also_where_that_is_planned_already() {
    // both campaigns choose everybody, every month
    let both = [
        ("select = \"grade=key,A class!=closed\"", "select = \"class!=closed\""),
        (
            "select = \"grade=B class!=closed\"\nevery = \"3 months\"",
            "select = \"class!=closed\"\nevery = \"1 months\"",
        ),
    ];
    let mut world = World::with(&both);
    world.person("a", "10", None);
    world.client(1, "key", "", "2025-01-01");
    assert_eq!(world.plan("2026-11", "2026-11-01").0, ["1 11-02 a key-accounts"]);
    world.keys.0.push("plan callbacks key-accounts K-250101-00001 2026-11-01..2026-11-30".to_owned());
    assert_eq!(world.plan("2026-11", "2026-11-01").0, [""; 0]);
}

#[test]
fn what_follows_a_step_is_planned_once_for_its_record() {
    let after = [("every = \"1 months\"", "after = \"inquiry:answer\"\nwithin = \"1 weeks\"")];
    let mut world = World::with(&[after[0], ("grade=B class!=closed", "class!=closed")]);
    world.person("a", "10", None);
    world.client(1, "key", "", "2025-01-01");
    let mut inquiry = |n: usize, on: &str, step: &str| {
        let set = [("client", "K-250101-00001"), ("content", "x")];
        let mut inquiry = world.record("inquiry", &format!("Q-250101-0000{n}"), "answered", on, &set);
        inquiry.history[0].step = step.to_owned();
        world.others.push(inquiry);
    };
    inquiry(1, "2026-11-10", "answer");
    inquiry(2, "2026-11-11", "answer");
    inquiry(3, "2026-11-12", "register");
    inquiry(4, "2026-11-27", "answer"); // falls into December
    let planned = ["1 11-17 a key-accounts", "1 11-18 a key-accounts"];
    assert_eq!(world.plan("2026-11", "2026-11-01").0, planned);
    world.keys.0.push("plan callbacks key-accounts K-250101-00001 Q-250101-00001".to_owned());
    assert_eq!(world.plan("2026-11", "2026-11-01").0, planned[1..]);
    // the next campaign does not choose a client whom this one has planned
    world.keys.0.push("plan callbacks key-accounts K-250101-00001 Q-250101-00002".to_owned());
    assert_eq!(world.plan("2026-11", "2026-11-01").0, [""; 0]);
}

#[test]
fn a_day_holds_so_many_and_what_finds_no_room_is_said() {
    let mut world = World::new();
    world.person("a", "10", None);
    (1..=5).for_each(|n| world.client(n, "key", "", "2025-01-01"));
    world.per_person = Some(2);
    let days = |plan: &[String]| plan.iter().map(|line| line[2..7].to_owned()).collect::<Vec<_>>();
    assert_eq!(days(&world.plan("2026-11", "2026-11-01").0), ["11-02", "11-02", "11-03", "11-03", "11-04"]);
    let (plan, left) = world.plan("2026-11-02..2026-11-03", "2026-11-01");
    assert_eq!((plan.len(), left), (4, 1));
    // Without staff who may call, they have no person.
    world.staff.clear();
    assert!(world.plan("2026-11", "2026-11-01").0.iter().all(|line| line.contains(" - ")));
    // Without a limit they are spread evenly.
    world.policy.callbacks.per_day = None;
    world.per_person = None;
    world.person("a", "10", None);
    assert_eq!(days(&world.plan("2026-11", "2026-11-01").0), ["11-02", "11-03", "11-04", "11-05", "11-06"]);
}

#[test]
fn what_was_planned_for_the_period_is_not_planned_again() {
    let mut world = World::new();
    world.person("a", "10", None);
    world.client(1, "key", "", "2025-01-01");
    world.client(2, "key", "", "2025-01-01");
    world.keys.0.push("plan callbacks key-accounts K-250101-00001 2026-11-01..2026-11-30".to_owned());
    let plan = world.plan("2026-11", "2026-11-01");
    assert_eq!(plan.0, ["2 11-02 a key-accounts"]);
    assert_eq!(plan, world.plan("2026-11", "2026-11-01"));
    assert_eq!(world.plan("2026-12", "2026-11-01").0.len(), 2);
}

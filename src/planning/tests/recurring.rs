//! When recurring duties come back, when they are due, who does them, and second runs.

use std::collections::BTreeMap;

use super::{Keys, World, date};
use crate::calendar::Period;
use crate::planning::{Recurrences, recurring};
use crate::policy::{People, Policy, STAFF};
use crate::record::{Fields, Record, Type, Value};

const REST: &str = "name = \"x\"\nkind = \"task\"\nholder = \"role:cs-specialist\"\nset = { content = \"{period}\" }\n";

/// The default preset with one duty.
fn world(duty: &str) -> World {
    let mut world = World::new();
    let text = format!("[[duties]]\n{duty}{REST}");
    let mut sources = crate::policy::tests::sources_of("basic");
    sources.insert("policy/recurring.toml", text.into_bytes());
    world.policy = crate::policy::tests::loaded(&sources);
    world.keys = Keys(Vec::new());
    world
}

/// Each duty as `due assignee content`.
fn planned(world: &World, period: &str, today: &str, open: &[Record]) -> Vec<String> {
    let policy: &Policy = &world.policy;
    let people = People::of(&world.staff, &policy.kind(STAFF).unwrap().shape, &policy.roles);
    let wanted = BTreeMap::from([("x".to_owned(), world.clients.clone())]);
    let period = Period::parse(period, date(today)).unwrap();
    let question = Recurrences {
        policy,
        calendar: policy.calendars.default(),
        people: &people,
        lookup: &world.keys,
        period: &period,
        today: date(today),
        per_person: world.per_person,
        wanted: &wanted,
        open,
    };
    let plan = recurring(&question).unwrap();
    let content = policy.kind("task").unwrap().shape.field_id("content").unwrap();
    let mut told: Vec<String> = plan
        .planned
        .iter()
        .map(|duty| {
            let draft = duty.draft(policy).unwrap();
            let said = draft.set.iter().find(|(field, _)| *field == content).and_then(|(_, value)| value.as_text());
            let who = duty.assignee.as_ref().map_or("-", |id| id.as_str());
            let of = duty.of.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
            format!("{} {who} {}{of}", duty.at.format("%m-%dT%H:%M"), said.unwrap_or_default())
        })
        .collect();
    told.extend(plan.passed.iter().map(|(_, count, _)| format!("passed {count}")));
    told.extend(plan.nobody.iter().map(|_| "nobody".to_owned()));
    told.extend(plan.no_room.iter().map(|_| "no room".to_owned()));
    told
}

#[test]
fn a_duty_comes_back_as_its_calendar_says() {
    for (duty, period, today, expected) in [
        // the last working day of the period: 31 October is a Saturday
        ("every = \"month\"\n", "2026-10", "2026-10-08", vec!["10-30T17:30 li.na 2026年10月"]),
        ("every = \"quarter\"\n", "2026-11", "2026-11-02", vec!["12-31T17:30 li.na 2026年第4季度"]),
        ("every = \"half-year\"\n", "2026-11", "2026-11-02", vec!["12-31T17:30 li.na 2026年下半年"]),
        ("every = \"year\"\n", "2026-11", "2026-11-02", vec!["12-31T17:30 li.na 2026年"]),
        // every working day of a week, and the week as a whole
        (
            "every = \"day\"\n",
            "2026-w45",
            "2026-11-05",
            vec!["11-05T17:30 li.na 2026年11月5日", "11-06T17:30 li.na 2026年11月6日", "passed 3"],
        ),
        ("every = \"week\"\n", "2026-w45", "2026-11-02", vec!["11-06T17:30 li.na 2026年第45周"]),
        // counted from the first day of the period
        (
            "every = \"month\"\ndue = \"day 10 of next month\"\n",
            "2026-11",
            "2026-11-02",
            vec!["12-10T17:30 li.na 2026年11月"],
        ),
        ("every = \"month\"\ndue = \"3 workdays\"\n", "2026-12", "2026-11-02", vec!["12-04T17:30 li.na 2026年12月"]),
        // days that come back; 10 October 2026 is a day worked for the holiday, 10 May a Sunday
        (
            "every = \"day 10 of next month\"\n",
            "2026-10..2026-11",
            "2026-10-08",
            vec!["10-10T17:30 li.na 2026年10月10日", "11-10T17:30 li.na 2026年11月10日"],
        ),
        (
            "every = \"day 10 of next month\"\nroll = \"next-workday\"\n",
            "2026-05",
            "2026-05-06",
            vec!["05-11T17:30 li.na 2026年5月10日"],
        ),
        (
            "every = \"next mon,thu\"\n",
            "2026-11-02..2026-11-09",
            "2026-11-02",
            vec![
                "11-02T17:30 li.na 2026年11月2日",
                "11-05T17:30 li.na 2026年11月5日",
                "11-09T17:30 li.na 2026年11月9日",
            ],
        ),
        // a Thursday in the holidays is moved
        (
            "every = \"next thu\"\nroll = \"next-workday\"\n",
            "2026-w40",
            "2026-09-28",
            vec!["10-08T17:30 li.na 2026年10月1日"],
        ),
        ("every = \"day 10 of next month\"\n", "2026-11", "2026-11-11", vec!["passed 1"]),
    ] {
        let mut world = world(duty);
        world.person("li.na", "", None);
        assert_eq!(planned(&world, period, today, &[]), expected, "{duty}{period}");
    }
}

#[test]
fn a_second_run_makes_what_came_to_it_alone() {
    let mut world = world("every = \"month\"\neach = \"client\"\nwith = { client = \"id\" }\n");
    world.person("li.na", "", None);
    world.client(1, "A", "", "2025-01-01");
    world.client(2, "A", "", "2025-01-01");
    world.keys = Keys(vec!["plan tasks x 2026-11 K-250101-00001".to_owned()]);
    assert_eq!(planned(&world, "2026-11", "2026-11-02", &[]), ["11-30T17:30 li.na 2026年11月 K-250101-00002"]);
}

#[test]
fn duties_are_spread_over_days_and_dealt_by_what_people_have_to_do() {
    let duty = "every = \"week\"\neach = \"client\"\nspread = true\n";
    let mut spread = world(duty);
    spread.person("li.na", "2", None);
    spread.person("wang.wei", "1", None);
    for n in 1..=6 {
        spread.client(n, "A", "", "2025-01-01");
    }
    let told = planned(&spread, "2026-w45", "2026-11-04", &[]);
    let days: Vec<&str> = told.iter().map(|line| &line[..5]).collect();
    assert_eq!(days, ["11-04", "11-04", "11-05", "11-05", "11-06", "11-06"]);
    let of = |name: &str| told.iter().filter(|line| line.contains(name)).count();
    assert_eq!((of("li.na"), of("wang.wei")), (4, 2), "{told:?}");
    assert_eq!(planned(&spread, "2026-w45", "2026-11-04", &[]), told, "the same each time");
    spread.per_person = Some(1);
    let mut wide = world(duty);
    wide.person("li.na", "", None);
    wide.per_person = Some(1);
    for n in 1..=4 {
        wide.client(n, "A", "", "2025-01-01");
    }
    let told = planned(&wide, "2026-w45", "2026-11-04", &[]);
    assert_eq!(told.iter().filter(|line| *line == "no room").count(), 1, "{told:?}");
}

#[test]
fn the_first_holder_of_whom_somebody_is_there_does_it() {
    let each = "every = \"month\"\neach = \"client\"\n";
    let with = |holder: &str| {
        let mut world = world(each);
        let mut sources = crate::policy::tests::sources_of("basic");
        let text = format!(
            "[[duties]]\n{each}name = \"x\"\nkind = \"task\"\nholder = {holder}\nset = {{ content = \"c\" }}\n"
        );
        sources.insert("policy/recurring.toml", text.into_bytes());
        sources
            .insert("policy/departments.toml", b"[departments.cs]\nabove = \"sales\"\n[departments.sales]\n".to_vec());
        world.policy = crate::policy::tests::loaded(&sources);
        world.person("li.na", "", None);
        world.person("wang.wei", "", Some("2026-10-31"));
        let department = world.policy.kind(STAFF).unwrap().shape.field_id("department").unwrap();
        world.staff[1].fields.set(department, Value::Text("cs".into()));
        world.client(1, "A", "wang.wei", "2025-01-01");
        world.client(2, "A", "", "2025-01-01");
        let told = planned(&world, "2026-11", "2026-11-02", &[]);
        told.iter().map(|line| line.split(' ').nth(1).unwrap_or("nobody").to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (holder, expected) in [
        ("[\"field:owner\", \"role:cs-specialist\"]", "wang.wei li.na"),
        ("[\"person:gone\", \"person:wang.wei\"]", "wang.wei wang.wei"),
        ("\"department:cs\"", "wang.wei wang.wei"),
        // the role has ended by then
        ("[\"role:cs-specialist@cs\", \"person:li.na\"]", "li.na li.na"),
        ("\"role:cs-specialist@cs\"", "nobody nobody"),
        ("[\"role:cs-manager\"]", "nobody nobody"),
    ] {
        assert_eq!(with(holder), expected, "{holder}");
    }
}

#[test]
fn what_is_copied_comes_from_the_record_for_which_it_is_made() {
    let mut world = world("every = \"month\"\neach = \"client\"\nwith = { client = \"id\", note = \"name\" }\n");
    world.person("li.na", "", None);
    world.client(1, "A", "", "2025-01-01");
    let policy = &world.policy;
    let people = People::of(&world.staff, &policy.kind(STAFF).unwrap().shape, &policy.roles);
    let wanted = BTreeMap::from([("x".to_owned(), world.clients.clone())]);
    let period = Period::parse("2026-11", date("2026-11-02")).unwrap();
    let question = Recurrences {
        policy,
        calendar: policy.calendars.default(),
        people: &people,
        lookup: &world.keys,
        period: &period,
        today: date("2026-11-02"),
        per_person: None,
        wanted: &wanted,
        open: &[],
    };
    let plan = recurring(&question).unwrap();
    let shape = &policy.kind("task").unwrap().shape;
    let mut fields = Fields::new();
    for (field, value) in plan.planned[0].draft(policy).unwrap().set {
        assert!(!matches!(shape.field(field).ty, Type::Group(_)));
        fields.set(field, value);
    }
    assert_eq!(fields.named(shape, "client").and_then(Value::stored), Some("K-250101-00001".to_owned()));
    assert_eq!(fields.named(shape, "note").and_then(Value::stored), Some("x".to_owned()));
}

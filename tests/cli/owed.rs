//! Nobody's work disappears. The test draws random books over random kinds, staff and rules. Every record that is new
//! or open and is not at rest is in `due --all`, and each running deadline is in the list of each person who holds
//! it. The expected result follows only from the drawn rules and staff; only whether a deadline runs is taken from
//! `list`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::{ProptestConfig, any};
use proptest::proptest;
use serde_json::{Value as Json, json};

use crate::sandbox::Sandbox;

const ROLES: [&str; 3] = ["qm", "rd", "finance"];
const DEPARTMENTS: [&str; 2] = ["production", "warehouse"];
const STATES: [&str; 5] = ["s0", "s1", "s2", "s3", "z"];
const CLASSES: [&str; 4] = ["new", "open", "waiting", "closed"];
const PEOPLE: [&str; 5] = ["pa", "pb", "pc", "pd", "pe"];
const KINDS: [&str; 2] = ["errand", "parcel"];
/// Days before and after the day of the tests on which something begins or ends.
const DAYS: [&str; 4] = ["2026-11-01", "2026-11-23", "2026-11-25", "2026-12-31"];

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 60, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn nobodys_work_disappears(bytes in proptest::collection::vec(any::<u8>(), 150..400)) {
        World::drawn(&mut Draw(&bytes)).hold();
    }
}

/// Choices from random bytes, so that proptest can make them smaller.
struct Draw<'b>(&'b [u8]);

impl Draw<'_> {
    fn below(&mut self, n: usize) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first) % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    fn of<'p, T>(&mut self, pool: &'p [T]) -> &'p T {
        &pool[self.below(pool.len())]
    }

    fn few<T>(&mut self, most: usize, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| one(self)).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    Role(&'static str),
    Department(&'static str),
    Owner,
    Office,
    Rank,
}

#[derive(Debug)]
struct Deadline {
    starts: usize,
    stops: usize,
    hours: usize,
    holder: Vec<Holder>,
    when: bool,
    restarts: bool,
    warns: bool,
}

/// A kind: the states with class and rest, the steps between them, the deadlines.
#[derive(Debug)]
struct Kind {
    states: Vec<(usize, bool)>,
    steps: Vec<(usize, usize, Vec<Holder>)>,
    deadlines: Vec<Deadline>,
}

/// From a day through another. `None` means open.
type Term = (Option<&'static str>, Option<&'static str>);

#[derive(Debug)]
struct Person {
    roles: Vec<(&'static str, Term)>,
    department: Option<&'static str>,
    deputies: Vec<(usize, Term)>,
    left: bool,
}

#[derive(Debug)]
struct Item {
    kind: usize,
    owner: Option<usize>,
    office: Option<&'static str>,
    rank: Option<&'static str>,
    flag: bool,
    /// The steps that were taken, by their numbers.
    taken: Vec<usize>,
    state: usize,
}

#[derive(Debug)]
struct World {
    kinds: Vec<Kind>,
    people: Vec<Person>,
    items: Vec<Item>,
}

fn covers((from, until): Term) -> bool {
    from.is_none_or(|from| from <= "2026-11-24") && until.is_none_or(|until| "2026-11-24" <= until)
}

impl World {
    fn drawn(draw: &mut Draw<'_>) -> Self {
        let term = |draw: &mut Draw<'_>| -> Term {
            match draw.below(4) {
                0 => (Some(*draw.of(&DAYS)), None),
                1 => (None, Some(*draw.of(&DAYS))),
                _ => (None, None),
            }
        };
        let kinds = KINDS.iter().map(|_| Kind::drawn(draw)).collect::<Vec<_>>();
        let people = (0..PEOPLE.len())
            .map(|at| Person {
                roles: draw.few(2, |draw| (*draw.of(&ROLES), term(draw))),
                department: draw.one_in(2).then(|| *draw.of(&DEPARTMENTS)),
                deputies: draw.few(1, |draw| ((at + 1 + draw.below(PEOPLE.len() - 1)) % PEOPLE.len(), term(draw))),
                left: draw.one_in(4),
            })
            .collect();
        let items = (0..3 + draw.below(6))
            .map(|_| {
                let kind = draw.below(KINDS.len());
                let mut item = Item {
                    kind,
                    owner: draw.one_in(2).then(|| draw.below(PEOPLE.len())),
                    office: draw.one_in(2).then(|| *draw.of(&DEPARTMENTS)),
                    rank: draw.one_in(2).then(|| *draw.of(&ROLES)),
                    flag: draw.one_in(2),
                    taken: Vec::new(),
                    state: 0,
                };
                for _ in 0..draw.below(5) {
                    let steps = kinds[kind].steps.iter().enumerate();
                    let open: Vec<usize> = steps.filter(|(_, step)| step.0 == item.state).map(|(at, _)| at).collect();
                    let Some(step) = (!open.is_empty()).then(|| *draw.of(&open)) else { break };
                    item.taken.push(step);
                    item.state = kinds[kind].steps[step].1;
                }
                item
            })
            .collect();
        World { kinds, people, items }
    }

    fn has_role(&self, person: usize, role: &str) -> bool {
        let person = &self.people[person];
        !person.left && person.roles.iter().any(|(own, term)| *own == role && covers(*term))
    }

    fn is_of(&self, person: usize, department: &str) -> bool {
        !self.people[person].left && self.people[person].department == Some(department)
    }

    /// Whether somebody does the person's work today.
    fn is_there(&self, person: usize) -> bool {
        let mut today = self.people[person].deputies.iter().filter(|(_, term)| covers(*term)).peekable();
        !self.people[person].left && (today.peek().is_none() || today.any(|(deputy, _)| !self.people[*deputy].left))
    }

    /// Who holds a deadline of an item. `None` if nobody present is named; the people who can go on then hold it.
    fn holder(&self, deadline: &Deadline, item: &Item) -> Option<String> {
        let owner = item.owner.filter(|owner| self.is_there(*owner));
        let own = owner.map(|owner| PEOPLE[owner].to_owned());
        let role = |role: &str| match owner {
            Some(owner) if self.has_role(owner, role) => PEOPLE[owner].to_owned(),
            _ => format!("role:{role}"),
        };
        let department = |name: &str| match owner {
            Some(owner) if self.is_of(owner, name) => PEOPLE[owner].to_owned(),
            _ => format!("department:{name}"),
        };
        let named = deadline.holder.iter().find_map(|holder| match holder {
            Holder::Role(name) => Some(role(name)),
            Holder::Department(name) => Some(department(name)),
            Holder::Owner => own.clone(),
            Holder::Office => item.office.map(department),
            Holder::Rank => item.rank.map(role),
        });
        named.or(own)
    }

    /// Everybody whose list contains what these hold.
    fn readers(&self, holders: &BTreeSet<String>) -> BTreeSet<usize> {
        let holds = |person: usize| {
            holders.iter().any(|holder| match holder.split_once(':') {
                Some(("role", role)) => self.has_role(person, role),
                Some((_, department)) => self.is_of(person, department),
                None if holder == "anybody" => !self.people[person].left,
                None => holder == PEOPLE[person],
            })
        };
        let stands_in = |deputy: usize, person: usize| {
            let named = self.people[person].deputies.iter().any(|(named, term)| *named == deputy && covers(*term));
            deputy != person && named && !self.people[person].left
        };
        let reads =
            |person: &usize| holds(*person) || (0..PEOPLE.len()).any(|other| stands_in(*person, other) && holds(other));
        (0..PEOPLE.len()).filter(reads).collect()
    }

    fn made(&self) -> Sandbox {
        let sandbox = Sandbox::empty();
        let made = sandbox.run("init --name Test --lang en");
        assert!(made.ends_with("--- exit 0\n"), "{made}");
        for (name, kind) in KINDS.iter().zip(&self.kinds) {
            sandbox.write(&format!("policy/kinds/{name}.toml"), &kind.file(name));
        }
        // a person who leaves by the preset's step has handed over before
        let staff = sandbox.read("policy/kinds/staff.toml");
        let go = "[[steps]]\nname = \"go\"\nfrom = [\"active\"]\nto = \"left\"\n";
        sandbox.write("policy/kinds/staff.toml", &format!("{staff}\n{go}"));
        let said = sandbox.run("commit");
        assert!(said.ends_with("--- exit 0\n"), "{said}\n{self:#?}");
        let mut lines = String::new();
        let mut line = |value: Json| writeln!(lines, "{value}").expect("a text");
        let term = |key: &str, name: &str, (from, until): Term| {
            let mut map = json!({ key: name });
            from.into_iter().for_each(|from| map["from"] = json!(from));
            until.into_iter().for_each(|until| map["until"] = json!(until));
            map
        };
        for (name, person) in PEOPLE.iter().zip(&self.people) {
            let mut fields = json!({
                "name": name, "emails": [format!("{name}@example.com")],
                "roles": person.roles.iter().map(|(role, of)| term("role", role, *of)).collect::<Vec<_>>(),
            });
            person.department.into_iter().for_each(|name| fields["department"] = json!(name));
            line(json!({ "op": "new", "kind": "staff", "id": name, "fields": fields }));
        }
        for (name, person) in PEOPLE.iter().zip(&self.people).filter(|(_, person)| !person.deputies.is_empty()) {
            let deputies: Vec<Json> = person.deputies.iter().map(|(at, of)| term("person", PEOPLE[*at], *of)).collect();
            line(json!({ "op": "edit", "id": name, "fields": { "deputy": deputies } }));
        }
        for (at, item) in self.items.iter().enumerate() {
            let mut fields = json!({ "flag": item.flag, "name": format!("n{at}") });
            item.owner.into_iter().for_each(|owner| fields["owner"] = json!(PEOPLE[owner]));
            item.office.into_iter().for_each(|office| fields["office"] = json!(office));
            item.rank.into_iter().for_each(|rank| fields["rank"] = json!(rank));
            line(
                json!({ "op": "new", "kind": KINDS[item.kind], "key": format!("k{at}"), "fields": fields, "on": "2026-11-20T09:00:00+08:00" }),
            );
            for (n, step) in item.taken.iter().enumerate() {
                let on = format!("2026-11-2{}T1{n}:00:00+08:00", n / 2);
                line(
                    json!({ "op": "advance", "id": { "ref": format!("k{at}") }, "step": format!("t{step}"), "on": on }),
                );
            }
        }
        for (name, person) in PEOPLE.iter().zip(&self.people) {
            if person.left {
                line(json!({ "op": "advance", "id": name, "step": "go" }));
            }
        }
        sandbox.write("book.ndjson", &lines);
        let said = sandbox.run("batch book.ndjson");
        assert!(said.ends_with("--- exit 0\n"), "{said}\n{self:#?}\n{lines}");
        sandbox
    }

    /// Checks the property.
    fn hold(&self) {
        let sandbox = self.made();
        let list = |line: &str| sandbox.json(line)["data"].as_array().cloned().unwrap_or_else(|| panic!("{line}"));
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let mut at_of: BTreeMap<String, usize> = BTreeMap::new();
        let mut expected: BTreeSet<(usize, Option<String>)> = BTreeSet::new();
        let mut held: BTreeMap<(usize, Option<String>), Option<String>> = BTreeMap::new();
        for (of, kind) in KINDS.iter().enumerate() {
            for record in list(&format!("list {kind}")) {
                let at: usize = text(&record["name"])[1..].parse().expect("a number");
                let (item, kind) = (&self.items[at], &self.kinds[of]);
                at_of.insert(text(&record["id"]), at);
                assert_eq!(record["state"], STATES[item.state], "{record}");
                let runs = record["derived"]["deadlines"].as_array().cloned().unwrap_or_default();
                let running: Vec<String> = runs
                    .iter()
                    .filter(|run| run["ended"].is_null() && run["outcome"] != "unset")
                    .map(|run| text(&run["deadline"]))
                    .collect();
                for name in &running {
                    let deadline = &kind.deadlines[name[1..].parse::<usize>().expect("a number")];
                    expected.insert((at, Some(name.clone())));
                    held.insert((at, Some(name.clone())), self.holder(deadline, item));
                }
                let (class, resting) = kind.states[item.state];
                if running.is_empty() && CLASSES[class] != "closed" && !resting {
                    expected.insert((at, None));
                }
            }
        }
        let mut found: BTreeMap<(usize, Option<String>), BTreeSet<String>> = BTreeMap::new();
        let lines = list("due --all");
        let key =
            |line: &Json| at_of.get(&text(&line["id"])).map(|at| (*at, line["deadline"].as_str().map(str::to_owned)));
        for line in &lines {
            let Some(key) = key(line) else { continue };
            let holders = text(&line["holder"]).split(',').map(str::to_owned).collect::<Vec<_>>();
            found.entry(key).or_default().extend(holders);
        }
        assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), expected, "{self:#?}");
        for (key, holders) in &found {
            assert!(holders.iter().all(|holder| !holder.is_empty()), "{key:?}: nobody\n{self:#?}");
            // the rules say who holds a deadline
            if let Some(Some(holder)) = held.get(key) {
                assert_eq!(holders, &BTreeSet::from([holder.clone()]), "{key:?}\n{self:#?}");
            }
            // the filter finds the people whose work the record is
            let kind = KINDS[self.items[key.0].kind];
            for holder in holders {
                let named = list(&format!("list {kind} holder={holder}"));
                assert!(named.iter().any(|record| at_of[&text(&record["id"])] == key.0), "{key:?} {holder}\n{self:#?}");
            }
        }
        // each line is in the list of each holder and each deputy of one, and in nobody else's
        for (at, person) in PEOPLE.iter().enumerate() {
            let own: BTreeSet<_> = list(&format!("due --for {person}")).iter().filter_map(key).collect();
            let readers = found.iter().filter(|(_, holders)| self.readers(holders).contains(&at));
            assert_eq!(own, readers.map(|(key, _)| key.clone()).collect::<BTreeSet<_>>(), "{person}\n{self:#?}");
        }
        // the board has every line, under each of its holders
        let board = list("due --by holder");
        let of_board: BTreeSet<_> = board
            .iter()
            .flat_map(|row| row["lines"].as_array().cloned().unwrap_or_default())
            .filter_map(|line| key(&line))
            .collect();
        assert_eq!(of_board, expected, "{self:#?}");
        // a line without a clock is in the report of overdue things
        let report = sandbox.json("report overdue");
        let sections = report["data"]["sections"].as_array().expect("sections");
        let untimed = sections.iter().find(|section| section["name"] == "untimed").expect("the section");
        let rows = untimed["rows"].to_string();
        for (id, at) in &at_of {
            assert_eq!(rows.contains(id.as_str()), expected.contains(&(*at, None)), "{id}: {rows}\n{self:#?}");
        }
    }
}

impl Kind {
    fn drawn(draw: &mut Draw<'_>) -> Self {
        let mut states: Vec<(usize, bool)> = vec![(0, draw.one_in(5))];
        for _ in 1..4 {
            let class = [1, 1, 1, 2][draw.below(4)];
            states.push((class, class == 1 && draw.one_in(4)));
        }
        states.push((3, false));
        let holder = |draw: &mut Draw<'_>| match draw.below(5) {
            0 => Holder::Role(draw.of::<&str>(&ROLES)),
            1 => Holder::Department(draw.of::<&str>(&DEPARTMENTS)),
            2 => Holder::Owner,
            3 => Holder::Office,
            _ => Holder::Rank,
        };
        // each state is reached and left, whatever else is drawn
        let mut ways: Vec<(usize, usize)> = (0..4).map(|state| (state, state + 1)).collect();
        let more = draw.few(3, |draw| (draw.below(4), draw.below(5)));
        ways.extend(more.into_iter().filter(|(from, to)| from != to && *to != 0));
        ways.dedup();
        let rule = |draw: &mut Draw<'_>| {
            let mut by = draw.few(2, holder);
            by.retain(|holder| !matches!(holder, Holder::Department(_)));
            by
        };
        let steps = ways.into_iter().map(|(from, to)| (from, to, rule(draw))).collect();
        let deadlines = draw.few(4, |draw| {
            let mut held = draw.few(3, holder);
            // nobody comes after a role or a department
            let last = held.iter().position(|holder| matches!(holder, Holder::Role(_) | Holder::Department(_)));
            held.truncate(last.map_or(usize::MAX, |last| last + 1));
            let starts = draw.below(4);
            Deadline {
                starts,
                stops: starts + 1 + draw.below(4 - starts),
                hours: 1 + draw.below(120),
                holder: held,
                when: draw.one_in(4),
                restarts: draw.one_in(3),
                warns: draw.one_in(2),
            }
        });
        Kind { states, steps, deadlines }
    }

    fn file(&self, name: &str) -> String {
        let written = |holder: &Holder| match holder {
            Holder::Role(role) => format!("role:{role}"),
            Holder::Department(name) => format!("department:{name}"),
            Holder::Owner => "field:owner".to_owned(),
            Holder::Office => "field:office".to_owned(),
            Holder::Rank => "field:rank".to_owned(),
        };
        let by = |holder: &Holder| match holder {
            Holder::Role(role) => (*role).to_owned(),
            Holder::Office => "department:office".to_owned(),
            other => written(other),
        };
        let prefix = if name == KINDS[0] { "U" } else { "G" };
        let mut text = format!(
            "name = \"{name}\"\nprefix = \"{prefix}\"\nfolder = \"{name}s\"\nassignee = \"owner\"\nlabel = {{ en = \"{name}\", zh = \"{name}\" }}\n\
             [fields.name]\ntype = \"text\"\nlabel = {{ en = \"Name\", zh = \"名\" }}\n\
             [fields.flag]\ntype = \"bool\"\nlabel = {{ en = \"Flag\", zh = \"旗\" }}\n\
             [fields.owner]\ntype = \"person\"\nlabel = {{ en = \"Owner\", zh = \"主\" }}\n\
             [fields.office]\ntype = \"department\"\nlabel = {{ en = \"Office\", zh = \"处\" }}\n\
             [fields.rank]\ntype = \"role\"\nlabel = {{ en = \"Rank\", zh = \"级\" }}\n"
        );
        for (state, (class, resting)) in STATES.iter().zip(&self.states) {
            let _ = writeln!(text, "[states.{state}]\nclass = \"{}\"\nresting = {resting}", CLASSES[*class]);
        }
        let _ = writeln!(text, "[[steps]]\nname = \"begin\"\nto = \"s0\"");
        for (at, (from, to, rule)) in self.steps.iter().enumerate() {
            let (from, to) = (STATES[*from], STATES[*to]);
            let mut rule: Vec<String> = rule.iter().map(by).collect();
            if !rule.is_empty() {
                rule.push("cs-manager".to_owned()); // who makes the book
            }
            let _ = writeln!(text, "[[steps]]\nname = \"t{at}\"\nfrom = [\"{from}\"]\nto = \"{to}\"\nby = {rule:?}");
        }
        for (at, deadline) in self.deadlines.iter().enumerate() {
            let held: Vec<String> = deadline.holder.iter().map(written).collect();
            let (starts, stops) = (STATES[deadline.starts], STATES[deadline.stops]);
            let _ = writeln!(
                text,
                "[[deadlines]]\nname = \"d{at}\"\nstarts = [\"{starts}\"]\nstops = [\"{stops}\"]\nwithin = \"{} hours\"\nholder = {held:?}",
                deadline.hours
            );
            let lines = [
                (deadline.when, "when = \"flag=yes\""),
                (deadline.restarts, "reopen = \"restart\""),
                (deadline.warns, "warns = \"1 hours\""),
            ];
            lines.into_iter().filter(|(said, _)| *said).for_each(|(_, line)| text.push_str(&format!("{line}\n")));
        }
        text
    }
}

//! Random people walk through random small rule books, and an oracle written from the design alone says of every step
//! whether it may be taken and what it leaves behind. It shares no code with `lifecycle` but the types.

#[path = "walks/procedure.rs"]
mod procedure;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use chrono::{DateTime, Days, NaiveDate, TimeDelta};
use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert, prop_assert_eq, proptest};
use redress::calendar::Moment;
use redress::filter::{self, Flag, Unanswered};
use redress::lifecycle::{Actor, Ids, Lookup, Operation, Request, Setting};
use redress::policy::{People, Policy, Sources};
use redress::record::{Id, Record, Type, Value, parse_money};
use rust_decimal::Decimal;

const STATES: [&str; 5] = ["s0", "s1", "s2", "w", "z"];
const PEOPLE: usize = 5;
const STEPS: usize = 5;

/// Choices drawn from random bytes, so that proptest can make them smaller.
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
}

#[derive(Debug, Clone)]
enum To {
    Stay,
    State(usize),
    Previous,
    /// Where the flag is set, else.
    Either(usize, usize),
}

#[derive(Debug, Clone)]
enum By {
    Role(&'static str),
    Owner,
    Step(String),
}

#[derive(Debug, Clone)]
enum NotBy {
    Step(String),
    Owner,
}

#[derive(Debug, Clone)]
struct Step {
    name: String,
    from: BTreeSet<usize>,
    to: To,
    by: Vec<By>,
    not_by: Vec<NotBy>,
    asks: Vec<&'static str>,
    when_flag: bool,
    after: Option<String>,
    authority: bool,
    needs: bool,
    seals: bool,
    clears: bool,
    /// Opens a job, always or where the flag is set.
    opens: Option<bool>,
}

impl Step {
    fn plain(name: &str, from: &[usize], to: To) -> Self {
        Step {
            name: name.to_owned(),
            from: from.iter().copied().collect(),
            to,
            by: Vec::new(),
            not_by: Vec::new(),
            asks: Vec::new(),
            when_flag: false,
            after: None,
            authority: false,
            needs: false,
            seals: false,
            clears: false,
            opens: None,
        }
    }
}

/// From a day through another, in days from the beginning; open where not given.
type Tenure = (Option<u64>, Option<u64>);

#[derive(Debug)]
struct World {
    steps: Vec<Step>,
    roles: Vec<Vec<(&'static str, Tenure)>>,
    deputies: Vec<Vec<(usize, Tenure)>>,
    anyone: bool,
    clerks: Option<(&'static str, String)>,
    /// The lowest level's limit, and whether its row holds only where the flag is set; then role b, perhaps without bound.
    limit: u64,
    row_when: bool,
    top: Option<u64>,
}

fn tenure(draw: &mut Draw<'_>) -> Tenure {
    let from = draw.one_in(3).then(|| draw.below(6) as u64);
    let until = draw.one_in(3).then(|| from.unwrap_or(0) + draw.below(6) as u64);
    (from, until)
}

fn world(draw: &mut Draw<'_>) -> World {
    // These make every state one that can be reached and left, whatever else is drawn.
    let mut steps = vec![
        Step::plain("a1", &[0], To::State(1)),
        Step::plain("a2", &[1], To::State(2)),
        Step::plain("a3", &[2], To::State(4)),
        Step::plain("wait", &[0, 1, 2], To::State(3)),
        Step::plain("back", &[3], To::Previous),
        Step::plain("again", &[4], To::State(0)),
        Step::plain("noted", &[0, 1, 2, 4], To::Stay),
    ];
    for i in 0..STEPS {
        let from: Vec<usize> = (0..5).filter(|_| draw.one_in(2)).collect();
        let from = if from.is_empty() { vec![draw.below(5)] } else { from };
        let to = match draw.below(5) {
            0 | 1 => To::Stay,
            2 => To::State(draw.below(5)),
            3 => To::Either(draw.below(5), draw.below(5)),
            _ => To::Previous,
        };
        let mut step = Step::plain(&format!("t{i}"), &from, to);
        let named = |draw: &mut Draw<'_>| format!("t{}", draw.below(STEPS));
        for _ in 0..draw.below(3) {
            step.by.push(match draw.below(4) {
                0 => By::Role("a"),
                1 => By::Role("b"),
                2 => By::Owner,
                _ => By::Step(named(draw)),
            });
        }
        if draw.one_in(3) {
            step.not_by.push(if draw.one_in(2) { NotBy::Owner } else { NotBy::Step(named(draw)) });
        }
        step.asks = ["memo", "owner"].into_iter().filter(|_| draw.one_in(5)).collect();
        step.when_flag = draw.one_in(5);
        step.after = draw.one_in(5).then(|| named(draw)).filter(|name| *name != step.name);
        step.authority = draw.one_in(3);
        step.needs = draw.one_in(4);
        step.seals = draw.one_in(3);
        step.clears = draw.one_in(5);
        step.opens = draw.one_in(3).then(|| draw.one_in(2));
        steps.push(step);
    }
    let roles = (0..PEOPLE).map(|_| {
        let some: Vec<&'static str> = ["a", "b"].into_iter().filter(|_| draw.one_in(2)).collect();
        some.into_iter().map(|role| (role, tenure(draw))).collect()
    });
    let roles = roles.collect();
    let deputies = (0..PEOPLE).map(|_| match draw.one_in(2) {
        true => vec![(draw.below(PEOPLE), tenure(draw))],
        false => Vec::new(),
    });
    let deputies = deputies.collect();
    World {
        steps,
        roles,
        deputies,
        anyone: draw.one_in(3),
        clerks: draw.one_in(2).then(|| (["a", "b"][draw.below(2)], format!("t{}", draw.below(STEPS)))),
        limit: 100 * draw.below(4) as u64,
        row_when: draw.one_in(2),
        top: draw.one_in(3).then_some(400),
    }
}

impl World {
    fn kind_file(&self) -> String {
        let mut text = "name = \"case\"\nprefix = \"X\"\nfolder = \"cases\"\nassignee = \"owner\"\n\
            [fields.amount]\ntype = \"money\"\n[fields.owner]\ntype = \"person\"\n[fields.flag]\ntype = \"bool\"\n\
            [fields.memo]\ntype = \"text\"\n[fields.original]\ntype = \"ref\"\nto = \"case\"\n\
            [amounts.money]\nof = \"amount\"\nchain = \"original\"\nwithout = [\"z\"]\n"
            .to_owned();
        for (state, class) in STATES.into_iter().zip(["new", "open", "open", "waiting", "closed"]) {
            let _ = write!(text, "[states.{state}]\nclass = \"{class}\"\n");
        }
        text.push_str("[[steps]]\nname = \"open\"\nto = \"s0\"\n");
        for step in &self.steps {
            let from: Vec<&str> = step.from.iter().map(|state| STATES[*state]).collect();
            let _ = write!(text, "[[steps]]\nname = \"{}\"\nfrom = {from:?}\n", step.name);
            let _ = match step.to {
                To::Stay => Ok(()),
                To::State(state) => writeln!(text, "to = \"{}\"", STATES[state]),
                To::Previous => writeln!(text, "to = \"previous\""),
                To::Either(a, b) => {
                    writeln!(text, "to = [{{ when = \"flag=yes\", state = \"{}\" }}, \"{}\"]", STATES[a], STATES[b])
                }
            };
            let by = step.by.iter().map(|by| match by {
                By::Role(role) => (*role).to_owned(),
                By::Owner => "field:owner".to_owned(),
                By::Step(step) => format!("step:{step}"),
            });
            let not_by = step.not_by.iter().map(|by| match by {
                NotBy::Step(step) => step.clone(),
                NotBy::Owner => "field:owner".to_owned(),
            });
            let (by, not_by): (Vec<String>, Vec<String>) = (by.collect(), not_by.collect());
            let _ = write!(text, "by = {by:?}\nnot-by = {not_by:?}\nasks = {:?}\n", step.asks);
            let lines = [
                (step.when_flag, "when = \"flag=yes\"".to_owned()),
                (step.after.is_some(), format!("after = {:?}", step.after.as_deref().unwrap_or_default())),
                (step.authority, "authority = \"money\"".to_owned()),
                (step.needs, "needs = [\"job:done\"]".to_owned()),
                (step.seals, "seals = [\"amount\"]".to_owned()),
                (step.clears, "clears = [\"memo\"]".to_owned()),
                (step.opens == Some(false), "opens = [{ kind = \"job\", with = { case = \"id\" } }]".to_owned()),
                (
                    step.opens == Some(true),
                    "opens = [{ kind = \"job\", when = \"flag=yes\", with = { case = \"id\" } }]".to_owned(),
                ),
            ];
            lines.into_iter().filter(|(there, _)| *there).for_each(|(_, line)| text.push_str(&(line + "\n")));
        }
        text
    }

    fn policy(&self) -> Policy {
        let job = "name = \"job\"\nprefix = \"J\"\nfolder = \"jobs\"\n[fields.case]\ntype = \"ref\"\nto = \"case\"\n\
            [states.open]\nclass = \"new\"\n[states.done]\nclass = \"closed\"\n[[steps]]\nname = \"open\"\nto = \"open\"\n\
            [[steps]]\nname = \"finish\"\nfrom = [\"open\"]\nto = \"done\"\n\
            advances = [{ ref = \"case\", step = \"noted\" }]\n";
        let staff = "name = \"staff\"\nfolder = \"staff\"\n[fields.name]\ntype = \"text\"\n\
            [fields.roles]\ntype = \"list\"\n[fields.roles.of.role]\ntype = \"role\"\n[fields.roles.of.from]\ntype = \"date\"\n\
            [fields.roles.of.until]\ntype = \"date\"\n[fields.deputy]\ntype = \"list\"\n[fields.deputy.of.person]\ntype = \"person\"\n\
            [fields.deputy.of.from]\ntype = \"date\"\n[fields.deputy.of.until]\ntype = \"date\"\n\
            [states.active]\nclass = \"open\"\n[states.left]\nclass = \"closed\"\n\
            [[steps]]\nname = \"join\"\nto = \"active\"\n[[steps]]\nname = \"leave\"\nfrom = [\"active\"]\nto = \"left\"\n";
        let when = if self.row_when { "when = \"flag=yes\"\n" } else { "" };
        let top = self.top.map(|top| format!("up-to = \"{top}\"\n")).unwrap_or_default();
        let authority = format!(
            "[[authority.money]]\nup-to = \"{}\"\nrole = \"a\"\n{when}[[authority.money]]\nrole = \"b\"\n{top}",
            self.limit
        );
        let clerks = self.clerks.as_ref();
        let clerks = clerks.map(|(role, step)| format!("[[clerks]]\nrole = \"{role}\"\nsteps = [\"case:{step}\"]\n"));
        let acting = format!("anyone = {}\n{}", self.anyone, clerks.unwrap_or_default());
        let files = [
            ("redress.toml", "format = 1\nname = \"walk\"\ntime-zone = \"Asia/Shanghai\"\n".to_owned()),
            ("policy/calendar.toml", "default = \"c\"\n[calendars.c]\ntime-zone = \"Asia/Shanghai\"\n[calendars.c.windows]\nmon-fri = [\"09:00-17:00\"]\n".to_owned()),
            ("policy/kinds/case.toml", self.kind_file()),
            ("policy/kinds/job.toml", job.to_owned()),
            ("policy/kinds/staff.toml", staff.to_owned()),
            ("policy/authority.toml", authority),
            ("policy/acting.toml", acting),
        ];
        let sources: Sources = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
        Policy::load(&sources, "0").unwrap_or_else(|error| panic!("{:#?}\n{}", error.0, self.kind_file()))
    }

    /// The last of the people has left.
    fn people(&self, policy: &Policy) -> People {
        let shape = &policy.kind("staff").expect("the kind").shape;
        let day = |n: u64| (first_day() + Days::new(n)).to_string();
        let records: Vec<Record> = (0..PEOPLE)
            .map(|i| {
                let state = if i == PEOPLE - 1 { "left" } else { "active" };
                let mut text = format!("id: p{i}\nkind: staff\nstate: {state}\nname: p{i}\n");
                let rows = |text: &mut String, what: &str, rows: Vec<(String, Tenure)>| {
                    for (n, (name, (from, until))) in rows.into_iter().enumerate() {
                        if n == 0 {
                            let _ = writeln!(text, "{}:", if what == "role" { "roles" } else { "deputy" });
                        }
                        let _ = writeln!(text, "  - {what}: {name}");
                        from.into_iter().for_each(|from| text.push_str(&format!("    from: {}\n", day(from))));
                        until.into_iter().for_each(|until| text.push_str(&format!("    until: {}\n", day(until))));
                    }
                };
                rows(&mut text, "role", self.roles[i].iter().map(|(role, t)| ((*role).to_owned(), *t)).collect());
                rows(&mut text, "person", self.deputies[i].iter().map(|(p, t)| (format!("p{p}"), *t)).collect());
                let _ = write!(
                    text,
                    "history:\n  - at: 2026-01-01T09:00:00+08:00\n    by: p0\n    step: join\n    to: {state}\n"
                );
                Record::read(text.as_bytes(), &format!("staff/p{i}.yaml"), shape)
                    .unwrap_or_else(|error| panic!("{error:?}\n{text}"))
            })
            .collect();
        People::of(&records, shape, &policy.roles)
    }
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")
}

fn person(i: usize) -> Id {
    format!("p{i}").parse().expect("an id")
}

/// The book in memory.
#[derive(Default)]
struct Book(BTreeMap<Id, Record>);

impl filter::Lookup for Book {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.0.get(id).map(Cow::Borrowed))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Lookup for Book {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        let names = |record: &&Record| record.fields.iter().any(|(_, value)| *value == Value::Ref(id.clone()));
        Ok(self.0.values().filter(|record| record.kind == kind).filter(names).cloned().collect())
    }

    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }

    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        Ok(None)
    }
}

/// Ids in the order in which they are asked for.
struct Numbers(Cell<usize>);

impl Ids for Numbers {
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id {
        let n = self.0.get();
        self.0.set(n + 1);
        let digit = |n: usize| b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n % 32];
        Id::coded(prefix, date, [b'0', digit(n / 32_768), digit(n / 1024), digit(n / 32), digit(n)]).expect("an id")
    }
}

/// What the oracle knows of an event.
#[derive(Debug, Clone, PartialEq)]
struct Deed {
    at: Moment,
    step: String,
    people: Vec<usize>,
    to: Option<usize>,
    previous: bool,
}

/// What the oracle knows of a case.
#[derive(Debug, Clone, PartialEq)]
struct Case {
    state: usize,
    /// The states interrupted and the current one, each with the number of the event that entered it.
    stack: Vec<(usize, usize)>,
    amount: Option<u64>,
    owner: Option<usize>,
    flag: Option<bool>,
    memo: bool,
    original: Option<Id>,
    deeds: Vec<Deed>,
}

#[derive(Debug, Clone, PartialEq)]
struct Job {
    case: Id,
    via: String,
    done: bool,
    at: Moment,
}

#[derive(Debug, Default, Clone, PartialEq)]
struct Oracle {
    cases: BTreeMap<Id, Case>,
    jobs: BTreeMap<Id, Job>,
}

/// What somebody asks for.
#[derive(Debug)]
struct Wish {
    step: usize,
    actor: usize,
    typist: usize,
    amount: Option<Option<u64>>,
    owner: Option<Option<usize>>,
    flag: Option<bool>,
    memo: Option<bool>,
    on: Moment,
}

/// The event that an allowed step leaves.
#[derive(Debug, PartialEq)]
struct Left {
    by: usize,
    for_: Option<usize>,
    entered: Option<usize>,
    at: Moment,
    to: Option<usize>,
    case: Case,
    opens: bool,
}

fn holds((from, until): Tenure, day: u64) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

fn day_of(now: Moment) -> u64 {
    u64::try_from((now.date_naive() - first_day()).num_days()).expect("after the first day")
}

impl World {
    fn has_role(&self, person: usize, role: &str, day: u64) -> bool {
        person != PEOPLE - 1 && self.roles[person].iter().any(|(own, tenure)| *own == role && holds(*tenure, day))
    }

    fn stands_in(&self, deputy: usize, principal: usize, day: u64) -> bool {
        let named = self.deputies[principal].iter().any(|(person, tenure)| *person == deputy && holds(*tenure, day));
        deputy != principal && principal != PEOPLE - 1 && named
    }

    /// When an event of a wish for a record whose last event was at `last` happens; none where it cannot.
    fn time(on: Moment, last: Moment, now: Moment) -> Option<Moment> {
        let skew = TimeDelta::minutes(5);
        if on > now + skew || last > on + skew { None } else { Some(on.max(last)) }
    }

    /// How many steps each state lies from the beginning.
    fn ranks(&self) -> [usize; 5] {
        let forward = |from: usize| {
            let steps = self.steps.iter().filter(move |step| step.from.contains(&from));
            steps.flat_map(|step| match step.to {
                To::State(to) => vec![to],
                To::Either(a, b) => vec![a, b],
                _ => Vec::new(),
            })
        };
        let mut ranks = [usize::MAX; 5];
        let mut open = VecDeque::from([(0, 0)]);
        while let Some((state, rank)) = open.pop_front() {
            if ranks[state] == usize::MAX {
                ranks[state] = rank;
                open.extend(forward(state).map(|next| (next, rank + 1)));
            }
        }
        ranks
    }

    /// Whether the amount is sealed: a sealing step was taken, and no step has led back before it since.
    fn sealed(&self, case: &Case) -> bool {
        let ranks = self.ranks();
        self.steps.iter().filter(|step| step.seals).any(|step| {
            let Some(taken) = case.deeds.iter().rposition(|deed| deed.step == step.name) else { return false };
            let furthest = step.from.iter().map(|state| ranks[*state]).max().unwrap_or(0);
            let back = |deed: &Deed| deed.to.is_some_and(|to| to < 3 && !deed.previous && ranks[to] <= furthest);
            !case.deeds[taken + 1..].iter().any(back)
        })
    }

    /// What a step leaves where it may be taken; otherwise the rule that it would break.
    fn judge(&self, oracle: &Oracle, id: &Id, wish: &Wish, now: Moment) -> Result<Left, &'static str> {
        let (case, step, day) = (&oracle.cases[id], &self.steps[wish.step], day_of(now));
        let (actor, typist) = (wish.actor, wish.typist);
        if !step.from.contains(&case.state) {
            return Err("from");
        }
        if actor == PEOPLE - 1 || typist == PEOPLE - 1 {
            return Err("staff");
        }
        let at = Self::time(wish.on, case.deeds.last().expect("an event").at, now).ok_or("time")?;
        // by whose hand
        let types =
            self.clerks.as_ref().is_some_and(|(role, listed)| *listed == step.name && self.has_role(typist, role, day));
        let mut hands: Vec<(usize, Option<usize>)> = Vec::new();
        if typist == actor || self.anyone || types {
            hands.push((actor, None));
            hands.extend((0..PEOPLE).filter(|p| self.stands_in(actor, *p, day)).map(|p| (actor, Some(p))));
        } else if self.stands_in(typist, actor, day) {
            hands.push((typist, Some(actor)));
        } else {
            return Err("acting");
        }
        hands.retain(|(by, for_)| {
            let person = for_.unwrap_or(*by);
            step.by.is_empty()
                || step.by.iter().any(|rule| match rule {
                    By::Role(role) => self.has_role(person, role, day),
                    By::Owner => case.owner == Some(person),
                    By::Step(name) => case.deeds.iter().any(|deed| deed.step == *name && deed.people.contains(&person)),
                })
        });
        if hands.is_empty() {
            return Err("by");
        }
        hands.retain(|(by, for_)| {
            let eyes: Vec<usize> = [Some(*by), *for_, Some(typist)].into_iter().flatten().collect();
            !step.not_by.iter().any(|rule| match rule {
                NotBy::Owner => case.owner.is_some_and(|owner| eyes.contains(&owner)),
                NotBy::Step(name) => {
                    let last = case.deeds.iter().rev().find(|deed| deed.step == *name);
                    last.is_some_and(|deed| deed.people.iter().any(|person| eyes.contains(person)))
                }
            })
        });
        if hands.is_empty() {
            return Err("not-by");
        }
        // what it leaves
        let mut after = case.clone();
        after.amount = wish.amount.unwrap_or(case.amount);
        after.owner = wish.owner.unwrap_or(case.owner);
        after.flag = wish.flag.or(case.flag);
        after.memo = wish.memo.unwrap_or(case.memo && !step.clears);
        if after.amount != case.amount && self.sealed(case) {
            return Err("sealed");
        }
        if step.asks.iter().any(|ask| if *ask == "memo" { !after.memo } else { after.owner.is_none() }) {
            return Err("asks");
        }
        if step.when_flag && after.flag != Some(true) {
            return Err("when");
        }
        let entered = case.stack.last().expect("a state").1;
        if let Some(name) = &step.after
            && !case.deeds[entered + 1..].iter().any(|deed| deed.step == *name)
        {
            return Err("after");
        }
        if step.needs && oracle.jobs.values().any(|job| job.case == *id && !job.done) {
            return Err("needs");
        }
        if step.authority {
            let total = after.amount.unwrap_or(0) + self.of_chain(oracle, id, &after);
            let low = total <= self.limit && (!self.row_when || after.flag == Some(true));
            let high = self.top.is_none_or(|top| total <= top);
            // The first row that fits, or any later one.
            let roles: &[&str] = if low {
                &["a", "b"]
            } else if high {
                &["b"]
            } else {
                &[]
            };
            hands.retain(|(by, for_)| roles.iter().any(|role| self.has_role(for_.unwrap_or(*by), role, day)));
            if hands.is_empty() {
                return Err("authority");
            }
        }
        let to = match step.to {
            To::Stay => None,
            To::State(state) => Some(state),
            To::Either(yes, no) => Some(if after.flag == Some(true) { yes } else { no }),
            To::Previous if after.stack.len() < 2 => return Err("previous"),
            To::Previous => Some(after.stack[after.stack.len() - 2].0),
        };
        let (by, for_) = hands[0];
        let entered = Some(typist).filter(|typist| *typist != actor && *typist != by);
        let people = [Some(by), for_, entered].into_iter().flatten().collect();
        let previous = matches!(step.to, To::Previous);
        if let Some(to) = to {
            after.state = to;
            if previous {
                after.stack.pop();
            } else {
                after.stack.push((to, after.deeds.len()));
            }
        }
        after.deeds.push(Deed { at, step: step.name.clone(), people, to, previous });
        let via = format!("{id}#{}", step.name);
        let stands = oracle.jobs.values().any(|job| job.via == via && !job.done);
        let opens = step.opens.is_some_and(|when_flag| !when_flag || after.flag == Some(true)) && !stands;
        Ok(Left { by, for_, entered, at, to, case: after, opens })
    }

    /// The amounts of the other forms of the same case that were not closed.
    fn of_chain(&self, oracle: &Oracle, id: &Id, after: &Case) -> u64 {
        let mut group = BTreeSet::from([id.clone()]);
        loop {
            let before = group.len();
            for (other, case) in &oracle.cases {
                let original = if other == id { &after.original } else { &case.original };
                if let Some(original) = original
                    && (group.contains(other) || group.contains(original))
                {
                    group.insert(other.clone());
                    group.insert(original.clone());
                }
            }
            if group.len() == before {
                break;
            }
        }
        let others = group.iter().filter(|other| *other != id).map(|other| &oracle.cases[other]);
        others.filter(|case| case.state != 4).map(|case| case.amount.unwrap_or(0)).sum()
    }
}

/// A case as its record shows it.
fn seen(policy: &Policy, record: &Record, world: &World) -> Case {
    let shape = &policy.kind("case").expect("the kind").shape;
    let index = |id: &Id| id.as_str()[1..].parse::<usize>().expect("a person");
    let state = |name: &str| STATES.iter().position(|state| *state == name).expect("a state");
    let mut stack: Vec<(usize, usize)> = Vec::new();
    let deeds: Vec<Deed> = record
        .history
        .iter()
        .enumerate()
        .map(|(i, event)| {
            let step = world.steps.iter().find(|step| step.name == event.step);
            let previous = step.is_some_and(|step| matches!(step.to, To::Previous));
            let to = event.to.as_deref().map(state);
            match to {
                Some(_) if previous => {
                    stack.pop();
                }
                Some(to) => stack.push((to, i)),
                None => {}
            }
            let people = event.people().map(index).collect();
            Deed { at: event.at, step: event.step.clone(), people, to, previous }
        })
        .collect();
    let field = |name: &str| record.fields.named(shape, name);
    Case {
        state: state(&record.state),
        stack,
        amount: match field("amount") {
            Some(Value::Money(amount)) => {
                Some(u64::try_from(amount.trunc().mantissa() / 10i128.pow(amount.trunc().scale())).expect("an amount"))
            }
            _ => None,
        },
        owner: field("owner").and_then(Value::as_text).map(|id| id[1..].parse().expect("a person")),
        flag: match field("flag") {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        },
        memo: field("memo").is_some(),
        original: match field("original") {
            Some(Value::Ref(id)) => Some(id.clone()),
            _ => None,
        },
        deeds,
    }
}

struct Walk<'w> {
    world: &'w World,
    policy: Policy,
    people: People,
    book: Book,
    oracle: Oracle,
    ids: Numbers,
    now: Moment,
    /// Steps taken, and refusals by rule.
    taken: usize,
    refused: BTreeMap<&'static str, usize>,
}

impl Walk<'_> {
    /// The book after an operation, or its refusal's code.
    fn run(
        &mut self,
        act: impl FnOnce(&mut Operation<'_>) -> Result<(), redress::lifecycle::Refusal>,
    ) -> Result<(), String> {
        let setting =
            Setting { policy: &self.policy, people: &self.people, lookup: &self.book, ids: &self.ids, now: self.now };
        let mut operation = Operation::new(setting);
        act(&mut operation).map_err(|refusal| format!("{refusal:?}"))?;
        let changes = operation.finish();
        for change in changes {
            self.book.0.insert(change.id().clone(), change.after().clone());
        }
        Ok(())
    }

    fn set(&self, name: &str, value: Option<Value>) -> (redress::record::FieldId, Option<Value>) {
        (self.policy.kind("case").expect("the kind").shape.field_id(name).expect("the field"), value)
    }

    fn open(&mut self, draw: &mut Draw<'_>) {
        let ids: Vec<Id> = self.oracle.cases.keys().cloned().collect();
        let original = (!ids.is_empty() && draw.one_in(2)).then(|| ids[draw.below(ids.len())].clone());
        let amount = [None, Some(50), Some(150)][draw.below(3)];
        let mut request = Request::new("open", Actor::own(person(0)));
        request.set = vec![
            self.set("original", original.clone().map(Value::Ref)),
            self.set("amount", amount.map(|amount: u64| Value::Money(Decimal::from(amount)))),
        ];
        let mut made = None;
        self.run(|operation| {
            made = Some(operation.create("case", None, &request)?);
            Ok(())
        })
        .expect("anybody may open a case");
        let deed = Deed { at: self.now, step: "open".to_owned(), people: vec![0], to: Some(0), previous: false };
        let case = Case {
            state: 0,
            stack: vec![(0, 0)],
            amount,
            owner: None,
            flag: None,
            memo: false,
            original,
            deeds: vec![deed],
        };
        self.oracle.cases.insert(made.expect("an id"), case);
    }

    fn wish(&self, draw: &mut Draw<'_>, state: usize) -> Wish {
        // Mostly steps that lead from the state, so that walks go far.
        let from: Vec<usize> =
            (0..self.world.steps.len()).filter(|i| self.world.steps[*i].from.contains(&state)).collect();
        let any = draw.one_in(8) || from.is_empty();
        let step = if any { draw.below(self.world.steps.len()) } else { from[draw.below(from.len())] };
        let actor = draw.below(PEOPLE);
        let typist = if draw.one_in(3) { draw.below(PEOPLE) } else { actor };
        Wish {
            step,
            actor,
            typist,
            amount: draw.one_in(4).then(|| [None, Some(50), Some(150), Some(450)][draw.below(4)]),
            owner: draw.one_in(4).then(|| [None, Some(0), Some(1), Some(2)][draw.below(4)]),
            flag: draw.one_in(4).then(|| draw.one_in(2)),
            memo: draw.one_in(4).then(|| draw.one_in(2)),
            on: self.now + TimeDelta::minutes([0, 0, 0, 0, 3, 6, -3, -90][draw.below(8)]),
        }
    }

    fn request(&self, step: &str, wish: &Wish) -> Request {
        let mut request = Request::new(step, Actor { person: person(wish.actor), typist: person(wish.typist) });
        request.on = Some(wish.on);
        let amount = |amount: u64| Value::Money(parse_money(&amount.to_string()).expect("an amount"));
        request.set.extend(wish.amount.map(|given| self.set("amount", given.map(amount))));
        request.set.extend(wish.owner.map(|given| self.set("owner", given.map(|p| Value::Text(format!("p{p}"))))));
        request.set.extend(wish.flag.map(|flag| self.set("flag", Some(Value::Bool(flag)))));
        request.set.extend(wish.memo.map(|memo| self.set("memo", memo.then(|| Value::Text("x".to_owned())))));
        request
    }

    fn advance(&mut self, draw: &mut Draw<'_>) -> Result<(), proptest::test_runner::TestCaseError> {
        let ids: Vec<Id> = self.oracle.cases.keys().cloned().collect();
        let id = ids[draw.below(ids.len())].clone();
        let wish = self.wish(draw, self.oracle.cases[&id].state);
        let step = self.world.steps[wish.step].name.clone();
        let judged = self.world.judge(&self.oracle, &id, &wish, self.now);
        let request = self.request(&step, &wish);
        let before = self.book.0.clone();
        let done = self.run(|operation| operation.advance(&id, &request));
        match (&judged, &done) {
            (Err(rule), Err(_)) => {
                *self.refused.entry(rule).or_default() += 1;
                prop_assert_eq!(&before, &self.book.0);
                return Ok(());
            }
            (Ok(_), Ok(())) => {}
            _ => {
                prop_assert!(
                    false,
                    "{step} of {id} by {wish:?} at {}\njudged {judged:?}\ndone   {done:?}\n{:#?}\n{}",
                    self.now,
                    self.world,
                    self.world.kind_file()
                );
            }
        }
        let left = judged.expect("judged so");
        let record = &self.book.0[&id];
        let event = record.history.last().expect("the event");
        prop_assert_eq!(seen(&self.policy, record, self.world), left.case.clone());
        prop_assert_eq!(
            (&event.by, &event.for_, &event.entered),
            (&person(left.by), &left.for_.map(person), &left.entered.map(person))
        );
        prop_assert_eq!((event.at, &event.via), (left.at, &None));
        prop_assert_eq!(event.noted, Some(self.now).filter(|now| *now != left.at));
        let via = format!("{id}#{step}");
        let made: Vec<&Record> = self.book.0.values().filter(|record| !before.contains_key(&record.id)).collect();
        prop_assert_eq!(made.len(), usize::from(left.opens));
        for record in made {
            prop_assert_eq!(record.history[0].via.as_deref(), Some(via.as_str()));
            let job = Job { case: id.clone(), via: via.clone(), done: false, at: record.history[0].at };
            self.oracle.jobs.insert(record.id.clone(), job);
        }
        self.oracle.cases.insert(id, left.case);
        self.taken += 1;
        Ok(())
    }

    /// Finishing a job notes it in its case, which a waiting case does not take.
    fn finish(&mut self, draw: &mut Draw<'_>) -> Result<(), proptest::test_runner::TestCaseError> {
        let open: Vec<Id> = self.oracle.jobs.iter().filter(|(_, job)| !job.done).map(|(id, _)| id.clone()).collect();
        if open.is_empty() {
            return Ok(());
        }
        let id = open[draw.below(open.len())].clone();
        let job = self.oracle.jobs[&id].clone();
        let case = &self.oracle.cases[&job.case];
        let last = case.deeds.last().expect("an event").at;
        let times = World::time(self.now, job.at, self.now).zip(World::time(self.now, last, self.now));
        let may = case.state != 3 && times.is_some();
        let request = Request::new("finish", Actor::own(person(1)));
        let done = self.run(|operation| operation.advance(&id, &request));
        prop_assert_eq!(done.is_ok(), may, "{:?}", done);
        let Some((_, at)) = times.filter(|_| may) else { return Ok(()) };
        let event = self.book.0[&job.case].history.last().expect("the event").clone();
        prop_assert_eq!((event.step.as_str(), event.via), ("noted", Some(format!("{id}#finish"))));
        let deed = Deed { at, step: "noted".to_owned(), people: vec![1], to: None, previous: false };
        self.oracle.cases.get_mut(&job.case).expect("the case").deeds.push(deed);
        self.oracle.jobs.get_mut(&id).expect("the job").done = true;
        Ok(())
    }
}

/// Walks as far as the bytes lead; how many steps were taken, and which rules refused how many.
fn walk(bytes: &[u8]) -> Result<(usize, BTreeMap<&'static str, usize>), proptest::test_runner::TestCaseError> {
    let mut draw = Draw(bytes);
    let world = world(&mut draw);
    let policy = world.policy();
    let people = world.people(&policy);
    let now = DateTime::parse_from_rfc3339("2026-03-02T09:00:00+08:00").expect("a time");
    let mut walk = Walk {
        world: &world,
        policy,
        people,
        book: Book::default(),
        oracle: Oracle::default(),
        ids: Numbers(Cell::new(0)),
        now,
        taken: 0,
        refused: BTreeMap::new(),
    };
    walk.open(&mut draw);
    while !draw.0.is_empty() {
        walk.now += TimeDelta::minutes([0, 1, 30, 300, 1440][draw.below(5)]);
        match draw.below(10) {
            0 if walk.oracle.cases.len() < 4 => walk.open(&mut draw),
            1 => walk.finish(&mut draw)?,
            _ => walk.advance(&mut draw)?,
        }
    }
    // what lies in the book is what the events say
    for (id, case) in &walk.oracle.cases {
        let record = &walk.book.0[id];
        prop_assert_eq!(&seen(&walk.policy, record, &world), case);
        let said = record.history.iter().rev().find_map(|event| event.to.as_deref());
        prop_assert_eq!(said, Some(record.state.as_str()));
        prop_assert!(record.history.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let shape = &walk.policy.kind("case").expect("the kind").shape;
        let written = record.write(shape);
        let path = id.path("cases");
        let again = Record::read(written.as_bytes(), &path, shape).ok();
        prop_assert_eq!(again.as_ref(), Some(record));
        prop_assert!(shape.fields().iter().all(|field| !matches!(field.ty, Type::Group(_))));
    }
    Ok((walk.taken, walk.refused))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 4000, ..ProptestConfig::default() })]

    #[test]
    fn every_step_is_taken_or_refused_as_the_design_says(bytes in proptest::collection::vec(any::<u8>(), 200..1500)) {
        walk(&bytes)?;
    }
}

/// The walks come by every rule, so that none of them is held by luck.
#[test]
fn the_walks_meet_every_rule() {
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    let mut taken = 0;
    let mut seed = 1u64;
    for _ in 0..300 {
        let mut byte = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 56) as u8
        };
        let bytes: Vec<u8> = (0..1200).map(|_| byte()).collect();
        let (steps, refused) = walk(&bytes).unwrap_or_else(|error| panic!("{error}"));
        taken += steps;
        refused.into_iter().for_each(|(rule, count)| *met.entry(rule).or_default() += count);
    }
    assert!(taken > 5000, "{taken} steps taken");
    for rule in [
        "from",
        "staff",
        "time",
        "acting",
        "by",
        "not-by",
        "sealed",
        "asks",
        "when",
        "after",
        "needs",
        "authority",
        "previous",
    ] {
        assert!(met.get(rule).copied().unwrap_or(0) >= 10, "{rule}: {met:?}");
    }
}

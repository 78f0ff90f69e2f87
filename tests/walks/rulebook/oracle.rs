//! What the rules say about a step of a small rule book: whether it may be taken, and what it leaves.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::TimeDelta;
use redress::calendar::Moment;
use redress::record::Id;

use super::PEOPLE;
use super::world::{By, NotBy, Step, Tenure, To, World, first_day};

/// What the oracle knows of an event.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Deed {
    pub(super) at: Moment,
    pub(super) step: String,
    pub(super) people: Vec<usize>,
    /// Who took it: all of these people except the one who typed.
    pub(super) takers: Vec<usize>,
    pub(super) to: Option<usize>,
    pub(super) previous: bool,
    /// Whether it wrote the amount.
    pub(super) wrote: bool,
}

/// What the oracle knows of a case.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Case {
    pub(super) state: usize,
    /// The interrupted states and the current one, each with the number of the event that entered it.
    pub(super) stack: Vec<(usize, usize)>,
    pub(super) amount: Option<u64>,
    pub(super) owner: Option<usize>,
    pub(super) flag: Option<bool>,
    pub(super) memo: bool,
    pub(super) original: Option<Id>,
    pub(super) deeds: Vec<Deed>,
}

impl Case {
    /// When the case entered its current state.
    pub(super) fn entered(&self) -> Moment {
        self.deeds.iter().rfind(|deed| deed.to.is_some()).expect("the first event leads to a state").at
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Job {
    pub(super) case: Id,
    pub(super) via: String,
    pub(super) done: bool,
    pub(super) at: Moment,
}

#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Oracle {
    pub(super) cases: BTreeMap<Id, Case>,
    pub(super) jobs: BTreeMap<Id, Job>,
}

/// What a person asks for.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) step: usize,
    pub(super) actor: usize,
    pub(super) typist: usize,
    pub(super) amount: Option<Option<u64>>,
    pub(super) owner: Option<Option<usize>>,
    pub(super) flag: Option<bool>,
    pub(super) memo: Option<bool>,
    pub(super) on: Moment,
}

/// The event that an allowed step leaves.
#[derive(Debug, PartialEq)]
pub(super) struct Left {
    pub(super) by: usize,
    pub(super) for_: Option<usize>,
    pub(super) entered: Option<usize>,
    pub(super) at: Moment,
    pub(super) to: Option<usize>,
    pub(super) case: Case,
    pub(super) opens: bool,
}

pub(super) fn holds((from, until): Tenure, day: u64) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

pub(super) fn day_of(now: Moment) -> u64 {
    u64::try_from((now.date_naive() - first_day()).num_days()).expect("after the first day")
}

impl World {
    pub(super) fn has_role(&self, person: usize, role: &str, day: u64) -> bool {
        person != PEOPLE - 1 && self.roles[person].iter().any(|(own, tenure)| *own == role && holds(*tenure, day))
    }

    pub(super) fn stands_in(&self, deputy: usize, principal: usize, day: u64) -> bool {
        let named = self.deputies[principal].iter().any(|(person, tenure)| *person == deputy && holds(*tenure, day));
        deputy != principal && principal != PEOPLE - 1 && named
    }

    /// The time of an event, if a record's last event was at `last`. `None` if it cannot happen then.
    pub(super) fn time(on: Moment, last: Moment, now: Moment) -> Option<Moment> {
        let skew = TimeDelta::minutes(5);
        if on > now + skew || last > on + skew { None } else { Some(on.max(last)) }
    }

    /// How many steps each state is from the beginning.
    pub(super) fn ranks(&self) -> [usize; 5] {
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

    /// Whether the amount is sealed: a sealing step that led on was taken, and no step has led back before it since.
    pub(super) fn sealed(&self, case: &Case) -> bool {
        let ranks = self.ranks();
        self.steps.iter().filter(|step| step.seals).any(|step| {
            let Some(taken) = case.deeds.iter().rposition(|deed| deed.step == step.name) else { return false };
            let furthest = step.from.iter().map(|state| ranks[*state]).max().unwrap_or(0);
            let back = |deed: &Deed| deed.to.is_some_and(|to| to < 3 && !deed.previous && ranks[to] <= furthest);
            let to = case.deeds[taken].to;
            let stayed = to.is_some() && to == case.deeds[..taken].iter().rev().find_map(|deed| deed.to);
            !stayed && !case.deeds[taken + 1..].iter().any(back)
        })
    }

    /// Who wrote the amount, if that step seals it and this one seals it or decides on it: the last writers, or all
    /// since the step was taken the time before the last.
    fn writers(&self, case: &Case, step: &Step, barred: &str) -> Vec<usize> {
        let about = self.steps.iter().any(|step| step.name == barred && step.seals);
        if !about || !(step.seals || step.authority) {
            return Vec::new();
        }
        let mut times = case.deeds.iter().enumerate().rev().filter(|(_, deed)| deed.step == barred).map(|(at, _)| at);
        let since = times.nth(1).map_or(0, |at| at + 1);
        let last = case.deeds.iter().rfind(|deed| deed.wrote);
        let wrote = case.deeds[since..].iter().filter(|deed| deed.wrote).chain(last);
        wrote.flat_map(|deed| deed.people.iter().copied()).collect()
    }

    /// What a step leaves if it may be taken; otherwise the rule that it would break.
    pub(super) fn judge(&self, oracle: &Oracle, id: &Id, wish: &Wish, now: Moment) -> Result<Left, &'static str> {
        let (case, step, day) = (&oracle.cases[id], &self.steps[wish.step], day_of(now));
        let (actor, typist) = (wish.actor, wish.typist);
        if !step.from.contains(&case.state) {
            return Err("from");
        }
        if actor == PEOPLE - 1 || typist == PEOPLE - 1 {
            return Err("staff");
        }
        let at = Self::time(wish.on, case.entered(), now).ok_or("time")?;
        // who may type it
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
                    By::Step(name) => case.deeds.iter().any(|deed| deed.step == *name && deed.takers.contains(&person)),
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
                    let took = last.is_some_and(|deed| deed.people.iter().any(|person| eyes.contains(person)));
                    took || self.writers(case, step, name).iter().any(|person| eyes.contains(person))
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
        if step.overdue && !self.clock.is_overdue(&case.deeds, at) {
            return Err("overdue");
        }
        if step.needs && oracle.jobs.values().any(|job| job.case == *id && !job.done) {
            return Err("needs");
        }
        if step.authority {
            let (others, flagged) = self.of_chain(oracle, id, &after);
            let total = after.amount.unwrap_or(0) + others;
            let low = total <= self.limit && (!self.row_when || (flagged && after.flag == Some(true)));
            let high = self.top.is_none_or(|top| total <= top);
            // the first row that fits, or any later one
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
        let takers = [Some(by), for_].into_iter().flatten().collect();
        let previous = matches!(step.to, To::Previous);
        if let Some(to) = to {
            after.state = to;
            if previous {
                after.stack.pop();
            } else {
                after.stack.push((to, after.deeds.len()));
            }
        }
        let wrote = after.amount != case.amount;
        after.deeds.push(Deed { at, step: step.name.clone(), people, takers, to, previous, wrote });
        let via = format!("{id}#{}", step.name);
        let stands = oracle.jobs.values().any(|job| job.via == via && !job.done);
        let opens = step.opens.is_some_and(|when_flag| !when_flag || after.flag == Some(true)) && !stands;
        Ok(Left { by, for_, entered, at, to, case: after, opens })
    }

    /// The amounts of the other forms of the same case that were not closed, and whether all of these are flagged.
    pub(super) fn of_chain(&self, oracle: &Oracle, id: &Id, after: &Case) -> (u64, bool) {
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
        let others: Vec<&Case> = others.filter(|case| case.state != 4).collect();
        let sum = others.iter().map(|case| case.amount.unwrap_or(0)).sum();
        (sum, others.iter().all(|case| case.flag == Some(true)))
    }
}

//! Small rule books and staffs drawn from random bytes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use redress::record::Id;

use super::clock::Clock;
use super::{PEOPLE, STEPS};

/// Choices drawn from random bytes, so that proptest can make them smaller.
pub(super) struct Draw<'b>(pub(super) &'b [u8]);

impl Draw<'_> {
    pub(super) fn below(&mut self, n: usize) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first) % n
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
}

#[derive(Debug, Clone)]
pub(super) enum To {
    Stay,
    State(usize),
    Previous,
    /// The first if the flag is set, otherwise the second.
    Either(usize, usize),
}

#[derive(Debug, Clone)]
pub(super) enum By {
    Role(&'static str),
    Owner,
    Step(String),
}

#[derive(Debug, Clone)]
pub(super) enum NotBy {
    Step(String),
    Owner,
}

#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) from: BTreeSet<usize>,
    pub(super) to: To,
    pub(super) by: Vec<By>,
    pub(super) not_by: Vec<NotBy>,
    pub(super) asks: Vec<&'static str>,
    pub(super) when_flag: bool,
    pub(super) after: Option<String>,
    pub(super) overdue: bool,
    pub(super) authority: bool,
    pub(super) needs: bool,
    pub(super) seals: bool,
    pub(super) clears: bool,
    /// Opens a job: always, or only if the flag is set.
    pub(super) opens: Option<bool>,
}

impl Step {
    pub(super) fn plain(name: &str, from: &[usize], to: To) -> Self {
        Step {
            name: name.to_owned(),
            from: from.iter().copied().collect(),
            to,
            by: Vec::new(),
            not_by: Vec::new(),
            asks: Vec::new(),
            when_flag: false,
            after: None,
            overdue: false,
            authority: false,
            needs: false,
            seals: false,
            clears: false,
            opens: None,
        }
    }
}

/// From a day through another, in days from the beginning. `None` means open.
pub(super) type Tenure = (Option<u64>, Option<u64>);

#[derive(Debug)]
pub(super) struct World {
    pub(super) steps: Vec<Step>,
    pub(super) clock: Clock,
    pub(super) roles: Vec<Vec<(&'static str, Tenure)>>,
    pub(super) deputies: Vec<Vec<(usize, Tenure)>>,
    pub(super) anyone: bool,
    pub(super) clerks: Option<(&'static str, String)>,
    /// The lowest level's limit, and whether its row applies only if the flag is set; then role b, perhaps without a
    /// limit.
    pub(super) limit: u64,
    pub(super) row_when: bool,
    pub(super) top: Option<u64>,
}

pub(super) fn tenure(draw: &mut Draw<'_>) -> Tenure {
    let from = draw.one_in(3).then(|| draw.below(6) as u64);
    let until = draw.one_in(3).then(|| from.unwrap_or(0) + draw.below(6) as u64);
    (from, until)
}

pub(super) fn world(draw: &mut Draw<'_>) -> World {
    // These make every state reachable, and one that can be left, whatever else is drawn.
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
        step.overdue = draw.one_in(5);
        if step.overdue {
            step.from.insert(0);
        }
        steps.push(step);
    }
    let clock = Clock::drawn(draw, STEPS);
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
        clock,
        roles,
        deputies,
        anyone: draw.one_in(3),
        clerks: draw.one_in(2).then(|| (["a", "b"][draw.below(2)], format!("t{}", draw.below(STEPS)))),
        limit: 100 * draw.below(4) as u64,
        row_when: draw.one_in(2),
        top: draw.one_in(3).then_some(400),
    }
}

pub(super) fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")
}

pub(super) fn person(i: usize) -> Id {
    format!("p{i}").parse().expect("an id")
}

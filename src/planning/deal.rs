//! Distributes work to people who are present and have room on a working day. The person to whom the work belongs
//! comes first, then the person with the least work (CB1, CL4). `plan` and `assign` share this.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::kind::Balance;
use crate::policy::{People, Person};
use crate::record::Id;

/// People with their present work, and the days for new work.
pub(super) struct Table<'t> {
    people: &'t People,
    role: Option<&'t str>,
    /// The people who may do the work; `None` means everybody.
    among: Option<&'t BTreeSet<&'t Id>>,
    /// Working days, the earliest first.
    days: &'t [NaiveDate],
    /// The most work for a person and day; `None` means no limit.
    per_day: Option<u64>,
    load: Load,
    balance: Balance,
    /// The capacity of a person who gives none: the mean of the others.
    usual: u64,
}

/// Who has how much work.
#[derive(Debug, Default)]
pub(super) struct Load {
    open: BTreeMap<Id, u64>,
    /// Work by person and day. Work without a person is counted too, and has the same limit.
    on: HashMap<(Option<Id>, NaiveDate), u64>,
}

impl Load {
    /// Counts a piece of open work.
    pub(super) fn note(&mut self, person: Option<&Id>, day: Option<NaiveDate>) {
        if let Some(person) = person {
            *self.open.entry(person.clone()).or_default() += 1;
        }
        if let Some(day) = day {
            *self.on.entry((person.cloned(), day)).or_default() += 1;
        }
    }
}

/// Who does a piece of work, and on which day.
pub(super) type Dealt = (Option<Id>, NaiveDate);

/// The same, with the reason and the person's present amount of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dealing {
    /// The person. `None` if nobody of the staff may do it.
    pub person: Option<Id>,
    /// The day.
    pub day: NaiveDate,
    /// Why it is this person.
    pub why: Why,
    /// How many pieces of work the person has, including this one.
    pub has: u64,
}

/// Why a piece of work goes to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It belongs to the person.
    Kept,
    /// It belongs to somebody who is away on that day, and the person is the deputy.
    StandsIn(Id),
    /// Nobody who may do it has less work.
    Fewest,
    /// Others have as little work, but the person has more capacity.
    Capacity,
    /// Nobody has less work in proportion to capacity.
    Share,
    /// Nobody of the staff may do it.
    Nobody,
}

impl Why {
    /// Its name for scripts.
    pub fn name(&self) -> &'static str {
        match self {
            Why::Kept => "kept",
            Why::StandsIn(_) => "stands-in",
            Why::Fewest => "fewest",
            Why::Capacity => "capacity",
            Why::Share => "share",
            Why::Nobody => "nobody",
        }
    }
}

/// A person with work and capacity.
struct Hand<'p> {
    person: &'p Person,
    has: u64,
    capacity: u64,
}

impl Hand<'_> {
    /// Whether this person comes first: with less work and then more capacity, or with less work in proportion to
    /// capacity. It avoids fractions: a/b < c/d means a·d < c·b.
    fn before(&self, other: &Self, balance: Balance) -> Ordering {
        let first = match balance {
            Balance::Even => self.has.cmp(&other.has).then(other.capacity.cmp(&self.capacity)),
            Balance::Proportional => ((self.has + 1) * other.capacity).cmp(&((other.has + 1) * self.capacity)),
        };
        first.then_with(|| self.person.id.cmp(&other.person.id))
    }
}

impl<'t> Table<'t> {
    pub(super) fn new(people: &'t People, role: Option<&'t str>, days: &'t [NaiveDate], per_day: Option<u64>) -> Self {
        let given: Vec<u64> = people
            .iter()
            .filter(|person| days.iter().any(|day| may(person, role, *day)))
            .filter_map(|person| person.capacity.filter(|capacity| *capacity > 0))
            .collect();
        let usual = match given.len() {
            0 => 1,
            count => given.iter().sum::<u64>().div_ceil(count as u64),
        };
        let (among, load, balance) = (None, Load::default(), Balance::default());
        Table { people, role, among, days, per_day, load, balance, usual }
    }

    /// The same table, limited to these people.
    pub(super) fn among(self, people: &'t BTreeSet<&'t Id>) -> Self {
        Table { among: Some(people), ..self }
    }

    /// The same table with people's present work.
    pub(super) fn loaded(self, load: Load) -> Self {
        Table { load, ..self }
    }

    /// The same table with another balance.
    pub(super) fn balanced(self, balance: Balance) -> Self {
        Table { balance, ..self }
    }

    /// The work of everybody now.
    pub(super) fn into_load(self) -> Load {
        self.load
    }

    /// How many people can get work on a day at all.
    pub(super) fn hands(&self) -> usize {
        self.people.iter().filter(|person| self.days.iter().any(|day| self.can(person, *day))).count()
    }

    /// Sets the most work for each person and day.
    pub(super) fn bound(&mut self, per_day: u64) {
        self.per_day = Some(per_day);
    }

    /// Counts a piece of open work.
    pub(super) fn note(&mut self, person: Option<&Id>, day: Option<NaiveDate>) {
        self.load.note(person, day);
    }

    /// Assigns a piece of work that is due on a day, as [`Table::choose`] decides, and counts it.
    pub(super) fn deal(&mut self, owner: Option<&Id>, day: NaiveDate) -> Option<Dealt> {
        self.dealing(owner, day).map(|dealing| (dealing.person, dealing.day))
    }

    /// As [`Table::deal`], with the reason.
    pub(super) fn dealing(&mut self, owner: Option<&Id>, day: NaiveDate) -> Option<Dealing> {
        let found = self.choose(owner, day, &BTreeSet::new())?;
        self.note(found.person.as_ref(), Some(found.day));
        Some(found)
    }

    /// As [`Table::dealing`], for work that stays on its day however much the person has to do then.
    pub(super) fn dealing_on(&mut self, owner: Option<&Id>, day: NaiveDate) -> Option<Dealing> {
        let bound = self.per_day.take();
        let found = self.dealing(owner, day);
        self.per_day = bound;
        found
    }

    /// Who does a piece of work that is due on a day, except people who are `barred`. It is the owner if there is
    /// room, the owner's deputy if the owner is away that day, else the next person by the balance. The work goes on
    /// that day or the first working day after it with room, else on the last one before it. `None` if nobody has
    /// room on any day. If nobody may do it at all, it has no person.
    pub(super) fn choose(&self, owner: Option<&Id>, day: NaiveDate, barred: &BTreeSet<Id>) -> Option<Dealing> {
        let owner = owner.and_then(|owner| self.people.get(owner));
        let kept = self.kept(owner, day, barred);
        if kept.is_some() {
            return kept;
        }
        let is_other = |person: &&Person| owner.is_none_or(|owner| owner.id != person.id);
        let others = self.people.iter().filter(is_other).filter(|person| !barred.contains(&person.id));
        let mut others: Vec<Hand<'_>> = others
            .filter(|person| self.capacity(person) > 0)
            .map(|person| Hand { person, has: self.has(person), capacity: self.capacity(person) })
            .collect();
        others.sort_by(|a, b| a.before(b, self.balance));
        let mut able = others.iter().enumerate();
        if let Some((at, day)) = able.find_map(|(at, hand)| Some((at, self.room(Some(hand.person), day)?))) {
            return Some(self.dealing_to(others[at].person, day, self.why(&others, at, day)));
        }
        if self.hands() > 0 || !barred.is_empty() {
            return None;
        }
        let day = self.room(None, day)?;
        Some(Dealing { person: None, day, why: Why::Nobody, has: 0 })
    }

    /// The owner of the work, or the owner's deputy.
    fn kept(&self, owner: Option<&Person>, day: NaiveDate, barred: &BTreeSet<Id>) -> Option<Dealing> {
        let owner = owner?;
        let first = self.days.iter().find(|known| **known >= day).or(self.days.last())?;
        if is_away(owner, *first) {
            let deputies = self.people.deputies(&owner.id, *first).filter_map(|deputy| self.people.get(&deputy.person));
            let able = deputies.filter(|deputy| !barred.contains(&deputy.id) && self.has_room(Some(deputy), *first));
            if let Some(deputy) = able.min_by_key(|deputy| (self.has(deputy), &deputy.id)) {
                return Some(self.dealing_to(deputy, *first, Why::StandsIn(owner.id.clone())));
            }
        }
        if barred.contains(&owner.id) {
            return None;
        }
        self.room(Some(owner), day).map(|day| self.dealing_to(owner, day, Why::Kept))
    }

    fn dealing_to(&self, person: &Person, day: NaiveDate, why: Why) -> Dealing {
        Dealing { person: Some(person.id.clone()), day, why, has: self.has(person) + 1 }
    }

    /// Why the person at this position is next. It is the lower number of records, unless a later person has as few
    /// and could do it.
    fn why(&self, order: &[Hand<'_>], at: usize, day: NaiveDate) -> Why {
        if self.balance == Balance::Proportional {
            return Why::Share;
        }
        let next = &order[at];
        let mut as_few = order[at + 1..].iter().filter(|other| other.has == next.has && other.capacity < next.capacity);
        if as_few.any(|other| self.has_room(Some(other.person), day)) { Why::Capacity } else { Why::Fewest }
    }

    fn has(&self, person: &Person) -> u64 {
        self.load.open.get(&person.id).copied().unwrap_or_default()
    }

    fn capacity(&self, person: &Person) -> u64 {
        person.capacity.unwrap_or(self.usual)
    }

    fn can(&self, person: &Person, day: NaiveDate) -> bool {
        let is_meant = self.among.is_none_or(|among| among.contains(&person.id));
        is_meant && self.capacity(person) > 0 && may(person, self.role, day)
    }

    fn has_room(&self, person: Option<&Person>, day: NaiveDate) -> bool {
        if person.is_some_and(|person| !self.can(person, day)) {
            return false;
        }
        let Some(most) = self.per_day else { return true };
        let taken = self.load.on.get(&(person.map(|person| person.id.clone()), day));
        taken.copied().unwrap_or_default() < most
    }

    fn room(&self, person: Option<&Person>, day: NaiveDate) -> Option<NaiveDate> {
        let first = self.days.partition_point(|known| *known < day);
        let mut days = self.days[first..].iter().chain(self.days[..first].iter().rev());
        days.find(|day| self.has_room(person, **day)).copied()
    }
}

/// Whether a person does work on a day: has the role, and is not away.
fn may(person: &Person, role: Option<&str>, day: NaiveDate) -> bool {
    person.active && role.is_none_or(|role| person.has_role(role, day)) && !is_away(person, day)
}

/// Whether the person has a deputy on a day. A deputy without dates is there for any need, and does not mean that the
/// person is away.
fn is_away(person: &Person, day: NaiveDate) -> bool {
    person.deputies.iter().any(|deputy| {
        let dated = deputy.from.is_some() || deputy.until.is_some();
        dated && deputy.from.is_none_or(|from| from <= day) && deputy.until.is_none_or(|until| day <= until)
    })
}

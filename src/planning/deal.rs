//! Deals work out on working days: to people with room, in proportion to their capacity (CB1, CL4).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::policy::{People, Person};
use crate::record::Id;

/// People with what they have to do already, and the days that work can be put on.
pub(super) struct Table<'t> {
    people: &'t People,
    role: Option<&'t str>,
    /// Those who may do the work at all. `None` is everybody.
    among: Option<&'t BTreeSet<&'t Id>>,
    /// Working days, the earliest first.
    days: &'t [NaiveDate],
    /// For a person and a day; `None` is no bound.
    per_day: Option<u64>,
    load: Load,
    /// A person without a capacity of their own counts with the mean of the others'.
    usual: u64,
}

/// Who has how much to do.
#[derive(Debug, Default)]
pub(super) struct Load {
    open: BTreeMap<Id, u64>,
    /// Nobody's work is bounded by day like anybody's.
    on: HashMap<(Option<Id>, NaiveDate), u64>,
}

impl Load {
    /// Takes note of open work.
    pub(super) fn note(&mut self, person: Option<&Id>, day: Option<NaiveDate>) {
        if let Some(person) = person {
            *self.open.entry(person.clone()).or_default() += 1;
        }
        if let Some(day) = day {
            *self.on.entry((person.cloned(), day)).or_default() += 1;
        }
    }
}

/// Who does a piece of work, and when.
pub(super) type Dealt = (Option<Id>, NaiveDate);

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
        Table { people, role, among: None, days, per_day, load: Load::default(), usual }
    }

    /// The same table with these people alone.
    pub(super) fn among(self, people: &'t BTreeSet<&'t Id>) -> Self {
        Table { among: Some(people), ..self }
    }

    /// The same table with what people have to do already.
    pub(super) fn loaded(self, load: Load) -> Self {
        Table { load, ..self }
    }

    /// Who has how much to do by now.
    pub(super) fn into_load(self) -> Load {
        self.load
    }

    /// Whether work on a day can be dealt to anybody at all.
    pub(super) fn hands(&self) -> usize {
        self.people.iter().filter(|person| self.days.iter().any(|day| self.can(person, *day))).count()
    }

    /// Work bounded by so much a person and day.
    pub(super) fn bound(&mut self, per_day: u64) {
        self.per_day = Some(per_day);
    }

    /// Takes note of open work.
    pub(super) fn note(&mut self, person: Option<&Id>, day: Option<NaiveDate>) {
        self.load.note(person, day);
    }

    /// Deals a piece of work that falls on a day: to its owner where there is room, else to the person who has least to do for their
    /// capacity; on the day or the first working day after it with room, else on the last before it. `None` if nobody has
    /// room on any day. If nobody may do it at all, it stays nobody's.
    pub(super) fn deal(&mut self, owner: Option<&Id>, day: NaiveDate) -> Option<Dealt> {
        let found = match self.hands() {
            0 => self.room(None, day).map(|day| (None, day)),
            _ => {
                let owner = owner.and_then(|owner| self.people.get(owner));
                let mut others: Vec<&Person> = self.people.iter().filter(|person| Some(*person) != owner).collect();
                // By load for capacity, without fractions: a/b < c/d where a·d < c·b.
                others.sort_by(|a, b| {
                    (self.load(a) * self.capacity(b)).cmp(&(self.load(b) * self.capacity(a))).then(a.id.cmp(&b.id))
                });
                let mut hands = owner.into_iter().chain(others);
                hands.find_map(|person| self.room(Some(person), day).map(|day| (Some(person.id.clone()), day)))
            }
        };
        if let Some((person, day)) = &found {
            self.note(person.as_ref(), Some(*day));
        }
        found
    }

    fn load(&self, person: &Person) -> u64 {
        self.load.open.get(&person.id).copied().unwrap_or_default() + 1
    }

    fn capacity(&self, person: &Person) -> u64 {
        person.capacity.unwrap_or(self.usual)
    }

    fn can(&self, person: &Person, day: NaiveDate) -> bool {
        let is_meant = self.among.is_none_or(|among| among.contains(&person.id));
        is_meant && self.capacity(person) > 0 && may(person, self.role, day)
    }

    fn room(&self, person: Option<&Person>, day: NaiveDate) -> Option<NaiveDate> {
        let first = self.days.partition_point(|known| *known < day);
        let mut days = self.days[first..].iter().chain(self.days[..first].iter().rev());
        let id = person.map(|person| person.id.clone());
        let has_room = |day: &&NaiveDate| {
            let taken = self.load.on.get(&(id.clone(), **day)).copied().unwrap_or_default();
            person.is_none_or(|person| self.can(person, **day)) && self.per_day.is_none_or(|most| taken < most)
        };
        days.find(has_room).copied()
    }
}

fn may(person: &Person, role: Option<&str>, day: NaiveDate) -> bool {
    person.active && role.is_none_or(|role| person.has_role(role, day))
}

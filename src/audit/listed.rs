//! Lists of many records, so that no question has to look through all of them: references, idempotency keys,
//! assignees, unique values.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::kind::Numbered;
use crate::policy::Policy;
use crate::record::{Id, Record, Value};

/// The listed values of a record.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Said {
    names: Vec<Id>,
    keys: Vec<String>,
    dealt: Option<Id>,
    unique: Vec<String>,
    number: Option<Numbered>,
}

impl Said {
    /// The listed values of a record, by a policy.
    pub(super) fn by(policy: &Policy, record: &Record) -> Said {
        let kind = policy.kind(&record.kind);
        Said {
            names: policy.references(record).into_iter().map(|(id, _)| id).collect(),
            keys: record.history.iter().filter_map(|event| event.key.clone()).collect(),
            dealt: assignee(policy, record),
            unique: kind.into_iter().flat_map(|kind| &kind.uniques).filter_map(|unique| unique.key(record)).collect(),
            number: kind.and_then(|kind| kind.numbering.as_ref()?.counted(record)),
        }
    }
}

/// The assignee of a record.
pub(super) fn assignee(policy: &Policy, record: &Record) -> Option<Id> {
    let kind = policy.kind(&record.kind)?;
    record.get(kind.assignee?).and_then(Value::as_text)?.parse().ok()
}

/// Records by their listed values.
#[derive(Debug, Default)]
pub(super) struct Listed {
    said: HashMap<Id, Said>,
    naming: Lists<Id>,
    keyed: Lists<String>,
    dealt: Lists<Id>,
    unique: Lists<String>,
    numbers: HashMap<String, BTreeSet<(u64, Id)>>,
}

impl Listed {
    /// Makes room for so many records.
    pub(super) fn reserve(&mut self, records: usize) {
        self.said.reserve(records);
    }

    /// Lists a record by its present values. `None` removes it from the lists.
    pub(super) fn set(&mut self, id: &Id, said: Option<Said>) {
        if let Some(before) = self.said.remove(id) {
            take_out(&mut self.naming, &before.names, id);
            take_out(&mut self.keyed, &before.keys, id);
            take_out(&mut self.dealt, &before.dealt, id);
            take_out(&mut self.unique, &before.unique, id);
            if let Some(Numbered { series, count }) = before.number
                && let Some(of) = self.numbers.get_mut(&series)
            {
                of.remove(&(count, id.clone()));
            }
        }
        let Some(said) = said else { return };
        put_in(&mut self.naming, &said.names, id);
        put_in(&mut self.keyed, &said.keys, id);
        put_in(&mut self.dealt, &said.dealt, id);
        put_in(&mut self.unique, &said.unique, id);
        if let Some(Numbered { series, count }) = &said.number {
            self.numbers.entry(series.clone()).or_default().insert((*count, id.clone()));
        }
        self.said.insert(id.clone(), said);
    }

    /// Every listed record with its values.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Id, &Said)> {
        self.said.iter()
    }

    /// Removes all records.
    pub(super) fn clear(&mut self) {
        *self = Listed::default();
    }

    /// The records that refer to a record.
    pub(super) fn naming(&self, id: &Id) -> impl Iterator<Item = &Id> {
        self.naming.get(id).into_iter().flat_map(Few::iter)
    }

    /// The records with an event that has this idempotency key.
    pub(super) fn keyed(&self, key: &str) -> impl Iterator<Item = &Id> {
        self.keyed.get(key).into_iter().flat_map(Few::iter)
    }

    /// The records that are assigned to a person.
    pub(super) fn dealt_to(&self, person: &Id) -> impl Iterator<Item = &Id> {
        self.dealt.get(person).into_iter().flat_map(Few::iter)
    }

    /// The highest running number of a series; 0 if there is none.
    pub(super) fn highest(&self, series: &str) -> u64 {
        self.numbers.get(series).and_then(|of| of.last()).map_or(0, |(count, _)| *count)
    }

    /// The records with the same unique value.
    pub(super) fn alike(&self, key: &str) -> impl Iterator<Item = &Id> {
        self.unique.get(key).into_iter().flat_map(Few::iter)
    }
}

type Lists<K> = HashMap<K, Few>;

/// The records of one list. Most lists have one record, and a set takes much more memory than its id.
#[derive(Debug)]
enum Few {
    One(Id),
    Many(BTreeSet<Id>),
}

impl Few {
    fn insert(&mut self, id: &Id) {
        match self {
            Few::One(one) if one == id => {}
            Few::One(one) => *self = Few::Many(BTreeSet::from([one.clone(), id.clone()])),
            Few::Many(many) => drop(many.insert(id.clone())),
        }
    }

    /// Whether nothing is left.
    fn remove(&mut self, id: &Id) -> bool {
        match self {
            Few::One(one) => one == id,
            Few::Many(many) => {
                many.remove(id);
                many.is_empty()
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Id> {
        let (one, many) = match self {
            Few::One(one) => (Some(one), None),
            Few::Many(many) => (None, Some(many)),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

fn put_in<'k, K: std::hash::Hash + Eq + Clone + 'k>(
    lists: &mut Lists<K>,
    keys: impl IntoIterator<Item = &'k K>,
    id: &Id,
) {
    for key in keys {
        match lists.get_mut(key) {
            Some(few) => few.insert(id),
            None => drop(lists.insert(key.clone(), Few::One(id.clone()))),
        }
    }
}

fn take_out<'k, K: std::hash::Hash + Eq + 'k>(lists: &mut Lists<K>, keys: impl IntoIterator<Item = &'k K>, id: &Id) {
    for key in keys {
        if lists.get_mut(key).is_some_and(|few| few.remove(id)) {
            lists.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Listed, Said};
    use crate::record::Id;
    use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};
    use std::collections::{BTreeMap, BTreeSet};

    fn id(number: u8) -> Id {
        format!("person{}", number % 6).parse().unwrap()
    }

    fn said() -> impl Strategy<Value = Said> {
        let some = || prop::collection::vec(any::<u8>(), 0..4);
        (some(), some(), any::<Option<u8>>(), some()).prop_map(|(names, keys, dealt, unique)| Said {
            names: names.into_iter().map(id).collect(),
            keys: keys.into_iter().map(|key| id(key).to_string()).collect(),
            dealt: dealt.map(id),
            unique: unique.into_iter().map(|key| id(key).to_string()).collect(),
            number: None,
        })
    }

    proptest! {
        #[test]
        fn lists_say_what_looking_through_all_records_says(
            changes in prop::collection::vec((any::<u8>(), prop::option::of(said())), 0..30),
            asked: u8,
        ) {
            let (mut listed, mut all) = (Listed::default(), BTreeMap::new());
            for (number, said) in changes {
                let copy = |said: &Said| Said {
                    names: said.names.clone(),
                    keys: said.keys.clone(),
                    dealt: said.dealt.clone(),
                    unique: said.unique.clone(),
                    number: None,
                };
                match &said {
                    Some(said) => drop(all.insert(id(number), copy(said))),
                    None => drop(all.remove(&id(number))),
                }
                listed.set(&id(number), said);
            }
            let (asked, key) = (id(asked), id(asked).to_string());
            let those = |says: &dyn Fn(&Said) -> bool| -> BTreeSet<&Id> {
                all.iter().filter(|(_, said)| says(said)).map(|(id, _)| id).collect()
            };
            prop_assert_eq!(listed.naming(&asked).collect::<BTreeSet<_>>(), those(&|said| said.names.contains(&asked)));
            prop_assert_eq!(listed.keyed(&key).collect::<BTreeSet<_>>(), those(&|said| said.keys.contains(&key)));
            prop_assert_eq!(listed.dealt_to(&asked).collect::<BTreeSet<_>>(), those(&|said| said.dealt.as_ref() == Some(&asked)));
            prop_assert_eq!(listed.alike(&key).collect::<BTreeSet<_>>(), those(&|said| said.unique.contains(&key)));
        }
    }
}

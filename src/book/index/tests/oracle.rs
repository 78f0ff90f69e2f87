//! The same questions answered by looking at every record.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::world::{Dice, Files, PHONES, TEXTS, all_ids, keys};
use crate::book::index::load::record;
use crate::book::index::{EventQuery, Index, IndexLink, LateNotes, Limits, Selection, Sort};
use crate::filter::{self, Filter, Flag, Holds, Scope, Unanswered, parse};
use crate::kind::{IMPORT, Kind};
use crate::lifecycle::SKEW;
use crate::locale::text::fold;
use crate::policy::Policy;
use crate::record::{Event, FieldId, Fields, Id, Record, Type, Value, parse_time};
use crate::record::{is_phone, phone_digits};

pub(super) struct Oracle<'p> {
    policy: &'p Policy,
    records: BTreeMap<Id, Record>,
    unreadable: BTreeSet<String>,
}

const COMPLAINTS: [&str; 29] = [
    "",
    "class=open",
    "class=closed,waiting",
    "state=registered",
    "not class=closed",
    "client.city=杭州",
    "client.city!=杭州",
    "client.contacts.phone~138",
    "amount=100..",
    "amount=..99.99",
    "content~漏",
    "content=LEAK",
    "tags=leak",
    "not tags=漏水",
    "overdue",
    "not overdue mine",
    "unfinished",
    "waiting",
    "opened=2026-10",
    "accepted=2026-11",
    "closed=2026",
    "milestone.accepted=2026-11",
    "remedies.amount=5000..",
    "category!=product",
    "assignee=li.na",
    "by=wang.lei client.name~a",
    "id=7K3 sensitive=yes",
    "holder=li.na",
    "holder!=role:qm class=open",
];

/// Which records have a flag in these tests.
fn has(id: &Id, flag: Flag) -> bool {
    let sum: u32 = id.as_str().bytes().map(u32::from).sum();
    match flag {
        Flag::Overdue => sum.is_multiple_of(2),
        _ => sum.is_multiple_of(3),
    }
}

/// Who holds something of a record in these tests.
fn holders(id: &Id) -> Vec<String> {
    let names = [("li.na", Flag::Overdue), ("role:qm", Flag::Mine)].into_iter();
    names.filter(|(_, flag)| has(id, *flag)).map(|(name, _)| name.to_owned()).collect()
}

impl filter::Resolver for Oracle<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.records.get(id).map(Cow::Borrowed))
    }

    fn flag(&self, record: &Record, flag: Flag) -> Result<bool, Unanswered> {
        Ok(has(&record.id, flag))
    }

    fn holders(&self, record: &Record) -> Result<Vec<String>, Unanswered> {
        Ok(holders(&record.id))
    }
}

impl<'p> Oracle<'p> {
    pub(super) fn of(files: &Files, policy: &'p Policy) -> Self {
        let mut oracle = Oracle { policy, records: BTreeMap::new(), unreadable: BTreeSet::new() };
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".yaml")) {
            let Some(kind) = policy.kind_in(path.split('/').next().expect("a folder")) else { continue };
            match record(bytes, path, kind) {
                Ok(record) if !bytes.starts_with(b"../") => {
                    oracle.records.insert(record.id.clone(), record);
                }
                _ => {
                    oracle.unreadable.insert(path.clone());
                }
            }
        }
        oracle
    }

    /// Compares an index with it.
    pub(super) fn check(&self, index: &Index, dice: &mut Dice) {
        self.check_found(index);
        self.check_selected(index, dice);
        self.check_values(index);
        self.check_events(index, dice);
        self.check_late(index, dice);
        let found: Vec<&str> = index.unreadable().expect("paths").iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(found, self.unreadable.iter().map(String::as_str).collect::<Vec<_>>());
        for (path, problems) in index.unreadable().expect("paths") {
            assert!(!problems.is_empty(), "{path} is unreadable for no reason");
        }
        let answer =
            index.query("select id, state from complaint order by id", &Limits::default(), None).expect("an answer");
        let expected =
            self.of_kind("complaint").map(|record| vec![record.id.as_str().into(), record.state.as_str().into()]);
        assert_eq!(answer.rows, expected.collect::<Vec<Vec<serde_json::Value>>>());
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Record> {
        self.records.values().filter(move |record| record.kind == kind)
    }

    /// Every reference, by its target.
    fn links(&self) -> BTreeMap<Id, Vec<IndexLink>> {
        let mut found: BTreeMap<Id, Vec<IndexLink>> = BTreeMap::new();
        for record in self.records.values() {
            let shape = &self.policy.kind(&record.kind).expect("a kind").shape;
            for (to, field) in record.fields.references(shape) {
                let link = IndexLink { id: record.id.clone(), kind: record.kind.clone(), field };
                found.entry(to).or_default().push(link);
            }
        }
        for links in found.values_mut() {
            links.sort_by(|a, b| (&a.kind, &a.id, &a.field).cmp(&(&b.kind, &b.id, &b.field)));
        }
        found
    }

    fn check_found(&self, index: &Index) {
        let mut links = self.links();
        for id in all_ids(self.policy) {
            assert_eq!(index.record(&id).expect("an answer").as_ref(), self.records.get(&id), "{id}");
            let all = links.remove(&id).unwrap_or_default();
            let linked = index.all_linked_to([&id]).expect("an answer").remove(&id).unwrap_or_default();
            assert_eq!(linked, all);
            for kind in ["complaint", "task", "nothing"] {
                let mut of: Vec<Id> = all.iter().filter(|link| link.kind == kind).map(|link| link.id.clone()).collect();
                of.dedup();
                assert_eq!(index.linked(&id, kind).expect("an answer"), of);
            }
        }
        for key in keys() {
            let has = |record: &&Record| record.history.iter().any(|event| event.key.as_deref() == Some(key));
            let with: Vec<&Record> = self.records.values().filter(has).collect();
            let found = with.iter().find(|record| !self.policy.is_void(record)).or(with.first());
            assert_eq!(index.by_key(key).expect("an answer"), found.map(|record| record.id.clone()), "{key}");
        }
        for unique in &self.policy.kind("complaint").expect("the kind").uniques {
            let keys: BTreeSet<String> = self.of_kind("complaint").filter_map(|record| unique.key(record)).collect();
            for key in keys.iter().map(String::as_str).chain(["nothing"]) {
                let holds = |record: &&Record| unique.key(record).as_deref() == Some(key);
                let found: Vec<Id> = self.of_kind("complaint").filter(holds).map(|record| record.id.clone()).collect();
                assert_eq!(index.holding(key).expect("an answer"), found, "{key:?}");
            }
        }
        for (part, prefix) in [("7K3", None), ("7K3F2", Some("C")), ("Z", None), ("000", Some("K")), ("", None)] {
            let fits = |id: &&Id| id.random().is_some_and(|random| random.starts_with(part));
            let of = |id: &&Id| prefix.is_none_or(|prefix| id.prefix() == Some(prefix));
            let found: Vec<Id> = self.records.keys().filter(fits).filter(of).cloned().collect();
            assert_eq!(index.by_random(part, prefix).expect("an answer"), found);
        }
        for text in TEXTS.iter().chain(&PHONES).chain(&["nobody", "li.na@EXAMPLE.com", "１３８00001111"]) {
            for kinds in [vec![], vec!["client".to_owned()], vec!["staff".to_owned(), "client".to_owned()]] {
                let known = |record: &&Record| kinds.is_empty() || kinds.contains(&record.kind);
                let called = |record: &&Record| self.is_called(record, text);
                let found: Vec<Id> = self.records.values().filter(known).filter(called).map(|r| r.id.clone()).collect();
                assert_eq!(index.known_as(&kinds, text).expect("an answer"), found, "{text} {kinds:?}");
            }
        }
    }

    fn is_called(&self, record: &Record, text: &str) -> bool {
        let kind = self.policy.kind(&record.kind).expect("a kind");
        let mut values = Vec::new();
        kind.known_by.iter().for_each(|path| reach(&record.fields, kind, path, &mut values));
        values.iter().any(|(phone, value)| {
            let number = is_phone(&fold(text.trim()));
            match phone {
                true => phone_digits(value) == phone_digits(text) && number || fold(text.trim()) == phone_digits(value),
                // a number is compared as a number, and text by its digits only if it is a phone number
                false => fold(value) == fold(text.trim()) || number && fold(value) == phone_digits(text),
            }
        })
    }

    fn check_selected(&self, index: &Index, dice: &mut Dice) {
        let scope = Scope::question(
            "Asia/Shanghai".parse().expect("a zone"),
            self.policy.calendars.default(),
            parse_time("2026-11-22T12:00:00+08:00").expect("a time"),
        );
        for text in COMPLAINTS {
            let bound = parse(text).and_then(|expr| expr.bind("complaint", self.policy, &scope));
            let filter = bound.unwrap_or_else(|error| panic!("{text}: {error:?}"));
            self.check_filter(index, text, &filter, dice);
        }
    }

    fn check_filter(&self, index: &Index, text: &str, filter: &Filter, dice: &mut Dice) {
        let flagged = |flag: Flag| self.records.keys().filter(|id| has(id, flag)).cloned().collect::<Vec<_>>();
        let mut expected: Vec<&Record> =
            self.of_kind("complaint").filter(|record| filter.matches(record, self).expect("an answer")).collect();
        let held =
            |holds: &Holds| self.records.keys().filter(|id| holds.fits(&holders(id))).cloned().collect::<Vec<_>>();
        let all =
            Selection { flagged: Some(&flagged), held: Some(&held), ..Selection::of("complaint").filtered(filter) };
        let found = index.select(&all).expect("an answer");
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{text}");
        assert_eq!(index.count(&all).expect("an answer"), u64::try_from(expected.len()).expect("few"));
        let columns =
            ["opened", "amount", "category", "content", "client", "state", "class", "closed", "sensitive", "id"];
        let sort: Vec<Sort> = (0..dice.roll(3))
            .map(|_| Sort { column: (*dice.pick(&columns)).to_owned(), descending: dice.one_in(2) })
            .collect();
        let kind = self.policy.kind("complaint").expect("a kind");
        expected.sort_by(|a, b| {
            let by = sort.iter().map(|sort| compare(kind, a, b, sort)).find(|order| order.is_ne());
            by.unwrap_or_else(|| a.id.cmp(&b.id))
        });
        let (limit, offset) = (dice.one_in(2).then(|| dice.roll(4)), dice.roll(3));
        let number = |n: usize| u64::try_from(n).expect("few");
        let some = Selection { sort: &sort, limit: limit.map(number), offset: number(offset), ..all };
        let expected = expected.into_iter().skip(offset).take(limit.unwrap_or(usize::MAX));
        let expected: Vec<&Id> = expected.map(|record| &record.id).collect();
        let found = index.select_ids(&some).expect("an answer");
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{text} {sort:?} {limit:?} {offset}");
    }

    fn check_values(&self, index: &Index) {
        for kind in self.policy.kinds.values() {
            let fields: Vec<(FieldId, &str)> = kind
                .shape
                .handles()
                .filter(|(_, field)| !has_file(&field.ty))
                .map(|(id, f)| (id, f.name.as_str()))
                .collect();
            let mut columns = vec!["id", "state", "opened"];
            columns.extend(fields.iter().map(|(_, name)| *name));
            let found = index.values(&Selection::of(kind.name()), &columns).expect("an answer");
            let expected = self.of_kind(kind.name()).map(|record| {
                let own = [Value::Ref(record.id.clone()), Value::Text(record.state.clone())];
                let own = own.into_iter().map(Some).chain([record.opened().map(Value::Time)]);
                own.chain(fields.iter().map(|(id, _)| record.get(*id).cloned())).collect::<Vec<_>>()
            });
            assert_eq!(found, expected.collect::<Vec<_>>());
        }
    }

    fn check_events(&self, index: &Index, dice: &mut Dice) {
        let from = parse_time("2026-10-01T00:29:59+08:00").ok().filter(|_| dice.one_in(2));
        let until = parse_time("2026-11-22T09:31:00+08:00").ok().filter(|_| dice.one_in(2));
        let kind = dice.one_in(2).then(|| *dice.pick(&["complaint", "staff"]));
        let query = EventQuery { kind, from, until, ..EventQuery::default() };
        let happened = |record: &&Record| {
            let fits =
                |event: &Event| from.is_none_or(|from| event.at >= from) && until.is_none_or(|until| event.at < until);
            kind.is_none_or(|kind| record.kind == kind) && record.history.iter().any(fits)
        };
        let mut expected: Vec<Id> = self.records.values().filter(happened).map(|record| record.id.clone()).collect();
        expected.sort();
        assert_eq!(index.touched(&query).expect("an answer"), expected);
    }
}

impl Oracle<'_> {
    fn check_late(&self, index: &Index, dice: &mut Dice) {
        let [from, until] = [["2025-01-01", "2026-10-05"], ["2026-10-06", "2027-01-01"]]
            .map(|days| parse_time(&format!("{}T00:00:00Z", dice.pick(&days))).expect("a time"));
        let mut expected: BTreeMap<(Id, String, String), (u64, i64)> = BTreeMap::new();
        for record in self.records.values() {
            for event in record.history.iter().filter(|event| event.step != IMPORT) {
                let Some(noted) = event.noted.filter(|noted| (from..until).contains(noted)) else { continue };
                let late = noted.timestamp() - event.at.timestamp();
                if late > SKEW.num_seconds() {
                    let key = (event.by.clone(), event.step.clone(), record.kind.clone());
                    let group = expected.entry(key).or_default();
                    *group = (group.0 + 1, group.1.max(late));
                }
            }
        }
        let found = index.noted_later(from, until).expect("an answer");
        assert!(found.is_sorted_by_key(|notes| std::cmp::Reverse(notes.longest)));
        let is_one = |notes: &LateNotes| {
            let record = &self.records[&notes.record];
            let fits = |event: &Event| {
                let late = event.noted.map(|noted| noted.timestamp() - event.at.timestamp());
                late == Some(notes.longest) && event.by == notes.by && event.step == notes.step
            };
            assert!(record.history.iter().any(fits), "{notes:?}");
            ((notes.by.clone(), notes.step.clone(), record.kind.clone()), (notes.count, notes.longest))
        };
        assert_eq!(found.iter().map(is_one).collect::<BTreeMap<_, _>>(), expected);
    }
}

fn reach(fields: &Fields, kind: &Kind, path: &[FieldId], found: &mut Vec<(bool, String)>) {
    let mut level = vec![(fields, &kind.shape)];
    for (depth, id) in path.iter().enumerate() {
        let mut next = Vec::new();
        for (fields, shape) in level {
            for value in fields.get(*id).map(Value::elements).unwrap_or_default() {
                match (value, shape.field(*id).ty.element()) {
                    (Value::Group(inner), Type::Group(shape)) => next.push((inner, shape)),
                    (value, ty) if depth + 1 == path.len() => {
                        found.push((*ty == Type::Phone, value.stored().expect("a scalar")));
                    }
                    _ => {}
                }
            }
        }
        level = next;
    }
}

fn has_file(ty: &Type) -> bool {
    match ty {
        Type::File => true,
        Type::List(element) => has_file(element),
        Type::Group(shape) => shape.fields().iter().any(|field| has_file(&field.ty)),
        _ => false,
    }
}

/// The sort key of a column.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i128),
    Text(String),
}

fn key(kind: &Kind, record: &Record, column: &str) -> Option<Key> {
    let seconds = |at: crate::calendar::Moment| Key::Number(at.timestamp().into());
    let rank = |at: Option<usize>| at.and_then(|at| i128::try_from(at).ok()).map(Key::Number);
    match column {
        "id" => Some(Key::Text(record.id.to_string())),
        "state" => rank(kind.shape.states().iter().position(|state| state.name == record.state)),
        "class" => Some(Key::Number(kind.shape.class(&record.state) as i128)),
        "opened" => record.opened().map(seconds),
        "closed" if kind.shape.class(&record.state) != crate::record::Class::Closed => None,
        "closed" => record.history.iter().rev().find(|event| event.to.is_some()).map(|event| seconds(event.at)),
        field => {
            let id = kind.shape.field_id(field).expect("a field");
            match (record.get(id)?, &kind.shape.field(id).ty) {
                (Value::Text(text), Type::Choice(choices)) => {
                    rank(choices.iter().position(|choice| choice.name == *text))
                }
                (Value::Text(text), Type::Text) => Some(Key::Text(fold(text))),
                (Value::Money(amount), _) => {
                    Some(Key::Number((*amount * rust_decimal::Decimal::from(100)).try_into().ok()?))
                }
                (Value::Bool(yes), _) => Some(Key::Number(i128::from(*yes))),
                (value, _) => Some(Key::Text(value.stored()?)),
            }
        }
    }
}

fn compare(kind: &Kind, a: &Record, b: &Record, sort: &Sort) -> Ordering {
    match (key(kind, a, &sort.column), key(kind, b, &sort.column)) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
        (a, b) if sort.descending => b.cmp(&a),
        (a, b) => a.cmp(&b),
    }
}

//! Merges the three versions of one record.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::rows::rows;
use super::unknown;
use crate::kind::Kind;
use crate::lifecycle::{Apart, Bench, Follow, only_corrects};
use crate::record::{Entry, Event, FieldId, Fields, Overruled, Record, UNITE, Unknown, Value, entered};

/// A merged record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct United {
    /// The record.
    pub record: Record,
    /// The events of the second line that have no effect, as that line recorded them.
    pub overruled: Vec<Event>,
    /// Their places in the second line's history.
    pub places: BTreeSet<usize>,
}

/// Merges a record that two lines have changed since `base`. Without a base, both lines have made it: only people
/// have ids that two clones choose alike.
///
/// - Two equal events of the same second are two events: each line has recorded one.
/// - The history is that of the first line, then the new events of the second line. An event of the second line takes
///   effect if its step is still possible ([`Bench::can_follow`]). Otherwise it is overruled.
/// - A step to another state is overruled if it is earlier than that of the first line that led to the present one.
/// - A step that seals a field is overruled if the first line has given the field a value that the second line had not
///   seen: nobody approves what they do not know.
/// - A field that one line changed is taken; changed by both to the same, it is one value. If both changed it to
///   different values, a later step decides anew, so the second value counts; but a correction is overruled. Lists
///   are merged by rows.
/// - A step that sets nothing, and so only confirms what it asks for, is overruled if the first line has changed that,
///   or if the event that gave it is overruled.
/// - If an event that set a field is overruled, the others that set it are taken one by one, as far as the values in
///   between are known. Otherwise a value of the second line counts only if the last event that set it has effect, and
///   if it has none, every event of that line that set the field is overruled.
/// - What both lines changed to different values without any event stays as the first line has it. The other value is
///   kept as overruled.
pub fn unite(bench: Bench<'_>, kind: &Kind, base: Option<&Record>, first: &Record, second: &Record) -> United {
    unite_barring(bench, kind, base, first, second, &BTreeSet::new(), &|| [].into())
}

/// The versions that the second line had of the record since the common ancestor, as far as they can be read.
pub(super) type Between<'b> = &'b dyn Fn() -> Rc<[Record]>;

/// As [`unite`]. The events of the second line at these places of its history have no effect in any case.
pub(super) fn unite_barring(
    bench: Bench<'_>,
    kind: &Kind,
    base: Option<&Record>,
    first: &Record,
    second: &Record,
    barred: &BTreeSet<usize>,
    between: Between<'_>,
) -> United {
    if base == Some(second) {
        return United { record: first.clone(), overruled: Vec::new(), places: BTreeSet::new() };
    }
    if base == Some(first) && barred.is_empty() {
        return United { record: second.clone(), overruled: Vec::new(), places: BTreeSet::new() };
    }
    let merge = Merge::of(bench, kind, base, first, second, between);
    // places in the history are counted without overruled entries
    let events: Vec<usize> = merge.events().map(|(at, _)| at).collect();
    let given = barred.iter().filter_map(|at| events.get(at.checked_sub(merge.old())?).copied()).collect();
    let (barred, state) = merge.barred(given);
    merge.record(&barred, state)
}

/// A record with an event behind the others.
pub(super) fn taken(mut after: Record, event: &Event) -> Record {
    if let Some(to) = &event.to {
        after.state.clone_from(to);
    }
    after.history.push(event.clone());
    after
}

/// The entries of the second line that the first does not have.
fn news<'r>(base: Option<&Record>, first: &Record, second: &'r Record) -> Vec<Entry<'r>> {
    let common = match base {
        Some(base) if is_beginning(base, first) && is_beginning(base, second) => base.entries().count(),
        // what both lines made has nothing in common, unless it is the same
        None if first != second => 0,
        // histories that were rewritten have in common what they begin with
        _ => first.entries().zip(second.entries()).take_while(|(one, other)| one == other).count(),
    };
    second.entries().skip(common).collect()
}

/// Whether a history goes on from another.
pub(super) fn is_beginning(base: &Record, later: &Record) -> bool {
    let mut entries = later.entries();
    base.entries().all(|entry| entries.next() == Some(entry))
}

/// What the second line has done to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Done {
    /// Nothing, or the same as the first line.
    Nothing,
    /// It has another value, which the first line has not touched; or rows that can be merged.
    Changed(Option<Value>),
    /// Both lines changed it to different values.
    Disputed(Option<Value>),
}

/// The place behind all events.
const ALL: usize = usize::MAX;

/// The merge of a record.
pub(super) struct Merge<'r> {
    bench: Bench<'r>,
    kind: &'r Kind,
    /// `None`: there was no record.
    base: Option<&'r Fields>,
    first: &'r Record,
    second: &'r Record,
    new: Vec<Entry<'r>>,
    between: Between<'r>,
}

impl<'r> Merge<'r> {
    pub(super) fn of(
        bench: Bench<'r>,
        kind: &'r Kind,
        base: Option<&'r Record>,
        first: &'r Record,
        second: &'r Record,
        between: Between<'r>,
    ) -> Merge<'r> {
        let new = news(base, first, second);
        Merge { bench, kind, base: base.map(|base| &base.fields), first, second, new, between }
    }

    /// How many events of the second line are not new.
    pub(super) fn old(&self) -> usize {
        self.second.history.len() - self.events().count()
    }

    fn was(&self, field: FieldId) -> Option<&'r Value> {
        self.base?.get(field)
    }

    /// The unknown entries of the base and of both lines.
    fn unknown(&self) -> [&'r [Unknown]; 3] {
        [self.base.map_or(&[], Fields::unknown), self.first.fields.unknown(), self.second.fields.unknown()]
    }

    fn done(&self, field: FieldId) -> Done {
        let (was, here, there) = (self.was(field), self.first.get(field), self.second.get(field));
        // what an event has set back to what it was before is a decision, too
        if there == here || there == was && self.setters(&self.kind.field(field).name).is_empty() {
            return Done::Nothing;
        }
        match both(was, here, there) {
            Some(value) if value.as_ref() == here => Done::Nothing,
            Some(value) => Done::Changed(value),
            None => Done::Disputed(there.cloned()),
        }
    }

    /// The new events of the second line that set this, by their place.
    fn setters(&self, name: &str) -> Vec<usize> {
        self.events().filter(|(_, event)| sets_key(event, name)).map(|(at, _)| at).collect()
    }

    /// What the events of the second line, before the one at `until`, leave of a field if those that are barred are left
    /// out and the others are taken one after the other: the events without effect, and the value. `None` if a value in
    /// between is not known.
    fn one_by_one(
        &self,
        field: FieldId,
        barred: &BTreeSet<usize>,
        until: usize,
    ) -> Option<(BTreeSet<usize>, Option<Value>)> {
        let name = &self.kind.field(field).name;
        let (base, first) = (self.was(field), self.first.get(field));
        let (mut before, mut now, mut out) = (base.cloned(), first.cloned(), BTreeSet::new());
        for (at, event) in self.events().filter(|(at, event)| *at < until && sets_key(event, name)) {
            let after = self.value_after(at, name)?;
            match both(before.as_ref(), now.as_ref(), after.as_ref()) {
                _ if barred.contains(&at) => {
                    out.insert(at);
                }
                Some(value) => now = value,
                None if base != first && only_corrects(self.kind, event) => {
                    out.insert(at);
                }
                None => now.clone_from(&after),
            }
            before = after;
        }
        Some((out, now))
    }

    /// The value of a field in the second line right after an event. `None` if nobody knows it.
    fn value_after(&self, at: usize, name: &str) -> Option<Option<Value>> {
        let field = self.kind.shape.field_id(name)?;
        let Some((next, later)) = self.next_setter(at, name) else { return Some(self.second.get(field).cloned()) };
        if let Some(kept) = kept(later, name) {
            return Some(Some(kept.clone()));
        }
        // a list that only got more lines begins with those that it had
        if let Some((_, lines)) = later.had.iter().find(|(had, _)| had == name) {
            let all = self.value_after(next, name)??;
            return Some(Some(Value::List(all.elements().iter().take(*lines).cloned().collect())));
        }
        let old = self.second.entries().count() - self.new.len();
        let versions = (self.between)();
        let stood = old + at + 1..=old + next;
        let then =
            versions.iter().find(|then| stood.contains(&then.entries().count()) && is_beginning(then, self.second))?;
        Some(then.get(field).cloned())
    }

    /// The next event of the second line after this place that set a field.
    fn next_setter(&self, at: usize, name: &str) -> Option<(usize, &'r Event)> {
        self.events().find(|(other, later)| *other > at && sets_key(later, name))
    }

    fn sets(&self, event: &Event, field: FieldId) -> bool {
        event.set.contains(&self.kind.field(field).name)
    }

    /// The last event of the second line that set this, and whether it has effect. What no event names has.
    fn is_effective(&self, name: &str, barred: &BTreeSet<usize>) -> bool {
        let last = self.events().filter(|(_, event)| sets_key(event, name)).last();
        last.is_none_or(|(at, _)| !barred.contains(&at))
    }

    /// The new entries without effect, by their place, and the state after all others.
    fn barred(&self, given: BTreeSet<usize>) -> (BTreeSet<usize>, String) {
        let fields: Vec<(FieldId, Done)> =
            self.kind.shape.handles().map(|(field, _)| (field, self.done(field))).collect();
        let differs = |field: FieldId| fields.iter().any(|(of, done)| *of == field && *done != Done::Nothing);
        let disputed =
            |field: FieldId| fields.iter().any(|(of, done)| *of == field && matches!(done, Done::Disputed(_)));
        let sides = self.unknown();
        let (strange, disputed_keys) = (unknown::changed(sides), unknown::disputed(sides));
        // what gives way because of its fields; this set only grows, so the loop ends
        let corrections = |field: FieldId| match self.one_by_one(field, &given, ALL) {
            Some((out, _)) => out,
            None => {
                let all = self.events().filter(|(_, event)| only_corrects(self.kind, event));
                all.filter(|(_, event)| self.sets(event, field)).map(|(at, _)| at).collect()
            }
        };
        let mut given_way: BTreeSet<usize> = fields
            .iter()
            .filter(|(field, _)| disputed(*field))
            .flat_map(|(field, _)| corrections(*field))
            .chain(
                self.events()
                    .filter(|(_, event)| disputed_keys.iter().any(|key| sets_key(event, key)))
                    .map(|(at, _)| at),
            )
            .chain(given.iter().copied())
            .collect();
        let changed = fields.iter().filter(|(_, done)| *done != Done::Nothing);
        let changed = changed.map(|(field, _)| self.kind.field(*field).name.as_str()).chain(strange);
        let changed: Vec<&str> = changed.collect();
        loop {
            let (barred, state) = self.followed(&given_way, &differs);
            let mut more = barred.clone();
            for name in &changed {
                let setters = self.setters(name);
                if !setters.iter().any(|at| barred.contains(at)) {
                    continue;
                }
                let field = self.kind.shape.field_id(name);
                match field.and_then(|field| self.one_by_one(field, &barred, ALL)) {
                    Some((out, _)) => more.extend(out),
                    None if setters.last().is_some_and(|last| barred.contains(last)) => more.extend(setters),
                    None => {}
                }
            }
            if more == barred {
                return (barred, state);
            }
            given_way = more;
        }
    }

    /// The new events of the second line, by their place among its new entries.
    pub(super) fn events(&self) -> impl Iterator<Item = (usize, &'r Event)> {
        let of = |(at, entry): (usize, &Entry<'r>)| matches!(entry, Entry::Event(_)).then_some((at, entry.event()));
        self.new.iter().enumerate().filter_map(of)
    }

    /// Takes the new events again, one after the other, without those that give way.
    fn followed(&self, given_way: &BTreeSet<usize>, differs: &dyn Fn(FieldId) -> bool) -> (BTreeSet<usize>, String) {
        let mut record = self.first.clone();
        let mut barred = given_way.clone();
        for (at, event) in self.events() {
            let after = self.after(at, event, &record);
            let follow = Follow { before: Some(&record), after: &after, event };
            let unseen = self.seals_unseen(at, &follow) || !self.confirmed_unseen(at, &follow).is_empty();
            let given_way = given_way.contains(&at) || self.is_overtaken(&record, event);
            if given_way || unseen || !self.bench.can_follow(self.kind, &follow, differs) {
                barred.insert(at);
                continue;
            }
            record = taken(after, event);
        }
        (barred, record.state)
    }

    /// Whether an event leads to another state, and is earlier than the one of the first line that led to the present
    /// state. Reports and deadlines follow the states of a record in the order of time.
    fn is_overtaken(&self, record: &Record, event: &Event) -> bool {
        let (first, own) = record.history.split_at(self.first.history.len());
        let last = entered(first.get(self.old()..).unwrap_or_default()).filter(|_| entered(own).is_none());
        event.to.is_some() && last.is_some_and(|last| event.at < last.at)
    }

    /// Whether the step of an event seals a value of the first line that the second line did not have when it took the
    /// step. What the step itself sets was seen.
    fn seals_unseen(&self, at: usize, follow: &Follow<'_>) -> bool {
        let (after, event) = (follow.after, follow.event);
        let step = follow.before.and_then(|before| self.kind.step_from(&event.step, &before.state));
        let Some(step) = step else { return false };
        let whole = step.seals.iter().map(|field| (*field, None));
        let within = step.seals_within.iter().map(|(list, inner)| (*list, Some(*inner)));
        whole.chain(within).filter(|(field, _)| !self.sets(event, *field)).any(|(field, inner)| {
            let (was, here) = (self.was(field), self.first.get(field));
            sealed_part(was, inner) != sealed_part(here, inner)
                && sealed_part(after.get(field), inner) != sealed_part(self.held(at, field).as_ref(), inner)
        })
    }

    /// The fields that a step asks for and that have another value now than the second line had, if the step sets
    /// nothing: it only confirms what the second line had. Either the first line has changed them, or what gave them
    /// in the second line has no effect.
    fn confirmed_unseen(&self, at: usize, Follow { before, event, .. }: &Follow<'_>) -> Vec<FieldId> {
        let sets_nothing = event.set.is_empty() && event.to.is_none() && event.via.is_none();
        let Some(before) = before.filter(|_| sets_nothing) else { return Vec::new() };
        let step = self.kind.step_from(&event.step, &before.state);
        let asked = step.into_iter().flat_map(|step| step.asks.iter().map(|ask| ask.field));
        let differs = |field: &FieldId| {
            let confirmed = self.held(at, *field);
            confirmed.is_some() && confirmed.as_ref() != before.get(*field)
        };
        asked.filter(differs).collect()
    }

    /// The value of a field in the second line after an event, or else the last one that is known.
    fn held(&self, at: usize, field: FieldId) -> Option<Value> {
        let known = self.value_after(at, &self.kind.field(field).name);
        known.unwrap_or_else(|| self.second.get(field).cloned())
    }

    /// A record with the values that an event sets, as far as they are known.
    pub(super) fn after(&self, at: usize, event: &Event, before: &Record) -> Record {
        let mut after = before.clone();
        for name in &event.set {
            let Some(field) = self.kind.shape.field_id(name) else { continue };
            match self.would_be(at, field) {
                Some(value) => after.fields.set(field, value),
                None => after.fields.clear(field),
            }
        }
        after
    }

    fn record(&self, barred: &BTreeSet<usize>, state: String) -> United {
        let mut record = Record { state, ..self.first.clone() };
        let (mut unsaid, mut unsaid_keys) = (Vec::new(), Vec::new());
        for (field, declared) in self.kind.shape.handles() {
            let setters = self.setters(&declared.name);
            let mixed = setters.iter().any(|at| barred.contains(at));
            let value = match mixed.then(|| self.one_by_one(field, barred, ALL)).flatten() {
                Some((_, value)) => value,
                None if !self.is_effective(&declared.name, barred) => continue,
                None => match self.done(field) {
                    Done::Nothing => continue,
                    Done::Disputed(value) if setters.is_empty() => {
                        unsaid.extend(value.map(|value| (declared.name.clone(), value)));
                        continue;
                    }
                    Done::Changed(value) | Done::Disputed(value) => value,
                },
            };
            match value {
                Some(value) => record.fields.set(field, value),
                None => record.fields.clear(field),
            }
        }
        let sides = self.unknown();
        record.fields.keep(unknown::merged(sides, &|key| self.is_effective(key, barred)));
        for key in unknown::disputed(sides).into_iter().filter(|key| self.setters(key).is_empty()) {
            unsaid_keys.extend(self.second.fields.unknown().iter().find(|unknown| unknown.key == key).cloned());
        }
        let mut overruled = Vec::new();
        for (at, entry) in self.new.iter().enumerate() {
            let after = record.history.len();
            match entry {
                Entry::Event(event) if barred.contains(&at) => {
                    let values = self.would_set(at, event);
                    let later = |key: &str| self.events().any(|(other, later)| other > at && sets_key(later, key));
                    let lost = self.second.fields.unknown().iter().filter(|unknown| sets_key(event, &unknown.key));
                    let lost = lost.filter(|unknown| !later(&unknown.key)).cloned();
                    overruled.push((*event).clone());
                    let event = (*event).clone().with_overruled(values.len(), lost);
                    record.overruled.push(Overruled { after, event, values });
                }
                Entry::Event(event) => {
                    let event = self.moved(at, event, barred);
                    record.history.push(event);
                }
                Entry::Overruled(one) => record.overruled.push(Overruled { after, ..(*one).clone() }),
            }
        }
        if let Some(last) = self.second.history.last().filter(|_| !unsaid.is_empty() || !unsaid_keys.is_empty()) {
            let set = unsaid.iter().map(|(name, _)| name).chain(unsaid_keys.iter().map(|unknown| &unknown.key));
            let event = Event { set: set.cloned().collect(), ..Event::new(last.recorded(), last.by.clone(), UNITE) };
            overruled.push(event.clone());
            let event = event.with_overruled(unsaid.len(), unsaid_keys);
            record.overruled.push(Overruled { after: record.history.len(), event, values: unsaid });
        }
        if record.history.len() > self.first.history.len() {
            tell(self.kind, &mut record);
        }
        let events = self.events().enumerate().filter(|(_, (at, _))| barred.contains(at));
        let places = events.map(|(number, _)| self.old() + number).collect();
        United { record, overruled, places }
    }

    /// The event as it stands in the merged record: what it keeps of its fields is what they are before it there.
    fn moved(&self, at: usize, event: &Event, barred: &BTreeSet<usize>) -> Event {
        let before = |name: &str| {
            let field = self.kind.shape.field_id(name)?;
            self.one_by_one(field, barred, at).map(|(_, value)| value)
        };
        let mut event = event.clone();
        event.was.retain_mut(|(name, held)| match before(name) {
            Some(Some(value)) => {
                *held = value;
                true
            }
            known => known.is_none(),
        });
        event.had.retain_mut(|(name, lines)| {
            let stood = before(name).flatten();
            *lines = stood.as_ref().map_or(*lines, |stood| stood.elements().len());
            stood.is_some()
        });
        event
    }

    /// The value of a field after an event that takes effect: what a later event kept of it, else the merged value.
    fn would_be(&self, at: usize, field: FieldId) -> Option<Value> {
        let name = &self.kind.field(field).name;
        let kept = self.next_setter(at, name).and_then(|(_, later)| kept(later, name));
        match (kept, self.done(field)) {
            (Some(value), _) => Some(value.clone()),
            (None, Done::Nothing) => self.first.get(field).cloned(),
            (None, Done::Changed(value) | Done::Disputed(value)) => value,
        }
    }

    /// The values that an overruled event would have set or has confirmed, as far as they are known.
    fn would_set(&self, at: usize, event: &Event) -> Vec<(String, Value)> {
        let confirmed = self.confirmed_unseen(at, &Follow { before: Some(self.first), after: self.first, event });
        let confirmed = confirmed.into_iter().map(|field| &self.kind.field(field).name);
        let all = event.set.iter().chain(confirmed);
        all.filter_map(|name| Some((name.clone(), self.value_after(at, name)??))).collect()
    }
}

/// A value that one side changed, or a list with the rows of both. `None` if both changed it to different values.
fn both(was: Option<&Value>, here: Option<&Value>, there: Option<&Value>) -> Option<Option<Value>> {
    if here == was || here == there {
        return Some(there.cloned());
    }
    let is_list = matches!((here, there), (Some(Value::List(_)) | None, Some(Value::List(_)) | None));
    let lists = [was, here, there].map(|value| value.map(Value::elements).unwrap_or_default());
    let merged = is_list.then(|| rows(lists[0], lists[1], lists[2])).flatten()?;
    Some((!merged.is_empty()).then_some(Value::List(merged)))
}

/// What a seal holds of a value: all of it, or one field of each line of a list.
fn sealed_part(value: Option<&Value>, inner: Option<FieldId>) -> Vec<Option<&Value>> {
    let Some(inner) = inner else { return vec![value] };
    let lines = value.map(Value::elements).unwrap_or_default().iter();
    let of = lines.map(|line| match line {
        Value::Group(fields) => fields.get(inner),
        _ => None,
    });
    of.collect()
}

/// What an event kept of a field that it set: the value before it.
fn kept<'e>(event: &'e Event, name: &str) -> Option<&'e Value> {
    event.was.iter().find(|(was, _)| was == name).map(|(_, value)| value)
}

fn sets_key(event: &Event, key: &str) -> bool {
    event.set.iter().any(|set| set == key)
}

/// Lets the last event say which deadline conditions hold for the merged record, where the events before it say
/// something else. Conditions that look at other records stay as they were told.
fn tell(kind: &Kind, record: &mut Record) {
    let now: Vec<(String, bool)> = kind
        .told()
        .filter_map(|(name, when)| Some((name.to_owned(), when.filter.matches(record, &Apart).ok()?)))
        .collect();
    let Some((last, earlier)) = record.history.split_last_mut() else { return };
    for (name, now) in now {
        let told = earlier.iter().rev().find_map(|event| event.holds.iter().find(|(told, _)| *told == name));
        let own = last.holds.iter().position(|(told, _)| *told == name);
        match (told.map(|(_, held)| *held) == Some(now), own) {
            (true, Some(own)) => {
                last.holds.remove(own);
            }
            (false, Some(own)) => last.holds[own].1 = now,
            (false, None) if told.is_some() => last.holds.push((name, now)),
            _ => {}
        }
    }
}

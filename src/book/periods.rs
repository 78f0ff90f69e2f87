//! The cases of a report's periods, and what their statistics ask beside them. No short command reads more: while one thread asks
//! the index, others read the records that it has named, and ask what has nothing to do with them.

use std::collections::BTreeSet;
use std::thread::{Scope, ScopedJoinHandle};

use super::index::{EventQuery, Index, IndexError, Selection};
use super::material::{question, unclosed};
use super::{BookError, View};
use crate::calendar::{Moment, Period, Unit};
use crate::kind::Kind;
use crate::policy::{CallbackFields, CaseRules, Policy};
use crate::record::{Class, Id, Record, Value};
use crate::report::{Asked, Cases, Clocked, Material, Occurrence};

/// What is asked of the index in another thread, or was asked at once where there is no second way to it.
enum Beside<'scope, T> {
    Asked(Result<T, BookError>),
    Asking(ScopedJoinHandle<'scope, Result<T, BookError>>),
}

impl<'scope, T: Send + 'scope> Beside<'scope, T> {
    fn ask(
        scope: &'scope Scope<'scope, '_>,
        index: &Index,
        ask: impl FnOnce(&Index) -> Result<T, BookError> + Send + 'scope,
    ) -> Self {
        match index.another() {
            Some(other) => Beside::Asking(scope.spawn(move || ask(&other))),
            None => Beside::Asked(ask(index)),
        }
    }

    fn answer(self) -> Result<T, BookError> {
        match self {
            Beside::Asked(answer) => answer,
            Beside::Asking(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        }
    }
}

/// What the cases of a period are compared with: complaints like them, and the cases of two other periods.
struct Compared<'scope> {
    before: Beside<'scope, (Vec<Occurrence>, Option<Cases>)>,
    year_before: Beside<'scope, Option<Cases>>,
}

impl<'scope> Compared<'scope> {
    fn ask(
        scope: &'scope Scope<'scope, '_>,
        index: &Index,
        (policy, now): (&'scope Policy, Moment),
        period: &Period,
    ) -> Self {
        let (own, before, year_before) = (period.clone(), period.previous(), period.year_before());
        let before = Beside::ask(scope, index, move |index| {
            Ok((occurrences(index, policy, now, &own)?, past(index, policy, before)?))
        });
        let year_before = Beside::ask(scope, index, move |index| Ok(past(index, policy, year_before)?));
        Compared { before, year_before }
    }
}

impl View<'_> {
    /// The cases of the period with the runs of their deadlines; where they are `compared`, those of the periods that they are
    /// compared with, and what the statistics ask of other records.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(super) fn cases(
        &self,
        (rules, kind): (&CaseRules, &Kind),
        compared: bool,
        material: &mut Material,
    ) -> Result<(), BookError> {
        let policy = self.shared_policy();
        std::thread::scope(|scope| self.gather(scope, &policy, (rules, kind), compared, material))
    }

    fn gather<'scope>(
        &self,
        scope: &'scope Scope<'scope, '_>,
        policy: &'scope Policy,
        (rules, kind): (&CaseRules, &Kind),
        compared: bool,
        material: &mut Material,
    ) -> Result<(), BookError> {
        let (index, now) = (self.index()?, self.now());
        let period = material.period.clone();
        let beside = compared.then(|| Compared::ask(scope, index, (policy, now), &period));
        let own = forms(index, (rules, kind), self.touched_in(kind, &period)?)?;
        // what repeats a case that is counted is none
        let repeats = |form: &Record| match rules.duplicate_of.and_then(|field| form.get(field)) {
            Some(Value::Ref(id)) => *id != form.id,
            _ => false,
        };
        let closed = own.iter().filter(|form| kind.shape.class(&form.state) == Class::Closed && !repeats(form));
        let closed: Vec<Id> = closed.map(|form| form.id.clone()).collect();
        if compared {
            material.asked = scores(index, (policy, now), &closed)?;
        }
        let own = self.clocked(own)?;
        material.cases = Cases::group(period, own, rules.original, rules.duplicate_of);
        if compared && let Some(kind) = rules.clients.as_ref().and_then(|clients| policy.kind(clients)) {
            let standing = self.filter(kind, &[unclosed()])?;
            let selection = Selection::of(kind.name()).filtered(&standing);
            material.clients = Some(index.count(&selection)?);
        }
        if let Some(beside) = beside {
            (material.occurrences, material.previous) = beside.before.answer()?;
            material.year_before = beside.year_before.answer()?;
        }
        Ok(())
    }
}

/// What a case is, with the kind of its forms. `None` if the policy does not say.
pub(super) fn case_rules(policy: &Policy) -> Option<(&CaseRules, &Kind)> {
    let rules = policy.reports.cases.as_ref()?;
    Some((rules, policy.kind(&rules.kind)?))
}

/// What a callback is, with its kind. `None` if the policy does not say.
pub(super) fn callback_fields(policy: &Policy) -> Option<(&CallbackFields, &Kind)> {
    let fields = policy.callbacks.fields.as_ref()?;
    Some((fields, policy.kind(&fields.kind)?))
}

/// The cases that something happened to in a period that is over, without the runs of their deadlines.
fn past(index: &Index, policy: &Policy, period: Option<Period>) -> Result<Option<Cases>, IndexError> {
    let (Some(period), Some((rules, kind))) = (period, case_rules(policy)) else { return Ok(None) };
    let ids = touched(index, policy, kind, &period)?;
    let forms = forms(index, (rules, kind), ids)?.into_iter();
    let forms = forms.map(|record| Clocked { record, clocks: Vec::new() }).collect();
    Ok(Some(Cases::group(period, forms, rules.original, rules.duplicate_of)))
}

/// The records of a kind that something happened to in a period.
pub(super) fn touched(
    index: &Index,
    policy: &Policy,
    kind: &Kind,
    period: &Period,
) -> Result<BTreeSet<Id>, IndexError> {
    let (from, until) = period.moments(policy.calendars.default().zone());
    let query = EventQuery { kind: Some(kind.name()), from: Some(from), until: Some(until), ..EventQuery::default() };
    Ok(index.touched(&query)?.into_iter().collect())
}

/// These forms with all the other forms of their cases.
fn forms(index: &Index, (rules, kind): (&CaseRules, &Kind), mut ids: BTreeSet<Id>) -> Result<Vec<Record>, IndexError> {
    let earlier = |form: &Record| match form.get(rules.original?) {
        Some(Value::Ref(id)) => Some(id.clone()),
        _ => None,
    };
    let mut records: Vec<Record> = Vec::with_capacity(ids.len());
    let mut wanted = ids.clone();
    while !wanted.is_empty() {
        let mut found = index.records(&wanted)?;
        // a record that was registered by mistake is not a form of a case
        found.retain(|form| !kind.shape.is_void(&form.state));
        let mut next: BTreeSet<Id> = found.iter().filter_map(earlier).collect();
        if let Some(original) = rules.original {
            let named = &kind.field(original).name;
            let later = index.linked_to_any(&wanted, kind.name())?;
            next.extend(later.into_iter().filter(|(_, link)| link.field == *named).map(|(_, link)| link.id));
        }
        records.extend(found);
        next.retain(|id| ids.insert(id.clone()));
        wanted = next;
    }
    Ok(records)
}

/// The complaints opened in a period, and so long before it that each can be told to be a repeat or not.
fn occurrences(index: &Index, policy: &Policy, now: Moment, period: &Period) -> Result<Vec<Occurrence>, BookError> {
    let reports = &policy.reports;
    let (Some(rule), Some((rules, kind))) = (&reports.repeats, case_rules(policy)) else { return Ok(Vec::new()) };
    let count = u64::from(rule.within.count);
    // never too short; what lies further back is left to the report
    let days = match rule.within.unit {
        Unit::Months => count.saturating_mul(31),
        Unit::Weeks => count.saturating_mul(7),
        Unit::Days => count,
        Unit::Workdays => count.saturating_mul(3).saturating_add(30),
        Unit::Minutes | Unit::Hours | Unit::WorkMinutes | Unit::WorkHours => count.saturating_add(30),
    };
    let first = period.from.checked_sub_days(chrono::Days::new(days.saturating_add(1)));
    let opened = match first {
        Some(first) => format!("opened={first}..{}", period.last()),
        None => format!("opened=..{}", period.last()),
    };
    let same: Vec<&str> = rule.same.iter().map(|field| kind.field(*field).name.as_str()).collect();
    let mut columns = vec!["id", "opened"];
    columns.extend(&same);
    let chain = [rules.original, rules.duplicate_of].into_iter().flatten();
    columns.extend(chain.map(|field| kind.field(field).name.as_str()));
    let filter = question(policy, now, kind, &[vec![opened], not_void(kind)].concat())?;
    let selection = Selection::of(kind.name()).filtered(&filter);
    let mut occurrences = Vec::new();
    for row in index.values(&selection, &columns)? {
        let mut cells = row.into_iter();
        let (Some(Some(Value::Ref(id))), Some(Some(Value::Time(opened)))) = (cells.next(), cells.next()) else {
            continue;
        };
        let same = same.iter().map(|_| cells.next().flatten().and_then(|value| stored(&value))).collect();
        // a later form and a complaint that repeats a counted one are no cases of their own
        if cells.flatten().next().is_none() {
            occurrences.push(Occurrence { case: id, opened, same });
        }
    }
    Ok(occurrences)
}

/// What clients said in callbacks about these forms.
fn scores(index: &Index, (policy, now): (&Policy, Moment), forms: &[Id]) -> Result<Vec<Asked>, BookError> {
    let Some((CallbackFields { about: Some(about), score: Some(score), .. }, callback)) = callback_fields(policy)
    else {
        return Ok(Vec::new());
    };
    let [named, given] = [about, score].map(|field| callback.field(*field).name.as_str());
    let about = index.linked_to_any(forms, callback.name())?;
    let ids: BTreeSet<Id> =
        about.into_iter().filter(|(_, link)| link.field == named).map(|(_, link)| link.id).collect();
    let ids: Vec<Id> = ids.into_iter().collect();
    let words = not_void(callback);
    let filter = if words.is_empty() { None } else { Some(question(policy, now, callback, &words)?) };
    let all = Selection::of(callback.name()).among(&ids);
    let selection = filter.as_ref().map_or(all, |filter| all.filtered(filter));
    let mut asked = Vec::new();
    for row in index.values(&selection, &["id", named, given, "changed"])? {
        if let [Some(Value::Ref(callback)), Some(Value::Ref(about)), Some(Value::Count(score)), Some(Value::Time(at))] =
            row.as_slice()
        {
            asked.push(Asked { at: *at, callback: callback.clone(), about: about.clone(), score: *score });
        }
    }
    Ok(asked)
}

/// The words by which a filter leaves out what is void.
fn not_void(kind: &Kind) -> Vec<String> {
    kind.shape.voids().map(|state| format!("state!={state}")).collect()
}

/// A value as it is compared: texts whatever their case and width.
fn stored(value: &Value) -> Option<String> {
    match value {
        Value::List(values) => Some(values.iter().filter_map(Value::stored).collect::<Vec<_>>().join("\n")),
        value => value.stored().map(|text| crate::locale::text::fold(text.trim())),
    }
}

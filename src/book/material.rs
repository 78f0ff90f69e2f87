//! What reports are made from, gathered from the index: of a period only what it touches, never every record of a kind.

use std::collections::{BTreeMap, BTreeSet};

use super::index::Selection;
use super::{BookError, View, periods};
use crate::calendar::{Moment, Period};
use crate::filter::{self, Filter, FilterError, Scope, Unanswered};
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::{Shown, noticed, occasion};
use crate::locale::messages::StoredText;
use crate::policy::{Policy, STAFF, Sum};
use crate::record::{Class, Id, Record, Value};
use crate::report::model::Facts;
use crate::report::{Cases, Clock, Clocked, Definition, Material, Pressed, Timed, Untimed, Voided};
use crate::wording::Sight;

/// This many records are read whole at once where less of them is kept.
const AT_ONCE: usize = 1_000;

impl View<'_> {
    /// What a report over a period is made from; private fields are shown where `private` says so.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn material(
        &self,
        report: &Definition,
        period: Period,
        facts: Facts,
        private: bool,
    ) -> Result<Material, BookError> {
        let wants = report.wants;
        let mut material = Material {
            facts,
            policy: self.shared_policy(),
            now: self.now(),
            cases: Cases { period: period.clone(), all: Vec::new(), duplicates: 0 },
            previous: None,
            year_before: None,
            occurrences: Vec::new(),
            clients: None,
            asked: Vec::new(),
            callbacks: Vec::new(),
            measures: Vec::new(),
            voided: Vec::new(),
            recurred: BTreeMap::new(),
            notices: BTreeMap::new(),
            running: Vec::new(),
            untimed: Vec::new(),
            linked: BTreeMap::new(),
            referred: BTreeMap::new(),
            salespeople: BTreeMap::new(),
            sanctions: Vec::new(),
            noted: Vec::new(),
            staff: Vec::new(),
            people: self.people().clone(),
            rules: BTreeMap::new(),
            timed: Vec::new(),
            names: BTreeMap::new(),
            unreadable: self.index()?.unreadable()?.iter().map(|(path, _)| path.clone()).collect(),
            private,
            period,
        };
        let period = material.period.clone();
        if wants.cases
            && let Some((rules, kind)) = periods::case_rules(self.policy())
        {
            self.cases((rules, kind), wants.statistics, &mut material)?;
        }
        if wants.statistics
            && let Some(measures) = &self.policy().reports.measures
            && let Some(kind) = self.policy().kind(&measures.kind)
        {
            let mut ids = self.unfinished(kind)?;
            ids.extend(self.touched(kind, &period)?);
            material.measures = self.clocked(self.index()?.records(&ids)?)?;
            for measure in &material.measures {
                let came = self.recurred(&measure.record)?;
                let came = came.iter().filter_map(Record::opened).collect();
                material.recurred.insert(measure.record.id.clone(), came);
            }
        }
        if wants.statistics {
            let (from, until) = material.span();
            material.noted = self.index()?.noted_later(from, until)?;
        }
        if wants.callbacks
            && let Some((fields, kind)) = periods::callback_fields(self.policy())
        {
            let mut ids = self.touched(kind, &period)?;
            if let Some(due) = fields.due {
                let due = &kind.field(due).name;
                ids.extend(self.selected(kind, &[format!("{due}={}..{}", period.from, period.last())])?);
            }
            material.callbacks = self.clocked(self.index()?.records(&ids)?)?;
        }
        if wants.running {
            for kind in self.policy().kinds.values() {
                self.owed(kind, private, &mut material)?;
            }
        }
        if wants.losses {
            self.losses(&mut material)?;
        }
        if wants.recovery {
            self.recovery(&mut material)?;
        }
        if wants.sanctions
            && let Some(sanctions) = &self.policy().deductions.fields
            && let Some(kind) = self.policy().kind(&sanctions.kind)
        {
            let ids = self.selected(kind, &[format!("opened=..{}", material.period.last())])?;
            material.sanctions = self.without_void(self.index()?.records(&ids)?);
            if let Some(kind) = self.policy().kind(STAFF) {
                material.staff = self.index()?.select(&Selection::of(kind.name()))?;
            }
        }
        if wants.timed {
            for kind in self.policy().kinds.values().filter(|kind| !kind.deadlines.is_empty()) {
                let mut ids = self.unfinished(kind)?;
                ids.extend(self.touched(kind, &period)?);
                if period.until <= self.today() {
                    // What was overdue at the end of the period may have ended since.
                    ids.extend(self.standing(kind, &period)?);
                }
                // of a case that got another form since, the form of that time is the one that was touched
                let (_, until) = period.moments(self.policy().calendars.default().zone());
                material.timed.extend(self.timed(ids, Shown::Before(until), private)?);
            }
        }
        if wants.statistics {
            material.voided = self.voided(&period)?;
        }
        if wants.notices {
            self.pressed(&mut material)?;
        }
        if wants.cases {
            material.referred = self.referred(&material)?;
        }
        self.names(wants.clients, &mut material)?;
        Ok(material)
    }

    /// The records of all kinds that became void in a period, by when.
    fn voided(&self, period: &Period) -> Result<Vec<Voided>, BookError> {
        let (from, until) = period.moments(self.policy().calendars.default().zone());
        let mut found = Vec::new();
        for kind in self.policy().kinds.values() {
            let states: Vec<&str> = kind.shape.voids().collect();
            if states.is_empty() {
                continue;
            }
            let ids = self.selected(kind, &[format!("state={}", states.join(","))])?;
            for record in self.index()?.records(&ids)? {
                let entered = record.history.iter().rfind(|event| event.to.as_ref() == Some(&record.state));
                let inside = entered.filter(|event| (from..until).contains(&event.at)).cloned();
                let title = self.words().title_of(&record);
                found.extend(inside.map(|event| Voided { record, event, title }));
            }
        }
        found.sort_by(|a, b| (a.event.at, &a.record.id).cmp(&(b.event.at, &b.record.id)));
        Ok(found)
    }

    /// What names the forms of the cases of all periods and is added up of them, and the older rules that they are judged by.
    fn losses(&self, material: &mut Material) -> Result<(), BookError> {
        let others = material.previous.iter().chain(&material.year_before);
        let cases = std::iter::once(&material.cases).chain(others).flat_map(|cases| &cases.all);
        let forms: Vec<&Record> = cases.flat_map(|case| &case.forms).map(|form| &form.record).collect();
        let own = self.shared_policy();
        for record in &forms {
            if let Some(id) = record.rules.as_ref().filter(|id| **id != own.id && !material.rules.contains_key(*id)) {
                material.rules.insert(id.clone(), self.rules_of(record)?);
            }
        }
        let rules = std::iter::once(&own).chain(material.rules.values());
        let losses = rules.flat_map(|rules| &rules.sharing.losses).chain(&own.reports.sums);
        let kinds: BTreeSet<&str> = losses.filter_map(Sum::linked).collect();
        for kind in kinds {
            let links = self.index()?.linked_to_any(forms.iter().map(|form| &form.id), kind)?;
            let ids: BTreeSet<&Id> = links.iter().map(|(_, link)| &link.id).collect();
            let records: BTreeMap<Id, Record> = self
                .without_void(self.index()?.records(ids)?)
                .into_iter()
                .map(|record| (record.id.clone(), record))
                .collect();
            // one that names a form through two fields is one record of it
            let pairs: BTreeSet<(Id, Id)> = links.into_iter().map(|(form, link)| (form, link.id)).collect();
            for (form, id) in pairs {
                let linked = material.linked.entry(form).or_default();
                linked.extend(records.get(&id).cloned());
            }
        }
        Ok(())
    }

    /// The notices that were issued about the cases and the records that run late.
    fn pressed(&self, material: &mut Material) -> Result<(), BookError> {
        let policy = self.policy();
        let Some(fields) = &policy.notices.fields else { return Ok(()) };
        let forms = material.cases.all.iter().flat_map(|case| &case.forms).map(|form| &form.record.id);
        let late = material.running.iter().filter(|one| one.clocks.iter().any(|clock| clock.is_overdue_at(self.now())));
        let late = late.flat_map(|one| one.clocks.iter().flat_map(|clock| &clock.forms).chain([&one.id]));
        let about: BTreeSet<Id> = forms.chain(late).cloned().collect();
        let links = self.index()?.linked_to_any(about.iter(), &fields.kind)?;
        let ids: BTreeSet<Id> = links.into_iter().map(|(_, link)| link.id).collect();
        for notice in self.index()?.records(&ids)? {
            let (Some(at), Some(occasion)) = (notice.opened(), occasion(&notice, fields)) else { continue };
            for line in noticed(&notice, fields).into_iter().filter(|line| about.contains(&line.about)) {
                let (notice, answered, deadline) = (notice.id.clone(), line.answered, line.deadline);
                let pressed = Pressed { notice, occasion, deadline, at, answered };
                material.notices.entry(line.about).or_default().push(pressed);
            }
        }
        Ok(())
    }

    /// Whose bonus the forms of the cases touch.
    fn recovery(&self, material: &mut Material) -> Result<(), BookError> {
        for form in material.cases.all.iter().flat_map(|case| &case.forms) {
            let record = &form.record;
            let rules = self.rules_of(record)?;
            let named = rules.sharing.recovery.as_ref().and_then(|recovery| recovery.salesperson);
            if let Some((client, person)) = named
                && let Some(Value::Ref(client)) = record.get(client)
                && let Some(client) = self.read(client)?
                && let Some(person) = client.get(person).and_then(Value::as_text).and_then(|id| id.parse().ok())
            {
                material.salespeople.insert(record.id.clone(), person);
            }
        }
        Ok(())
    }

    /// The records of a kind that something happened to in a period, or that were open in it.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn touched_in(&self, kind: &Kind, period: &Period) -> Result<BTreeSet<Id>, BookError> {
        let mut ids = self.touched(kind, period)?;
        ids.extend(self.standing(kind, period)?);
        Ok(ids)
    }

    /// The records of a kind that something happened to in a period.
    fn touched(&self, kind: &Kind, period: &Period) -> Result<BTreeSet<Id>, BookError> {
        Ok(periods::touched(self.index()?, self.policy(), kind, period)?)
    }

    /// The records that were open in a period though nothing happened to them in it: those that are still, and those that
    /// something happened to later.
    pub fn standing(&self, kind: &Kind, period: &Period) -> Result<BTreeSet<Id>, BookError> {
        let opened = format!("opened=..{}", period.last());
        let mut ids = self.selected(kind, &[unclosed(), opened.clone()])?;
        if period.until <= self.today() {
            ids.extend(self.selected(kind, &[format!("changed={}..", period.until), opened])?);
        }
        Ok(ids)
    }

    /// The records of a kind that are not closed, and closed ones for which a deadline may run on.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn unfinished(&self, kind: &Kind) -> Result<BTreeSet<Id>, BookError> {
        let mut ids = self.selected(kind, &[unclosed()])?;
        ids.extend(self.outlived(kind)?);
        Ok(ids)
    }

    /// The ids of the records of a kind that fit.
    pub(super) fn selected(&self, kind: &Kind, words: &[String]) -> Result<BTreeSet<Id>, BookError> {
        let filter = self.filter(kind, words)?;
        let selection = Selection::of(kind.name()).filtered(&filter);
        Ok(self.index()?.select_ids(&selection)?.into_iter().collect())
    }

    pub(super) fn filter(&self, kind: &Kind, words: &[String]) -> Result<Filter, Unanswered> {
        question(self.policy(), self.now(), kind, words)
    }

    pub(super) fn clocked(&self, records: Vec<Record>) -> Result<Vec<Clocked>, BookError> {
        self.clocked_shown(records, Shown::Now)
    }

    fn clocked_shown(&self, records: Vec<Record>, shown: Shown) -> Result<Vec<Clocked>, BookError> {
        let clocked = |record: Record| {
            let clocks = Clock::of(&self.standings_shown(&record, shown)?, self.now());
            Ok(Clocked { clocks, record })
        };
        self.without_void(records).into_iter().map(clocked).collect()
    }

    /// These records without those that were registered by mistake, which count nowhere.
    pub fn without_void(&self, mut records: Vec<Record>) -> Vec<Record> {
        records.retain(|record| !self.policy().is_void(record));
        records
    }

    /// The deadlines of these records, so many at a time that memory holds few of them whole.
    fn timed(&self, ids: BTreeSet<Id>, shown: Shown, private: bool) -> Result<Vec<Timed>, BookError> {
        let words = self.words().seen(Sight::asked(private));
        let timed = |Clocked { record, clocks }: Clocked| {
            let title = words.title_of(&record);
            Timed { id: record.id, kind: record.kind, title, clocks }
        };
        let ids: Vec<Id> = ids.into_iter().collect();
        let mut all = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            all.extend(self.clocked_shown(self.index()?.records(some)?, shown)?.into_iter().map(timed));
        }
        Ok(all)
    }

    /// What is owed of the records of a kind: runs that go on, each with its holder, and next steps where none does.
    fn owed(&self, kind: &Kind, private: bool, material: &mut Material) -> Result<(), BookError> {
        let words = self.words().seen(Sight::asked(private));
        let ids: Vec<Id> = self.owing(kind)?.into_iter().collect();
        for some in ids.chunks(AT_ONCE) {
            for record in self.index()?.records(some)? {
                let standings = self.standings(&record)?;
                let mut clocks = Clock::of(&standings, self.now());
                clocks.retain(|clock| clock.end.is_none());
                let title = words.title_of(&record);
                for duty in self.duties(&record, &standings)? {
                    let holder = duty.held.stored();
                    match &duty.standing {
                        Some(standing) => {
                            let own = clocks.iter_mut().filter(|clock| clock.name == standing.deadline.name);
                            own.for_each(|clock| clock.holder.clone_from(&holder));
                        }
                        None => material.untimed.push(Untimed {
                            id: record.id.clone(),
                            kind: record.kind.clone(),
                            title: title.clone(),
                            state: record.state.clone(),
                            next: duty.steps,
                            holder,
                            opened: record.opened(),
                            waiting: duty.waiting,
                        }),
                    }
                }
                if !clocks.is_empty() {
                    material.running.push(Timed { id: record.id, kind: record.kind, title, clocks });
                }
            }
        }
        Ok(())
    }

    /// What the records that are spoken of are called.
    fn names(&self, clients: bool, material: &mut Material) -> Result<(), BookError> {
        let mut ids: BTreeSet<Id> = BTreeSet::new();
        let mut refer = |value: &Value| {
            if let Value::Ref(id) = value {
                ids.insert(id.clone());
            }
        };
        if clients {
            let forms = material.cases.all.iter().flat_map(|case| &case.forms);
            forms.flat_map(|form| form.record.fields.iter()).for_each(|(_, value)| refer(value));
        }
        let words = self.words().seen(Sight::asked(material.private));
        for record in self.index()?.records(&ids)? {
            material.names.insert(record.id.to_string(), words.title_of(&record));
        }
        Ok(())
    }

    /// The day that it is for the view.
    pub fn today(&self) -> chrono::NaiveDate {
        self.local(self.now()).date_naive()
    }

    pub(super) fn local(&self, at: Moment) -> Moment {
        self.policy().calendars.default().zone().local(at)
    }
}

/// The filter of what is not closed, as the classes that there are beside: by their index, where `!=` looks at every record.
pub(super) fn unclosed() -> String {
    let others = Class::ALL.iter().filter(|class| **class != Class::Closed).map(|class| class.name());
    format!("class={}", others.collect::<Vec<_>>().join(","))
}

/// What words ask of a kind's records.
///
/// # Errors
/// The kind does not know what is asked, as where a field of its own is called so and holds something else: what is found then
/// would be no answer.
pub(super) fn question(policy: &Policy, now: Moment, kind: &Kind, words: &[String]) -> Result<Filter, Unanswered> {
    let scope = Scope::question(policy.settings.time_zone, policy.calendars.default(), now);
    let bound = filter::parse_words(words).and_then(|expr| expr.bind(kind.name(), policy, &scope));
    bound.map_err(|error| unbound(kind, words, error))
}

/// That a question of the program's own does not fit a kind.
pub(super) fn unbound(kind: &Kind, words: &[String], error: FilterError) -> Unanswered {
    let (kind, asked) = (kind.name(), words.join(" "));
    Unanswered(label!(StoredText::Unbound, kind = kind, asked = asked; why = &error.message))
}

//! The present duties of records, and what can be done with them.

use super::View;
use crate::book::ids::{Drawn, system_random};
use crate::book::index::Ended;
use crate::book::kept;
use crate::filter::Unanswered;
use crate::kind::{Kind, Step};
use crate::lifecycle::{
    self, Actor, Awaited, Duty, Held, Lookup, Operation, Refusal, Setting, Shown, Staffing, Standings, StepChoice,
    Whose,
};
use crate::policy::Policy;
use crate::record::{Id, Record};

impl View<'_> {
    /// The deadlines of a record.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn standings(&self, record: &Record) -> Result<Standings, Unanswered> {
        self.standings_shown(record, Shown::Now)
    }

    /// The same. `shown` says which form of a case shows the runs that go over all forms.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn standings_shown(&self, record: &Record, shown: Shown) -> Result<Standings, Unanswered> {
        let (rules, reading) = (self.rules_of(record)?, self.reading());
        lifecycle::deadlines_shown(shown, &rules, &self.policy, &self.people, record, &reading, self.now)
    }

    /// The runs of a record's deadlines without their holders, by a rule book from [`View::rules_of`]. `lookup`
    /// answers about other records.
    ///
    /// # Errors
    /// The errors of `lookup`.
    pub fn runs_unheld(
        &self,
        record: &Record,
        rules: &Policy,
        shown: Shown,
        lookup: &dyn Lookup,
    ) -> Result<Standings, Unanswered> {
        lifecycle::deadlines_unheld(shown, rules, &self.policy, record, lookup, self.now)
    }

    /// Who holds a deadline of a record that does not run.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn holder_of_ended(&self, record: &Record, deadline: &str) -> Result<Held, Unanswered> {
        let rules = self.rules_of(record)?;
        let Some(kind) = rules.kind(&record.kind) else { return Ok(Held::default()) };
        let Some(deadline) = kind.deadlines.iter().find(|own| own.name == deadline) else { return Ok(Held::default()) };
        let staffing = Staffing { policy: &self.policy, people: &self.people, now: self.now };
        let own = self.policy.kind(&record.kind).unwrap_or(kind);
        lifecycle::holder(deadline, own, staffing, &self.reading(), record)
    }

    /// The stored runs of deadlines that the view may use. `None` if they cannot be read.
    pub fn ended(&self) -> Option<Ended> {
        let source = kept::source(self.repo(), self.commit()).ok()?;
        let ids = source.map(|id| id.map(|id| id.to_string()).unwrap_or_default());
        Some(self.index().ok()?.ended(self.repo(), &ids.join(" ")))
    }

    /// Whether it is the book of the past, so that nothing computed about it is stored.
    pub fn is_past(&self) -> bool {
        self.past
    }

    /// What can be done with a record next, and by whom.
    ///
    /// # Errors
    /// If the record does not exist, or if its steps ask about other records that cannot be looked up.
    pub fn options(&self, id: &Id, actor: &Actor) -> Result<Vec<StepChoice>, Refusal> {
        let ids = Drawn::new(self.repo(), Some(self.commit), &self.policy, Box::new(system_random));
        let setting = Setting { policy: &self.policy, people: &self.people, lookup: self, ids: &ids, now: self.now };
        lifecycle::options(&Operation::new(setting), id, actor)
    }

    /// Checks whether somebody may make records of a kind, as far as that is known before anything is filled in.
    ///
    /// # Errors
    /// If the actor may not; the refusal says why.
    pub fn may_begin(&self, kind: &Kind, actor: &Actor) -> Result<(), Refusal> {
        self.reading_only(|setting| lifecycle::may_begin(&Operation::new(*setting), kind.name(), actor))
    }

    /// What a record waits for now.
    ///
    /// # Errors
    /// If its rules ask about other records and they cannot be looked up.
    pub fn awaited(&self, record: &Record) -> Result<Awaited<'_>, Unanswered> {
        let Some(kind) = self.policy.kind(&record.kind) else { return Ok(Awaited::default()) };
        let standings = self.standings(record)?;
        self.reading_only(|setting| lifecycle::awaited(kind, setting, record, &standings))
    }

    /// The present duties of a record, from its `standings`.
    ///
    /// # Errors
    /// If its rules ask about other records and they cannot be looked up.
    pub fn duties(&self, record: &Record, standings: &Standings) -> Result<Vec<Duty>, Unanswered> {
        let Some(kind) = self.policy.kind(&record.kind) else { return Ok(Vec::new()) };
        self.reading_only(|setting| lifecycle::duties(kind, setting, record, standings))
    }

    /// Who has to take note of what merges have changed of a person's work on a record.
    pub fn informed(&self, record: &Record, person: &Id) -> Held {
        let Some(kind) = self.policy.kind(&record.kind) else { return Held::default() };
        self.reading_only(|setting| lifecycle::informed(kind, setting, record, person))
    }

    /// Who may take a step with a record, apart from four eyes.
    pub fn takers(&self, kind: &Kind, record: &Record, step: &Step) -> Held {
        self.reading_only(|setting| lifecycle::takers(kind, setting, record, step))
    }

    /// Whether a duty of these people is for others to do; see [`Whose::leaves_to_others`].
    ///
    /// # Errors
    /// If its rules ask about other records and they cannot be looked up.
    pub fn is_left_to_others(
        &self,
        whose: &Whose<'_>,
        record: &Record,
        duty: &Duty,
        held: &Held,
    ) -> Result<bool, Unanswered> {
        let Some(kind) = self.policy.kind(&record.kind) else { return Ok(false) };
        self.reading_only(|setting| whose.leaves_to_others(kind, setting, record, duty, held))
    }

    /// Everybody who now holds something of a record.
    ///
    /// # Errors
    /// If its rules ask about other records and they cannot be looked up.
    pub fn holders_of(&self, record: &Record) -> Result<Held, Unanswered> {
        let duties = self.duties(record, &self.standings(record)?)?;
        Ok(duties.iter().flat_map(|duty| duty.held.parties()).cloned().collect())
    }

    fn reading_only<T>(&self, ask: impl FnOnce(&Setting<'_>) -> T) -> T {
        let ids = Drawn::new(self.repo(), Some(self.commit), &self.policy, Box::new(system_random));
        let reading = self.reading();
        ask(&Setting { policy: &self.policy, people: &self.people, lookup: &reading, ids: &ids, now: self.now })
    }

    /// Whether a record is the reader's to do; see [`Whose::is_mine`].
    pub(super) fn is_mine(&self, record: &Record) -> Result<bool, Unanswered> {
        let (Some(reader), Some(kind)) = (&self.reader, self.policy.kind(&record.kind)) else { return Ok(false) };
        let duties = self.duties(record, &self.standings(record)?)?;
        Ok(Whose::of(reader, &self.people, self.now.date_naive()).is_mine(kind, record, &duties))
    }
}

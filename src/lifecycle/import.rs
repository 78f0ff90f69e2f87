//! Records that are imported with their own dates and states.

use chrono::Datelike;

use super::entitled::Case;
use super::guarded::Changed;
use super::{Operation, Refusal, Request, Unentitled, sound};
use crate::calendar::Moment;
use crate::kind::{IMPORT, Kind, Rules, Step};
use crate::record::{Class, Event, Fields, Id, Record};

/// The past of an imported record: each state with the time when it was entered, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// At least one stage.
    pub stages: Vec<(Moment, String)>,
    /// Whether the record is not finished, and its deadlines run from its stages on.
    pub running: bool,
}

impl Operation<'_> {
    /// Imports a record. Its events are imports, which start no deadline unless the record is said to be running. The
    /// kind's step `import` says who may, and what must hold for the record. A kind without this step accepts no
    /// imports.
    ///
    /// # Errors
    /// If the record is refused; the refusal says why.
    pub fn import(&mut self, kind: &str, id: Option<Id>, arrival: &Arrival, request: &Request) -> Result<Id, Refusal> {
        let setting = self.setting;
        let kind = self.kind(kind)?;
        let mut fields = request.apply(&Fields::new());
        self.clocked(kind, IMPORT, &Fields::new(), &mut fields, setting.now)?;
        let anybody = Step::undeclared(IMPORT, &kind.place);
        let step = kind.steps_named(IMPORT).next().or(self.rights_were_free().then_some(&anybody));
        let Some(step) = step else { return Err(self.no_imports(kind)) };
        let case = Case { kind, step, record: None, fields: &fields };
        let hands = case.hands(&setting, &request.actor)?;
        let hands = case.four_eyes(&setting, &self.pending, hands, &request.actor)?;
        let changed = Changed { before: &Fields::new(), after: &fields, by_rule: Vec::new() };
        let hands = case.guarded(&setting, &self.pending, hands, &request.actor, &changed)?;
        sound::check(kind, None, &Fields::new(), &fields, &setting, &self.pending)?;
        let Some(((first, _), (_, state))) = arrival.stages.first().zip(arrival.stages.last()) else {
            return Err(Refusal::NoStep { kind: kind.name().to_owned(), step: IMPORT.to_owned(), near: None });
        };
        if !(2000..2100).contains(&first.year()) {
            return Err(Refusal::NotOfThisCentury { at: *first });
        }
        let id = self.id_for(kind, id, *first)?;
        self.in_order(kind, &id, arrival)?;
        let mut record = Record {
            id: id.clone(),
            kind: kind.name().to_owned(),
            state: state.clone(),
            rules: (kind.rules == Rules::Opened).then(|| setting.policy.id.clone()),
            fields: fields.clone(),
            history: Vec::new(),
            overruled: Vec::new(),
        };
        self.number(kind, &mut record, first.date_naive(), true)?;
        if let Some(refusal) = case.hindrances(&setting, &self.pending, &record, *first)?.into_iter().next() {
            return Err(refusal.of(request));
        }
        let allowed = case.authority(&setting, &self.pending, hands, &record);
        let hands = allowed.map_err(|refusal| self.naming(&case, &record, refusal))?;
        let running = arrival.running && kind.shape.class(state) != Class::Closed;
        for (i, (at, state)) in arrival.stages.iter().enumerate() {
            let noted = Some(setting.now).filter(|now| now != at);
            let event = self.event(IMPORT, request, hands.clone(), None, *at, noted);
            let mut event = Event { to: Some(state.clone()), running, ..event };
            let before = (i > 0).then(|| record.clone());
            if before.is_some() {
                event = Event { key: None, note: None, ..event };
            }
            record = self.append(kind, before.as_ref(), record, event)?;
        }
        self.invariants(kind, None, &record)?;
        self.pending.put(None, record);
        Ok(id)
    }

    fn no_imports(&self, kind: &Kind) -> Refusal {
        Refusal::Unentitled(Unentitled::NoImport { kind: kind.name().to_owned(), place: kind.place.clone() })
    }

    /// Refuses unless the stages are existing states in order of time, none of them later than now.
    fn in_order(&self, kind: &Kind, id: &Id, arrival: &Arrival) -> Result<(), Refusal> {
        let now = self.setting.now;
        let mut last: Option<Moment> = None;
        for (at, state) in &arrival.stages {
            if kind.shape.state(state).is_none_or(|state| state.retired) {
                return Err(Refusal::NoState { kind: kind.name().to_owned(), state: state.clone() });
            }
            if *at > now + super::SKEW {
                return Err(Refusal::Future { at: *at, now });
            }
            if !(2000..2100).contains(&at.year()) {
                return Err(Refusal::NotOfThisCentury { at: *at });
            }
            if let Some(last) = last.filter(|last| last > at) {
                return Err(Refusal::BeforeLast { id: id.clone(), at: *at, last });
            }
            last = Some(*at);
        }
        Ok(())
    }
}

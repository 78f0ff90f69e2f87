//! Records that come in from elsewhere, with their own dates and in whatever state they have.

use chrono::Datelike;

use super::entitled::Case;
use super::{Operation, Refusal, Request, sound};
use crate::calendar::Moment;
use crate::kind::{IMPORT, Rules, Step};
use crate::record::{Event, Fields, Id, Record};

/// What a record went through before it came in: each state with the time when it was entered, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// At least one stage.
    pub stages: Vec<(Moment, String)>,
}

impl Operation<'_> {
    /// Brings a record in. Its events are imports, which start no deadline and need no step of the kind.
    ///
    /// # Errors
    /// Why it does not come in.
    pub fn import(&mut self, kind: &str, id: Option<Id>, arrival: &Arrival, request: &Request) -> Result<Id, Refusal> {
        let setting = self.setting;
        let kind = self.kind(kind)?;
        let fields = request.apply(&Fields::new());
        let anybody = Step::undeclared(IMPORT, &kind.place);
        let step = kind.steps_named(IMPORT).next().unwrap_or(&anybody);
        let hands = Case { kind, step, record: None, fields: &fields }.hands(&setting, &request.actor)?;
        sound::check(kind, None, &Fields::new(), &fields, &setting, &self.pending)?;
        let mut last: Option<Moment> = None;
        let Some((first, _)) = arrival.stages.first() else {
            return Err(Refusal::NoStep { kind: kind.name().to_owned(), step: IMPORT.to_owned(), near: None });
        };
        if !(2000..2100).contains(&first.year()) {
            return Err(Refusal::NotOfThisCentury { at: *first });
        }
        let id = self.id_for(kind, id, *first)?;
        let mut record = Record {
            id: id.clone(),
            kind: kind.name().to_owned(),
            state: String::new(),
            rules: (kind.rules == Rules::Opened).then(|| setting.policy.id.clone()),
            fields,
            history: Vec::new(),
        };
        for (i, (at, state)) in arrival.stages.iter().enumerate() {
            if kind.shape.state(state).is_none_or(|state| state.retired) {
                return Err(Refusal::NoState { kind: kind.name().to_owned(), state: state.clone() });
            }
            if *at > setting.now + super::SKEW {
                return Err(Refusal::Future { at: *at, now: setting.now });
            }
            if !(2000..2100).contains(&at.year()) {
                return Err(Refusal::NotOfThisCentury { at: *at });
            }
            if let Some(last) = last.filter(|last| last > at) {
                return Err(Refusal::BeforeLast { id, at: *at, last });
            }
            last = Some(*at);
            let noted = Some(setting.now).filter(|now| now != at);
            let event = self.event(IMPORT, request, hands.clone(), None, *at, noted);
            let mut event = Event { to: Some(state.clone()), ..event };
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
}

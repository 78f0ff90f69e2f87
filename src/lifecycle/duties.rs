//! What a record asks of whom now. Only this module decides that: `due`, its board, `mine`, `derived`, the filter
//! term `holder` and the view `holders` of `query` all read these duties.
//!
//! - Each running deadline of the company is a duty of its holder. A deadline that has no time yet demands nothing
//!   and is not a   duty.
//! - If none runs, and the record is neither closed nor resting, its next steps are a duty: of the assignee if the
//!   assignee may take one of them, otherwise of everybody whom the rules of these steps name. For example, a case that
//!   was imported has no clock, so everybody who may propose holds it.
//!
//! In filters a holder is stored as `li.na`, `role:qm`, `department:finance` or `anybody`, and each person of a role
//! or department counts too. This depends on the moment, so SQL cannot evaluate it. The program evaluates all records
//! that are not closed and passes the ids on.

use std::sync::Arc;

use chrono::NaiveDate;

use super::awaited::{awaited, waits_for};
use super::entitled::Case;
use super::held::{assigned, is_barred, may_end};
use super::standings::{Running, Standing, Standings};
use super::{Setting, Staffing};
use crate::calendar::Moment;
use crate::filter::Unanswered;
use crate::kind::{Kind, Step, Target, Who};
use crate::policy::{People, Row};
use crate::record::{Class, FieldId, Id, Record, Type, Value};
use crate::wording::{Held, Party};

/// Something that somebody owes to a record.
#[derive(Debug, Clone)]
pub struct Duty {
    /// The running deadline. `None` if no deadline runs.
    pub standing: Option<Arc<Standing>>,
    /// The names of the next steps, if no deadline runs. Empty if other records must end first.
    pub steps: Vec<String>,
    /// Who holds it.
    pub held: Held,
    /// Whether the record waits, for example for the client.
    pub waiting: bool,
}

impl Duty {
    /// The run of the deadline. `None` if no deadline runs.
    pub fn running(&self) -> Option<Running<'_>> {
        let standing = self.standing.as_deref()?;
        Some(Running { run: standing.running()?, standing })
    }

    /// When it is due. `None` if no deadline runs, or if the calendar does not know.
    pub fn due(&self) -> Option<Moment> {
        self.running().and_then(|running| running.due())
    }

    /// Whether its deadline has passed.
    pub fn is_overdue(&self) -> bool {
        self.running().is_some_and(|running| running.is_overdue())
    }

    /// Whether its deadline warns that it is due soon.
    pub fn is_soon(&self, now: Moment) -> bool {
        self.running().is_some_and(|running| running.is_soon(now))
    }

    /// The sort key of lists: what is due first comes first, then what has no time limit, last what waits.
    pub fn order(&self) -> (bool, bool, Option<Moment>) {
        match self.running() {
            Some(running) => running.order(),
            None => (self.waiting, true, None),
        }
    }
}

/// A person, together with the principals for whom the person acts on a day. Their work counts as the person's.
#[derive(Debug, Clone)]
pub struct Whose<'p> {
    people: &'p People,
    day: NaiveDate,
    ids: Vec<Id>,
}

impl<'p> Whose<'p> {
    /// The person and the person's principals of that day.
    pub fn of(person: &Id, people: &'p People, day: NaiveDate) -> Self {
        let principals = people.principals(person, day).map(|principal| principal.id.clone());
        Whose { people, day, ids: std::iter::once(person.clone()).chain(principals).collect() }
    }

    /// Whether one of them is among the holders: by name, by role, or by department.
    pub fn holds(&self, held: &Held) -> bool {
        self.ids.iter().any(|id| held.is_for(id, self.people, self.day))
    }

    /// Whether a duty of theirs is for others to do: they hold it only by a role or a department, four eyes bar them
    /// from it, and somebody else there may do it. For example, nobody handles the complaint about themselves.
    ///
    /// # Errors
    /// If other records that four eyes ask about cannot be looked up.
    pub fn leaves_to_others(
        &self,
        kind: &Kind,
        setting: &Setting<'_>,
        record: &Record,
        duty: &Duty,
        held: &Held,
    ) -> Result<bool, Unanswered> {
        if held.people().any(|id| self.ids.contains(id)) {
            return Ok(false);
        }
        let may = |id: &Id| match &duty.standing {
            Some(standing) => may_end(&standing.deadline, kind, setting.staffing(), setting.lookup, record, id),
            None => {
                for step in kind.steps_from(&record.state).filter(|step| duty.steps.contains(&step.name)) {
                    if !is_barred(kind, step, setting.staffing(), setting.lookup, record, id)? {
                        return Ok(true);
                    }
                }
                Ok(duty.steps.is_empty())
            }
        };
        for id in self.ids.iter().filter(|id| held.is_for(id, self.people, self.day)) {
            if may(id)? {
                return Ok(false);
            }
        }
        let others = held.parties().iter().flat_map(|party| party.members(self.people, self.day));
        for other in others.filter(|other| other.active && !self.ids.contains(&other.id)) {
            if may(&other.id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a record is their work in the hands of others: it is assigned to one of them, or one of them ordered it
    /// and has a say in it by that.
    pub fn waits_for(&self, kind: &Kind, record: &Record) -> bool {
        let own = |id: &Id| self.ids.contains(id);
        let first = kind.first_step();
        let has_a_say =
            kind.steps.iter().any(|step| step.by.iter().any(|who| matches!(who, Who::Step(by) if *by == first.name)));
        let ordered = || record.history.first().is_some_and(|event| event.via.is_none() && own(&event.by));
        assigned(kind, record).people().any(own) || has_a_say && ordered()
    }

    /// Whether a record is theirs: it is assigned to one of them, or one of them holds one of its duties.
    pub fn is_mine(&self, kind: &Kind, record: &Record, duties: &[Duty]) -> bool {
        let own = |id: &Id| self.ids.contains(id);
        assigned(kind, record).people().any(own) || duties.iter().any(|duty| self.holds(&duty.held))
    }
}

/// What a record asks of whom: one duty for each running deadline of the company, in the order of the kind. If none
/// runs, and somebody owes a step in the record's state, it is one duty for the next steps.
///
/// # Errors
/// If other records that the rules ask about cannot be looked up.
pub fn duties(
    kind: &Kind,
    setting: &Setting<'_>,
    record: &Record,
    standings: &Standings,
) -> Result<Vec<Duty>, Unanswered> {
    // for a merged record, only the record into which it was merged has duties
    if kind.merged_into(record).is_some() {
        return Ok(Vec::new());
    }
    let class = kind.shape.class(&record.state);
    let waiting = class == Class::Waiting || standings.awaits_others();
    let duty = |standing: &Arc<Standing>| Duty {
        standing: Some(standing.clone()),
        steps: Vec::new(),
        held: standing.held.clone(),
        waiting,
    };
    let mut found: Vec<Duty> = standings.shared_running().map(duty).collect();
    let under_way = class != Class::Closed && !kind.shape.rests(&record.state);
    if found.is_empty() && under_way {
        found.push(Duty { standing: None, steps: Vec::new(), held: Held::default(), waiting });
    }
    // if nobody whom a deadline names is present, the duty is that of the people who can go on
    let (people, day) = (setting.people, setting.day());
    let unattended = |held: &Held| {
        held.people().count() == held.parties().len() && !held.people().any(|id| people.is_attended(id, day))
    };
    if found.iter().any(|duty| unattended(&duty.held)) {
        let (steps, held) = next(kind, setting, record, standings)?;
        for duty in &mut found {
            if duty.standing.is_none() {
                duty.steps.clone_from(&steps);
            }
            if unattended(&duty.held) {
                duty.held.clone_from(&held);
            }
        }
    }
    Ok(found)
}

/// The steps that a record waits for, and who may take them. That is the assignee, if the assignee may take one of
/// the steps and is present. Otherwise everybody who may take one is named together with the assignee. If other
/// records must end first, the steps that lead on from the state say who will be needed.
fn next(
    kind: &Kind,
    setting: &Setting<'_>,
    record: &Record,
    standings: &Standings,
) -> Result<(Vec<String>, Held), Unanswered> {
    let awaited = awaited(kind, setting, record, standings)?;
    let later = awaited.later.iter().map(|(step, _)| *step);
    let named: Vec<&Step> = awaited.steps.iter().copied().chain(later).collect();
    let leading = || kind.steps_from(&record.state).filter(|step| waits_for(kind, step));
    let moving: Vec<&Step> = leading().filter(|step| !matches!(step.to, Target::Stay)).collect();
    let any: Vec<&Step> = leading().collect();
    let steps = [&named, &moving, &any].into_iter().find(|steps| !steps.is_empty());
    let (people, day) = (setting.people, setting.day());
    let assignee = assigned(kind, record);
    let (mut may, mut able): (Vec<Party>, Vec<Party>) = (Vec::new(), Vec::new());
    for step in steps.into_iter().flatten() {
        let case = Case { kind, step, record: Some(record), fields: &record.fields };
        let parties: Held = case.parties(setting, record).into_iter().collect();
        for id in assignee.people().filter(|id| people.is_attended(id, day) && parties.is_for(id, people, day)) {
            if !is_barred(kind, step, setting.staffing(), setting.lookup, record, id)? {
                able.push(Party::Person(id.clone()));
            }
        }
        for party in parties.parties() {
            let instead = case.instead_of(party, setting.staffing(), setting.lookup)?;
            may.push(instead.unwrap_or_else(|| party.clone()));
        }
    }
    let may: Held = may.into_iter().collect();
    let is_there = |party: &&Party| !matches!(party, Party::Person(id) if !people.is_attended(id, day));
    let present = |held: &Held| -> Held { held.parties().iter().filter(is_there).cloned().collect() };
    let mut held: Held = match able.is_empty() {
        false => able.into_iter().collect(),
        true => present(&assignee).parties().iter().chain(present(&may).parties()).cloned().collect(),
    };
    // if none of them is present, they are named anyway, so that the record is on some list
    if held.is_empty() {
        held = assignee.parties().iter().chain(may.parties()).cloned().collect();
    }
    if held.is_empty() {
        held = record.history.first().map(|event| Party::Person(event.by.clone()).into()).unwrap_or_default();
    }
    Ok((named.iter().map(|step| step.name.clone()).collect(), held))
}

impl Case<'_> {
    /// Who may take the step by its rule and by the amount. If nothing says who, it is anybody.
    pub(super) fn parties(&self, setting: &Setting<'_>, record: &Record) -> Vec<Party> {
        if let Some(table) = &self.step.authority {
            // the amount need not be known yet
            let level = |row: &Row| self.parties_of(&row.by(self.kind.name()), setting.staffing());
            if let Ok(Some(row)) = self.level(&table.value, setting, setting.lookup, record) {
                return level(&row);
            }
            let rows =
                setting.policy.authority.get(&table.value).map(|table| table.rows.as_slice()).unwrap_or_default();
            if self.step.by.is_empty() && !rows.is_empty() {
                return rows.iter().flat_map(level).collect();
            }
        }
        if self.step.by.is_empty() {
            return vec![Party::Anybody];
        }
        self.step.by.iter().flat_map(|who| self.parties_of(who, setting.staffing())).collect()
    }

    pub(super) fn parties_of(&self, who: &Who, staffing: Staffing<'_>) -> Vec<Party> {
        let names = |field: FieldId| self.fields.get(field).map(Value::elements).unwrap_or_default().iter();
        match who {
            Who::Role(role) => vec![Party::Role(role.clone())],
            Who::Field(field) if matches!(self.kind.field(*field).ty.element(), Type::Role) => {
                names(*field).filter_map(Value::as_text).map(|role| Party::Role(role.to_owned())).collect()
            }
            Who::Field(field) => {
                self.persons(*field).into_iter().filter_map(|id| id.parse().ok()).map(Party::Person).collect()
            }
            Who::Department(field) => self.departments(*field).map(|name| Party::Department(name.to_owned())).collect(),
            Who::Post(post) => self.seats(post, staffing).into_iter().map(Party::Seat).collect(),
            Who::Own => self.record.map(|record| Party::Person(record.id.clone())).into_iter().collect(),
            Who::Step(step) => {
                let history = self.record.map(|record| record.history.as_slice()).unwrap_or_default();
                let last = history.iter().rfind(|event| event.step == *step);
                last.into_iter().flat_map(|event| event.takers()).cloned().map(Party::Person).collect()
            }
        }
    }
}

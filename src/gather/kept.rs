//! The runs of deadlines that have ended: computed once, and stored by the book for later reports ([`Ended`]).
//! Holders depend on today's staff and are never stored.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use chrono::{FixedOffset, TimeZone as _};
use serde::{Deserialize, Serialize};

use super::noted::Noted;
use crate::book::View;
use crate::book::index::{Ended, EndedRuns};
use crate::calendar::{Moment, Outcome};
use crate::kind::Kind;
use crate::lifecycle::{self, Bearing, Shown, Standings, calendar_of};
use crate::policy::Policy;
use crate::record::{Class, FieldId, Id, Record};
use crate::report::{Answer, Clock, Timing, said};

/// The least number of computed records that is worth storing: writing takes longer than computing a few again.
const WORTH: usize = 32;
/// How many are held in memory before they are written.
const AT_ONCE: usize = 20_000;

/// The timings of the deadlines of a kind, by the id of the rules that judge the record and the kind.
type Timings = HashMap<(String, String), Arc<[Arc<Timing>]>>;

/// The stored runs of a view.
#[derive(Default)]
pub(super) struct KeptRuns {
    ended: OnceCell<Option<Ended>>,
    /// Records whose runs will be asked for, so that all of them are read at once.
    awaited: RefCell<Vec<Id>>,
    rows: RefCell<HashMap<Id, Option<Vec<u8>>>>,
    fresh: RefCell<Vec<EndedRuns>>,
    timings: RefCell<Timings>,
}

/// A stored moment: seconds since 1970, and the offset from UTC in seconds.
type At = (i64, i32);

/// The stored runs of a record.
#[derive(Debug, Serialize, Deserialize)]
struct Row<'r> {
    /// The id of the rule book that the record is judged by.
    rules: &'r str,
    /// When it shows the runs over all forms of its case: whether it does now, and each change of that.
    shows: Option<(bool, Vec<(At, bool)>)>,
    /// The forms of its case, if it has such runs.
    forms: Vec<Id>,
    runs: Vec<Ran>,
}

/// A stored run that has ended.
#[derive(Debug, Serialize, Deserialize)]
struct Ran {
    /// The position of the deadline in its kind.
    deadline: u16,
    start: At,
    due: Option<At>,
    end: At,
    outcome: Outcome,
    /// The marks that stopped it, as positions in the deadline's list.
    stopped_by: Vec<u16>,
    worked: Option<i64>,
    over: Option<i64>,
}

impl KeptRuns {
    /// Says that the runs of these records may be asked for soon. It changes no answer.
    pub(super) fn expect<'i>(&self, ids: impl IntoIterator<Item = &'i Id>) {
        self.awaited.borrow_mut().extend(ids.into_iter().cloned());
    }

    /// The runs of a record without their holders; `only` limits them to the deadline of this name.
    pub(super) fn clocks(
        &self,
        view: &View<'_>,
        record: &Record,
        shown: Shown,
        only: Option<&str>,
    ) -> Answer<Vec<Clock>> {
        if let Some(clocks) = self.ended(view, record, shown, only)? {
            return Ok(clocks);
        }
        let rules = view.rules_of(record)?;
        let standings = view.runs_unheld(record, &rules, shown, &view.reading())?;
        Ok(some(Clock::of(&standings, view.now()), only))
    }

    /// The same for a record whose runs have all ended: the stored ones, or newly computed ones. `None` for any other
    /// record.
    pub(super) fn ended(
        &self,
        view: &View<'_>,
        record: &Record,
        shown: Shown,
        only: Option<&str>,
    ) -> Answer<Option<Vec<Clock>>> {
        let closed = |kind: &Kind| kind.shape.class(&record.state) == Class::Closed;
        if !view.policy().kind(&record.kind).is_some_and(closed) {
            return Ok(None);
        }
        let rules = view.rules_of(record)?;
        // a record without its own rules is judged by today's, which may change
        let judged = record.rules.as_deref().is_none_or(|opened| opened == rules.id);
        let Some(kind) = rules.kind(&record.kind).filter(|kind| judged && !kind.deadlines.is_empty()) else {
            return Ok(None);
        };
        match self.read(view, record, (&rules, kind), shown, only) {
            Some(clocks) => Ok(Some(clocks)),
            None => self.made(view, record, (&rules, kind), shown, only),
        }
    }

    /// The stored runs.
    fn read(
        &self,
        view: &View<'_>,
        record: &Record,
        (rules, kind): (&Policy, &Kind),
        shown: Shown,
        only: Option<&str>,
    ) -> Option<Vec<Clock>> {
        self.load(view, &record.id);
        let rows = self.rows.borrow();
        let row: Row<'_> = postcard::from_bytes(rows.get(&record.id)?.as_deref()?).ok()?;
        if row.rules != rules.id {
            return None;
        }
        let turns =
            |turns: &[(At, bool)]| turns.iter().map(|(at, shows)| Some((moment(*at)?, *shows))).collect::<Option<_>>();
        let shows = match &row.shows {
            Some((now, told)) => Bearing { now: *now, turns: turns(told)? }.shows(shown),
            None => true,
        };
        let timings = self.timings(view, rules, kind);
        let mut clocks = Vec::new();
        for ran in &row.runs {
            let place = usize::from(ran.deadline);
            let (deadline, timing) = (kind.deadlines.get(place)?, timings.get(place)?);
            if only.is_some_and(|only| only != deadline.name) || (deadline.over.is_some() && !shows) {
                continue;
            }
            let stops = |at: &u16| deadline.stops.get(usize::from(*at)).map(said);
            clocks.push(Clock {
                timing: timing.clone(),
                start: moment(ran.start)?,
                due: match ran.due {
                    Some(due) => Some(moment(due)?),
                    None => None,
                },
                end: Some(moment(ran.end)?),
                outcome: ran.outcome,
                holder: None,
                stopped_by: ran.stopped_by.iter().map(stops).collect::<Option<_>>()?,
                forms: if deadline.over.is_some() { row.forms.clone() } else { Vec::new() },
                worked: ran.worked,
                over: ran.over,
            });
        }
        Some(clocks)
    }

    /// Reads what is stored for a record and for all that are awaited.
    fn load(&self, view: &View<'_>, id: &Id) {
        if self.rows.borrow().contains_key(id) {
            return;
        }
        let mut awaited = self.awaited.take();
        awaited.push(id.clone());
        awaited.sort_unstable();
        awaited.dedup();
        let ended = self.ended.get_or_init(|| view.ended());
        let mut found = match ended {
            Some(ended) => ended.read(&awaited.iter().collect::<Vec<_>>()),
            None => HashMap::new(),
        };
        let mut rows = self.rows.borrow_mut();
        for id in awaited {
            let row = found.remove(&id);
            rows.insert(id, row);
        }
    }

    /// Computes the runs of a record for storing. `None` if one of them goes on, or if it is not known what they
    /// depend on.
    fn made(
        &self,
        view: &View<'_>,
        record: &Record,
        (rules, kind): (&Policy, &Kind),
        shown: Shown,
        only: Option<&str>,
    ) -> Answer<Option<Vec<Clock>>> {
        if view.is_past() {
            return Ok(None);
        }
        let reading = view.reading();
        let noted = Noted::of(&record.id, &reading);
        let Some(over) = over(kind) else { return Ok(None) };
        let standings = view.runs_unheld(record, rules, Shown::Each, &noted)?;
        let bearing = over.map(|field| lifecycle::bearing(kind, field, record, &noted)).transpose()?;
        let row = row(rules, kind, &standings, bearing.as_ref(), view);
        let bytes = row.and_then(|row| postcard::to_stdvec(&row).ok());
        let (Some(rests), Some(bytes)) = (noted.rests(), bytes) else { return Ok(None) };
        let mut fresh = self.fresh.borrow_mut();
        fresh.push(EndedRuns { record: record.id.clone(), bytes, rests });
        if fresh.len() >= AT_ONCE {
            self.write(&std::mem::take(&mut *fresh));
        }
        let shows = bearing.is_none_or(|bearing| bearing.shows(shown));
        let mut clocks = some(Clock::of(&standings, view.now()), only);
        clocks.retain(|clock| shows || clock.forms.is_empty());
        Ok(Some(clocks))
    }

    /// What the runs of each deadline of a kind have in common.
    fn timings(&self, view: &View<'_>, rules: &Policy, kind: &Kind) -> Arc<[Arc<Timing>]> {
        let mut known = self.timings.borrow_mut();
        let made = known.entry((rules.id.clone(), kind.name().to_owned())).or_insert_with(|| {
            let calendar = |deadline| calendar_of(deadline, view.policy()).name();
            kind.deadlines.iter().map(|deadline| Arc::new(Timing::of(deadline, calendar(deadline)))).collect()
        });
        made.clone()
    }

    /// Stores what was computed, if that is worth it.
    pub(super) fn keep(&self) {
        let fresh = self.fresh.take();
        if fresh.len() >= WORTH {
            self.write(&fresh);
        }
    }

    fn write(&self, rows: &[EndedRuns]) {
        if let Some(Some(ended)) = self.ended.get() {
            // a failure here changes no answer
            ended.keep(rows).ok();
        }
    }
}

impl Drop for KeptRuns {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.keep();
        }
    }
}

/// The field by which deadlines of a kind run over all forms of a case. `Some(None)`: no deadline does. `None`: there
/// are several.
fn over(kind: &Kind) -> Option<Option<FieldId>> {
    let mut fields = kind.deadlines.iter().filter_map(|deadline| deadline.over);
    let first = fields.next();
    fields.all(|field| Some(field) == first).then_some(first)
}

fn some(mut clocks: Vec<Clock>, only: Option<&str>) -> Vec<Clock> {
    clocks.retain(|clock| only.is_none_or(|only| only == clock.name()));
    clocks
}

/// The stored form of a record's runs. `None` if one of them goes on, or if a moment has a fraction of a second.
fn row<'r>(
    rules: &'r Policy,
    kind: &Kind,
    standings: &Standings,
    bearing: Option<&Bearing>,
    view: &View<'_>,
) -> Option<Row<'r>> {
    let mut row = Row { rules: &rules.id, shows: None, forms: Vec::new(), runs: Vec::new() };
    if let Some(Bearing { now, turns }) = bearing {
        let turns = turns.iter().map(|(turn, shows)| Some((at(turn)?, *shows)));
        row.shows = Some((*now, turns.collect::<Option<_>>()?));
    }
    if standings.iter().any(|standing| !standing.deadline.outside && standing.running().is_some()) {
        return None;
    }
    // standings are in the order of the kind's deadlines, and the runs in the order of the standings
    let mut clocks = Clock::of(standings, view.now()).into_iter();
    for standing in standings.iter().filter(|standing| !standing.deadline.outside) {
        let place = kind.deadlines.iter().position(|deadline| Arc::ptr_eq(deadline, &standing.deadline))?;
        for run in standing.runs.iter().filter(|run| run.outcome.counts()) {
            let clock = clocks.next()?;
            let end = run.end.filter(|end| end.stopped).map(|end| end.at);
            let stopped = standing.stopped.iter().filter(|(at, _)| Some(*at) == end);
            row.runs.push(Ran {
                deadline: u16::try_from(place).ok()?,
                start: at(&clock.start)?,
                due: match &clock.due {
                    Some(due) => Some(at(due)?),
                    None => None,
                },
                end: at(&clock.end?)?,
                outcome: clock.outcome,
                stopped_by: stopped.map(|(_, place)| u16::try_from(*place).ok()).collect::<Option<_>>()?,
                worked: clock.worked,
                over: clock.over,
            });
            if !standing.forms.is_empty() {
                row.forms.clone_from(&standing.forms);
            }
        }
    }
    Some(row)
}

fn at(moment: &Moment) -> Option<At> {
    let whole = moment.timestamp_subsec_nanos() == 0;
    whole.then(|| (moment.timestamp(), moment.offset().local_minus_utc()))
}

fn moment((seconds, offset): At) -> Option<Moment> {
    FixedOffset::east_opt(offset)?.timestamp_opt(seconds, 0).single()
}

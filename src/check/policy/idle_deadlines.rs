//! Keys of deadlines that can never have an effect, so that the company relies on a rule that does not work.

use chrono::{Days, NaiveTime};

use super::keys::Keys;
use super::{Check, Found, Rulebook, linked};
use crate::calendar::{Calendar, Measure, Reopen, Roll, Span, Within};
use crate::check::Severity;
use crate::kind::{Course, Deadline, DeadlineTarget, Holder, Kind, Mark, course};
use crate::label;
use crate::locale::messages::PolicyText as Text;

pub(super) static CHECK: Check = Check { name: "idle-deadline", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let keys = rulebook.keys();
    for kind in rulebook.policy.kinds.values() {
        for deadline in &kind.deadlines {
            let mut idle = Idle { rulebook, keys: &keys, kind, deadline, found: &mut *found };
            idle.marks(&course(kind, deadline));
            idle.lengths();
            idle.holders();
        }
    }
}

struct Idle<'i, 'r> {
    rulebook: &'i Rulebook<'r>,
    keys: &'i Keys<'r>,
    kind: &'i Kind,
    deadline: &'i Deadline,
    found: &'i mut Found,
}

impl Idle<'_, '_> {
    fn say(&mut self, key: &str, message: crate::locale::Label) {
        self.found.say(&self.keys.place(&self.deadline.place, key), message);
    }

    fn marks(&mut self, course: &Course<'_>) {
        let (deadline, name) = (self.deadline, self.deadline.name.as_str());
        let (starts, stops) = (deadline.starts.iter().collect(), deadline.stops.iter().collect());
        let extends: Vec<&Mark> = deadline.extends.iter().map(|extends| &extends.on).collect();
        for (key, marks) in [("starts", starts), ("stops", stops), ("extends", extends)] {
            for (at, mark) in marks.into_iter().enumerate() {
                if let Mark::Needs(step) = mark
                    && self.kind.steps_named(step).all(|step| step.needs.is_empty())
                {
                    self.say(&format!("{key}.{at}"), label!(Text::MarkNeedsNothing, step = step));
                }
                let Mark::Linked { kind: other, .. } = mark else { continue };
                if !self.is_unlinked(other) {
                    continue;
                }
                let message =
                    label!(Text::MarkUnlinked, mark = self.written(mark), other = other, kind = self.kind.name());
                self.say(&format!("{key}.{at}"), message);
            }
        }
        for (at, mark) in unmet(&deadline.starts, &course.starts) {
            self.say(&format!("starts.{at}"), label!(Text::StartIdle, mark = self.written(mark), name = name));
        }
        if course.runs.is_empty() {
            return; // its stops, pauses and misses mean nothing then
        }
        let states =
            [("misses", unmet(&deadline.misses, &course.misses)), ("pauses", unmet(&deadline.pauses, &course.pauses))];
        for (key, idle) in states {
            for (at, state) in idle {
                self.say(&format!("{key}.{at}"), label!(Text::MarkIdle, key = key, mark = state, name = name));
            }
        }
        for (at, mark) in unmet(&deadline.stops, &course.stops) {
            let message = label!(Text::MarkIdle, key = "stops", mark = self.written(mark), name = name);
            self.say(&format!("stops.{at}"), message);
        }
        for (at, extends) in unmet(&deadline.extends, &course.extends) {
            let message = label!(Text::MarkIdle, key = "extends", mark = self.written(&extends.on), name = name);
            self.say(&format!("extends.{at}"), message);
        }
        // A deadline that starts in a closed state continues there without `outlives`.
        let begins = |state: &str| deadline.starts.iter().any(|mark| matches!(mark, Mark::State(s) if s == state));
        for (_, state) in unmet(&deadline.outlives, &course.outlives).into_iter().filter(|(_, state)| !begins(state)) {
            self.say("outlives", label!(Text::MarkIdle, key = "outlives", mark = state, name = name));
        }
        let reopens = match deadline.reopen {
            Reopen::Next => true,
            Reopen::Resume => course.again,
            Reopen::Restart => course.again || course.during,
        };
        if !reopens {
            self.say("reopen", label!(Text::ReopenIdle, name = name));
        }
        if deadline.since.is_some() && deadline.starts.iter().all(|mark| !is_event(mark)) {
            self.say("since", label!(Text::SinceIdle, name = name));
        }
    }

    /// Whether records of another kind can never refer to this kind.
    fn is_unlinked(&self, other: &str) -> bool {
        let other = self.rulebook.policy.kind(other);
        other.is_some_and(|other| !linked::names(other, self.kind.name()))
    }

    /// A mark in the notation of the kind file.
    fn written(&self, mark: &Mark) -> String {
        match mark {
            Mark::State(state) => state.clone(),
            Mark::Step(step) => format!("step:{step}"),
            Mark::Field(field) => format!("field:{}", self.kind.field(*field).name),
            Mark::Filled(list, inner) => {
                let inner = self.kind.line_field(*list, *inner).map(|field| field.name.as_str()).unwrap_or_default();
                format!("filled:{}.{inner}", self.kind.field(*list).name)
            }
            Mark::Becomes(becomes) => becomes.told.clone(),
            Mark::Needs(step) => format!("needs:{step}"),
            Mark::Linked { kind, step } => format!("{kind}:{step}"),
        }
    }

    fn lengths(&mut self) {
        let (deadline, name) = (self.deadline, self.deadline.name.as_str());
        let within = match &deadline.target {
            DeadlineTarget::Within(within) => Some(within),
            DeadlineTarget::By(_) => None,
        };
        if deadline.roll != Roll::Stay && within.is_none_or(|within| within.measure() != Measure::Days) {
            self.say("roll", label!(Text::RollIdle, name = name));
        }
        if deadline.outside && deadline.warns.is_some() {
            self.say("warns", label!(Text::WarnsOutside, name = name));
        }
        if let (Some(within), Some(warns)) = (within, deadline.warns)
            && self.always_warns(within, warns)
        {
            self.say("warns", label!(Text::WarnsLonger, name = name));
        }
    }

    /// Whether the warning would always be before the start. It is tried for several times of day over two weeks.
    fn always_warns(&self, within: &Within, warns: Span) -> bool {
        let calendars = &self.rulebook.policy.calendars;
        let named = self.deadline.calendar.as_ref().and_then(|name| calendars.get(&name.value));
        let calendar: &Calendar = named.unwrap_or_else(|| calendars.default());
        // a year before the calendar ends, if that is earlier: what ends after it is unknown
        let (first, last) = calendar.known();
        let early = last.checked_sub_days(Days::new(366)).unwrap_or(last);
        let from = self.rulebook.today.min(early.max(first));
        let day = |days: u64| from.checked_add_days(Days::new(days));
        let hours = [0, 6, 9, 12, 15, 18, 22].iter().filter_map(|hour| NaiveTime::from_hms_opt(*hour, 0, 0));
        let starts = (0..14).filter_map(day).flat_map(|day| {
            hours
                .clone()
                .map(move |time| calendar.zone().start_of_day(day) + time.signed_duration_since(NaiveTime::MIN))
        });
        let warning = |start| calendar.before(calendar.due(start, within, self.deadline.roll, 0).ok()?, warns).ok();
        let mut asked = starts.filter_map(|start| Some(warning(start)? < start)).peekable();
        asked.peek().is_some() && asked.all(|before| before)
    }

    /// A role or department always has somebody, so the holders after it never count.
    fn holders(&mut self) {
        let always = |holder: &Holder| matches!(holder, Holder::Role(_) | Holder::Department(_));
        let Some(first) = self.deadline.holder.iter().position(always) else { return };
        if first + 1 < self.deadline.holder.len() {
            let before = match &self.deadline.holder[first] {
                Holder::Role(role) => format!("role:{role}"),
                Holder::Department(department) => format!("department:{department}"),
                Holder::Field(_) | Holder::Post(_) => String::new(),
            };
            let message = label!(Text::HolderIdle, before = before, name = self.deadline.name);
            self.say(&format!("holder.{}", first + 1), message);
        }
    }
}

/// Whether a mark is an event of the record itself.
fn is_event(mark: &Mark) -> bool {
    matches!(mark, Mark::State(_) | Mark::Step(_) | Mark::Becomes(_))
}

/// The marks that never have an effect, with their positions in the list.
fn unmet<'m, T>(marks: &'m [T], acts: &[bool]) -> Vec<(usize, &'m T)> {
    marks.iter().zip(acts).enumerate().filter(|(_, (_, acts))| !**acts).map(|(at, (mark, _))| (at, mark)).collect()
}

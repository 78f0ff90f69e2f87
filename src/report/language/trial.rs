//! Makes reports on trial: each without records, and with invented records. So `policy check` finds mistakes that
//! only show then.

use std::sync::Arc;

use super::plan::Table;
use super::{Library, Plan, period_of};
use crate::calendar::{Every, Moment};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LanguageText as Text;
use crate::model::{Chart, Report};
use crate::place::{Place, Problem};
use crate::policy::Policy;
use crate::record::Record;
use crate::report::{Basis, PlainSource, Source, charts, named, words};

impl Library {
    /// The problems of the reports that can be made, without records and with these invented records from around
    /// `now`.
    pub fn tried(&self, policy: &Arc<Policy>, invented: &[Record], now: Moment) -> Vec<Problem> {
        let basis = || Basis::bare(policy.clone(), now);
        let mut worlds = [PlainSource::new(basis(), []), PlainSource::new(basis(), invented.iter().cloned())];
        worlds.iter_mut().for_each(|world| world.layouts = self.layouts());
        let wrong = |plan: &Plan| worlds.iter().find_map(|world| self.fails(plan, world, now));
        let problem =
            |(plan, why): (&Plan, Label)| Problem::new(plan.head.place.clone(), label!(Text::Fails; why = why));
        let mut found: Vec<Problem> = self.ready().filter_map(|plan| Some(problem((plan, wrong(plan)?)))).collect();
        let sources: Vec<&dyn Source> = worlds.iter().map(|world| world as &dyn Source).collect();
        found.extend(self.ready().flat_map(|plan| self.undrawable(plan, &sources, now)));
        for (name, layout) in self.layouts() {
            let Some(report) = named(name).filter(|report| report.lacks(policy).is_none()) else { continue };
            let every = report.every.unwrap_or(Every::Day);
            let Some(period) = period_of(every, now.date_naive()) else { continue };
            let made: Vec<Report> = sources.iter().filter_map(|world| report.make(*world, &period).ok()).collect();
            found.extend(words::unknown(&layout.words, report.name, &made));
            found.extend(charts::undrawable(&layout.charts, report, &made));
        }
        found
    }

    /// The tables of a report whose charts cannot draw what the tables hold.
    fn undrawable(&self, plan: &Plan, worlds: &[&dyn Source], now: Moment) -> Vec<Problem> {
        let charted = || plan.tables.iter().filter_map(|table| Some((table, table.chart.as_ref()?)));
        if charted().next().is_none() {
            return Vec::new();
        }
        let every = plan.head.every.unwrap_or(Every::Day);
        let period = period_of(every, now.date_naive()).and_then(|period| plan.covering(period));
        let made =
            period.and_then(|period| worlds.iter().find_map(|world| self.make(plan, *world, &period, None).ok()));
        let Some(made) = made else { return Vec::new() };
        let problem = |(table, (_, place)): (&Table, &(Chart, Place))| {
            let (_, table) = made.tables().find(|(name, _)| *name == table.name)?;
            charts::cannot_draw(table, place)
        };
        charted().filter_map(problem).collect()
    }

    /// Why a report cannot be made from a set of records.
    fn fails(&self, plan: &Plan, world: &PlainSource, now: Moment) -> Option<Label> {
        let today = now.date_naive();
        let every = plan.head.every.unwrap_or(Every::Day);
        let period = period_of(every, today).and_then(|period| plan.covering(period))?;
        match self.make(plan, world, &period, None) {
            Err(unread) => Some(unread.0),
            Ok(report) => {
                let misfit = report.check().err().map(|misfit| Label::verbatim(misfit.to_string()))?;
                Some(misfit)
            }
        }
    }
}

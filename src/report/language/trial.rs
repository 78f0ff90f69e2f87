//! Makes reports on trial: each without records, and with invented records. So `policy check` finds mistakes that
//! only show then.

use std::sync::Arc;

use super::{Library, Plan};
use crate::calendar::Moment;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LanguageText as Text;
use crate::place::Problem;
use crate::policy::Policy;
use crate::record::Record;
use crate::report::{Basis, PlainSource, Source, named, words};

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
        for (name, layout) in self.layouts() {
            let report = named(name);
            found.extend(report.into_iter().flat_map(|report| words::unknown(&layout.words, report, &sources, now)));
        }
        found
    }

    /// Why a report cannot be made from a set of records.
    fn fails(&self, plan: &Plan, world: &PlainSource, now: Moment) -> Option<Label> {
        let today = now.date_naive();
        let every = plan.head.every.unwrap_or(crate::calendar::Every::Day);
        let period = super::show::period_of(every, today).and_then(|period| plan.covering(period))?;
        match self.make(plan, world, &period, None) {
            Err(unread) => Some(unread.0),
            Ok(report) => {
                let misfit = report.check().err().map(|misfit| Label::verbatim(misfit.to_string()))?;
                Some(misfit)
            }
        }
    }
}

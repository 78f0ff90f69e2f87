//! Which lines of `due` are wanted that are no deadlines and steps: of records that fit the filter, with a holder who
//! fits it, or who is the person of whom the work is listed.

use crate::book::View;
use crate::cli::failure::Failure;
use crate::filter::Filter;
use crate::lifecycle::{Held, Whose};
use crate::record::Record;

pub(super) struct Fitting<'f, 'b> {
    view: &'f View<'b>,
    of_records: Option<Filter>,
    of_lines: Option<Filter>,
    whose: Option<&'f Whose<'f>>,
}

impl<'f, 'b> Fitting<'f, 'b> {
    /// The lines that fit a filter. If a person is given, only that person's.
    pub(super) fn of(view: &'f View<'b>, filter: Option<&Filter>, whose: Option<&'f Whose<'f>>) -> Self {
        let (of_records, of_lines) = filter.map(Filter::apart).unzip();
        Fitting { view, of_records, of_lines, whose }
    }

    /// Whether a record fits.
    ///
    /// # Errors
    /// If what the filter asks of other records cannot be looked up.
    pub(super) fn record(&self, record: &Record) -> Result<bool, Failure> {
        Ok(self.of_records.as_ref().map_or(Ok(true), |filter| filter.matches(record, &self.view.reading()))?)
    }

    /// Whether a line with these holders fits.
    pub(super) fn holders(&self, held: &Held) -> bool {
        let named = held.named(self.view.people(), self.view.now().date_naive());
        self.of_lines.as_ref().is_none_or(|filter| filter.fits_held(&named, false))
            && self.whose.is_none_or(|whose| whose.holds(held))
    }
}

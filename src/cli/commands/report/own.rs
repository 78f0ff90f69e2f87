//! Reports that are files of the book: found, and taken apart into the records behind a figure.

use crate::book::View;
use crate::cli::failure::Failure;
use crate::label;
use crate::locale::messages::LanguageText;
use crate::model::Report;
use crate::place::Problem;
use crate::policy::Sources;
use crate::report::language::{Library, Listed, Maker, Plan, Standing, Unknown};

/// The report files of a commit, and what they say.
pub(super) struct Own {
    sources: Sources,
    /// The reports.
    pub(super) reports: Library,
}

impl Own {
    /// The reports of the book as it is read.
    ///
    /// # Errors
    /// Git cannot be read.
    pub(super) fn of(view: &View<'_>) -> Result<Own, Failure> {
        let sources = view.reports()?;
        let reports = Library::of(&sources, view.policy(), view.now());
        Ok(Own { sources, reports })
    }

    /// The report of a name; `None` where the book has none.
    ///
    /// # Errors
    /// It is wrong, or about a kind that the company does not have.
    pub(super) fn find(&self, word: &str) -> Result<Option<&Plan>, Failure> {
        let Some(listed) = self.reports.find(word) else { return Ok(None) };
        match &listed.standing {
            Standing::Ready(plan) => Ok(Some(plan)),
            Standing::Lacks(kind) => {
                let message = label!(LanguageText::Lacks, kind = kind.value);
                let hint = label!(LanguageText::LacksHint, kind = kind.value, file = kind.place.file);
                Err(Failure::missing("no-kind", message).hint(hint))
            }
            Standing::Broken(problems) => Err(self.broken(listed, problems)),
        }
    }

    fn broken(&self, listed: &Listed, problems: &[Problem]) -> Failure {
        let message = label!(LanguageText::Broken, name = listed.name);
        let mut failure = Failure::refused("report", message);
        for problem in problems {
            let file = &*problem.place.file;
            if let Some(text) = self.sources.bytes(file).and_then(|bytes| std::str::from_utf8(bytes).ok()) {
                failure = failure.source(file, text);
            }
        }
        failure.problems(problems.iter().cloned())
    }
}

/// The records behind a figure.
///
/// # Errors
/// There is no such figure, or the book cannot be read.
pub(super) fn records(maker: &Maker<'_>, figure: &str) -> Result<Report, Failure> {
    told(maker.records(figure)?)
}

/// The records that were told, or why there are none.
pub(super) fn told(records: Result<Report, Unknown>) -> Result<Report, Failure> {
    records.map_err(|unknown| Failure::missing("no-figure", unknown.message).hint(unknown.hint))
}

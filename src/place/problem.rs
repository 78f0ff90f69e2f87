//! What is wrong in a file, and what to do.

use std::cell::RefCell;
use std::fmt;

use super::{Place, Placed};

/// Something wrong at a place, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do, where that is known.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without help.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Problem { place, message: message.into(), help: None }
    }

    /// The problem of a name that no table of a file declares: with what was meant, or else with where to declare it.
    pub fn undeclared<'k>(
        what: &str,
        name: &Placed<String>,
        known: impl IntoIterator<Item = &'k str>,
        file: &str,
    ) -> Self {
        let help = super::toml::nearest(&name.value, known).map_or_else(
            || format!("add `[{what}s.{}]` to {file}", name.value),
            |near| format!("did you mean `{near}`?"),
        );
        Problem::new(name.place.clone(), format!("there is no {what} `{}`", name.value)).help(help)
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what to do, where there is something.
    #[must_use]
    pub fn help_if(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.place.key.is_empty() {
            write!(f, "{}: ", self.place.key)?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

/// Problems gathered while a loader goes on, so that all are said at once.
#[derive(Debug, Default)]
pub struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// None yet.
    pub fn new() -> Self {
        Problems::default()
    }

    /// Notes one.
    pub fn push(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    /// Notes one without help.
    pub fn say(&self, place: &Place, message: impl Into<String>) {
        self.push(Problem::new(place.clone(), message));
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// How many were noted.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// All, in the order of file and line.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut all = self.0.into_inner();
        all.sort_by(|a, b| (&a.place.file, a.place.span.start).cmp(&(&b.place.file, b.place.span.start)));
        all
    }
}

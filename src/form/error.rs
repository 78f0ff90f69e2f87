//! Why a form cannot be made.

use super::renderer::{Ended, Fault};
use crate::bounds::{TEMPLATE_MEGABYTES, TEMPLATE_SECONDS};
use crate::filter::Unanswered;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::FormText;
use crate::place::{Place, Problem};
use crate::policy::{Forms, FormsHome};

/// Why a form cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A template has a mistake, or uses a name that does not exist.
    #[error("{0}")]
    Template(Box<Problem>),
    /// The book has no page template for forms.
    #[error("{}", self.problem().message.en)]
    NoPage(String),
    /// Something that the form shows could not be looked up.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
}

impl FormError {
    /// The problem and the template that has it.
    pub fn problem(&self) -> Problem {
        match self {
            FormError::Template(problem) => (**problem).clone(),
            FormError::NoPage(path) => {
                Problem::new(Place::of_file(path.as_str()), label!(FormText::NoPage, path = path))
            }
            FormError::Unanswered(why) => Problem::new(Place::of_file(Forms::FILE), why.0.clone()),
        }
    }

    /// A fault of a template with its place. `home` is the folder of the templates.
    pub(super) fn of(fault: Fault, home: FormsHome) -> Self {
        let file = format!("{}{}", home.folder(), fault.template);
        let help = fault.help.unwrap_or_else(|| label!(FormText::MendTemplate, file = file));
        let place = Place { line: fault.line, span: fault.span, ..Place::of_file(file) };
        FormError::Template(Box::new(Problem::new(place, fault.message).help(help)))
    }

    /// The error of a renderer that ended while it worked on the template `name`. `last` is the template and line of
    /// its last step, if they are known.
    pub(super) fn ended(ended: &Ended, home: FormsHome, name: &str, last: Option<(String, usize)>) -> Self {
        let (name, line) = last.unwrap_or_else(|| (name.to_owned(), 1));
        let place = Place { line, ..Place::of_file(format!("{}{name}", home.folder())) };
        let (message, help) = match ended {
            Ended::Memory => (label!(FormText::TooMuchMemory, limit = TEMPLATE_MEGABYTES), FormText::TooMuchHelp),
            Ended::Time => (label!(FormText::TooLong, limit = TEMPLATE_SECONDS), FormText::TooMuchHelp),
            Ended::Broken => (Label::from(FormText::BrokeDown), FormText::TooMuchHelp),
            Ended::NotStarted(reason) => (label!(FormText::NotStarted, reason = reason), FormText::NotStartedHelp),
        };
        FormError::Template(Box::new(Problem::new(place, message).help(help)))
    }
}

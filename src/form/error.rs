//! Why a form cannot be made.

use minijinja::ErrorKind;

use crate::filter::Unanswered;
use crate::label;
use crate::locale::messages::FormText;
use crate::locale::{Label, Lang};
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

    /// The template engine's error with its place. `home` is the folder of the templates. `name` is the template to
    /// name if the engine does not say which one is wrong.
    pub(super) fn of(error: &minijinja::Error, home: FormsHome, name: &str) -> Self {
        // The innermost of nested errors is the cause: it is in the included template, not at the place that includes
        // it.
        let mut innermost = error;
        while let Some(inner) = std::error::Error::source(innermost).and_then(|source| source.downcast_ref()) {
            innermost = inner;
        }
        let file = format!("{}{}", home.folder(), innermost.name().unwrap_or(name));
        let message = message(innermost.kind(), innermost.detail());
        let line = innermost.line().unwrap_or(1);
        let place = Place { line, span: innermost.range().unwrap_or_default(), ..Place::of_file(file.as_str()) };
        FormError::Template(Box::new(Problem::new(place, message)))
    }
}

/// The template engine's message. Its details exist only in English and are quoted in other languages.
fn message(kind: ErrorKind, detail: Option<&str>) -> Label {
    let zh = match kind {
        ErrorKind::SyntaxError => FormText::NoSyntax,
        ErrorKind::UndefinedError => FormText::Undefined,
        ErrorKind::UnknownFilter => FormText::NoFilter,
        ErrorKind::UnknownFunction => FormText::NoFunction,
        ErrorKind::UnknownTest => FormText::NoTest,
        ErrorKind::UnknownMethod => FormText::NoMethod,
        ErrorKind::UnknownBlock => FormText::NoBlock,
        ErrorKind::TemplateNotFound => FormText::NoInclude,
        ErrorKind::TooManyArguments | ErrorKind::MissingArgument => FormText::Arguments,
        ErrorKind::OutOfFuel => FormText::TooMuch,
        _ => FormText::NotDone,
    };
    let detail =
        |before: &str, after: &str| detail.map(|detail| format!("{before}{detail}{after}")).unwrap_or_default();
    Label::new(format!("{kind}{}", detail(": ", "")), format!("{}{}", zh.get(Lang::Zh), detail("：“", "”")))
}

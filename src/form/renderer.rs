//! What is asked of a renderer, and what it answers: values only, so that another process can be asked. A template
//! comes from people, and a few characters of it can ask for any amount of memory, so templates are filled in apart
//! from the book.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::style::Style;
use crate::locale::Label;

/// Something that reads templates and fills them in. It keeps the templates that it was given.
pub trait Renderer {
    /// Answers one request.
    ///
    /// # Errors
    /// If the renderer ended before it answered. Later requests are answered all the same.
    fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Ended>;

    /// Whether the memory and the time of what was asked so far were limited.
    fn is_limited(&self) -> bool;
}

/// A request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Ask<'a> {
    /// Forgets all templates. The names of those that follow, and the look of the pages.
    Begin {
        /// The name of every template.
        names: BTreeSet<String>,
        /// The look.
        style: Style,
    },
    /// Reads a template and keeps it.
    Add {
        /// Its name.
        name: Cow<'a, str>,
        /// Its text.
        text: Cow<'a, str>,
    },
    /// Fills a template in.
    Fill(Fill<'a>),
}

/// A template to be filled in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fill<'a> {
    /// The name of the template.
    pub template: Cow<'a, str>,
    /// The data.
    pub data: Cow<'a, Json>,
    /// The sheets of a page: earlier answers, which are not escaped again.
    pub sheets: Cow<'a, [String]>,
    /// Whether missing fields and steps are noted.
    pub trial: bool,
    /// Kinds and fields whose contents can have any name, so that nothing in them counts as missing.
    pub open: Cow<'a, BTreeSet<(String, String)>>,
    /// The most steps.
    pub steps: u64,
    /// The most seconds of the processor.
    pub seconds: u64,
}

/// The answer to a request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Answer {
    /// The filled-in template.
    pub text: String,
    /// The fields and steps that were asked for but do not exist.
    pub missed: BTreeSet<Missed>,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// The kind, the part and the missing name.
pub(super) type Missed = (String, Part, String);

/// The part of a kind that a template uses by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    /// A field.
    Field,
    /// A step.
    Step,
}

/// Something wrong in a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The name of the template.
    pub template: String,
    /// The line, from 1.
    pub line: usize,
    /// The bytes of the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: Label,
    /// What to do, if that is known.
    pub help: Option<Label>,
    /// What sort of fault it is.
    pub sort: Sort,
}

/// What sort of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// The template has used up its steps.
    Steps,
    /// The template is wrong, whatever the data are.
    Certain,
    /// Other data might have been filled in.
    Other,
}

/// Why a renderer ended before it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It wanted more memory than it may have.
    Memory,
    /// It wanted more time of the processor than it may have.
    Time,
    /// It broke down, such as by asking for a text of impossible length.
    Broken,
    /// It could not be started; the text says why.
    NotStarted(String),
}

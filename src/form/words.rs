//! Labels as templates get them: in both languages, nothing hidden in them.

use serde_json::{Value as Json, json};

use crate::locale::text::{one_line, visible_lines};
use crate::locale::{Label, Lang};

/// A label in every language; a language that is left out has the other's. Lines stay lines.
pub(super) fn label(label: &Label) -> Json {
    json!({ "zh": visible_lines(label.get(Lang::Zh)), "en": visible_lines(label.get(Lang::En)) })
}

/// The same on one line.
pub(super) fn line(label: &Label) -> Json {
    json!({ "zh": one_line(label.get(Lang::Zh)), "en": one_line(label.get(Lang::En)) })
}

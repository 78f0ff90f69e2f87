//! What differs between rows that came in before and their records, as lines and as a file.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::rejects::{csv_of, json as array};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::importing::{Difference, STATE};
use crate::locale::Lang;
use crate::locale::messages::ImportText as Text;
use crate::say;

/// How many differences are told one by one.
const MOST_SHOWN: usize = 10;
/// The longest text of a value in a line.
const LONGEST: usize = 40;

/// The differences in lines, the first few where there are many.
pub(super) fn show(differences: &[Difference], update: bool, context: &mut Context) {
    for one in differences.iter().take(MOST_SHOWN) {
        let (was, now) = (short(&one.was), short(&one.now));
        let line =
            say!(context.lang, Text::Differs, id = one.id, field = one.field, was = was, now = now, line = one.line);
        context.out.line(&line);
    }
    if differences.len() > MOST_SHOWN {
        context.out.line(&say!(context.lang, Text::MoreDiffer, count = differences.len() - MOST_SHOWN));
    }
    if differences.iter().any(|one| one.field == STATE) {
        context.out.aside(Text::StateHint.get(context.lang));
    }
    if differences.iter().any(|one| one.field != STATE) && !update {
        context.out.aside(Text::UpdateHint.get(context.lang));
    }
}

/// The differences as JSON.
pub(super) fn data(differences: &[Difference]) -> Vec<Json> {
    let one = |one: &Difference| json!({ "line": one.line, "key": one.key, "id": one.id.as_str(), "field": one.field, "was": one.was, "now": one.now });
    differences.iter().map(one).collect()
}

/// The differences as a file: JSON if its name ends so, else CSV.
pub(super) fn written(path: &Path, differences: &[Difference], lang: Lang) -> Result<Vec<u8>, Failure> {
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        return Ok(array(&data(differences)));
    }
    let heads =
        [Text::ColumnLine, Text::ColumnKey, Text::ColumnId, Text::ColumnField, Text::ColumnWas, Text::ColumnNow];
    let heads = heads.map(|head| head.get(lang).to_owned()).to_vec();
    let rows = differences.iter().map(|one| {
        vec![
            one.line.to_string(),
            one.key.clone(),
            one.id.to_string(),
            one.field.clone(),
            one.was.clone(),
            one.now.clone(),
        ]
    });
    csv_of(std::iter::once(heads).chain(rows))
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

//! The names of people in refusals. The rules speak of people by their ids; the name stands before the id, as in
//! `王磊 (wang.lei)`.

use super::context::Context;
use super::failure::Failure;
use crate::calendar::Moment;
use crate::locale::{Label, Lang};
use crate::policy::People;

/// The failure with the names of the people of whom it speaks, if it is a refusal of the rules. If the book cannot be
/// read, the ids alone stay.
pub(super) fn named(failure: Failure, context: &Context) -> Failure {
    let Some(book) = context.book.get().filter(|_| failure.of_rules) else { return failure };
    let Ok(view) = book.view(None, Moment::default()) else { return failure };
    let in_each = |said: &Label| Label::each(|lang: Lang| with_names(said.get(lang), view.people()));
    Failure { message: in_each(&failure.message), hint: failure.hint.as_ref().map(in_each), ..failure }
}

/// The text with the name before each id of the staff. What is typed in a command, between backquotes, stays.
fn with_names(text: &str, people: &People) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-@".contains(c);
    let mut said = String::with_capacity(text.len());
    let (mut rest, mut quoted) = (text, false);
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        if end == 0 {
            quoted ^= first == '`';
            said.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (word, after) = rest.split_at(end);
        let id = word.trim_end_matches('.');
        let person = id.parse().ok().and_then(|id| people.get(&id)).filter(|person| !quoted && person.name != id);
        match person.filter(|_| !said.ends_with('(') && !said.ends_with('（')) {
            Some(person) => said.push_str(&format!("{} ({id}){}", person.name, &word[id.len()..])),
            None => said.push_str(word),
        }
        rest = after;
    }
    said
}

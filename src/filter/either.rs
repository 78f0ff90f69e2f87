//! Filters have no `or` between terms. If somebody writes one, the error says what to write instead.

use super::error::{At, FilterError};
use crate::label;
use crate::locale::messages::FilterText;
use crate::locale::text::half_width;

/// A part of a filter between spaces outside of quotes.
struct Token<'t> {
    text: &'t str,
    at: At,
}

/// Whether a token means "or".
fn is_or(token: &str) -> bool {
    let token = half_width(token);
    matches!(&*token, "|" | "||" | "或" | "或者" | "或是") || token.eq_ignore_ascii_case("or")
}

/// The characters of operators.
const SIGNS: [char; 10] = ['=', '!', '~', '<', '>', '＝', '！', '～', '＜', '＞'];

/// Where the operator of a term begins.
fn operator(token: &str) -> Option<usize> {
    token.find(SIGNS).filter(|at| *at > 0)
}

/// Refuses "or" between two terms, as a word of its own or inside a word: `a=1 or a=2`, `a=1||b=2`.
///
/// # Errors
/// If there is an "or"; the error says what to write instead.
pub(super) fn refuse_or<S: AsRef<str>>(words: &[S]) -> Result<(), FilterError> {
    let tokens: Vec<Token<'_>> =
        words.iter().enumerate().flat_map(|(word, text)| tokens(word, text.as_ref())).collect();
    for (at, token) in tokens.iter().enumerate() {
        let lone = words.get(token.at.word).is_some_and(|word| word.as_ref().trim() == token.text);
        let next = tokens.get(at + 1).map(|next| next.text);
        if is_or(token.text) && (lone || next.is_some_and(|next| operator(next).is_some())) {
            let before = at.checked_sub(1).and_then(|before| tokens.get(before)).map(|before| before.text);
            return Err(instead(&token.at, before, next));
        }
        if let Some((before, after)) = glued(token.text) {
            return Err(instead(&token.at, Some(before), Some(after)));
        }
    }
    Ok(())
}

/// Two terms in one token with `|` or `||` between them.
fn glued(token: &str) -> Option<(&str, &str)> {
    let (before, after) = token.split_once('|')?;
    let after = after.strip_prefix('|').unwrap_or(after);
    let plain = !token.contains(['"', '＂']);
    (plain && operator(before).is_some() && operator(after).is_some()).then_some((before, after))
}

fn instead(at: &At, before: Option<&str>, after: Option<&str>) -> FilterError {
    let fault = FilterError::new(at, FilterText::NoOr.label());
    let (Some(before), Some(after)) = (before, after) else {
        return fault.help(FilterText::OrOfOne.label());
    };
    // a path with its operator, and the value after it
    let halves = |term: &str| {
        let at = operator(term)?;
        let signs = term[at..].find(|c| !SIGNS.contains(&c));
        let end = signs.map_or(term.len(), |signs| at + signs);
        Some((term[..end].to_owned(), term[end..].to_owned()))
    };
    match (halves(before), halves(after)) {
        (Some((left, one)), Some((right, other))) if left == right && !left.contains(['!', '<', '>']) => {
            fault.help(label!(FilterText::NoOperatorHelp, form = format!("{left}{one},{other}")))
        }
        (Some((left, one)), None) if !left.contains(['!', '<', '>']) => {
            fault.help(label!(FilterText::NoOperatorHelp, form = format!("{left}{one},{after}")))
        }
        _ => fault.help(label!(FilterText::TwoLists, first = before, second = after)),
    }
}

fn tokens(word: usize, text: &str) -> Vec<Token<'_>> {
    let (mut found, mut start, mut quoted) = (Vec::new(), None, false);
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if matches!(c, '"' | '＂') {
            quoted = !quoted;
        }
        match (start, c.is_whitespace() && !quoted || at == text.len()) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                found.push(Token { text: &text[from..at], at: At { word, span: from..at } });
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::refuse_or;
    use crate::locale::Lang;

    fn help(words: &[&str]) -> Option<String> {
        refuse_or(words).err().map(|error| error.help.expect("what to write").get(Lang::En).to_owned())
    }

    #[test]
    fn or_is_refused_with_what_to_write() {
        for (words, said) in [
            (["channel=phone", "or", "channel=email"].as_slice(), "write channel=phone,email"),
            (&["channel=phone OR channel=email"], "write channel=phone,email"),
            (&["channel=phone", "或", "channel=email"], "write channel=phone,email"),
            (&["channel=phone", "||", "email"], "write channel=phone,email"),
            (&["content~漏水", "|", "content~裂"], "write content~漏水,裂"),
            (&["channel=phone||channel=email"], "write channel=phone,email"),
            (&["grade=A", "或者", "city=杭州"], "ask twice: once with grade=A, once with city=杭州"),
            (&["amount>5", "or", "amount<3"], "ask twice: once with amount>5, once with amount<3"),
        ] {
            assert_eq!(help(words).as_deref(), Some(said), "{words:?}");
        }
    }

    #[test]
    fn texts_that_hold_the_word_are_none_of_it() {
        for words in [
            ["content~this or that"].as_slice(),
            &["content~\"a=1 or b=2\""],
            &["product=A|B"],
            &["content~or"],
            &["order=1", "city=或"],
        ] {
            assert_eq!(help(words), None, "{words:?}");
        }
    }
}

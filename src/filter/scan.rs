//! From text to terms, in one pass. Values stay as they were written; the type of the field decides later what they
//! mean.

use super::either::refuse_or;
use super::error::{At, FilterError};
use super::syntax::{Comparison, Expr, Literal, MAX_LENGTH, Op, Operand, Term};
use crate::label;
use crate::locale::messages::FilterText;
use crate::locale::text::half_width;

/// Reads a filter from one text, as in a file. Spaces separate terms; values with spaces are in quotes.
///
/// # Errors
/// If the text is too long or is not a filter. The position is in bytes of `text`.
pub fn parse(text: &str) -> Result<Expr, FilterError> {
    bounded(text.len())?;
    refuse_or(&[text])?;
    let mut scanner = Scanner { text, at: 0, word: 0, spaced: true };
    let mut expr = Expr::default();
    while let Some(term) = scanner.term()? {
        expr.terms.push(term);
    }
    Ok(expr)
}

/// Reads a filter from the words of a command line. Each word is a term, and its value may have spaces. `not` before
/// a term negates it, in the same word or as a word of its own.
///
/// # Errors
/// If the words together are too long, or one is not a term. The position is the number of the word and bytes in it.
pub fn parse_words<S: AsRef<str>>(words: &[S]) -> Result<Expr, FilterError> {
    bounded(words.iter().map(|word| word.as_ref().len()).sum())?;
    refuse_or(words)?;
    let mut expr = Expr::default();
    let mut pending: Option<At> = None;
    let mut negated = false;
    for (word, text) in words.iter().enumerate() {
        let text = text.as_ref();
        let mut scanner = Scanner { text, at: 0, word, spaced: false };
        if let Some(not) = scanner.lone_not() {
            (pending, negated) = (Some(not), !negated);
            continue;
        }
        while let Some(mut term) = scanner.term()? {
            term.negated ^= negated;
            (pending, negated) = (None, false);
            expr.terms.push(term);
        }
    }
    pending.map_or(Ok(expr), |at| Err(lonely_not(&at)))
}

/// The alternatives in the text of one value, for fields whose values are not text. Full-width punctuation counts as
/// ASCII there, and `、` separates alternatives too.
pub(crate) fn alternatives(literal: &Literal) -> Result<Vec<Operand>, FilterError> {
    let text = half_width(&literal.text).replace('、', ",");
    let mut scanner = Scanner { text: &text, at: 0, word: literal.at.word, spaced: false };
    // positions in the folded text do not fit the original, so errors mark the whole value
    let place = |error: FilterError| FilterError { at: literal.at.clone(), ..error };
    let mut any = scanner.operands(Op::Is, "").map_err(place)?;
    for operand in &mut any {
        match operand {
            Operand::One(one) => one.at = literal.at.clone(),
            Operand::Range(from, to, at) => {
                *at = literal.at.clone();
                from.iter_mut().chain(to).for_each(|end| end.at = literal.at.clone());
            }
        }
    }
    Ok(any)
}

fn bounded(length: usize) -> Result<(), FilterError> {
    if length <= MAX_LENGTH {
        return Ok(());
    }
    Err(FilterError::new(&At::default(), label!(FilterText::TooLong, most = MAX_LENGTH)))
}

fn lonely_not(at: &At) -> FilterError {
    FilterError::new(at, FilterText::NotAlone.label()).help(FilterText::NotAloneHelp.label())
}

/// A position in a text or word.
struct Scanner<'t> {
    text: &'t str,
    at: usize,
    word: usize,
    /// Whether a space ends a term; in a word of a command line it does not.
    spaced: bool,
}

/// The ASCII form of a full-width character, for everything except values.
fn ascii(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

/// The characters with which an unquoted value may not begin.
pub(super) fn is_quote_or_operator(c: char) -> bool {
    ascii(c) == '"' || is_operator(c)
}

fn is_operator(c: char) -> bool {
    matches!(ascii(c), '=' | '!' | '~' | '<' | '>')
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Moves on while `more` is true, and returns the text that was passed.
    fn pass(&mut self, more: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !more(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn here(&self, start: usize) -> At {
        At { word: self.word, span: start..self.at }
    }

    /// Moves past the word `not` if it is this whole word of a command line.
    fn lone_not(&mut self) -> Option<At> {
        let start = self.text.len() - self.text.trim_start().len();
        let word = self.text.trim();
        is_not(word).then(|| At { word: self.word, span: start..start + word.len() })
    }

    fn term(&mut self) -> Result<Option<Term>, FilterError> {
        let mut negated = false;
        let mut not = None;
        loop {
            self.pass(char::is_whitespace);
            let start = self.at;
            let path = self.pass(|c| !is_operator(c) && !c.is_whitespace());
            if is_not(path) && !self.peek().is_some_and(is_operator) {
                (negated, not) = (!negated, Some(self.here(start)));
                continue;
            }
            if path.is_empty() && self.peek().is_none() {
                return not.map_or(Ok(None), |at| Err(lonely_not(&at)));
            }
            let path = self.path(path, start)?;
            let (test, complement) = self.comparison(&path)?;
            return Ok(Some(Term { negated: negated ^ complement, path, test, at: self.here(start) }));
        }
    }

    fn path(&self, written: &str, start: usize) -> Result<Vec<String>, FilterError> {
        if written.is_empty() {
            let at = At { word: self.word, span: start..start + self.peek().map_or(0, char::len_utf8) };
            return Err(FilterError::new(&at, FilterText::NoField.label()).help(FilterText::NoFieldHelp.label()));
        }
        let names: Vec<String> = half_width(written).split('.').map(str::to_owned).collect();
        // a quote here belongs to a value whose field is missing
        if names.iter().any(|name| name.is_empty() || name.contains(['"', ','])) {
            let fault = FilterError::new(&self.here(start), label!(FilterText::BadPath, path = written));
            return Err(fault.help(FilterText::BadPathHelp.label()));
        }
        Ok(names)
    }

    /// The operator and its right side, if there is one; the flag says whether the operator negates.
    fn comparison(&mut self, path: &[String]) -> Result<(Option<Comparison>, bool), FilterError> {
        let start = self.at;
        let symbol: String = self.pass(is_operator).chars().map(ascii).collect();
        if symbol.is_empty() {
            return Ok((None, false));
        }
        let Some((op, complement)) = Op::of(&symbol) else {
            let fault = FilterError::new(&self.here(start), label!(FilterText::BadOperator, op = symbol));
            return Err(fault.help(FilterText::OperatorsHelp.label()));
        };
        let any = self.operands(op, &path.join("."))?;
        Ok((Some(Comparison { op, any }), complement))
    }

    fn operands(&mut self, op: Op, path: &str) -> Result<Vec<Operand>, FilterError> {
        let mut any = Vec::new();
        loop {
            any.push(self.operand(op, path)?);
            if self.peek() != Some(',') {
                return Ok(any);
            }
            self.at += 1;
        }
    }

    fn operand(&mut self, op: Op, path: &str) -> Result<Operand, FilterError> {
        let start = self.at;
        let ranges = op == Op::Is;
        let from = self.literal(ranges)?;
        if self.rest().starts_with("..") && (ranges || from.as_ref().is_none_or(|from| from.quoted)) {
            self.at += 2;
            let to = self.literal(false)?;
            let at = self.here(start);
            if !ranges {
                let fault = FilterError::new(&at, label!(FilterText::NoRange, op = op.symbol()));
                return Err(fault.help(label!(FilterText::RangeHelp, path = path)));
            }
            return Ok(Operand::Range(from, to, at));
        }
        from.map(Operand::One).ok_or_else(|| {
            let fault = FilterError::new(&self.here(start), FilterText::NoValue.label());
            if path.is_empty() { fault } else { fault.help(label!(FilterText::NoValueHelp, path = path)) }
        })
    }

    /// A value: in quotes, or up to a comma, a space or (if `ranges`) two dots. `None` if there is none.
    fn literal(&mut self, ranges: bool) -> Result<Option<Literal>, FilterError> {
        if matches!(self.peek(), Some('"' | '＂')) {
            return self.quoted().map(Some);
        }
        let start = self.at;
        let spaced = self.spaced;
        let mut text = self.pass(|c| c != ',' && !(spaced && c.is_whitespace()));
        if let Some(dots) = text.find("..").filter(|_| ranges) {
            text = &text[..dots];
            self.at = start + dots;
        }
        let text = text.trim();
        // text that only a command line word can hold unquoted is a single value, as if it were quoted
        let quoted = text.contains(char::is_whitespace) || text.starts_with(is_quote_or_operator);
        let literal = Literal { text: text.to_owned(), quoted, at: self.here(start) };
        Ok(Some(literal).filter(|literal| !literal.text.is_empty()))
    }

    fn quoted(&mut self) -> Result<Literal, FilterError> {
        let start = self.at;
        let mut text = String::new();
        let mut inside = self.rest().char_indices().skip(1);
        while let Some((offset, c)) = inside.next() {
            match c {
                '"' | '＂' => {
                    self.at = start + offset + c.len_utf8();
                    self.closed()?;
                    return Ok(Literal { text, quoted: true, at: self.here(start) });
                }
                '\\' => match inside.next() {
                    Some((_, escaped @ ('"' | '＂' | '\\'))) => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                c => text.push(c),
            }
        }
        self.at = self.text.len();
        let fault = FilterError::new(&self.here(start), FilterText::OpenQuote.label());
        Err(fault.help(FilterText::CloseQuote.label()))
    }

    /// Checks what follows a closing quote: the end, a comma, two dots or a space.
    fn closed(&mut self) -> Result<(), FilterError> {
        let rest = self.rest();
        let ends = rest.is_empty() || rest.starts_with(',') || rest.starts_with("..");
        if ends || (self.spaced && rest.starts_with(char::is_whitespace)) {
            return Ok(());
        }
        let start = self.at;
        self.pass(|c| !c.is_whitespace());
        let fault = FilterError::new(&self.here(start), FilterText::AfterQuote.label());
        Err(fault.help(FilterText::AfterQuoteHelp.label()))
    }
}

fn is_not(word: &str) -> bool {
    half_width(word).eq_ignore_ascii_case("not") || word == "非"
}

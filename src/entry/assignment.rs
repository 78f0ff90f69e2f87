//! Splits words into assignments. The text after the first `=` is kept verbatim. Nothing here knows a field's type.

use crate::locale::text::half_width;

/// What an assignment does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `F=v`. Without a value it clears the field.
    Set,
    /// `F+=v`.
    Add,
    /// `F-=v`.
    Remove,
}

impl Op {
    /// The sign between field and value.
    pub const fn sign(self) -> &'static str {
        match self {
            Op::Set => "=",
            Op::Add => "+=",
            Op::Remove => "-=",
        }
    }
}

/// One assignment as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The field, and the place inside it: names or labels, numbers from 0, or `+`.
    pub path: Vec<String>,
    /// What it does.
    pub op: Op,
    /// Everything after the first `=`. `-` means standard input.
    pub value: String,
    /// The whole word.
    pub typed: String,
}

/// A word that is not an assignment, and the words that were probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// The word.
    pub word: String,
    /// All words, corrected. `None` if the correction is not clear.
    pub corrected: Option<Vec<String>>,
}

/// One assignment. `None` for a word without `=`, or without a field before it.
pub fn parse(word: &str) -> Option<Assignment> {
    let (at, sign) = word.char_indices().find(|(_, c)| matches!(c, '=' | '＝'))?;
    let (name, value) = (&word[..at], &word[at + sign.len_utf8()..]);
    let name = half_width(name);
    let (name, op) = match name.strip_suffix('+') {
        Some(name) if !name.ends_with('.') => (name, Op::Add),
        _ => match name.strip_suffix('-') {
            Some(name) => (name, Op::Remove),
            None => (&*name, Op::Set),
        },
    };
    let path: Vec<String> = name.split('.').map(|part| part.trim().to_owned()).collect();
    let sound = path.iter().all(|part| !part.is_empty());
    sound.then(|| Assignment { path, op, value: value.to_owned(), typed: word.to_owned() })
}

/// All assignments of a command line. `is_field` knows the fields' names and labels.
///
/// # Errors
/// If a word is none: the first such word, with a correction: `channel phone` was `channel=phone`, `content=a b` was
/// one word.
pub fn parse_words(words: &[String], is_field: impl Fn(&str) -> bool) -> Result<Vec<Assignment>, Stray> {
    let read: Vec<Option<Assignment>> = words.iter().map(|word| parse(word)).collect();
    match read.iter().position(Option::is_none) {
        None => Ok(read.into_iter().flatten().collect()),
        Some(at) => Err(Stray { word: words[at].clone(), corrected: corrected(words, is_field) }),
    }
}

fn corrected(words: &[String], is_field: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = words.iter().peekable();
    while let Some(word) = rest.next() {
        if parse(word).is_some() {
            out.push(word.clone());
        } else if is_field(word) && rest.peek().is_some_and(|next| parse(next).is_none()) {
            // an operator between spaces: `channel = phone` comes as three words, and the second is `=`
            let next = rest.next()?;
            let sign = [Op::Set, Op::Add, Op::Remove].into_iter().find(|op| half_width(next) == op.sign());
            let value = if sign.is_some() { rest.next()? } else { next };
            out.push(format!("{word}{}{value}", sign.unwrap_or(Op::Set).sign()));
        } else if is_field(word) && rest.peek().is_none() {
            out.push(format!("{word}=…"));
        } else {
            let before = out.last_mut()?;
            before.push(' ');
            before.push_str(word);
        }
    }
    Some(out)
}

//! The words and signs of a statement, split as SQLite does. Comments are left out.

/// A word or sign. Names are in lower case, because SQLite ignores case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or word; a `quoted` one is never a keyword.
    Name {
        text: String,
        quoted: bool,
    },
    /// Text in single quotes. SQLite reads it as a name where only a name is possible.
    Text(String),
    Number(String),
    Sign(char),
}

impl Token {
    /// Whether it is this keyword, given in capitals.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Token::Name { text, quoted: false } if text.eq_ignore_ascii_case(word))
    }

    /// The name that it is.
    pub(super) fn name(&self) -> Option<&str> {
        if let Token::Name { text, .. } = self { Some(text) } else { None }
    }

    /// The name that it is, or that it can be where only a name is possible.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Token::Name { text, .. } | Token::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Splits a statement. An unclosed quote or comment ends with the statement.
pub(super) fn read(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |at| at + 4),
            '"' | '`' | '[' | '\'' => {
                let (text, length) = quoted(rest, if c == '[' { ']' } else { c });
                tokens.push(match c {
                    '\'' => Token::Text(text.to_lowercase()),
                    _ => Token::Name { text: text.to_lowercase(), quoted: true },
                });
                length
            }
            c if c.is_ascii_digit() => {
                let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
                let length = length.unwrap_or(rest.len());
                tokens.push(Token::Number(rest[..length].to_owned()));
                length
            }
            c if c.is_alphabetic() || c == '_' || !c.is_ascii() && !c.is_whitespace() => {
                let within = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii();
                let length = rest.find(|c| !within(c)).unwrap_or(rest.len());
                tokens.push(Token::Name { text: rest[..length].to_lowercase(), quoted: false });
                length
            }
            c if c.is_whitespace() => c.len_utf8(),
            c => {
                tokens.push(Token::Sign(c));
                c.len_utf8()
            }
        };
        rest = &rest[length.clamp(1, rest.len())..];
    }
    tokens
}

/// The text in quotation marks, with doubled ones undone, and its length with the marks.
fn quoted(text: &str, close: char) -> (String, usize) {
    let mut inner = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != close {
            inner.push(c);
        } else if close != ']' && chars.peek().is_some_and(|(_, next)| *next == close) {
            inner.push(c);
            chars.next();
        } else {
            return (inner, at + c.len_utf8());
        }
    }
    (inner, text.len())
}

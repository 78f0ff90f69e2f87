//! The canonical text of a filter: reading it gives the same filter.

use std::fmt;

use super::error::At;
use super::scan::is_quote_or_operator;
use super::syntax::{Expr, Literal, Op, Operand, Term};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            term.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let complement = self.negated && self.test.as_ref().is_some_and(|test| test.op == Op::Is);
        if self.negated && !complement {
            f.write_str("not ")?;
        }
        f.write_str(&self.path.join("."))?;
        let Some(test) = &self.test else { return Ok(()) };
        if complement {
            f.write_str("!")?;
        }
        f.write_str(test.op.symbol())?;
        for (index, operand) in test.any.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            operand.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::One(one) => one.fmt(f),
            Operand::Range(from, to, _) => {
                from.iter().try_for_each(|from| from.fmt(f))?;
                f.write_str("..")?;
                to.iter().try_for_each(|to| to.fmt(f))
            }
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.quoted {
            return f.write_str(&self.text);
        }
        f.write_str("\"")?;
        for c in self.text.chars() {
            if matches!(c, '"' | '＂' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{c}")?;
        }
        f.write_str("\"")
    }
}

impl Literal {
    /// A value that reads back as `text`. It is quoted if it could otherwise be misread in a text, in a command line
    /// word, or by a field whose values are not text.
    pub fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        Literal { quoted: needs_quotes(&text), text, at: At::default() }
    }
}

fn needs_quotes(text: &str) -> bool {
    text.is_empty()
        || text.starts_with("field:")
        || text.starts_with(|c| c == '.' || is_quote_or_operator(c))
        || text.ends_with('.')
        || text.contains("..")
        || text.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、'))
}

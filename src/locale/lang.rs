//! The languages that reports, forms and tables are written in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Label;
use super::messages::LoadText;
use crate::label;

/// A language for people. JSON and stored records are never localised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese, simplified.
    Zh,
}

impl Lang {
    /// Every language, in the order of the catalogues.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// The name that `--lang`, `redress.toml` and labels use.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// What stands between a heading and what it heads: `: `, or in Chinese `：`.
    pub const fn colon(self) -> &'static str {
        match self {
            Lang::En => ": ",
            Lang::Zh => "：",
        }
    }

    /// What stands between two statements on one line: `; `, or in Chinese `；`.
    pub const fn semicolon(self) -> &'static str {
        match self {
            Lang::En => "; ",
            Lang::Zh => "；",
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;

    /// Takes a code (`zh`) or a locale that begins with one (`zh_CN.UTF-8`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.split(['_', '-', '.', '@']).next().unwrap_or_default();
        Lang::ALL
            .into_iter()
            .find(|lang| lang.code().eq_ignore_ascii_case(code))
            .ok_or_else(|| UnknownLang(text.to_owned()))
    }
}

/// A language that has no catalogue.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.label().en)]
pub struct UnknownLang(String);

impl UnknownLang {
    /// What is wrong.
    pub fn label(&self) -> Label {
        label!(LoadText::NoLang, name = self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn a_locale_names_its_language() {
        for (text, lang) in [("zh", Lang::Zh), ("zh_CN.UTF-8", Lang::Zh), ("EN", Lang::En), ("en-GB", Lang::En)] {
            assert_eq!(text.parse(), Ok(lang), "{text}");
        }
        assert!("C.UTF-8".parse::<Lang>().is_err());
    }
}

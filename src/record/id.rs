//! Ids of records and people, and the path that follows from an id.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::label;
use crate::locale::Label;
use crate::locale::messages::StoredText;

/// Crockford's base 32: it has no I, L, O, U.
pub const RANDOM_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Whether a byte belongs to the alphabet. A table, because reading an id asks this five times.
const IN_ALPHABET: [bool; 256] = {
    let mut is = [false; 256];
    let mut at = 0;
    while at < RANDOM_ALPHABET.len() {
        is[RANDOM_ALPHABET[at] as usize] = true;
        at += 1;
    }
    is
};
/// The number of random characters at the end of an id.
pub const RANDOM_LENGTH: usize = 5;
const LONGEST_NAME: usize = 64;

/// The id of a record: `C-261122-7K3F2` (prefix, date, random part), or of a person: `li.na`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Id(Box<str>);

/// A text that is not an id; it holds the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.label().en)]
pub struct IdError(pub String);

impl IdError {
    /// What is wrong, as a message.
    pub fn label(&self) -> Label {
        label!(StoredText::Id, text = self.0)
    }
}

impl Id {
    /// An id from its parts. Of each number in `random` only the low five bits count.
    ///
    /// # Errors
    /// If the prefix is not one to three capital letters or the year is outside 2000 to 2099.
    pub fn coded(prefix: &str, date: NaiveDate, random: [u8; RANDOM_LENGTH]) -> Result<Self, IdError> {
        let tail: String = random.iter().map(|n| char::from(RANDOM_ALPHABET[usize::from(n & 31)])).collect();
        let text = format!("{prefix}-{}-{tail}", date.format("%y%m%d"));
        if !(2000..2100).contains(&date.year()) {
            return Err(IdError(format!("{prefix}-{date}")));
        }
        text.parse()
    }

    /// Another id for the same record: of the same prefix and day, or with the person's id at its beginning. Of each
    /// number in `random` only the low five bits count.
    ///
    /// # Errors
    /// Never: the parts are those of an id.
    pub fn another(&self, random: [u8; RANDOM_LENGTH]) -> Result<Self, IdError> {
        let tail: String = random.iter().map(|n| char::from(RANDOM_ALPHABET[usize::from(n & 31)])).collect();
        match self.parts() {
            Some((prefix, date, _)) => format!("{prefix}-{date}-{tail}").parse(),
            None => {
                let name: String = self.0.chars().take(LONGEST_NAME - RANDOM_LENGTH - 1).collect();
                format!("{}-{}", name.trim_end_matches('.'), tail.to_ascii_lowercase()).parse()
            }
        }
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefix of a record's id; `None` for a person's id.
    pub fn prefix(&self) -> Option<&str> {
        self.parts().map(|(prefix, _, _)| prefix)
    }

    /// The date in a record's id; `None` for a person's id.
    pub fn date(&self) -> Option<NaiveDate> {
        self.parts().and_then(|(_, date, _)| date_of(date))
    }

    /// The random part of a record's id; `None` for a person's id.
    pub fn random(&self) -> Option<&str> {
        self.parts().map(|(_, _, random)| random)
    }

    /// Whether it is the id of a person.
    pub fn is_person(&self) -> bool {
        self.parts().is_none()
    }

    /// The parts of a record's id. An `Id` was checked when it was made, so its first letter tells: only a record's
    /// is a capital.
    fn parts(&self) -> Option<(&str, &str, &str)> {
        if !self.0.starts_with(|first: char| first.is_ascii_uppercase()) {
            return None;
        }
        let random = self.0.len().checked_sub(RANDOM_LENGTH)?;
        let date = random.checked_sub(7)?;
        Some((self.0.get(..date.checked_sub(1)?)?, self.0.get(date..random - 1)?, self.0.get(random..)?))
    }

    /// The path of the record's file from the top of the book, in its kind's folder. Each day has a folder, so that a
    /// commit rewrites only small trees.
    pub fn path(&self, folder: &str) -> String {
        match self.parts() {
            Some((_, date, _)) => {
                [folder, "/20", &date[0..2], "/", &date[2..4], "/", &date[4..6], "/", &self.0, ".yaml"].concat()
            }
            None => [folder, "/", &self.0, ".yaml"].concat(),
        }
    }

    /// Whether a text names the id, as a whole word.
    pub fn is_in(&self, text: &str) -> bool {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        text.match_indices(&*self.0).any(|(at, id)| {
            let after = &text[at + id.len()..];
            !text[..at].ends_with(inside) && !after.starts_with(inside)
        })
    }

    /// The kind's folder and the id that a path of the book belongs to, in any folder. `None` if the path is not that
    /// of a record.
    pub fn of_path(path: &str) -> Option<(&str, Id)> {
        let (folder, rest) = path.split_once('/')?;
        let name = rest.rsplit('/').next()?.strip_suffix(".yaml")?;
        let id: Id = name.parse().ok()?;
        (id.path(folder) == path).then_some((folder, id))
    }
}

fn split(text: &str) -> Option<(&str, &str, &str)> {
    let bytes = text.as_bytes();
    let prefix = bytes.iter().take(4).position(|&b| b == b'-').filter(|length| *length > 0)?;
    let (date, random) = (prefix + 1, prefix + 8);
    if bytes.len() != random + RANDOM_LENGTH || bytes[random - 1] != b'-' {
        return None;
    }
    let sound = bytes[..prefix].iter().all(u8::is_ascii_uppercase)
        && bytes[random..].iter().all(|&b| IN_ALPHABET[usize::from(b)])
        && bytes[date..random - 1].iter().all(u8::is_ascii_digit);
    let date = text.get(date..random - 1).filter(|date| sound && date_of(date).is_some())?;
    Some((text.get(..prefix)?, date, text.get(random..)?))
}

fn date_of(digits: &str) -> Option<NaiveDate> {
    let digits: &[u8; 6] =
        digits.as_bytes().try_into().ok().filter(|all: &&[u8; 6]| all.iter().all(u8::is_ascii_digit))?;
    let [year, month, day] = [0, 2, 4].map(|at| u32::from(digits[at] - b'0') * 10 + u32::from(digits[at + 1] - b'0'));
    NaiveDate::from_ymd_opt(2000 + i32::try_from(year).ok()?, month, day)
}

fn is_person(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    let mut before = 0;
    let sound = bytes.iter().all(|&b| {
        let fits =
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_') || (b == b'.' && before != b'.');
        before = b;
        fits
    });
    sound && bytes.len() <= LONGEST_NAME && first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric()
}

/// The random part of an id as a user typed it, changed to the alphabet: any case, and o, i, l as 0, 1, 1. `None` if
/// a character or the length cannot belong to a random part.
pub fn random_part(typed: &str) -> Option<String> {
    if !(3..=RANDOM_LENGTH).contains(&typed.len()) {
        return None;
    }
    let upper = typed.chars().map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    });
    upper.map(|c| u8::try_from(c).ok().filter(|b| RANDOM_ALPHABET.contains(b)).map(char::from)).collect()
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let coded = text.as_bytes().first().is_some_and(u8::is_ascii_uppercase);
        if if coded { split(text).is_some() } else { is_person(text) } {
            Ok(Id(text.into()))
        } else {
            Err(IdError(text.to_owned()))
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Id, random_part};
    use chrono::NaiveDate;

    #[test]
    fn the_path_follows_from_the_id_and_back() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
        let id = Id::coded("C", date, [7, 19, 3, 15, 2]).expect("an id");
        assert_eq!(id.as_str(), "C-261122-7K3F2");
        let path = id.path("complaints");
        assert_eq!(path, "complaints/2026/11/22/C-261122-7K3F2.yaml");
        assert_eq!(Id::of_path(&path), Some(("complaints", id.clone())));
        assert_eq!((id.prefix(), id.date(), id.random()), (Some("C"), Some(date), Some("7K3F2")));
        let person: Id = "li.na".parse().expect("a person");
        assert_eq!(person.path("staff"), "staff/li.na.yaml");
        assert!(person.is_person());
    }

    #[test]
    fn another_id_keeps_what_people_read_in_it() {
        let another = |id: &str| id.parse::<Id>().expect("an id").another([7, 19, 3, 15, 34]).expect("an id");
        assert_eq!(another("C-261122-00000").as_str(), "C-261122-7K3F2");
        assert_eq!(another("li.na").as_str(), "li.na-7k3f2");
        let long = format!("{}.na", "x".repeat(57));
        assert_eq!(another(&long).as_str(), format!("{}-7k3f2", "x".repeat(57)));
    }

    #[test]
    fn what_climbs_or_hides_is_no_id() {
        for text in
            ["", ".", "..", "../x", "a/b", "C-261322-7K3F2", "C-261122-7K3FI", "C-261122-7K3F", "CONF-261122-7K3F2"]
        {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
        for text in ["li..na", "li.na.", "-x", "Li.Na", "李娜", "a\0b", "x.yaml/", "a\u{202e}b"] {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
        assert_eq!(Id::of_path("complaints/2026/11/23/C-261122-7K3F2.yaml"), None);
    }

    #[test]
    fn typed_random_parts_are_forgiven() {
        assert_eq!(random_part("7k3"), Some("7K3".to_owned()));
        assert_eq!(random_part("oil"), Some("011".to_owned()));
        assert_eq!(random_part("7k"), None);
        assert_eq!(random_part("7ku"), None);
        assert_eq!(random_part("张三丰"), None);
    }

    #[test]
    fn an_id_is_named_as_a_whole_word() {
        for (text, id, named) in [
            ("client: K-261124-00000\n", "K-261124-00000", true),
            ("via: K-261124-00000#register", "K-261124-00000", true),
            ("see XK-261124-00000", "K-261124-00000", false),
            ("K-261124-000001", "K-261124-00000", false),
            ("by: li.na\n", "li.na", true),
            ("by: li.nan\n", "li.na", false),
        ] {
            assert_eq!(id.parse::<Id>().unwrap().is_in(text), named, "{text}");
        }
    }
}

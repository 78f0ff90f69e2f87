//! The first file of a company's own kind: an example of everything in a kind file, with comments in the language of
//! the book. This module does not write it to disk.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Policy;
use crate::kind::{Holder, RESERVED_FOLDERS};
use crate::label;
use crate::locale::messages::NewKindText as Text;
use crate::locale::text::visible;
use crate::locale::{Label, Lang};
use crate::record::is_kebab;

/// The example. A line `#en …` or `#zh …` is a comment for a book in that language; `{…}` is filled in.
const EXAMPLE: &str = include_str!("new_kind/kind.toml");
/// The longest prefix.
const LONGEST_PREFIX: usize = 3;

/// A kind that a rule book does not have yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKind {
    /// Its name in commands and files.
    pub name: String,
    /// The prefix of its ids.
    pub prefix: String,
    /// The folder of its records.
    pub folder: String,
    /// What people read.
    pub label: Label,
}

/// What the user wants for a new kind; everything else is chosen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'w> {
    /// Its name.
    pub name: &'w str,
    /// The wanted prefix of its ids.
    pub prefix: Option<&'w str>,
    /// The wanted folder of its records.
    pub folder: Option<&'w str>,
    /// The wanted label, in the language of the book.
    pub label: Option<&'w str>,
}

impl NewKind {
    /// A new kind for a rule book. `taken` returns whether a name at the top of the book is already in use by
    /// something else than a kind.
    ///
    /// # Errors
    /// If a name, prefix, folder or label is not allowed or already in use: the reason, for people.
    pub fn of(policy: &Policy, wanted: Wanted<'_>, taken: impl Fn(&str) -> bool) -> Result<NewKind, Label> {
        let name = wanted.name;
        if !is_kebab(name) || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(label!(Text::NoName, name = name));
        }
        if let Some(kind) = policy.find_kind(name) {
            return Err(label!(Text::TakenName, name = name, kind = kind.name()));
        }
        let prefix = match wanted.prefix {
            Some(prefix) => own_prefix(policy, prefix)?,
            None => free_prefix(policy, name).ok_or_else(|| label!(Text::NoPrefixLeft, name = name))?,
        };
        let folder = match wanted.folder {
            Some(folder) => folder.to_owned(),
            None => plural(name),
        };
        if !is_kebab(&folder) || RESERVED_FOLDERS.contains(&folder.as_str()) {
            return Err(label!(Text::NoFolder, folder = folder));
        }
        if let Some(kind) = policy.kind_in(&folder) {
            return Err(label!(Text::TakenFolder, folder = folder, kind = kind.name()));
        }
        if taken(&folder) {
            return Err(label!(Text::FolderThere, folder = folder));
        }
        let said = wanted.label.map(|label| own_label(policy, label)).transpose()?;
        let words = words(name);
        let label = match (policy.settings.lang, said) {
            (_, None) => Label::new(words.clone(), words),
            (Lang::En, Some(said)) => Label::new(said.clone(), said),
            (Lang::Zh, Some(said)) => Label::new(words, said),
        };
        Ok(NewKind { name: name.to_owned(), prefix, folder, label })
    }

    /// The path of its file, from the top of the book.
    pub fn path(&self) -> String {
        format!("policy/kinds/{}.toml", self.name)
    }

    /// The text of its file. It uses roles and kinds of the rule book: the role that holds most of its deadlines
    /// works on such records, and the roles above it decide.
    pub fn text(&self, policy: &Policy) -> String {
        let lang = policy.settings.lang;
        let worker = worker(policy);
        let above: Vec<&str> =
            policy.roles.above(&worker).filter(|role| !role.retired).map(|role| role.name.as_str()).collect();
        let superiors = if above.is_empty() { vec![worker.as_str()] } else { above.clone() };
        let workers: Vec<&str> = std::iter::once(worker.as_str()).chain(above).collect();
        let quoted = |text: &str| toml_edit::Value::from(text).to_string();
        let list = |roles: &[&str]| roles.iter().map(|role| quoted(role)).collect::<Vec<_>>().join(", ");
        // A text in a label is already between quotes.
        let within = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let client = match &policy.callbacks.fields {
            Some(fields) => format!("to = {}", quoted(&fields.clients)),
            None => "# to = \"...\"".to_owned(),
        };
        let values = BTreeMap::from([
            ("name", self.name.clone()),
            ("prefix", self.prefix.clone()),
            ("folder", self.folder.clone()),
            ("en", within(&self.label.en)),
            ("zh", within(&self.label.zh)),
            ("label", visible(self.label.get(lang)).into_owned()),
            ("client", client),
            ("workers", list(&workers)),
            ("superiors", list(&superiors)),
            ("holder", quoted(&format!("role:{worker}"))),
        ]);
        let (own, other) = match lang {
            Lang::En => ("#en", "#zh"),
            Lang::Zh => ("#zh", "#en"),
        };
        let mut text = String::new();
        for line in EXAMPLE.lines().filter(|line| !line.starts_with(other)) {
            match line.strip_prefix(own) {
                Some(comment) => text.push_str(&filled(&format!("#{comment}"), &values)),
                None => text.push_str(&filled(line, &values)),
            }
            text.push('\n');
        }
        text
    }
}

/// Fills in names in braces that have a value; other braces stay.
fn filled(line: &str, values: &BTreeMap<&str, String>) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}').and_then(|(name, rest)| Some((values.get(name)?, rest))) {
            Some((value, after)) => {
                text.push_str(value);
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text + rest
}

/// The role that holds most deadlines; if there are several, the first in the file. If no role holds a deadline it is
/// the first role, and without roles it is the role of everybody.
fn worker(policy: &Policy) -> String {
    let held = policy.kinds.values().flat_map(|kind| &kind.deadlines).flat_map(|deadline| &deadline.holder);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for holder in held {
        if let Holder::Role(role) = holder {
            *counts.entry(role).or_default() += 1;
        }
    }
    let given = policy.roles.iter().filter(|role| !role.retired);
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    let most = given.min_by_key(|role| Reverse((count(&role.name), !role.everybody))).map(|role| role.name.clone());
    most.unwrap_or_else(|| policy.roles.everybody().first().copied().unwrap_or_default().to_owned())
}

fn own_prefix(policy: &Policy, prefix: &str) -> Result<String, Label> {
    if !(1..=LONGEST_PREFIX).contains(&prefix.len()) || !prefix.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(label!(Text::NoPrefix, prefix = prefix));
    }
    match policy.kinds.with_prefix(prefix) {
        Some(kind) => Err(label!(Text::TakenPrefix, prefix = prefix, kind = kind.name())),
        None => Ok(prefix.to_owned()),
    }
}

/// A prefix made of letters of the name that no kind has. It has two or three letters. The program's own kinds have
/// one letter, so a newer preset cannot collide with a company's choice.
fn free_prefix(policy: &Policy, name: &str) -> Option<String> {
    let letters: Vec<char> =
        name.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_uppercase()).collect();
    let (first, rest) = letters.split_first()?;
    let two = rest.iter().map(|second| format!("{first}{second}"));
    let three = rest
        .iter()
        .enumerate()
        .flat_map(|(at, second)| rest[at + 1..].iter().map(move |third| format!("{first}{second}{third}")));
    let any = ('A'..='Z').map(|second| format!("{first}{second}"));
    two.chain(three).chain(any).find(|prefix| policy.kinds.with_prefix(prefix).is_none())
}

fn own_label(policy: &Policy, label: &str) -> Result<String, Label> {
    if label.trim().is_empty() || label.chars().any(char::is_control) {
        return Err(Text::NoLabel.label());
    }
    match policy.find_kind(label.trim()) {
        Some(kind) => Err(label!(Text::TakenName, name = label.trim(), kind = kind.name())),
        None => Ok(label.trim().to_owned()),
    }
}

/// The plural of an English name.
fn plural(name: &str) -> String {
    let consonant_y = name.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    match consonant_y {
        Some(stem) => format!("{stem}ies"),
        None if ["s", "x", "z", "ch", "sh"].iter().any(|end| name.ends_with(end)) => format!("{name}es"),
        None => format!("{name}s"),
    }
}

/// A name as words: `site-visit` is `Site visit`.
fn words(name: &str) -> String {
    let mut words = name.replace('-', " ");
    words[..1].make_ascii_uppercase();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::tests::{loaded, sources_of};

    fn policy(lang: Lang) -> Policy {
        let mut policy = loaded(&sources_of("basic"));
        policy.settings.lang = lang;
        policy
    }

    #[test]
    fn both_languages_say_the_same_to_the_program() {
        let texts = Lang::ALL.map(|lang| {
            let policy = policy(lang);
            let kind = NewKind::of(&policy, Wanted { name: "visit", ..Wanted::default() }, |_| false).unwrap();
            kind.text(&policy)
        });
        let bare = texts.each_ref().map(|text| text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>());
        assert_eq!(bare[0], bare[1]);
        let said = texts.each_ref().map(|text| text.lines().filter(|line| line.starts_with("# ")).collect::<String>());
        assert!(said[0].contains("---- Fields") && !said[0].contains("字段"));
        assert!(said[1].contains("---- 字段") && !said[1].contains("Fields"));
        assert!(texts.iter().all(|text| !text.contains("#en") && !text.contains("#zh")));
    }

    #[test]
    fn names_prefixes_and_folders_that_are_taken_or_cannot_be_are_refused() {
        let policy = policy(Lang::En);
        let ask = |name, prefix, folder, label| {
            let wanted = Wanted { name, prefix, folder, label };
            NewKind::of(&policy, wanted, |folder| folder == "there").map_err(|label| label.en)
        };
        let plain = |name| ask(name, None, None, None);
        for (name, says) in [
            ("Visit", "no name"),
            ("", "no name"),
            ("2fast", "no name"),
            ("a/b", "no name"),
            ("../x", "no name"),
            ("上门", "no name"),
            ("task", "task"),
            ("tasks", "task"),
        ] {
            let said = plain(name).unwrap_err();
            assert!(said.contains(says), "{name}: {said}");
        }
        for (prefix, says) in [("C", "complaint"), ("c", "prefix"), ("ABCD", "prefix"), ("", "prefix"), ("Ä", "prefix")]
        {
            let said = ask("visit", Some(prefix), None, None).unwrap_err();
            assert!(said.contains(says), "{prefix}: {said}");
        }
        for (folder, says) in [
            ("complaints", "complaint"),
            ("policy", "folder"),
            ("files", "folder"),
            ("there", "there"),
            ("../x", "folder"),
        ] {
            let said = ask("visit", None, Some(folder), None).unwrap_err();
            assert!(said.contains(says), "{folder}: {said}");
        }
        for label in ["投诉", "Complaint", " ", "a\nb"] {
            ask("visit", None, None, Some(label)).unwrap_err();
        }
        let chosen = |name| plain(name).map(|kind| (kind.prefix, kind.folder, kind.label.en)).unwrap();
        for (name, prefix, folder, label) in [
            ("visit", "VI", "visits", "Visit"),
            ("site-survey", "SI", "site-surveys", "Site survey"),
            ("warranty", "WA", "warranties", "Warranty"),
            ("x", "XA", "xes", "X"),
        ] {
            assert_eq!(chosen(name), (prefix.to_owned(), folder.to_owned(), label.to_owned()));
        }
    }
}

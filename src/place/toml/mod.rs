//! TOML with places. A loader asks a section for its keys; a key that no loader asked for is an unknown key.

mod bounds;
mod faults;
mod read;

pub use read::{is_within_bounds, read};

#[cfg(test)]
pub(crate) mod asked;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Place, Placed, Problem, Problems};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;

/// A table of a TOML file. Its readers note a problem if a value has the wrong type. [`Section::finish`] notes one
/// for each key that no reader asked for.
#[derive(Debug)]
pub struct Section {
    place: Place,
    entries: Vec<Entry>,
    /// The keys that were asked for, one a line. Many keys are asked for, but few are ever looked up here, so this is
    /// one text.
    asked: RefCell<String>,
}

#[derive(Debug)]
struct Entry {
    name: Placed<String>,
    item: Item,
    asked: Cell<bool>,
}

impl Entry {
    fn new(name: Placed<String>, item: Item) -> Self {
        Entry { name, item, asked: Cell::new(false) }
    }
}

/// A value of a TOML file with its place.
#[derive(Debug)]
pub enum Item {
    /// A string.
    Text(Placed<String>),
    /// An integer.
    Count(Placed<i64>),
    /// A number with a fraction, as written.
    Number(Placed<String>),
    /// `true` or `false`.
    Flag(Placed<bool>),
    /// A local date.
    Date(Placed<NaiveDate>),
    /// A date with a time, as written.
    Time(Placed<String>),
    /// An array.
    List(Place, Vec<Item>),
    /// A table, inline or not.
    Section(Section),
}

impl Item {
    /// Where the value stands.
    pub fn place(&self) -> &Place {
        match self {
            Item::Text(placed) | Item::Number(placed) | Item::Time(placed) => &placed.place,
            Item::Count(placed) => &placed.place,
            Item::Flag(placed) => &placed.place,
            Item::Date(placed) => &placed.place,
            Item::List(place, _) => place,
            Item::Section(section) => &section.place,
        }
    }

    /// What kind of value it is, for messages.
    fn what(&self) -> LoadText {
        match self {
            Item::Text(_) => LoadText::WordText,
            Item::Count(_) => LoadText::WordCount,
            Item::Number(_) => LoadText::WordNumber,
            Item::Flag(_) => LoadText::WordFlag,
            Item::Date(_) => LoadText::WordDate,
            Item::Time(_) => LoadText::WordTime,
            Item::List(..) => LoadText::WordList,
            Item::Section(_) => LoadText::WordTable,
        }
    }

    /// The text, or a noted problem.
    pub fn text(&self, problems: &Problems) -> Option<Placed<String>> {
        match self {
            Item::Text(placed) => Some(placed.clone()),
            other => other.unexpected(LoadText::WordQuoted, problems),
        }
    }

    /// Notes that something else was expected here.
    pub fn unexpected<T>(&self, expected: impl Into<Label>, problems: &Problems) -> Option<T> {
        problems.say(self.place(), label!(LoadText::Expected; expected = expected, found = self.what()));
        None
    }
}

impl Section {
    /// Where the table stands.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The item under `key`. The key counts as known from now on.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.ask(key);
        let entry = self.entries.iter().find(|entry| entry.name.value == key)?;
        entry.asked.set(true);
        Some(&entry.item)
    }

    fn ask(&self, key: &str) {
        #[cfg(test)]
        asked::note(&self.place, Some(key));
        let mut asked = self.asked.borrow_mut();
        asked.push_str(key);
        asked.push('\n');
    }

    /// Whether `key` is there.
    pub fn has(&self, key: &str) -> bool {
        self.item(key).is_some()
    }

    /// Every entry in the order of the file. All of them count as known: use it for tables whose keys are names.
    pub fn entries(&self) -> impl Iterator<Item = (&Placed<String>, &Item)> {
        #[cfg(test)]
        asked::note(&self.place, None);
        for entry in &self.entries {
            let mut asked = self.asked.borrow_mut();
            asked.push_str(&entry.name.value);
            asked.push('\n');
            entry.asked.set(true);
        }
        self.entries.iter().map(|entry| (&entry.name, &entry.item))
    }

    /// A text.
    pub fn text(&self, key: &str, problems: &Problems) -> Option<Placed<String>> {
        self.item(key)?.text(problems)
    }

    /// A text that must be there.
    pub fn required_text(&self, key: &str, problems: &Problems) -> Option<Placed<String>> {
        if !self.has(key) {
            problems.say(&self.place, label!(LoadText::Absent, key = key));
        }
        self.text(key, problems)
    }

    /// `true` or `false`; `None` if the key is absent.
    pub fn flag(&self, key: &str, problems: &Problems) -> Option<bool> {
        match self.item(key)? {
            Item::Flag(placed) => Some(placed.value),
            other => other.unexpected(LoadText::WordFlag, problems),
        }
    }

    /// A whole number that is not negative.
    pub fn count(&self, key: &str, problems: &Problems) -> Option<Placed<u64>> {
        match self.item(key)? {
            Item::Count(Placed { value, place }) if *value >= 0 => {
                Some(Placed { value: value.unsigned_abs(), place: place.clone() })
            }
            Item::Count(Placed { value, place }) => {
                problems.say(place, label!(LoadText::Negative, value = value));
                None
            }
            other => other.unexpected(LoadText::WordCountNotNegative, problems),
        }
    }

    /// A date.
    pub fn date(&self, key: &str, problems: &Problems) -> Option<Placed<NaiveDate>> {
        match self.item(key)? {
            Item::Date(placed) => Some(placed.clone()),
            other => other.unexpected(LoadText::WordDateSuch, problems),
        }
    }

    /// A list of texts. A single text is a list of one; an absent key gives an empty list.
    pub fn texts(&self, key: &str, problems: &Problems) -> Vec<Placed<String>> {
        match self.item(key) {
            None => Vec::new(),
            Some(Item::List(_, items)) => items.iter().filter_map(|item| item.text(problems)).collect(),
            Some(item) => item.text(problems).into_iter().collect(),
        }
    }

    /// The items of a list. A single value is a list of one; an absent key gives an empty list.
    pub fn items(&self, key: &str) -> &[Item] {
        match self.item(key) {
            None => &[],
            Some(Item::List(_, items)) => items,
            Some(item) => std::slice::from_ref(item),
        }
    }

    /// A table.
    pub fn section(&self, key: &str, problems: &Problems) -> Option<&Section> {
        match self.item(key)? {
            Item::Section(section) => Some(section),
            other => other.unexpected(LoadText::WordTable, problems),
        }
    }

    /// The tables of an array of tables such as `[[steps]]`; empty if the key is absent.
    pub fn list(&self, key: &str, problems: &Problems) -> Vec<&Section> {
        self.items(key)
            .iter()
            .filter_map(|item| match item {
                Item::Section(section) => Some(section),
                other => other.unexpected(LoadText::WordTable, problems),
            })
            .collect()
    }

    /// Named tables such as `[states.closed]`, in the order of the file; empty if the key is absent.
    pub fn sections(&self, key: &str, problems: &Problems) -> Vec<(&Placed<String>, &Section)> {
        let Some(outer) = self.section(key, problems) else { return Vec::new() };
        let inner = outer.entries().filter_map(|(name, item)| match item {
            Item::Section(section) => Some((name, section)),
            other => other.unexpected(LoadText::WordTable, problems),
        });
        inner.collect()
    }

    /// A text that people read: `{ en = "…", zh = "…" }`, or one text for both languages.
    pub fn label(&self, key: &str, problems: &Problems) -> Option<Label> {
        match self.item(key)? {
            Item::Text(text) => Some(Label::new(text.value.as_str(), text.value.as_str())),
            Item::Section(table) => {
                let text = |lang| table.text(lang, problems).map(|text| text.value).unwrap_or_default();
                let label = Label::new(text("en"), text("zh"));
                table.finish(problems);
                Some(label)
            }
            other => {
                other.unexpected(label!(LoadText::WordLabel, example = r#"{ en = "Phone", zh = "电话" }"#), problems)
            }
        }
    }

    /// Notes a problem for each key that no reader asked for, with the most similar known key.
    pub fn finish(&self, problems: &Problems) {
        for name in self.entries.iter().filter(|entry| !entry.asked.get()).map(|entry| &entry.name) {
            let asked = self.asked.borrow();
            let known: BTreeSet<&str> = asked.lines().collect();
            let help = nearest(&name.value, known.iter().copied());
            let help = help.map_or_else(
                || label!(LoadText::KnownHere, names = known.iter().copied().collect::<Vec<_>>().join(", ")),
                |near| label!(LoadText::DidYouMean, near = near),
            );
            problems.push(Problem::new(name.place.clone(), label!(LoadText::UnknownKey, name = name.value)).help(help));
        }
    }
}

/// The candidate most like `word`, if it is similar enough to be meant. It may differ in a third of its letters, or
/// `word` may be its beginning. In words of three letters or more, two neighbouring letters may be swapped.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let turned =
        |candidate: &str| word.len() == candidate.len() && word.len() > 2 && strsim::osa_distance(word, candidate) == 1;
    let alike = |candidate: &str| match turned(candidate) {
        true => strsim::jaro_winkler(word, candidate).max(0.81),
        false => strsim::jaro_winkler(word, candidate),
    };
    let near = |candidate: &str| {
        let longer = word.chars().count().max(candidate.chars().count());
        let begun = word.chars().count() > 2 && candidate.starts_with(word);
        begun || strsim::osa_distance(word, candidate) <= (longer / 3).max(1)
    };
    let best =
        candidates.into_iter().filter(|candidate| near(candidate)).max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
    (alike(best) > 0.8).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::{Item, nearest, read};
    use crate::place::Problems;

    #[test]
    fn values_keep_their_places() {
        let problems = Problems::new();
        let text = "name = \"投诉\"\n[states.new]\nclass = \"new\"\n[[steps]]\nfrom = [\"a\", \"b\"]\n[[steps]]\nsince = 2026-01-31\n";
        let section = read("policy/kinds/x.toml", text, &problems).expect("valid");
        assert_eq!(section.required_text("name", &problems).expect("there").value, "投诉");
        assert_eq!(section.sections("states", &problems)[0].0.place.line, 2);
        let steps = section.list("steps", &problems);
        assert_eq!(steps[0].texts("from", &problems)[1].place.key.as_ref(), "steps.0.from.1");
        assert_eq!(steps[1].date("since", &problems).expect("a date").value.to_string(), "2026-01-31");
        section.finish(&problems);
        assert!(problems.is_empty());
    }

    #[test]
    fn wrong_types_and_unknown_keys_are_said_at_once() {
        let problems = Problems::new();
        let section = read("x.toml", "name = 3\nlable = \"x\"\n", &problems).expect("valid");
        assert_eq!(section.text("name", &problems), None);
        assert!(!section.has("label"));
        section.finish(&problems);
        let said: Vec<String> = problems.into_sorted().iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "x.toml:1: name: expected a text in quotes, found a whole number",
                "x.toml:2: lable: unknown key `lable` (did you mean `label`?)",
            ]
        );
    }

    #[test]
    fn syntax_errors_name_their_line() {
        let problems = Problems::new();
        assert!(read("x.toml", "a = 1\nb = = 2\n", &problems).is_none());
        assert_eq!(problems.into_sorted()[0].place.line, 2);
    }

    #[test]
    fn nothing_alike_is_nothing_meant() {
        assert_eq!(nearest("acept", ["accept", "decline"]), Some("accept"));
        assert_eq!(nearest("nwe", ["show", "new"]), Some("new"));
        assert_eq!(nearest("zzz", ["accept", "decline"]), None);
        // the same beginning, but too many different letters
        assert_eq!(nearest("confirm", ["contain", "consider"]), None);
        assert_eq!(nearest("complaint", ["complete", "callback"]), None);
        assert_eq!(nearest("comp", ["complaint", "callback"]), Some("complaint"));
        assert!(matches!(
            read("x", "a = 1.5", &Problems::new()).as_ref().and_then(|s| s.item("a")),
            Some(Item::Number(_))
        ));
    }
}

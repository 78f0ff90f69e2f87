//! How a file lies: what a mapping says of its encoding, separators, headings and rows, before any column has a name.

use encoding_rs::Encoding;

use crate::entry::import::decode::encoding;
use crate::label;
use crate::locale::messages::ImportText as Text;
use crate::place::toml::{Section, read};
use crate::place::{Problem, Problems};

/// More rows of headings than a file has.
const MOST_HEADS: u64 = 5;

/// How a file lies. What is not said is found by looking.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The encoding.
    pub encoding: Option<&'static Encoding>,
    /// What stands between cells.
    pub delimiter: Option<u8>,
    /// Rows before the headings that are passed over.
    pub skip: Option<usize>,
    /// How many rows the headings take. None at 0: columns are called by their letters then.
    pub head: Option<usize>,
    /// Words that a row of totals begins with.
    pub totals: Option<Vec<String>>,
    /// Of JSON: the keys that lead to the array of rows.
    pub rows: Vec<String>,
    /// Of a workbook: the sheet.
    pub sheet: Option<String>,
}

impl Layout {
    /// What a mapping file says.
    ///
    /// # Errors
    /// It is not TOML, or what it says of the file is wrong. Other mistakes are found when it is bound to the columns.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let problems = Problems::new();
        let layout = read(file, text, &problems).map(|section| Layout::of(&section, &problems));
        match layout.filter(|_| problems.is_empty()) {
            Some(layout) => Ok(layout),
            None => Err(problems.into_sorted()),
        }
    }

    /// How a file of rejected rows lies: as it was written, with one row of headings in front. Totals are what they
    /// were.
    pub(super) fn of_rejects(&self) -> Self {
        Layout { skip: Some(0), head: Some(1), totals: self.totals.clone(), ..Layout::default() }
    }

    pub(in crate::entry::import) fn of(section: &Section, problems: &Problems) -> Self {
        let mut layout = Layout::default();
        if let Some(name) = section.text("encoding", problems) {
            layout.encoding = encoding(&name.value);
            if layout.encoding.is_none() {
                let message = label!(Text::MapEncoding, name = name.value);
                problems.push(Problem::new(name.place, message).help(Text::MapEncodingDo));
            }
        }
        if let Some(text) = section.text("delimiter", problems) {
            layout.delimiter = match text.value.as_bytes() {
                b"tab" => Some(b'\t'),
                [one] if !matches!(one, b'"' | b'\r' | b'\n') => Some(*one),
                _ => {
                    problems.say(&text.place, Text::MapDelimiter);
                    None
                }
            };
        }
        let few = |key: &str, most: u64| {
            let count = section.count(key, problems)?;
            if count.value > most {
                problems.say(&count.place, label!(Text::MapMost, most = most));
                return None;
            }
            usize::try_from(count.value).ok()
        };
        layout.skip = few("skip", 1000);
        layout.head = few("head", MOST_HEADS);
        if section.has("totals") {
            let words = section.texts("totals", problems);
            layout.totals = Some(words.into_iter().map(|word| word.value).collect());
        }
        if let Some(path) = section.text("rows", problems) {
            layout.rows = path.value.split('.').map(|key| key.trim().to_owned()).collect();
        }
        layout.sheet = section.text("sheet", problems).map(|sheet| sheet.value);
        layout
    }
}

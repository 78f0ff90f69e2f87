//! Running numbers: `[fields.number] running = "KS{year}{month}-{0000}"`. The program numbers a record when it is
//! made. `lifecycle` finds the next number, because that depends on the other records.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::reader;
use crate::bounds::NUMBER_DIGITS;
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Record, Shape, Type, Value};

/// How the records of a kind are numbered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbering {
    /// The field that holds the number.
    pub field: FieldId,
    /// The field by which a form of a case refers to the form before it. All forms of a case share a number: the
    /// second has `-2` after it.
    pub over: Option<FieldId>,
    /// Where it is declared.
    pub place: Place,
    kind: String,
    parts: Vec<Part>,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    Text(String),
    Year,
    Month,
    Day,
    /// The running number, with at least this many digits.
    Count(usize),
}

/// A number, split into its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// The series in which it counts: the kind and everything except the running number, such as `complaint
    /// KS202611-*`.
    pub series: String,
    /// The running number.
    pub count: u64,
}

impl Numbering {
    /// The series for the records of a day.
    pub fn series(&self, day: NaiveDate) -> String {
        format!("{} {}", self.kind, self.written(day, "*"))
    }

    /// The number for a day with this count.
    pub fn number(&self, day: NaiveDate, count: u64) -> String {
        let digits =
            self.parts.iter().find_map(|part| if let Part::Count(digits) = part { Some(*digits) } else { None });
        self.written(day, &format!("{count:0width$}", width = digits.unwrap_or_default()))
    }

    /// The number of a later form of a case: that of the first form with `-2`, `-3` after it.
    pub fn of_form(&self, first: &str, form: usize) -> String {
        format!("{first}-{form}")
    }

    /// The number of a record.
    pub fn of<'r>(&self, record: &'r Record) -> Option<&'r str> {
        record.get(self.field).and_then(Value::as_text)
    }

    /// The series and the count of a record's number. `None` if it has no number, or one that does not follow the
    /// pattern: it is a later form of a case, or the number came with an import.
    pub fn counted(&self, record: &Record) -> Option<Numbered> {
        self.read(self.of(record)?)
    }

    /// Splits a number by the pattern. `None` if it does not follow the pattern.
    pub fn read(&self, number: &str) -> Option<Numbered> {
        let (mut rest, mut series, mut count) = (number, format!("{} ", self.kind), None);
        for (at, part) in self.parts.iter().enumerate() {
            let digits = match part {
                Part::Text(text) => {
                    rest = rest.strip_prefix(text.as_str())?;
                    series.push_str(text);
                    continue;
                }
                Part::Year => 4,
                Part::Month | Part::Day => 2,
                Part::Count(least) => {
                    let found = rest.bytes().take_while(u8::is_ascii_digit).count();
                    // a count with more digits than the pattern has no leading zero
                    if found < *least || (found > *least && rest.starts_with('0')) {
                        return None;
                    }
                    // a part that begins with a digit cannot follow the count
                    debug_assert!(!matches!(self.parts.get(at + 1), Some(Part::Year | Part::Month | Part::Day)));
                    found
                }
            };
            let taken = rest.get(..digits).filter(|taken| taken.bytes().all(|byte| byte.is_ascii_digit()))?;
            rest = &rest[digits..];
            match part {
                Part::Count(_) => {
                    count = Some(taken.parse().ok()?);
                    series.push('*');
                }
                _ => series.push_str(taken),
            }
        }
        let count = count.filter(|_| rest.is_empty())?;
        Some(Numbered { series, count })
    }

    fn written(&self, day: NaiveDate, count: &str) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(own) => text.push_str(own),
                Part::Year => text.push_str(&format!("{:04}", day.year())),
                Part::Month => text.push_str(&format!("{:02}", day.month())),
                Part::Day => text.push_str(&format!("{:02}", day.day())),
                Part::Count(_) => text.push_str(count),
            }
        }
        text
    }
}

/// The numbering of a kind: the first field with `running`. A second one is a mistake.
pub(super) fn numbering(section: &Section, shape: &Shape, problems: &Problems) -> Option<Numbering> {
    let mut found: Option<Numbering> = None;
    // The first pass reports problems of the fields themselves.
    for (name, table) in section.sections("fields", &Problems::new()) {
        let (pattern, over) = (table.text("running", problems), table.text("over", problems));
        let Some(field) = shape.field_id(&name.value) else { continue };
        let Some(pattern) = pattern else {
            if let Some(over) = over {
                problems.say(&over.place, LoadText::OverOfNumber);
            }
            continue;
        };
        let declared = shape.field(field);
        if !matches!(declared.ty, Type::Text) || declared.private || declared.required {
            problems.say(&pattern.place, label!(LoadText::RunningIsText, name = name.value));
            continue;
        }
        if found.is_some() {
            problems.say(&pattern.place, LoadText::RunningOnce);
            continue;
        }
        let Some(parts) = parts(&pattern, problems) else { continue };
        let over = over.and_then(|over| {
            let field = reader::field(shape, &over.value, &over.place, problems)?;
            let own =
                matches!(&shape.field(field).ty, Type::Ref(kinds) if matches!(&kinds[..], [one] if *one == shape.name));
            if !own {
                problems.say(&over.place, label!(LoadText::OverSelf, field = over.value, kind = shape.name));
            }
            own.then_some(field)
        });
        let place = table.item("running").map_or(&name.place, Item::place).clone();
        found = Some(Numbering { field, over, place, kind: shape.name.clone(), parts });
    }
    found
}

/// The parts of a pattern: `KS{year}{month}-{0000}`.
fn parts(pattern: &Placed<String>, problems: &Problems) -> Option<Vec<Part>> {
    let wrong = || {
        let message = label!(LoadText::NoPattern, pattern = pattern.value);
        let help = label!(
            LoadText::PatternsAre,
            parts = "{year}, {month}, {day}",
            count = "{0000}",
            most = NUMBER_DIGITS,
            example = "KS{year}{month}-{0000}"
        );
        problems.push(Problem::new(pattern.place.clone(), message).help(help));
    };
    let (mut parts, mut rest) = (Vec::new(), pattern.value.as_str());
    while !rest.is_empty() {
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            let count = (1..=NUMBER_DIGITS).contains(&name.len()) && name.bytes().all(|byte| byte == b'0');
            match name {
                "year" => parts.push(Part::Year),
                "month" => parts.push(Part::Month),
                "day" => parts.push(Part::Day),
                zeros if count => parts.push(Part::Count(zeros.len())),
                _ => {
                    wrong();
                    return None;
                }
            }
            rest = after;
            continue;
        }
        let end = rest.find('{').unwrap_or(rest.len());
        let text = &rest[..end];
        if end == 0 || text.contains(['}', '*', '\n']) || text.trim() != text {
            wrong();
            return None;
        }
        parts.push(Part::Text(text.to_owned()));
        rest = &rest[end..];
    }
    let count = |part: &Part| matches!(part, Part::Count(_));
    // digits right after the count could not be told apart from it
    let runs_on = parts.windows(2).any(|pair| {
        count(&pair[0])
            && match &pair[1] {
                Part::Text(text) => text.starts_with(|c: char| c.is_ascii_digit()),
                _ => true,
            }
    });
    if parts.iter().filter(|part| count(part)).count() != 1 || runs_on {
        wrong();
        return None;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::{Numbering, Part, parts};
    use crate::place::{Place, Placed, Problems};
    use crate::record::{FieldId, Shape};

    fn numbering(pattern: &str) -> Option<Numbering> {
        let placed = Placed { value: pattern.to_owned(), place: Place::of_file("case.toml") };
        let parts: Vec<Part> = parts(&placed, &Problems::new())?;
        let field = field();
        Some(Numbering { field, over: None, place: Place::of_file("case.toml"), kind: "case".to_owned(), parts })
    }

    fn field() -> FieldId {
        shape().field_id("number").unwrap()
    }

    fn shape() -> Shape {
        let file = "name = \"case\"\nprefix = \"C\"\nfolder = \"cases\"\n[fields.number]\ntype = \"text\"\n[states.open]\nclass = \"new\"\n";
        crate::kind::draft("policy/kinds/case.toml", file, &|_| None, &Problems::new()).unwrap().shape
    }

    #[test]
    fn what_is_written_reads_back() {
        let day = "2026-11-29".parse().unwrap();
        for (pattern, count, number, series) in [
            ("KS{year}{month}-{0000}", 32, "KS202611-0032", "case KS202611-*"),
            ("KS{year}{month}-{0000}", 12345, "KS202611-12345", "case KS202611-*"),
            ("{000}/{year}", 7, "007/2026", "case */2026"),
            ("投诉{year}{month}{day}{00}号", 3, "投诉2026112903号", "case 投诉20261129*号"),
            ("{0}", 10, "10", "case *"),
        ] {
            let numbering = numbering(pattern).unwrap();
            assert_eq!(numbering.number(day, count), number);
            assert_eq!(numbering.series(day), series);
            let read = numbering.read(number).unwrap();
            assert_eq!((read.series.as_str(), read.count), (series, count), "{number}");
        }
    }

    #[test]
    fn other_texts_are_no_numbers_of_the_pattern() {
        let numbering = numbering("KS{year}{month}-{0000}").unwrap();
        for text in
            ["", "KS202611-032", "KS202611-00032", "KS202611-0032-2", "KS2026-0032", "TS202611-0032", "KS20261é-0032"]
        {
            assert_eq!(numbering.read(text), None, "{text}");
        }
        assert_eq!(numbering.of_form("KS202611-0032", 2), "KS202611-0032-2");
    }

    #[test]
    fn patterns_have_one_count_that_ends_somewhere() {
        for pattern in [
            "",
            "KS",
            "{0000}{year}",
            "{00}{00}",
            "{0000}1",
            "{000",
            "KS}{00}",
            "{week}{00}",
            " {00}",
            "*{00}",
            "{0000000000000}",
        ] {
            assert_eq!(numbering(pattern), None, "{pattern}");
        }
    }
}

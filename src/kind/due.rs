//! What a line of `due` shows about a record, and who sees its private values (`[due]` of a kind file).

use serde::{Deserialize, Serialize};

use super::path::{Astray, OWN, Path};
use super::reader::{AllShapes, unknown};
use super::{Who, steps};
use crate::filter::Shapes as _;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Placed, Problems};
use crate::record::{Shape, is_kebab};

/// `[due]` of a kind file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueShows {
    /// What a line shows, in order.
    pub shows: Vec<Shown>,
    /// Who sees its private values.
    pub clear_to: Vec<Who>,
}

/// One thing that a line shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The field; it may belong to a record that this one refers to.
    pub path: Path,
    /// Shown only in lines of these deadlines; if the list is empty, in every line.
    pub at: Vec<String>,
    /// Whether the people of `clear-to` see it even if it is private.
    pub clear: bool,
}

impl DueShows {
    /// What a line of a deadline shows; `None` means a line without a deadline.
    pub fn shown<'d>(&'d self, deadline: Option<&'d str>) -> impl Iterator<Item = &'d Path> {
        let here = move |shown: &&Shown| {
            shown.at.is_empty() || deadline.is_some_and(|deadline| shown.at.iter().any(|at| at == deadline))
        };
        self.shows.iter().filter(here).map(|shown| &shown.path)
    }
}

/// Reads `[due]`: `shows` is a list of paths, or of `{ path = "…", at = ["DEADLINE"], clear = true }`; `clear-to` is
/// written like `by` of steps.
pub(super) fn due(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> DueShows {
    let Some(table) = section.section("due", problems) else { return DueShows::default() };
    let shown = |item: &Item| {
        let (path, at, clear) = match item {
            Item::Section(table) => {
                let (path, at) = (table.required_text("path", problems)?, table.texts("at", problems));
                let clear = table.flag("clear", problems).unwrap_or(false);
                table.finish(problems);
                (path, at, clear)
            }
            item => (item.text(problems)?, Vec::new(), false),
        };
        let own = shapes.deadlines.get(&shape.name).map(Vec::as_slice).unwrap_or_default();
        for named in at.iter().filter(|named| !own.contains(&named.value)) {
            let near = nearest(&named.value, own.iter().map(String::as_str));
            problems.push(unknown(&named.place, LoadText::WordDeadline, &named.value, &shape.name, near));
        }
        let path = read(&path, shape, shapes, problems)?;
        Some(Shown { path, at: at.into_iter().map(|name| name.value).collect(), clear })
    };
    let line = DueShows {
        shows: table.items("shows").iter().filter_map(shown).collect(),
        clear_to: steps::people(&table.texts("clear-to", problems), shape, shapes, problems),
    };
    table.finish(problems);
    line
}

/// The columns of lists: the names that are fields, computed values or paths.
pub(super) fn columns(names: &[Placed<String>], shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<String> {
    let rolled = |word: &str| shapes.rollups(&shape.name).iter().any(|rollup| rollup.name == word);
    let known = |name: &Placed<String>| {
        let one = |word: &str| {
            // a single name must be a declared name; a path may use labels
            if shape.field_id(word).is_none()
                && shape.find_computed(word).is_none()
                && !rolled(word)
                && is_kebab(word)
                && !OWN.contains(&word)
            {
                let near = nearest(word, shape.fields().iter().map(|field| field.name.as_str()));
                problems.push(unknown(&name.place, LoadText::WordField, word, &shape.name, near));
                return false;
            }
            let word = Placed { value: word.to_owned(), place: name.place.clone() };
            shape.find_computed(&word.value).is_some()
                || rolled(&word.value)
                || read(&word, shape, shapes, problems).is_some()
        };
        name.value.split('|').filter(|word| !one(word)).count() == 0
    };
    names.iter().filter(|name| known(name)).map(|name| name.value.clone()).collect()
}

pub(super) fn read(path: &Placed<String>, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Option<Path> {
    let known = |kinds: &[String]| -> Vec<&Shape> {
        let named = |kind: &&String| kinds.is_empty() || kinds.contains(kind);
        shapes.shapes.iter().filter(|(kind, _)| named(kind)).map(|(_, shape)| shape).collect()
    };
    let rolled = |shape: &Shape, word: &str| {
        let all = shapes.rollups(&shape.name);
        let found =
            all.iter().find(|rollup| rollup.name == word).or_else(|| all.iter().find(|it| it.label.matches(word)));
        found.map(|rollup| (rollup.name.clone(), rollup.label.clone()))
    };
    match Path::read(&path.value, shape, &known, &rolled) {
        Ok(path) => Some(path),
        Err(Astray { part, of, near }) => {
            problems.push(unknown(&path.place, LoadText::WordField, &part, &of, near.as_deref()));
            None
        }
    }
}

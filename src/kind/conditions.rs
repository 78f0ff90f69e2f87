//! Named conditions of a kind file, `[conditions.NAME]`: a list of which one is enough (`any`), or of which all must
//! hold. A condition may use others of its kind and of records that it refers to, but not lead back to itself.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::reader::{AllShapes, label, name_of};
use crate::filter::{Filter, Named, Rollup, Shapes, is_taken};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::Section;
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::Shape;

/// A named condition as the file writes it.
#[derive(Debug)]
pub(crate) struct Written {
    name: String,
    label: Label,
    /// Whether one of them is enough; otherwise all must hold.
    any: bool,
    texts: Vec<Placed<String>>,
    place: Place,
}

/// The conditions of `[conditions.…]`, in declared order.
pub(super) fn written(section: &Section, shape: &Shape, problems: &Problems) -> Vec<Written> {
    let mut found: Vec<Written> = Vec::new();
    for (name, table) in section.sections("conditions", problems) {
        name_of(name, LoadText::WordCondition, problems);
        let computed = shape.computed().iter().any(|computed| computed.name == name.value);
        if is_taken(&name.value) || computed || shape.field_id(&name.value).is_some() {
            problems.say(&name.place, label!(LoadText::ConditionTaken, name = name.value));
        }
        let label = label(table, "label", &name.value, problems);
        let (any, all) = (table.texts("any", problems), table.texts("all", problems));
        if any.is_empty() == all.is_empty() {
            let problem = Problem::new(name.place.clone(), label!(LoadText::ConditionEmpty, name = name.value));
            problems.push(problem.help(LoadText::ConditionHelp));
        }
        table.finish(problems);
        let (is_any, texts) = if any.is_empty() { (false, all) } else { (true, any) };
        found.push(Written { name: name.value.clone(), label, any: is_any, texts, place: name.place.clone() });
    }
    found
}

/// Binds the conditions of all kinds, each after those that it uses. Without `problems`, conditions that cannot be
/// bound yet are skipped.
pub(crate) fn bound(
    written: &BTreeMap<String, &[Written]>,
    shapes: &AllShapes,
    problems: Option<&Problems>,
) -> BTreeMap<String, Vec<Named>> {
    let binding = Binding { written, shapes, problems, done: RefCell::default(), under_way: RefCell::default() };
    let of = |kind: &String, all: &[Written]| all.iter().filter_map(|written| binding.bind(kind, written)).collect();
    written.iter().map(|(kind, all)| (kind.clone(), of(kind, all))).collect()
}

/// A kind and a condition of it.
type Of = (String, String);

struct Binding<'b> {
    written: &'b BTreeMap<String, &'b [Written]>,
    shapes: &'b AllShapes,
    problems: Option<&'b Problems>,
    done: RefCell<BTreeMap<Of, Option<Named>>>,
    under_way: RefCell<Vec<Of>>,
}

impl Binding<'_> {
    /// Binds one condition. A mistake in it is reported once, and not again for conditions that use it.
    fn bind(&self, kind: &str, written: &Written) -> Option<Named> {
        let of = (kind.to_owned(), written.name.clone());
        if let Some(done) = self.done.borrow().get(&of) {
            return done.clone();
        }
        let named = |any| Named { name: written.name.clone(), label: written.label.clone(), any };
        if self.is_circular(&of, written) {
            return self.problems.map(|_| named(Vec::new()));
        }
        self.under_way.borrow_mut().push(of.clone());
        let mut filters: Vec<Filter> = Vec::new();
        for text in &written.texts {
            match (Filter::read(text, kind, self, &self.shapes.scope), self.problems) {
                (Ok(filter), _) => filters.push(filter),
                (Err(problem), Some(problems)) => problems.push(problem),
                (Err(_), None) => {}
            }
        }
        self.under_way.borrow_mut().pop();
        let whole = filters.len() == written.texts.len() || self.problems.is_some();
        let any = match written.any {
            true => filters,
            false => filters.into_iter().reduce(|all, filter| all.and(&filter)).into_iter().collect(),
        };
        let found = whole.then(|| named(any));
        self.done.borrow_mut().insert(of, found.clone());
        found
    }

    /// Whether a condition leads back to itself. If so, a problem is noted.
    fn is_circular(&self, of: &Of, written: &Written) -> bool {
        let under_way = self.under_way.borrow();
        let Some(from) = under_way.iter().position(|other| other == of) else { return false };
        let circle = under_way[from..].iter().chain([of]).map(|(_, name)| name.as_str());
        let circle = circle.collect::<Vec<_>>().join(" → ");
        let problem = Problem::new(written.place.clone(), label!(LoadText::ConditionCircle, name = of.1));
        let problem = problem.help(label!(LoadText::ConditionCircleHelp, circle = circle));
        self.problems.into_iter().for_each(|problems| problems.push(problem.clone()));
        true
    }
}

impl Shapes for Binding<'_> {
    fn shape(&self, kind: &str) -> Option<&Shape> {
        self.shapes.shape(kind)
    }

    fn kinds(&self) -> Vec<&str> {
        self.shapes.kinds()
    }

    fn milestone(&self, kind: &str, name: &str) -> Option<&[String]> {
        Shapes::milestone(self.shapes, kind, name)
    }

    fn milestones(&self, kind: &str) -> Vec<&str> {
        Shapes::milestones(self.shapes, kind)
    }

    fn rollups(&self, kind: &str) -> &[Rollup] {
        self.shapes.rollups(kind)
    }

    fn condition(&self, kind: &str, word: &str) -> Option<Named> {
        let all = self.written.get(kind)?;
        let named = all.iter().find(|written| written.name == word);
        let found = named.or_else(|| all.iter().find(|written| written.label.matches(word)))?;
        self.bind(kind, found)
    }

    fn conditions(&self, kind: &str) -> Vec<String> {
        let all = self.written.get(kind).copied().unwrap_or_default();
        all.iter().map(|written| written.name.clone()).collect()
    }
}

//! Reads figures: what is counted, averaged, compared with limits, or weighted.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::Reading;
use crate::calendar::Span;
use crate::filter::{Reached, Scope};
use crate::kind::{Kind, state_of};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText as Text, LoadText, RuleText};
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Placed, Problem, did_you_mean};
use crate::record::{FieldId, Type, parse_decimal};
use crate::report::language::column::Column;
use crate::report::language::figure_plan::{Figure, How, Measure, What};
use crate::report::language::plan::Set;

/// The keys for how a figure is computed, besides those of [`How`].
const KEYS: [&str; 8] = ["count", "rate", "met", "filled", "score", "recommend", "weighted", "age"];
/// The lowest score of promoters, and below it the highest score of detractors, on the scale of the net promoter
/// score.
const PROMOTERS: u64 = 9;
const DETRACTORS: u64 = 6;

/// A table such as `{ field = "amount", of = "answered" }`, with the set that it names.
struct Of<'f> {
    table: &'f Section,
    set: usize,
}

impl Reading<'_> {
    /// Every figure, in the order of the file.
    pub(super) fn figures(&self, file: &Section, sets: &[Set]) -> Vec<Figure> {
        let tables = file.list("figures", self.problems);
        let mut figures: Vec<Figure> = Vec::new();
        // a weighted figure uses others, so these are read first
        for table in tables.iter().filter(|table| !table.has("weighted")) {
            figures.extend(self.one_figure(table, sets, &[]));
        }
        for table in tables.iter().filter(|table| table.has("weighted")) {
            let weighted = self.one_figure(table, sets, &figures);
            figures.extend(weighted);
        }
        figures
    }

    fn one_figure(&self, table: &Section, sets: &[Set], figures: &[Figure]) -> Option<Figure> {
        let name = self.name(table);
        let label = table.label("label", self.problems);
        let means = table.label("means", self.problems);
        let keys: Vec<&str> = KEYS.into_iter().chain(How::ALL.map(How::name)).filter(|key| table.has(key)).collect();
        let what = match keys.as_slice() {
            [key] => self.what(key, table, sets, figures),
            _ => {
                let all: Vec<&str> = KEYS.into_iter().chain(How::ALL.map(How::name)).collect();
                let help = label!(Text::WriteOneOf, names = all.join(", "));
                self.problems.push(Problem::new(table.place().clone(), Text::OneWay).help(help));
                None
            }
        };
        table.finish(self.problems);
        let (name, what) = (name?, what?);
        let label = label.unwrap_or_else(|| Label::verbatim(name.value.as_str()));
        let means = means.unwrap_or_else(|| meaning(&what, sets));
        Some(Figure { name: name.value, label, means, what, place: name.place })
    }

    fn what(&self, key: &str, table: &Section, sets: &[Set], figures: &[Figure]) -> Option<What> {
        if let Some(how) = How::ALL.into_iter().find(|how| how.name() == key) {
            let of = self.of(table, key, sets)?;
            let found = self.measure(&of, how, sets);
            of.table.finish(self.problems);
            return Some(What::Amount { how, of: found?, set: of.set });
        }
        match key {
            "count" => Some(What::Count(self.set(&table.text(key, self.problems)?, sets)?)),
            "rate" => self.rate(table, sets),
            "weighted" => self.weighted(table, figures),
            _ => {
                let of = self.of(table, key, sets)?;
                let found = match key {
                    "met" => self.deadline(&of, sets).map(|deadline| What::Met { deadline, set: of.set }),
                    "filled" => self.filled(&of, sets),
                    "score" => self.scores(&of, sets).map(|field| What::Score { field, set: of.set }),
                    "recommend" => self.recommend(&of, sets),
                    _ => self.age(&of, sets),
                };
                of.table.finish(self.problems);
                found
            }
        }
    }

    /// The table under a key, with its set.
    fn of<'f>(&self, table: &'f Section, key: &str, sets: &[Set]) -> Option<Of<'f>> {
        let table = table.section(key, self.problems)?;
        let set = self.set(&table.required_text("of", self.problems)?, sets)?;
        Some(Of { table, set })
    }

    /// The kind of a set's records, if there is only one; for events `None`.
    fn kind_of<'r>(&'r self, of: &Of<'_>, sets: &[Set]) -> Option<&'r Kind> {
        let set = sets.get(of.set)?;
        if set.events {
            let message = label!(Text::EventsHaveNone, set = set.name);
            self.problems.say(of.table.place(), message);
            return None;
        }
        self.policy.kind(set.kinds.first()?)
    }

    fn measure(&self, of: &Of<'_>, how: How, sets: &[Set]) -> Option<Measure> {
        let kind = self.kind_of(of, sets)?;
        if !of.table.has("field") {
            if of.table.has("stood") {
                let states = of.table.texts("stood", self.problems);
                let state = |name: &Placed<String>| state_of(&kind.shape, &name.value, &name.place, self.problems);
                let states: Option<Vec<String>> = states.iter().map(state).collect();
                return states.filter(|states| !states.is_empty()).map(Measure::Stood);
            }
            if !of.table.has("deadline") {
                self.problems.push(Problem::new(of.table.place().clone(), Text::OfWhat).help(Text::OfWhatDo));
                return None;
            }
            if how == How::Sum {
                self.problems.say(of.table.place(), Text::NoSumOfTime);
            }
            return self.deadline(of, sets).map(Measure::Deadline);
        }
        let name = of.table.text("field", self.problems)?;
        if let Some(computed) = kind.shape.computed().iter().find(|computed| computed.name == name.value) {
            return self.number(&computed.ty, &name).then(|| Measure::Computed(Box::new(computed.clone())));
        }
        if let Some(rollup) = kind.rollups.iter().find(|rollup| rollup.name == name.value) {
            return self.number(&rollup.ty, &name).then(|| Measure::Rollup(Box::new(rollup.clone())));
        }
        let mut shape = &kind.shape;
        let mut path = Vec::new();
        let parts: Vec<&str> = name.value.split('.').collect();
        let scope = Scope::rule(self.policy.settings.time_zone);
        let follows =
            kind.shape.find(parts[0]).is_some_and(|(_, field)| matches!(field.ty, Type::Ref(_) | Type::Person));
        if let Some(reached) = follows.then(|| Reached::read(kind.name(), &name.value, self.policy, &scope)).flatten() {
            return self.number(&reached.ty, &name).then(|| Measure::Reached(Box::new(reached)));
        }
        for (at, part) in parts.iter().enumerate() {
            let field = crate::kind::field_of(shape, part, &name.place, self.problems)?;
            path.push(field);
            match shape.field(field).ty.element() {
                Type::Group(inner) if at + 1 < parts.len() => shape = inner,
                ty if at + 1 == parts.len() => return self.number(ty, &name).then_some(Measure::Field(path)),
                _ => {
                    self.wrong(&name.place, label!(Text::NoFurther, name = part));
                    return None;
                }
            }
        }
        None
    }

    fn number(&self, ty: &Type, name: &Placed<String>) -> bool {
        let is = matches!(ty, Type::Count | Type::Decimal | Type::Money);
        if !is {
            self.wrong(&name.place, label!(Text::NoNumber, name = name.value));
        }
        is
    }

    fn deadline(&self, of: &Of<'_>, sets: &[Set]) -> Option<String> {
        let kind = self.kind_of(of, sets)?;
        let name = of.table.required_text("deadline", self.problems)?;
        match kind.deadline(&name.value) {
            Some(deadline) if deadline.outside => {
                self.wrong(&name.place, label!(RuleText::OutsideDeadline, name = name.value));
                None
            }
            Some(_) => Some(name.value),
            None => {
                let near = nearest(&name.value, kind.deadlines.iter().map(|deadline| deadline.name.as_str()));
                let message = label!(RuleText::NoDeadline, kind = kind.name(), name = name.value);
                self.problems.push(Problem::new(name.place, message).help_if(near.map(did_you_mean)));
                None
            }
        }
    }

    fn rate(&self, table: &Section, sets: &[Set]) -> Option<What> {
        let table = table.section("rate", self.problems)?;
        let [part, of] = ["part", "of"].map(|key| table.required_text(key, self.problems));
        table.finish(self.problems);
        let (part, whole) = (self.set(&part?, sets), self.set(of.as_ref()?, sets)?);
        let part = part?;
        // a rate cannot be above 100 %: the part must belong to the whole
        let mut above = Some(part);
        while let Some(at) = above.filter(|at| *at != whole) {
            above = sets.get(at).and_then(|set| set.of);
        }
        if above.is_none() {
            let (part, of) = (&sets.get(part)?.name, of?);
            let message = label!(Text::NoPart, part = part, of = of.value);
            let help = label!(Text::NoPartDo, part = part, of = of.value);
            self.problems.push(Problem::new(of.place, message).help(help));
        }
        Some(What::Rate { part, of: whole })
    }

    fn filled(&self, of: &Of<'_>, sets: &[Set]) -> Option<What> {
        let kinds = [self.kind_of(of, sets)?.name().to_owned()];
        let names = of.table.texts("fields", self.problems);
        if names.is_empty() {
            self.problems.say(of.table.place(), label!(LoadText::Absent, key = "fields"));
        }
        let bind = |name: &Placed<String>| Column::bind(self.policy, &kinds, false, name, true, self.problems);
        Some(What::Filled { fields: names.iter().filter_map(bind).collect(), set: of.set })
    }

    fn scores(&self, of: &Of<'_>, sets: &[Set]) -> Option<FieldId> {
        let kind = self.kind_of(of, sets)?;
        let name = of.table.required_text("field", self.problems)?;
        let field = crate::kind::field_of(&kind.shape, &name.value, &name.place, self.problems)?;
        if matches!(kind.field(field).ty.element(), Type::Count) {
            return Some(field);
        }
        self.wrong(&name.place, label!(Text::NoScore, name = name.value));
        None
    }

    fn recommend(&self, of: &Of<'_>, sets: &[Set]) -> Option<What> {
        let field = self.scores(of, sets);
        let count = |key: &str, usual| of.table.count(key, self.problems).map_or(usual, |count| count.value);
        let (promoters, detractors) = (count("promoters", PROMOTERS), count("detractors", DETRACTORS));
        if detractors >= promoters {
            self.problems.say(of.table.place(), Text::PromotersAbove);
        }
        Some(What::Recommend { field: field?, set: of.set, promoters, detractors })
    }

    fn age(&self, of: &Of<'_>, sets: &[Set]) -> Option<What> {
        self.kind_of(of, sets)?;
        let mut bands: Vec<Span> = Vec::new();
        for text in of.table.texts("bands", self.problems) {
            let band = match text.value.parse::<Span>() {
                Ok(band) if band.count > 0 => band,
                Ok(_) => {
                    self.wrong(&text.place, label!(RuleText::NoTime, text = text.value));
                    continue;
                }
                Err(error) => {
                    self.wrong(&text.place, error.label());
                    continue;
                }
            };
            if bands.last().is_some_and(|last| last.unit != band.unit || last.count >= band.count) {
                let message = label!(RuleText::BandOrder, text = text.value);
                self.problems.push(Problem::new(text.place, message).help(RuleText::BandOrderDo));
            }
            bands.push(band);
        }
        if bands.is_empty() {
            self.problems.say(of.table.place(), label!(LoadText::Absent, key = "bands"));
        }
        Some(What::Age { bands, set: of.set })
    }

    fn weighted(&self, table: &Section, figures: &[Figure]) -> Option<What> {
        let (mut parts, mut sum, mut seen) = (Vec::new(), Decimal::ZERO, BTreeSet::new());
        let rows = table.list("weighted", self.problems);
        let rest = table.label("rest", self.problems).is_some();
        let least = table.item("at-least").and_then(|item| self.weight(item));
        let sound = !rows.is_empty() && rows.iter().all(|row| row.has("figure") && row.has("weight"));
        for row in rows {
            let name = row.required_text("figure", self.problems);
            let weight = row.item("weight").and_then(|item| self.weight(item));
            row.finish(self.problems);
            let Some(name) = name else { continue };
            if let Some(weight) = weight {
                sum += weight;
            }
            let Some(figure) = self.figure(&name, figures) else { continue };
            let shares = matches!(
                figures[figure].what,
                What::Rate { .. } | What::Met { .. } | What::Filled { .. } | What::Score { .. }
            );
            if !shares {
                let message = label!(Text::NotWeighed, name = name.value);
                self.problems.push(Problem::new(name.place.clone(), message).help(Text::NotWeighedDo));
            }
            if !seen.insert(figure) {
                self.problems.say(&name.place, label!(Text::ThereIs, name = name.value));
            }
            parts.extend(weight.map(|weight| (figure, weight)));
        }
        let place = table.item("weighted").map_or(table.place(), Item::place);
        match rest {
            true if sound && sum >= Decimal::ONE => {
                self.wrong(place, label!(Text::NoRest, sum = sum.normalize()));
            }
            false if sound && sum != Decimal::ONE => self.wrong(place, label!(Text::Weights, sum = sum.normalize())),
            _ => {}
        }
        if let Some(least) = least.filter(|least| sound && sum < *least) {
            let place = table.item("at-least").map_or(table.place(), Item::place);
            let (sum, least) = (sum.normalize(), least.normalize());
            let message = label!(Text::BelowFloor, sum = sum, least = least);
            self.problems.push(Problem::new(place.clone(), message).help(Text::BelowFloorDo));
        }
        Some(What::Weighted(parts))
    }

    fn weight(&self, item: &Item) -> Option<Decimal> {
        let number = match item {
            Item::Number(number) => parse_decimal(&number.value).ok(),
            Item::Count(count) => Some(Decimal::from(count.value)),
            _ => None,
        };
        let found = number.filter(|weight| *weight > Decimal::ZERO && *weight <= Decimal::ONE);
        if found.is_none() {
            self.problems.say(item.place(), Text::NoWeight);
        }
        found
    }
}

/// The meaning of a figure that gives none itself.
fn meaning(what: &What, sets: &[Set]) -> Label {
    let set = |at: &usize| sets.get(*at).map(|set| set.label.clone()).unwrap_or_default();
    match what {
        What::Count(of) => label!(Text::MeansCount; set = set(of)),
        What::Amount { set: of, .. } | What::Score { set: of, .. } | What::Filled { set: of, .. } => {
            label!(Text::MeansOf; set = set(of))
        }
        What::Rate { part, of } => label!(Text::MeansRate; part = set(part), set = set(of)),
        What::Met { set: of, .. } => label!(Text::MeansMet; set = set(of)),
        What::Recommend { set: of, promoters, detractors, .. } => {
            label!(Text::MeansRecommend, promoters = promoters, detractors = detractors; set = set(of))
        }
        What::Weighted(_) => Text::MeansWeighted.label(),
        What::Age { set: of, .. } => label!(Text::MeansAge; set = set(of)),
    }
}

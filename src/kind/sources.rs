//! Reads where the value comes from that a step sets, or gives to a record that it opens. Sources are fields (also of
//! records that this one refers to), sums over lines, and values of the policy.

use super::reader::{self, AllShapes, unknown};
use super::steps::Reader;
use super::{Doings, Fill, Source, Told, Which};
use crate::calendar::{Shift, Span, Unit};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type, Value};

/// The context in which sources are read. `shape` is the kind that has the step.
pub(super) struct Sources<'r> {
    pub(super) shape: &'r Shape,
    pub(super) shapes: &'r AllShapes,
    pub(super) problems: &'r Problems,
    /// The list whose line is being handled, if there is one.
    pub(super) lines: Option<Each<'r>>,
    /// The depth of nested lines.
    pub(super) depth: usize,
    /// Whether a date may come from a time, and a time from a date.
    pub(super) dates: bool,
}

/// A list, if something is done for each of its lines: of the record itself, or of a record that it refers to.
#[derive(Debug, Clone)]
pub(super) struct Each<'r> {
    /// As the file writes it. Paths into its lines begin with this text.
    pub(super) path: String,
    /// The field that refers to the other record.
    pub(super) through: Option<FieldId>,
    /// The list.
    pub(super) list: FieldId,
    /// The shape of its lines.
    pub(super) line: &'r Shape,
}

/// The most references that a path may follow.
const DEEPEST: usize = 4;

impl<'r> Sources<'r> {
    /// The context outside of lists.
    pub(super) fn new(shape: &'r Shape, shapes: &'r AllShapes, problems: &'r Problems) -> Self {
        Sources { shape, shapes, problems, lines: None, depth: 0, dates: false }
    }
}

impl Sources<'_> {
    /// For `with`: a text is a path, a list of texts is the first path that gives a value, and a table is read by
    /// [`Sources::table`].
    pub(super) fn copied(&self, target: &Shape, name: &Placed<String>, item: &Item) -> Option<(FieldId, Source)> {
        let to = reader::field(target, &name.value, &name.place, self.problems)?;
        let ty = &target.field(to).ty;
        let source = match item {
            Item::Section(table) => self.table(table, &name.value, ty),
            Item::List(_, items) => {
                let paths = items.iter().map(|item| self.path(&item.text(self.problems)?, &name.value, ty));
                paths.collect::<Option<_>>().map(Source::First)
            }
            item => self.path(&item.text(self.problems)?, &name.value, ty),
        };
        Some((to, source?))
    }

    /// For `set` and `sets`: a text is a value, and a table is read by [`Sources::table`].
    pub(super) fn filled(&self, target: &Shape, name: &Placed<String>, item: &Item) -> Option<(FieldId, Source)> {
        let to = reader::field(target, &name.value, &name.place, self.problems)?;
        let ty = &target.field(to).ty;
        let source = match item {
            Item::Section(table) => self.table(table, &name.value, ty),
            item => self.fill(&item.text(self.problems)?, ty),
        };
        Some((to, source?))
    }

    /// `{ from = ["complaint.ratio", "client.ratio"], else = "3" }`, `{ sum = "remedies.amount", where = { kind =
    /// "return" } }`, or `{ authority = "remedy" }`.
    fn table(&self, table: &Section, name: &str, ty: &Type) -> Option<Source> {
        let mut all = Vec::new();
        if table.has("events") {
            all.extend(self.doings(table, name, ty).map(|doings| Source::Doings(Box::new(doings))));
        } else if let Some(with) = table.section("with", self.problems) {
            all.extend(self.made(table, with, name, ty));
        }
        if let Some(amount) = table.text("divide", self.problems) {
            let by = table.required_text("by", self.problems);
            all.extend(by.and_then(|by| self.divided(&amount, &by, name, ty)));
        }
        if let Some(span) = table.text("span", self.problems) {
            let unit = table.required_text("unit", self.problems);
            all.extend(unit.and_then(|unit| self.ahead(&span, &unit, name, ty)));
        }
        if let Some(sum) = table.text("sum", self.problems) {
            let only = table.section("where", self.problems);
            all.extend(self.sum(&sum, only, name, ty));
        }
        if let Some(named) = table.text("head", self.problems) {
            all.extend(self.head(&named, name, ty));
        }
        if let Some(named) = table.text("authority", self.problems) {
            match ty {
                Type::Role => all.push(Source::Authority(named)),
                _ => {
                    let (path, ours, ty) = (&named.value, Type::Role.name(), ty.name());
                    let message = label!(LoadText::TypesDiffer, path = path, ours = ours, ty = ty, name = name);
                    self.problems.say(&named.place, message);
                }
            }
        }
        if let Some(kind) = table.text("every", self.problems) {
            all.extend(self.every(table, &kind, name, ty));
        }
        match self.shift(table, name, ty) {
            Some(shift) => {
                // a date may be taken from a time, and a time from a date
                let dates = Sources { dates: true, lines: self.lines.clone(), ..*self };
                let of = dates.dated(table, name, ty);
                if of.is_empty() {
                    self.problems
                        .push(Problem::new(table.place().clone(), LoadText::ShiftOfNone).help(LoadText::ShiftHelp));
                }
                all.push(Source::Shifted(Box::new(Source::First(of)), shift));
            }
            None => all.extend(self.dated(table, name, ty)),
        }
        if let Some(text) = table.text("else", self.problems) {
            all.extend(self.fill(&text, ty));
        }
        table.finish(self.problems);
        if all.is_empty() {
            let one = r#"{ from = ["…"], else = "…" }"#;
            let other = r#"{ sum = "LIST.FIELD", where = { FIELD = "…" } }"#;
            let help = label!(LoadText::WriteEither, one = one, other = other);
            self.problems.push(Problem::new(table.place().clone(), LoadText::NoSource).help(help));
        }
        (!all.is_empty()).then_some(Source::First(all))
    }

    /// The sources under `from`, `latest` and `earliest` of a table.
    fn dated(&self, table: &Section, name: &str, ty: &Type) -> Vec<Source> {
        let read = |key: &str, sources: &Self| -> Vec<Source> {
            let paths = table.texts(key, self.problems);
            paths.iter().filter_map(|path| sources.path(path, name, ty)).collect()
        };
        let mut all = read("from", self);
        for (key, latest) in [("latest", true), ("earliest", false)] {
            let Some(item) = table.item(key) else { continue };
            if !matches!(ty, Type::Date | Type::Time) {
                self.problems.say(item.place(), label!(LoadText::NeitherDate, name = name));
            }
            let of = read(key, &Sources { dates: true, lines: self.lines.clone(), ..*self });
            all.push(Source::Extreme { of, latest });
        }
        all
    }

    /// `plus = "3 months"` or `minus = "10 days"`, for a date or time.
    fn shift(&self, table: &Section, name: &str, ty: &Type) -> Option<Shift> {
        let read = |key: &str| {
            let text = table.text(key, self.problems)?;
            if !matches!(ty, Type::Date | Type::Time) {
                self.problems.say(&text.place, label!(LoadText::NeitherDate, name = name));
            }
            match text.value.parse::<Span>() {
                Ok(span) => {
                    let shift = Shift { span, back: key == "minus" };
                    let hours = span.seconds().is_some() && matches!(ty, Type::Date);
                    if shift.back && !shift.is_civil() || hours {
                        let problem = Problem::new(text.place, label!(LoadText::ShiftUnit, span = text.value));
                        self.problems.push(problem.help(LoadText::ShiftUnitHelp));
                    }
                    Some(shift)
                }
                Err(error) => {
                    self.problems.say(&text.place, error.label());
                    None
                }
            }
        };
        match (read("plus"), read("minus")) {
            (Some(_), Some(minus)) => {
                self.problems.say(table.place(), LoadText::ShiftTwice);
                Some(minus)
            }
            (plus, minus) => plus.or(minus),
        }
    }

    /// Whether a value of one type fits a field of another type.
    fn does(&self, ours: &Type, ty: &Type) -> bool {
        let date = |ty: &Type| matches!(ty, Type::Date | Type::Time);
        ours.name() == ty.name() || self.dates && date(ours) && date(ty)
    }

    /// `{ each = "remedies", where = { kind = "return" }, with = { item = "product", quantity = "remedies.quantity" }
    /// }`: lines of a list, one for each line of a list of the record. Without `each` it is one line.
    fn made(&self, table: &Section, with: &Section, name: &str, ty: &Type) -> Option<Source> {
        let Type::Group(line) = ty.element() else {
            self.problems.say(with.place(), label!(LoadText::NoLines, name = name));
            return None;
        };
        if self.depth > 0 || !matches!(ty, Type::List(_)) {
            self.problems.say(with.place(), label!(LoadText::NoLines, name = name));
            return None;
        }
        let reader = Reader { shape: self.shape, shapes: self.shapes, problems: self.problems };
        let each = table.text("each", self.problems).and_then(|each| reader.each(&each));
        let lines = reader.lines(table, each.as_ref().map(|each| each.line));
        let own = each.as_ref().map(|each| (each.through, each.list));
        let inner = Sources { lines: each.or_else(|| self.lines.clone()), depth: self.depth + 1, ..*self };
        let with = with.entries().filter_map(|(name, item)| inner.copied(line, name, item)).collect();
        let required = line.handles().filter(|(_, field)| field.required).map(|(field, _)| field).collect();
        let (through, each) = own.map_or((None, None), |(through, list)| (through, Some(list)));
        Some(Source::Lines { through, each, lines, with, required })
    }

    /// `{ events = ["complaint", "inquiry"], by = "person", on = "date", without = ["edit"], with = { at = "at", note
    /// = ["note", "answer"] } }`: the steps that a person took on a day, one line for each.
    fn doings(&self, table: &Section, name: &str, ty: &Type) -> Option<Doings> {
        let problems = self.problems;
        let named = table.texts("events", problems);
        let (by, on) = (table.required_text("by", problems), table.required_text("on", problems));
        let steps = table.texts("without", problems);
        let with = table.section("with", problems);
        let Type::Group(line) = ty.element() else {
            problems.say(table.place(), label!(LoadText::NoLines, name = name));
            return None;
        };
        let mut kinds = Vec::new();
        for kind in named {
            match self.shapes.shapes.contains_key(&kind.value) {
                true => kinds.push(kind.value),
                false => {
                    let near = nearest(&kind.value, self.shapes.shapes.keys().map(String::as_str));
                    let help = near.map(|near| label!(LoadText::DidYouMean, near = near));
                    let message = label!(LoadText::NoKind, kind = kind.value);
                    problems.push(Problem::new(kind.place, message).help_if(help));
                }
            }
        }
        steps.iter().for_each(|step| self.shapes.has_step(&kinds, &step.value, &step.place, problems));
        let own = |named: Option<Placed<String>>, fits: fn(&Type) -> bool| {
            let named = named?;
            let field = reader::field(self.shape, &named.value, &named.place, problems)?;
            if fits(&self.shape.field(field).ty) {
                return Some(field);
            }
            problems.say(&named.place, label!(LoadText::NotOfEvents, name = named.value, key = named.place.key));
            None
        };
        let by = own(by, |ty| matches!(ty, Type::Person));
        let on = own(on, |ty| matches!(ty, Type::Date));
        let told = with.into_iter().flat_map(Section::entries).filter_map(|(name, item)| {
            let to = reader::field(line, &name.value, &name.place, problems)?;
            let words: Vec<Placed<String>> = match item {
                Item::List(_, items) => items.iter().filter_map(|item| item.text(problems)).collect(),
                item => item.text(problems).into_iter().collect(),
            };
            let told = words.iter().filter_map(|word| self.told(word, &kinds, &line.field(to).ty));
            Some((to, told.collect::<Vec<_>>()))
        });
        let with: Vec<_> = told.collect();
        let without = steps.into_iter().map(|step| step.value).collect();
        Some(Doings { kinds, by: by?, on: on?, without, with })
    }

    /// The meaning of a word about a step: `at`, `kind`, `record`, `step`, `note`, or a field of the records.
    fn told(&self, word: &Placed<String>, kinds: &[String], ty: &Type) -> Option<Told> {
        let (told, fits) = match word.value.as_str() {
            "at" => (Told::At, matches!(ty, Type::Time)),
            "kind" => (Told::Kind, matches!(ty, Type::Text)),
            "record" => (Told::Record, matches!(ty, Type::Ref(_))),
            "step" => (Told::Step, matches!(ty, Type::Text)),
            "note" => (Told::Note, matches!(ty, Type::Text)),
            name => {
                let own = match ty {
                    Type::Ref(named) => named.iter().find(|named| kinds.contains(named)).cloned(),
                    _ => None,
                };
                let shapes = kinds.iter().filter_map(|kind| self.shapes.shapes.get(kind));
                let has = |shape: &Shape| {
                    let field = shape.field_id(name)?;
                    let declared = shape.field(field);
                    (declared.ty.name() == ty.name() && !declared.private).then(|| (shape.name.clone(), field))
                };
                let of: Vec<(String, FieldId)> = shapes.filter_map(has).collect();
                let fits = !of.is_empty();
                (Told::Field { of, own }, fits)
            }
        };
        if !fits {
            self.problems.say(&word.place, label!(LoadText::NothingOfEvents, word = word.value));
        }
        fits.then_some(told)
    }

    /// `{ divide = "remedies.amount", by = "remedies.quantity" }`: an amount divided by a number, or a number by a
    /// number.
    fn divided(&self, amount: &Placed<String>, by: &Placed<String>, name: &str, ty: &Type) -> Option<Source> {
        if !matches!(ty, Type::Money | Type::Decimal) {
            self.problems.say(&amount.place, label!(LoadText::NoQuotient, name = name));
            return None;
        }
        let (amount, by) = (self.path(amount, name, ty)?, self.path(by, name, &Type::Decimal)?);
        Some(Source::Divided(Box::new(amount), Box::new(by)))
    }

    /// `{ span = "plan.tasks.hours", unit = "workhours" }`: a time after the step, as many units later as a count
    /// says.
    fn ahead(&self, span: &Placed<String>, unit: &Placed<String>, name: &str, ty: &Type) -> Option<Source> {
        if !matches!(ty, Type::Date | Type::Time) {
            self.problems.say(&span.place, label!(LoadText::NoTimeField, name = name));
            return None;
        }
        let number = self.path(span, name, &Type::Count)?;
        match format!("1 {}", unit.value).parse::<Span>() {
            Ok(one) => Some(Source::Ahead(Box::new(number), one.unit)),
            Err(_) => {
                let problem = Problem::new(unit.place.clone(), label!(LoadText::NoUnit, unit = unit.value));
                self.problems.push(problem.help(LoadText::UnitsAre));
                None
            }
        }
    }

    /// `{ every = "client", where = "state=active" }`. With `filter = "population"` the filter is the text in a field
    /// of the record.
    fn every(&self, table: &Section, kind: &Placed<String>, name: &str, ty: &Type) -> Option<Source> {
        let fits = match ty.element() {
            Type::Ref(kinds) => kinds.is_empty() || kinds.contains(&kind.value),
            Type::Person => self.shapes.shapes.get(&kind.value).is_some_and(|shape| shape.prefix.is_empty()),
            _ => false,
        };
        if !fits || !matches!(ty, Type::List(_)) {
            self.problems.say(&kind.place, label!(LoadText::NamesNoneOfIts, name = name, kind = kind.value));
            return None;
        }
        let which = match table.text("filter", self.problems) {
            Some(field) => Which::Field(reader::field(self.shape, &field.value, &field.place, self.problems)?),
            None => {
                let filter = reader::condition_of(table, "where", &kind.value, self.shapes, self.problems);
                Which::Text(filter.map(|filter| filter.text.value).unwrap_or_default())
            }
        };
        Some(Source::Every { kind: kind.value.clone(), which })
    }

    /// `{ head = "department" }`: the head of the department that a field names.
    fn head(&self, named: &Placed<String>, name: &str, ty: &Type) -> Option<Source> {
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        let ours = &self.shape.field(field).ty;
        if !matches!((ours, ty), (Type::Department, Type::Person)) {
            let (path, ours, ty) = (&named.value, ours.name(), ty.name());
            let message = label!(LoadText::TypesDiffer, path = path, ours = ours, ty = ty, name = name);
            self.problems.say(&named.place, message);
            return None;
        }
        Some(Source::Head(field))
    }

    fn path(&self, path: &Placed<String>, name: &str, ty: &Type) -> Option<Source> {
        if path.value == "id" {
            return Some(Source::Id);
        }
        let parts: Vec<&str> = path.value.split('.').collect();
        let of_line = self.lines.as_ref().and_then(|each| {
            let inner = path.value.strip_prefix(&each.path)?.strip_prefix('.')?;
            Some((each.line, inner))
        });
        if let Some((line, inner)) = of_line {
            let field = reader::field(line, inner, &path.place, self.problems)?;
            let ours = &line.field(field).ty;
            if self.does(ours, ty) {
                return Some(Source::Line(field));
            }
            let message =
                label!(LoadText::TypesDiffer, path = path.value, ours = ours.name(), ty = ty.name(), name = name);
            self.problems.say(&path.place, message);
            return None;
        }
        if parts.len() > DEEPEST {
            self.problems.say(&path.place, label!(LoadText::TooManyRefs, path = path.value));
            return None;
        }
        self.way(self.shape, &parts, path, name, ty)
    }

    fn way(&self, shape: &Shape, parts: &[&str], path: &Placed<String>, name: &str, ty: &Type) -> Option<Source> {
        let (first, rest) = parts.split_first()?;
        let wrong = |ours: &Type| {
            let message =
                label!(LoadText::TypesDiffer, path = path.value, ours = ours.name(), ty = ty.name(), name = name);
            self.problems.say(&path.place, message);
            None
        };
        if rest.is_empty()
            && let Some(computed) = shape.computed().iter().find(|computed| computed.name == *first)
        {
            let fits = self.does(&computed.ty, ty);
            return if fits { Some(Source::Computed(computed.name.clone())) } else { wrong(&computed.ty) };
        }
        let field = reader::field(shape, first, &path.place, self.problems)?;
        let ours = &shape.field(field).ty;
        match (rest.is_empty(), ours) {
            (true, ours) if self.does(ours, ty) => Some(Source::Field(field)),
            (true, ours) => wrong(ours),
            (false, Type::Ref(kinds)) if !kinds.is_empty() => {
                let beyond = kinds.iter().filter_map(|kind| {
                    let other = self.shapes.shapes.get(kind)?;
                    Some((kind.clone(), self.way(other, rest, path, name, ty)?))
                });
                let beyond: Vec<(String, Source)> = beyond.collect();
                (!beyond.is_empty()).then_some(Source::Beyond(field, beyond))
            }
            // takes it from the first line that has it
            (false, Type::List(element)) if rest.len() == 1 && matches!(**element, Type::Group(_)) => {
                let Type::Group(line) = &**element else { return None };
                let inner = reader::field(line, rest.first()?, &path.place, self.problems)?;
                let theirs = &line.field(inner).ty;
                if self.does(theirs, ty) { Some(Source::Within(field, inner)) } else { wrong(theirs) }
            }
            (false, _) => {
                let message = label!(LoadText::FirstNoRecord, first = first);
                self.problems.say(&path.place, message);
                None
            }
        }
    }

    fn sum(&self, sum: &Placed<String>, only: Option<&Section>, name: &str, ty: &Type) -> Option<Source> {
        let path = super::shape::path(self.shape, &sum.value, &sum.place, self.problems)?;
        let [list, of] = path.as_slice() else {
            self.problems.say(&sum.place, LoadText::SumOfLines);
            return None;
        };
        let Type::Group(lines) = self.shape.field(*list).ty.element() else { return None };
        let ours = &lines.field(*of).ty;
        if ours.name() != ty.name() || !matches!(ours, Type::Money | Type::Decimal | Type::Count) {
            let message =
                label!(LoadText::TypesDiffer, path = sum.value, ours = ours.name(), ty = ty.name(), name = name);
            self.problems.say(&sum.place, message);
            return None;
        }
        let mut which = None;
        for (key, _) in only.into_iter().flat_map(Section::entries) {
            let field = reader::field(lines, &key.value, &key.place, self.problems)?;
            let Type::Choice(choices) = &lines.field(field).ty else {
                self.problems.say(&key.place, label!(LoadText::NoChoice, name = key.value));
                return None;
            };
            let values = only.map(|table| table.texts(&key.value, self.problems)).unwrap_or_default();
            for value in values.iter().filter(|value| choices.iter().all(|choice| choice.name != value.value)) {
                let near = nearest(&value.value, choices.iter().map(|choice| choice.name.as_str()));
                self.problems.push(unknown(&value.place, LoadText::WordValue, &value.value, &key.value, near));
            }
            if which.is_some() {
                self.problems.say(&key.place, LoadText::OneField);
            }
            which = Some((field, values.into_iter().map(|value| value.value).collect()));
        }
        Some(Source::Sum { list: *list, of: *of, only: which })
    }

    pub(super) fn fill(&self, text: &Placed<String>, ty: &Type) -> Option<Source> {
        let fill = match (ty, text.value.strip_prefix('+')) {
            (Type::Date | Type::Time, Some(span)) => match span.parse::<Span>() {
                Ok(span) => Fill::Span(span),
                Err(error) => {
                    self.problems.say(&text.place, error.label());
                    return None;
                }
            },
            (Type::Time, None) if text.value == "@now" => Fill::Span(Span { count: 0, unit: Unit::Hours }),
            (Type::Date, None) if text.value == "@now" => Fill::Span(Span { count: 0, unit: Unit::Days }),
            (Type::Person, None) if text.value == "@actor" => Fill::Actor,
            (Type::Department, None) if text.value == "@department" => Fill::Department,
            (Type::Text, None) if text.value == "@note" => Fill::Note,
            (Type::Role, None) => {
                self.shapes.roles.check(text, self.problems);
                Fill::Value(Value::Text(text.value.clone()))
            }
            (Type::Department, None) => {
                self.shapes.departments.check(text, self.problems);
                Fill::Value(Value::Text(text.value.clone()))
            }
            _ => match Value::from_stored(ty.element(), &text.value) {
                Ok(value) if matches!(ty, Type::List(_)) => Fill::Value(Value::List(vec![value])),
                Ok(value) => Fill::Value(value),
                Err(error) => {
                    self.problems.say(&text.place, error.label());
                    return None;
                }
            },
        };
        Some(Source::Fill(fill))
    }
}

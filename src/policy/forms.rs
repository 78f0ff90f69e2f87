//! Which forms are printed: `forms/forms.toml`, and the templates beside it. Older books have both under `policy/`.
//! Here the templates are only text; `form` fills them in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Sources;
use super::roles::{label, labels_are_unique, named};
use crate::filter::Filter;
use crate::kind::{AllShapes, Condition};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems};

/// The forms of a company, and their templates.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Forms {
    /// The forms in the order of the file.
    pub forms: Vec<Form>,
    /// The templates, by their names in the folder: those of forms, and those that they include.
    pub templates: BTreeMap<String, String>,
    /// Where this book has them.
    pub home: FormsHome,
}

/// Where a book has its forms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormsHome {
    /// [`Forms::FILE`] and [`Forms::FOLDER`].
    #[default]
    Own,
    /// `policy/forms.toml` and `policy/forms/`, the place of older books, when forms still belonged to the rules.
    /// `policy upgrade` moves them.
    Older,
}

impl FormsHome {
    /// Where these files have the forms.
    fn of(sources: &Sources) -> Self {
        match sources.bytes(Forms::FILE).is_none() && sources.bytes(FormsHome::Older.file()).is_some() {
            true => FormsHome::Older,
            false => FormsHome::Own,
        }
    }

    /// The file that lists the forms.
    pub fn file(self) -> &'static str {
        match self {
            FormsHome::Own => Forms::FILE,
            FormsHome::Older => "policy/forms.toml",
        }
    }

    /// The folder of the templates.
    pub fn folder(self) -> &'static str {
        match self {
            FormsHome::Own => Forms::FOLDER,
            FormsHome::Older => "policy/forms/",
        }
    }
}

/// A form.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Form {
    /// Its name.
    pub name: String,
    /// Its heading.
    pub label: Label,
    /// The kind of record that it is for.
    pub kind: String,
    /// The records that it fits; `None` means every record of the kind.
    pub when: Option<Condition>,
    /// The records for which it is printed without being named; `None` means all that it fits.
    pub current: Option<Condition>,
    /// For these records the form is only a draft, and says so.
    pub draft: Option<Condition>,
    /// The name of its template.
    pub template: String,
    /// Its copies; never empty. If the file lists none, there is one copy without a holder.
    pub copies: Vec<FormCopy>,
    /// Where it is declared.
    pub place: Place,
}

/// A copy of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormCopy {
    /// Its name for `--copy`. Empty if a form has one copy without a name.
    pub name: String,
    /// Who keeps it, as printed on the copy.
    pub holder: Label,
}

impl Forms {
    /// The path of the file.
    pub const FILE: &'static str = "forms/forms.toml";
    /// The folder of the templates.
    pub const FOLDER: &'static str = "forms/";

    /// Reads the file and the templates. All problems are noted, and everything without problems is returned.
    pub(super) fn load(sources: &Sources, shapes: &AllShapes, problems: &Problems) -> Self {
        let home = FormsHome::of(sources);
        let mut templates = BTreeMap::new();
        for (path, _) in sources.under(home.folder()).filter(|(path, _)| path.ends_with(".html")) {
            let name = path.strip_prefix(home.folder()).unwrap_or(path);
            if let Some(text) = sources.text(path, problems) {
                templates.insert(name.to_owned(), text.to_owned());
            }
        }
        let text = sources.text(home.file(), problems).unwrap_or_default();
        let Some(file) = read(home.file(), text, problems) else {
            return Forms { forms: Vec::new(), templates, home };
        };
        let tables = file.list("forms", problems);
        let forms: Vec<Form> =
            tables.into_iter().filter_map(|table| form(table, (home, &templates), shapes, problems)).collect();
        file.finish(problems);
        twice(LoadText::WordForm, forms.iter().map(|form| (form.name.as_str(), &form.place)), problems);
        for kind in shapes.shapes.keys() {
            let of_kind = forms.iter().filter(|form| form.kind == *kind);
            labels_are_unique(of_kind.map(|form| (&form.label, &form.place)), problems);
        }
        Forms { forms, templates, home }
    }

    /// The form with this name, or with this label in any language.
    pub fn find(&self, word: &str) -> Option<&Form> {
        let called = || self.forms.iter().find(|form| form.label.matches(word));
        self.forms.iter().find(|form| form.name == word).or_else(called)
    }

    /// The forms of a kind's records, in the order of the file.
    pub fn of_kind<'f>(&'f self, kind: &'f str) -> impl Iterator<Item = &'f Form> {
        self.forms.iter().filter(move |form| form.kind == kind)
    }
}

impl Form {
    /// The copy with this name, or whose holder has this label in any language.
    pub fn copy(&self, word: &str) -> Option<&FormCopy> {
        let held = || self.copies.iter().find(|copy| copy.holder.matches(word));
        self.copies.iter().find(|copy| copy.name == word).or_else(held)
    }
}

fn form(
    table: &Section,
    (home, templates): (FormsHome, &BTreeMap<String, String>),
    shapes: &AllShapes,
    problems: &Problems,
) -> Option<Form> {
    let name = table.required_text("name", problems);
    name.iter().for_each(|name| named(name, LoadText::WordForm, problems));
    let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
    let kind = table.required_text("kind", problems);
    let kind = kind.filter(|kind| known_kind(kind, shapes, problems));
    let condition = |key: &str| {
        let text = table.text(key, problems)?;
        let filter = Filter::read(&text, &kind.as_ref()?.value, shapes, &shapes.scope);
        match filter {
            Ok(filter) => Some(Condition { filter, text, reason: Label::default() }),
            Err(problem) => {
                problems.push(problem);
                None
            }
        }
    };
    let (when, current, draft) = (condition("when"), condition("current"), condition("draft"));
    let given = table.text("template", problems);
    let template = given.or_else(|| {
        let name = name.as_ref()?;
        Some(Placed { value: format!("{}.html", name.value), place: name.place.clone() })
    });
    let template = template.filter(|template| {
        let known = templates.contains_key(&template.value);
        if !known {
            let near = nearest(&template.value, templates.keys().map(String::as_str));
            let message = label!(LoadText::NoTemplate, folder = home.folder(), name = template.value);
            let help = near.map(|near| label!(LoadText::DidYouMean, near = near));
            problems.push(Problem::new(template.place.clone(), message).help_if(help));
        }
        known
    });
    let copies: Vec<(FormCopy, Place)> =
        table.list("copies", problems).into_iter().filter_map(|table| copy(table, problems)).collect();
    table.finish(problems);
    twice(LoadText::WordCopy, copies.iter().map(|(copy, place)| (copy.name.as_str(), place)), problems);
    labels_are_unique(copies.iter().map(|(copy, place)| (&copy.holder, place)), problems);
    let mut copies: Vec<FormCopy> = copies.into_iter().map(|(copy, _)| copy).collect();
    if copies.is_empty() {
        copies.push(FormCopy::default());
    }
    let name = name?;
    Some(Form {
        name: name.value,
        label,
        kind: kind?.value,
        when,
        current,
        draft,
        template: template?.value,
        copies,
        place: name.place,
    })
}

fn known_kind(kind: &Placed<String>, shapes: &AllShapes, problems: &Problems) -> bool {
    let known = shapes.shapes.contains_key(&kind.value);
    if !known {
        let near = nearest(&kind.value, shapes.shapes.keys().map(String::as_str));
        let message = label!(LoadText::NoKind, kind = kind.value);
        let help = near.map(|near| label!(LoadText::DidYouMean, near = near));
        problems.push(Problem::new(kind.place.clone(), message).help_if(help));
    }
    known
}

fn copy(table: &Section, problems: &Problems) -> Option<(FormCopy, Place)> {
    let name = table.required_text("name", problems)?;
    named(&name, LoadText::WordCopy, problems);
    let holder = label(table, &name.value, problems);
    table.finish(problems);
    Some((FormCopy { name: name.value, holder }, name.place))
}

fn twice<'n>(what: LoadText, names: impl Iterator<Item = (&'n str, &'n Place)>, problems: &Problems) {
    let mut seen = Vec::new();
    for (name, place) in names {
        if seen.contains(&name) {
            problems.say(place, label!(LoadText::ThereIs, name = name; what = what));
        }
        seen.push(name);
    }
}

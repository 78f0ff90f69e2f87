//! Turns templates into pages. Undefined names are errors, the work is limited, and everything is escaped.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde_json::{Value as Json, json};

use super::words::label;
use super::{Desk, FormError, sums};
use crate::locale::Lang;
use crate::policy::{Clock, Form, FormCopy, Forms, FormsHome, Settings};
use crate::record::Record;

/// The template into which every form is put: the page with its style.
pub(super) const PAGE: &str = "page.html";
/// The most work that a template may do. A form with thousands of lines needs a tenth of it.
const FUEL: u64 = 20_000_000;

/// The templates of a book, ready to print.
pub struct Press<'p> {
    templates: Environment<'p>,
    home: FormsHome,
}

/// A form, and the copies of it to be printed.
pub struct Sheet<'s> {
    /// The form.
    pub form: &'s Form,
    /// The copies to be printed.
    pub copies: Vec<&'s FormCopy>,
    /// Whether the form is still a draft for this record.
    pub draft: bool,
}

/// What paper forms are printed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Paper {
    /// A4, portrait.
    #[default]
    A4,
    /// Continuous paper for dot matrix printers: 241 mm wide with its perforated edges, 11 inches a page (241×280
    /// 电脑连续打印纸).
    Continuous,
}

impl Paper {
    /// All of them.
    pub const ALL: [Paper; 2] = [Paper::A4, Paper::Continuous];

    /// The name for `--paper`.
    pub const fn name(self) -> &'static str {
        match self {
            Paper::A4 => "a4",
            Paper::Continuous => "241mm",
        }
    }
}

/// The look of printed forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The paper.
    pub paper: Paper,
    /// Whether names of cells are also shown in the other language.
    pub both: bool,
    /// Whether signatures stay empty, to be signed by hand.
    pub blank_signatures: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style { paper: Paper::A4, both: true, blank_signatures: false }
    }
}

impl<'p> Press<'p> {
    /// Reads the templates of a book.
    ///
    /// # Errors
    /// The first problem, if a template cannot be read.
    pub fn new(forms: &'p Forms) -> Result<Self, FormError> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        templates.set_fuel(Some(FUEL));
        templates.set_recursion_limit(50);
        sums::add(&mut templates);
        for (name, text) in &forms.templates {
            templates.add_template(name, text).map_err(|error| FormError::of(&error, forms.home, name))?;
        }
        Ok(Press { templates, home: forms.home }.styled(Style::default()))
    }

    /// The same with another style.
    #[must_use]
    pub fn styled(mut self, style: Style) -> Self {
        self.templates.add_global("paper", style.paper.name());
        self.templates.add_global("both", style.both);
        self.templates.add_global("blank_signatures", style.blank_signatures);
        self
    }

    /// Prints sheets as one page of HTML that loads nothing. `lang` comes first.
    ///
    /// # Errors
    /// If a template uses a name that does not exist, or if something could not be looked up.
    pub fn print(
        &self,
        desk: &Desk<'_>,
        record: &Record,
        sheets: &[Sheet<'_>],
        lang: Lang,
    ) -> Result<String, FormError> {
        let mut data = self.data(desk, record, lang)?;
        let mut printed = Vec::new();
        for sheet in sheets {
            for copy in &sheet.copies {
                Self::put(&mut data, sheet, copy);
                printed.push(Value::from_safe_string(self.fill(&sheet.form.template, &data)?));
            }
        }
        if !self.templates.templates().any(|(name, _)| name == PAGE) {
            return Err(no_page(self.home));
        }
        if let Json::Object(data) = &mut data {
            // Data of a single sheet does not belong to the page.
            data.retain(|name, _| name != "form" && name != "copy");
        }
        let template = self.templates.get_template(PAGE).map_err(|error| FormError::of(&error, self.home, PAGE))?;
        let alike = sheets.len() == 1;
        let page = template.render(minijinja::context! { sheets => printed, alike, ..Value::from(Serde(&data)) });
        page.map_err(|error| FormError::of(&error, self.home, PAGE))
    }

    /// The data for every sheet of a record; `put` adds the data of one copy.
    pub(super) fn data(&self, desk: &Desk<'_>, record: &Record, lang: Lang) -> Result<Json, FormError> {
        let settings = &desk.policy.settings;
        let mut data = json!({
            "book": { "name": settings.name, "currency": settings.currency, "company": company(settings), "simulated": settings.clock == Clock::Simulated },
            "lang": lang.code(),
            "now": desk.moment(desk.now),
            "today": desk.zone().date(desk.now).to_string(),
        });
        let questions = desk.policy.callbacks.questions.iter();
        data["questions"] = questions
            .map(|question| json!({ "name": question.name, "label": label(&question.label), "retired": question.retired }))
            .collect();
        data["record"] = desk.record(record, lang)?;
        Ok(data)
    }

    /// Adds the data of one copy.
    pub(super) fn put(data: &mut Json, sheet: &Sheet<'_>, copy: &FormCopy) {
        let form = sheet.form;
        data["form"] = json!({ "name": form.name, "label": label(&form.label), "draft": sheet.draft });
        let number = form.copies.iter().position(|own| own == copy).unwrap_or_default() + 1;
        let (holder, of) = (label(&copy.holder), form.copies.len());
        data["copy"] = json!({ "name": copy.name, "holder": holder, "number": number, "of": of });
    }

    /// Fills a template in only to see which names it uses; the output is discarded.
    pub(super) fn tried(&self, name: &str, data: &Value) {
        self.templates.get_template(name).and_then(|template| template.render(data.clone())).ok();
    }

    fn fill(&self, name: &str, data: &Json) -> Result<String, FormError> {
        let filled = self.templates.get_template(name).and_then(|template| template.render(Value::from(Serde(data))));
        filled.map_err(|error| FormError::of(&error, self.home, name))
    }
}

/// The issuer of certificates; by default it has the book's name.
fn company(settings: &Settings) -> Json {
    let company = &settings.company;
    let name = if company.name.is_empty() { &settings.name } else { &company.name };
    json!({
        "name": name, "tax_number": company.tax_number, "address": company.address, "phone": company.phone,
        "bank": company.bank, "account": company.account,
    })
}

pub(super) fn no_page(home: FormsHome) -> FormError {
    FormError::NoPage(format!("{}{PAGE}", home.folder()))
}

//! Turns templates into pages: gathers the data, and hands them with the templates to a renderer.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::renderer::{Answer, Ask, Ended, Fill, Missed, Renderer, Sort};
use super::style::Style;
use super::words::label;
use super::{Desk, FormError};
use crate::bounds::{TEMPLATE_SECONDS, TEMPLATE_STEPS};
use crate::locale::Lang;
use crate::place::Problem;
use crate::policy::{Clock, Form, FormCopy, Forms, FormsHome, Settings};
use crate::record::Record;

/// The template into which every form is put: the page with its style.
pub(super) const PAGE: &str = "page.html";
/// How long the line at which a renderer ended may be looked for.
const FINDING: Duration = Duration::from_secs(15);

/// The templates of a book, ready to print.
pub struct Press<'p> {
    renderer: &'p dyn Renderer,
    forms: &'p Forms,
    /// Templates at which the renderer ended.
    lost: BTreeMap<String, FormError>,
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

/// What a print on trial found.
#[derive(Default)]
pub(super) struct Tried {
    /// The missing names that were used.
    pub(super) missed: BTreeSet<Missed>,
    /// Whether nothing was printed.
    pub(super) blank: bool,
    /// What kept it from being filled in, and whether that is sure for all data.
    pub(super) fault: Option<(FormError, bool)>,
}

impl<'p> Press<'p> {
    /// Gives the templates of a book to a renderer. A template that is wrong only stops the forms that use it.
    ///
    /// # Errors
    /// If the renderer cannot be started.
    pub fn new(forms: &'p Forms, renderer: &'p dyn Renderer, style: Style) -> Result<Self, FormError> {
        Ok(Press::begin(forms, renderer, style)?.0)
    }

    /// Hands every template over. Also returns everything that is wrong in them.
    pub(super) fn begin(
        forms: &'p Forms,
        renderer: &'p dyn Renderer,
        style: Style,
    ) -> Result<(Self, Vec<FormError>), FormError> {
        let home = forms.home;
        let names = forms.templates.keys().cloned().collect();
        let ended = |ended: Ended, name: &str| FormError::ended(&ended, home, name, None);
        renderer.ask(&Ask::Begin { names, style }).map_err(|error| ended(error, PAGE))?;
        let (mut found, mut lost) = (Vec::new(), BTreeMap::new());
        for (name, text) in &forms.templates {
            match renderer.ask(&Ask::Add { name: name.into(), text: text.into() }) {
                Ok(answer) => found.extend(answer.faults.into_iter().map(|fault| FormError::of(fault, home))),
                Err(error) => {
                    found.push(ended(error.clone(), name));
                    lost.insert(name.clone(), ended(error, name));
                }
            }
        }
        Ok((Press { renderer, forms, lost }, found))
    }

    /// Everything that is wrong in the templates of a book and can be seen without filling them in: parts that cannot
    /// be read or are not allowed, and templates, filters and tests that do not exist.
    pub fn read(forms: &Forms, renderer: &dyn Renderer) -> Vec<Problem> {
        let errors = match Press::begin(forms, renderer, Style::default()) {
            Ok((_, errors)) => errors,
            Err(error) => vec![error],
        };
        let mut found: Vec<Problem> = errors.iter().map(FormError::problem).collect();
        if !forms.forms.is_empty() && !forms.templates.contains_key(PAGE) {
            found.push(no_page(forms.home).problem());
        }
        found
    }

    /// Prints sheets as one page of HTML that loads nothing. `lang` comes first.
    ///
    /// # Errors
    /// If a template uses a name that does not exist, takes more than it may, or if something could not be looked up.
    pub fn print(
        &self,
        desk: &Desk<'_>,
        record: &Record,
        sheets: &[Sheet<'_>],
        lang: Lang,
    ) -> Result<String, FormError> {
        let used = sheets.iter().map(|sheet| sheet.form.template.as_str()).chain([PAGE]);
        if let Some(error) = used.filter_map(|name| self.lost.get(name)).next() {
            return Err(error.clone());
        }
        let mut data = self.data(desk, record, lang)?;
        let mut printed = Vec::new();
        for sheet in sheets {
            for copy in &sheet.copies {
                Self::put(&mut data, sheet, copy);
                printed.push(self.fill(&Self::job(&sheet.form.template, &data))?.text);
            }
        }
        if !self.forms.templates.contains_key(PAGE) {
            return Err(no_page(self.forms.home));
        }
        Ok(self.fill(&Self::page(&mut data, printed, sheets.len() == 1))?.text)
    }

    /// The page of filled-in sheets, to be filled in. `alike` says whether all are copies of one form.
    pub(super) fn page(data: &mut Json, printed: Vec<String>, alike: bool) -> Fill<'_> {
        if let Json::Object(data) = data {
            // Data of a single sheet does not belong to the page.
            data.retain(|name, _| name != "form" && name != "copy");
        }
        data["alike"] = json!(alike);
        Fill { sheets: printed.into(), ..Self::job(PAGE, data) }
    }

    /// A template to be filled in within the usual bounds.
    pub(super) fn job<'f>(template: &'f str, data: &'f Json) -> Fill<'f> {
        Fill {
            template: template.into(),
            data: Cow::Borrowed(data),
            sheets: Cow::Borrowed(&[]),
            trial: false,
            open: Cow::default(),
            steps: TEMPLATE_STEPS,
            seconds: TEMPLATE_SECONDS,
        }
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

    /// Fills a template in.
    pub(super) fn fill(&self, fill: &Fill<'_>) -> Result<Answer, FormError> {
        match self.renderer.ask(&Ask::Fill(fill.clone())) {
            Ok(mut answer) if !answer.faults.is_empty() => {
                Err(FormError::of(answer.faults.swap_remove(0), self.forms.home))
            }
            Ok(answer) => Ok(answer),
            Err(ended) => Err(self.ended(&ended, fill)),
        }
    }

    /// Fills a template in only to see what is wrong in it.
    pub(super) fn tried(&self, fill: &Fill<'_>) -> Tried {
        let answer = match self.renderer.ask(&Ask::Fill(fill.clone())) {
            Ok(answer) => answer,
            Err(ended) => return Tried { fault: Some((self.ended(&ended, fill), true)), ..Tried::default() },
        };
        let fault = answer.faults.into_iter().next_back();
        let fault = fault.map(|fault| (fault.sort != Sort::Other, FormError::of(fault, self.forms.home)));
        Tried {
            missed: answer.missed,
            blank: answer.text.trim().is_empty(),
            fault: fault.map(|(certain, error)| (error, certain)),
        }
    }

    fn ended(&self, ended: &Ended, fill: &Fill<'_>) -> FormError {
        let last = if let Ended::NotStarted(_) = ended { None } else { self.last(fill) };
        FormError::ended(ended, self.forms.home, &fill.template, last)
    }

    /// The template and line at which a renderer ended. A renderer that has ended cannot say it. So the template is
    /// filled in again with fewer and fewer steps: the most steps after which it can still answer lead to the line.
    /// `None` if that takes too long, or if the renderer does not always end.
    fn last(&self, fill: &Fill<'_>) -> Option<(String, usize)> {
        let begun = Instant::now();
        let (mut answered, mut ended) = (0, fill.steps);
        let mut at = None;
        let mut steps = 1_000.min(ended / 2);
        while ended - answered > 1 {
            if begun.elapsed() > FINDING {
                return None;
            }
            match self.renderer.ask(&Ask::Fill(Fill { steps, seconds: 1, ..fill.clone() })) {
                Ok(answer) => {
                    let fault = answer.faults.into_iter().next().filter(|fault| fault.sort == Sort::Steps)?;
                    at = Some((fault.template, fault.line));
                    answered = steps;
                    let known = ended < fill.steps;
                    steps = if known { answered.midpoint(ended) } else { answered.saturating_mul(10).min(ended - 1) };
                }
                Err(_) => {
                    ended = steps;
                    steps = answered.midpoint(ended);
                }
            }
        }
        at
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

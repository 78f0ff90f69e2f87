//! A notice as a message that a clerk can paste into an e-mail or a chat: its addressee, what is late since when, and
//! what is asked by when. It holds no private values, because it leaves the book.

use super::Lookup;
use super::noticed::{Addressee, Noticed, noticed, occasion};
use crate::calendar::{Moment, words};
use crate::filter::{self, Unanswered};
use crate::label;
use crate::locale::messages::NoticeText as Text;
use crate::locale::text::one_line;
use crate::locale::{Label, Lang};
use crate::policy::{Occasion, People, Policy};
use crate::record::{Record, Value};
use crate::wording::{self, Sight, Titles, Words};

/// What a message is made from.
#[derive(Clone, Copy)]
pub struct Letters<'d> {
    words: Words<'d>,
    lookup: &'d dyn Lookup,
}

impl<'d> Letters<'d> {
    /// Makes messages from the rule book, the staff and the other records. They hold no private values, whoever asks,
    /// because they leave the book.
    pub fn new(policy: &'d Policy, people: &'d People, lookup: &'d dyn Lookup) -> Self {
        Letters { words: Words::new(policy, people, Titles::Read(lookup), Sight::Masked), lookup }
    }
}

impl Letters<'_> {
    /// The message of a notice, in every language. `None` if the record is not a notice.
    ///
    /// # Errors
    /// If a record that the notice is about cannot be looked up.
    pub fn message(&self, notice: &Record) -> Result<Option<Label>, Unanswered> {
        let Some(fields) = self.words.policy.notices.fields.as_ref().filter(|fields| fields.kind == notice.kind) else {
            return Ok(None);
        };
        let Some(occasion) = occasion(notice, fields) else { return Ok(None) };
        let items = noticed(notice, fields);
        let mut offices: Vec<Addressee> = items.iter().map(|item| item.to.clone()).collect();
        offices.sort();
        offices.dedup();
        let to = match &offices[..] {
            [one] => self.addressee(one),
            several => {
                let department = several.first().map(Addressee::office).unwrap_or_default();
                self.addressee(&department)
            }
        };
        let head = match occasion {
            Occasion::Expedite => label!(Text::LetterExpedite, id = notice.id; to = to),
            Occasion::Corrective => label!(Text::LetterCorrective, id = notice.id; to = to),
        };
        let mut lines = vec![head];
        let until = match fields.due.and_then(|field| notice.get(field)) {
            Some(Value::Date(date)) => Some(Label::each(|lang| words::date(*date, lang))),
            _ => None,
        };
        let asked = match (until, occasion) {
            (Some(until), Occasion::Expedite) => label!(Text::LetterAsk; until = until),
            (None, Occasion::Expedite) => Text::LetterAskOpen.into(),
            (Some(until), Occasion::Corrective) => label!(Text::LetterWhy; until = until),
            (None, Occasion::Corrective) => Text::LetterWhyOpen.into(),
        };
        lines.push(asked);
        for (at, item) in items.iter().enumerate() {
            let ended = fields.ended.filter(|_| occasion == Occasion::Corrective).and_then(|field| notice.get(field));
            let ended = if let Some(Value::Time(at)) = ended { Some(*at) } else { None };
            lines.push(self.line(at + 1, item, offices.len() > 1, ended)?);
        }
        if let Some(first) = notice.history.first() {
            let when = self.when(first.at);
            lines.push(label!(Text::LetterFrom, person = self.words.person(first.by.as_str()); when = when));
        }
        let joined = |lang| lines.iter().map(|line| line.get(lang)).collect::<Vec<_>>().join("\n");
        Ok(Some(Label::new(joined(Lang::En), joined(Lang::Zh))))
    }

    /// One missed deadline: the case with its client, what was to be done, and since when it is late.
    fn line(&self, at: usize, item: &Noticed, named: bool, ended: Option<Moment>) -> Result<Label, Unanswered> {
        let record = self.lookup.record(&item.about)?;
        let about = match &record {
            Some(record) => self.about(record)?,
            None => Label::verbatim(item.about.to_string()),
        };
        let kind = self.words.policy.kind_of(&item.about);
        let deadline = wording::deadline(kind, &item.deadline);
        let missed = item.missed.map(|at| self.when(at)).unwrap_or_default();
        let mut line = match (item.missed, ended) {
            (None, _) => label!(Text::LetterLineOpen, at = at; about = about, deadline = deadline),
            (Some(_), Some(ended)) => {
                let ended = self.when(ended);
                label!(Text::LetterLineEnded, at = at; about = about, deadline = deadline, missed = missed, ended = ended)
            }
            (Some(_), None) => label!(Text::LetterLine, at = at; about = about, deadline = deadline, missed = missed),
        };
        let mut more = Vec::new();
        if let Some(number) = item.number.filter(|number| *number > 1) {
            more.push(label!(Text::LetterTime, number = number));
        }
        if let Some(at) = item.new_due {
            more.push(label!(Text::LetterNewDue; when = self.when(at)));
        }
        let alone = Addressee { department: None, ..item.to.clone() };
        if named && alone != Addressee::default() {
            more.push(label!(Text::LetterBy; to = self.addressee(&alone)));
        }
        for part in more {
            line = label!(Text::LetterMore; line = line, part = part);
        }
        Ok(line)
    }

    /// A record: its running number (or its id if it has none), its client and its title.
    fn about(&self, record: &Record) -> Result<Label, Unanswered> {
        let policy = self.words.policy;
        let title = |record: &Record| {
            let title = self.words.own_title(record)?;
            Some(Label::each(|lang| shortened(&one_line(title.get(lang)))))
        };
        let clients = policy.callbacks.fields.as_ref().map(|fields| fields.clients.as_str());
        let mut client = None;
        for (id, _) in policy.kind(&record.kind).map(|kind| record.fields.references(&kind.shape)).unwrap_or_default() {
            if client.is_none() && policy.kind_of(&id).map(|kind| kind.name()) == clients {
                let by = |record: &Record| policy.merged_by(record);
                client = filter::survivor(&id, &by, self.lookup)?.and_then(|client| title(&client));
            }
        }
        let kind = self.words.kind(&record.kind);
        let parts: Vec<Label> = client.into_iter().chain(title(record)).collect();
        let number = self.words.number(record).unwrap_or(record.id.as_str());
        let joined = |lang: Lang| {
            let (between, colon) = if lang == Lang::Zh { ("，", "：") } else { (", ", ": ") };
            let said = parts.iter().map(|part| part.get(lang)).collect::<Vec<_>>().join(between);
            let colon = if said.is_empty() { "" } else { colon };
            format!("{} {number}{colon}{said}", kind.get(lang))
        };
        Ok(Label::new(joined(Lang::En), joined(Lang::Zh)))
    }

    /// The addressee in words: the department, and in it the person or the role.
    pub fn addressee(&self, to: &Addressee) -> Label {
        let department = to.department.as_ref().map(|name| self.words.department(name));
        let person = to.person.as_ref().map(|id| Label::verbatim(self.words.person(id.as_str())));
        let role = to.role.as_ref().map(|name| self.words.role(name));
        match (department, person.or(role)) {
            (None, None) => Text::Nobody.into(),
            (Some(one), None) | (None, Some(one)) => one,
            (Some(department), Some(in_it)) => {
                // a role often has the same label as its department
                let both = |lang: Lang| match (lang, department.get(lang), in_it.get(lang)) {
                    (_, department, in_it) if department == in_it => department.to_owned(),
                    (Lang::En, department, in_it) => format!("{department}, {in_it}"),
                    (Lang::Zh, department, in_it) => format!("{department} {in_it}"),
                };
                Label::new(both(Lang::En), both(Lang::Zh))
            }
        }
    }

    fn when(&self, at: Moment) -> Label {
        let zone = self.words.policy.calendars.default().zone();
        Label::each(|lang| words::end(at, zone, lang))
    }
}

/// The most characters of a title in a message.
const LONGEST: usize = 40;

fn shortened(text: &str) -> String {
    let mut signs = text.chars();
    let kept: String = signs.by_ref().take(LONGEST).collect();
    if signs.next().is_some() { kept + "…" } else { kept }
}

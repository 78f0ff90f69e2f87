//! Makes the first commit of a book: settings, policy, and the staff record of the person who makes it.

use super::attributes::{ATTRIBUTES, complete};
use super::ids::{Drawn, system_random};
use super::repo::{DEFAULT_WAIT, Expect, Oid, Person, Repo, RepoError};
use super::{Book, BookError};
use crate::audit::Said;
use crate::calendar::{Moment, Zone};
use crate::filter::Alone;
use crate::lifecycle::{Actor, Operation, Request, Setting};
use crate::locale::Lang;
use crate::locale::messages::FirstHourText;
use crate::locale::text::{pad_right, visible};
use crate::policy::preset::{BookFile, Choices, Preset, PresetPart};
use crate::policy::{
    ATTACHMENT_MEGABYTES, CALENDAR, Clock, Company, FORMAT, People, Policy, STAFF, Settings, Sources, Staff,
};
use crate::record::{FILES, Id, Record};

/// The file that marks a folder as a book.
pub(super) const SETTINGS: &str = Settings::FILE;
/// The page for people who open the folder, in the book's language.
const README: &str = "README.md";
/// The column of `redress.toml` in which the explanations of its keys begin.
const MEANINGS: usize = 30;

/// What a new book will be.
pub struct Founding {
    /// The rule book.
    pub rules: Rules,
    /// The parts taken in addition to the preset.
    pub parts: Vec<&'static PresetPart>,
    /// Its name.
    pub name: String,
    /// The language of its reports.
    pub lang: Lang,
    /// Its zone; `None` means the preset's.
    pub zone: Option<Zone>,
    /// The currency of its amounts; `None` means yuan.
    pub currency: Option<String>,
    /// Where it gets its time from.
    pub clock: Clock,
    /// The company's data, for forms.
    pub company: Company,
    /// The people who join with it, besides the person who makes it.
    pub people: Vec<Newcomer>,
    /// The last year with listed holidays; `None` means that the calendars do not end.
    pub through: Option<i32>,
}

/// A person who joins when the book is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The person's name.
    pub name: String,
    /// The address for commits; its local part becomes the person's id.
    pub email: String,
    /// The names of their roles.
    pub roles: Vec<String>,
}

/// The source of a new book's rules.
pub enum Rules {
    /// A preset of the program.
    Preset(&'static Preset),
    /// The user's own files: paths from the top of the book, and their bytes.
    Own(Vec<(String, Vec<u8>)>),
}

impl Rules {
    /// The preset; `None` if the book uses its own rules.
    pub fn preset(&self) -> Option<&'static Preset> {
        if let Rules::Preset(preset) = self { Some(preset) } else { None }
    }
}

/// A book that was made.
#[derive(Debug)]
pub struct Founded {
    /// The book.
    pub book: Book,
    /// The person with every role.
    pub person: Id,
    /// Its first commit; `None` in a dry run.
    pub commit: Option<Oid>,
}

/// Why no book is made.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// There is already a book.
    #[error("there is a book already")]
    Exists,
    /// The repository has files already where the records of the book would lie.
    #[error("{0} lies where records of the book would lie")]
    InTheWay(String),
    /// The local part of git's e-mail address cannot become an id.
    #[error(
        "the e-mail address {0} makes no id of a person; set git's user.email to one that begins with letters or digits"
    )]
    NoPerson(String),
    /// The preset's overlays do not fit together; a test makes sure that this never happens.
    #[error("{0}")]
    Preset(String),
    /// Anything else.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl From<RepoError> for FoundError {
    fn from(error: RepoError) -> Self {
        FoundError::Book(BookError::Repo(error))
    }
}

/// Makes a book in a repository. `clock` returns the present time in a zone.
///
/// # Errors
/// If there is already a book, or if git refuses.
pub fn found(
    repo: Repo,
    founding: &Founding,
    clock: impl FnOnce(Zone) -> Moment,
    dry_run: bool,
) -> Result<Founded, FoundError> {
    let files = files(founding)?;
    let sources: Sources = files.iter().cloned().collect();
    let policy = Policy::load(&sources, "").map_err(BookError::from)?;
    let now = clock(policy.calendars.default().zone());
    let mut transaction = repo.begin(DEFAULT_WAIT)?;
    let tip = transaction.tip();
    let at = |path: &str| tip.map(|tip| repo.entry(tip, path)).transpose().map(Option::flatten);
    if at(SETTINGS)?.is_some() || repo.top().is_some_and(|top| top.join(SETTINGS).exists()) {
        // files of a book without any commit are no book yet
        repo.tip()?;
        return Err(FoundError::Exists);
    }
    // nobody could tell later that these files were never recorded
    let there = tip.map_or(Ok(Vec::new()), |tip| repo.list(tip, ""))?;
    for folder in policy.kinds.values().map(|kind| kind.shape.folder.as_str()).chain([FILES]) {
        // some systems do not tell letter case apart
        let lies_in = |path: &str| path.split_once('/').is_some_and(|(top, _)| top.to_lowercase() == folder);
        if let Some(file) = there.iter().find(|file| lies_in(&file.path)) {
            return Err(FoundError::InTheWay(file.path.clone()));
        }
    }
    for (path, bytes) in &files {
        // the user's own rules may already be in place
        let there = repo.file_on_disk(path).ok().flatten().is_some_and(|there| there == *bytes);
        let expect = if there { Expect::bytes_on_disk(bytes)? } else { Expect::Absent };
        transaction.put(path, bytes.clone(), expect)?;
    }
    if at(README)?.is_none() && repo.file_on_disk(README).ok().flatten().is_none() {
        transaction.put(README, readme(founding).into_bytes(), Expect::Absent)?;
    }
    match at(ATTRIBUTES)? {
        None => transaction.put(ATTRIBUTES, complete("").into_bytes(), Expect::Absent)?,
        Some(entry) => {
            let there = String::from_utf8_lossy(&repo.blob(entry.blob)?).into_owned();
            if complete(&there) != there {
                transaction.put(ATTRIBUTES, complete(&there).into_bytes(), Expect::Same(entry.blob))?;
            }
        }
    }
    let offset = now.offset().local_minus_utc() / 60;
    let (author, committer) = repo.identity(now.timestamp(), offset)?;
    let person = person_id(&author.email)?;
    let records = {
        let ids = Drawn::new(&repo, tip, &policy, Box::new(system_random));
        let people = People::default();
        let setting = Setting { policy: &policy, people: &people, lookup: &Alone, ids: &ids, now };
        staff(setting, &person, &author, &founding.people)?
    };
    for record in records {
        if let Some(kind) = policy.kind(STAFF) {
            let path = record.id.path(&kind.shape.folder);
            transaction.put(&path, record.write(&kind.shape).into_bytes(), Expect::Absent)?;
        }
    }
    if dry_run {
        return Ok(Founded { book: Book::over(repo.reopen()?), person, commit: None });
    }
    let message = Said::founding(founding.rules.preset().map(|preset| preset.name));
    let committed = transaction.commit(&message, &author, &committer)?;
    Ok(Founded { book: Book::over(repo), person, commit: Some(committed.id) })
}

/// The files of a new book: settings, policy, calendars. Their content is not checked here.
///
/// # Errors
/// If the preset's overlays do not fit together; a test makes sure that this never happens.
pub fn files(founding: &Founding) -> Result<Vec<(String, Vec<u8>)>, FoundError> {
    let mut files = match &founding.rules {
        Rules::Own(files) => files.clone(),
        Rules::Preset(preset) => {
            let choices = Choices {
                time_zone: founding.zone.map(|zone| zone.name().to_owned()),
                through: founding.through,
                lang: founding.lang,
                parts: founding.parts.clone(),
            };
            let files = preset.files(&choices).map_err(|error| FoundError::Preset(error.to_string()))?;
            files.into_iter().map(|BookFile { path, text }| (path, text.into_bytes())).collect()
        }
    };
    let calendar = files.iter().find(|(path, _)| path == CALENDAR);
    let calendar = calendar.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let zone = founding.zone.map(|zone| zone.name().to_owned()).or_else(|| Choices::of(calendar).time_zone);
    let zone = zone.unwrap_or_else(|| "UTC".to_owned());
    files.push((SETTINGS.to_owned(), settings(founding, &zone).into_bytes()));
    Ok(files)
}

/// The text of `redress.toml`: each key with its explanation, in one column.
fn settings(founding: &Founding, zone: &str) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    let said = |message: FirstHourText| message.get(founding.lang);
    let line = |set: String, means: &str| match means {
        "" => format!("{set}\n"),
        means => format!("{} # {means}\n", pad_right(&set, MEANINGS)),
    };
    let means_clock = match founding.clock {
        Clock::Real => FirstHourText::ClockReal,
        Clock::Simulated => FirstHourText::ClockSimulated,
    };
    let mut lines = format!("# {}\n", said(FirstHourText::WhatBook));
    lines.push_str(&line(format!("format = {FORMAT}"), ""));
    lines.push_str(&line(format!("name = {}", text(&founding.name)), ""));
    lines.push_str(&line(format!("language = {}", text(founding.lang.code())), said(FirstHourText::KeyLanguage)));
    lines.push_str(&line(format!("time-zone = {}", text(zone)), ""));
    let currency = founding.currency.as_deref().unwrap_or("CNY");
    lines.push_str(&line(format!("currency = {}", text(currency)), ""));
    lines.push_str(&line(format!("clock = {}", text(founding.clock.name())), said(means_clock)));
    if let Some(preset) = founding.rules.preset() {
        lines.push_str(&line(format!("preset = {}", text(preset.name)), said(FirstHourText::KeyPreset)));
    }
    if !founding.parts.is_empty() {
        let names: toml::value::Array = founding.parts.iter().map(|part| part.name.into()).collect();
        lines.push_str(&line(format!("parts = {}", toml::Value::Array(names)), said(FirstHourText::KeyParts)));
    }
    let megabytes = format!("attachment-megabytes = {ATTACHMENT_MEGABYTES}");
    lines.push_str(&line(megabytes, said(FirstHourText::KeyAttachment)));
    lines.push('\n');
    lines.push_str(&line("[company]".to_owned(), said(FirstHourText::KeyCompany)));
    for (key, value) in founding.company.lines() {
        lines.push_str(&line(format!("{key} = {}", text(value)), ""));
    }
    lines
}

/// An id from the local part of an e-mail address. Characters that are not allowed become dots.
///
/// # Errors
/// If nothing is left that makes an id.
pub fn person_id(email: &str) -> Result<Id, FoundError> {
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let plain: String = local.chars().take(40).map(|c| if c.is_ascii_alphanumeric() { c } else { '.' }).collect();
    let parts: Vec<&str> = plain.split('.').filter(|part| !part.is_empty()).collect();
    parts.join(".").parse().map_err(|_| FoundError::NoPerson(email.to_owned()))
}

/// The staff records of a new book: its maker, with every role except those that everybody has, and those who join.
fn staff(setting: Setting<'_>, person: &Id, author: &Person, people: &[Newcomer]) -> Result<Vec<Record>, FoundError> {
    let (policy, today) = (setting.policy, setting.now.date_naive());
    let Some(kind) = policy.kind(STAFF) else { return Ok(Vec::new()) };
    let staff = Staff::of(&kind.shape);
    let every: Vec<&str> = policy.roles.iter().filter(|role| !role.everybody).map(|role| role.name.as_str()).collect();
    let mut operation = Operation::new(setting);
    let mut join = |id: Id, name: &str, email: &str, roles: &[&str]| {
        let mut request = Request::new(kind.first_step().name.as_str(), Actor::own(person.clone()));
        request.set = staff.newcomer(name, email, roles, today);
        operation.create(kind.name(), Some(id), &request).map_err(BookError::from)
    };
    join(person.clone(), &author.name, &author.email, &every)?;
    for newcomer in people {
        let roles: Vec<&str> = newcomer.roles.iter().map(String::as_str).collect();
        join(person_id(&newcomer.email)?, &newcomer.name, &newcomer.email, &roles)?;
    }
    Ok(operation.finish().iter().map(|change| change.after().clone()).collect())
}

/// The page that explains the folder and where to begin.
fn readme(founding: &Founding) -> String {
    let text = match founding.lang {
        Lang::En => include_str!("found/README.en.md"),
        Lang::Zh => include_str!("found/README.zh.md"),
    };
    text.replace("{name}", &visible(&founding.name))
}

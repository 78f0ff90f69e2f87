//! What commands on records share: the book at the commit that they read, the actor, and the meaning of words.

use std::cell::{Cell, RefCell};

use super::at_sign::AtSign;
use super::context::Context;
use super::done;
use super::failure::{Candidate, Failure};
use super::naming;
use super::opening;
use super::output::Warning;
use crate::book::repo::{Driver, Oid};
use crate::book::{Book, BookError, View, Writer, Writing, Written, sources};
use crate::calendar::{Calendar, Moment, Zone};
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::{Actor, Refusal};
use crate::locale::Label;
use crate::locale::messages::{CliText, ClosingText, FindText, PlanText, RecordText as Text, SyncText};
use crate::locale::text::{fold, truncate};
use crate::policy::{Clock, People, Policy, SOURCE_FOLDERS, Settings};
use crate::record::Id;
use crate::say;
use crate::wording::Sight;

/// A book on which a command works.
pub struct Session {
    /// The book. It lives as long as the process, because to free a rule book piece by piece takes time.
    pub book: &'static Book,
    /// Now, on the book's clocks. With `--at` and without `--now`: the end of that day, or the date of that commit.
    pub now: Moment,
    /// What the terminal last wrote, showed and listed.
    pub at_sign: RefCell<AtSign>,
    past: Option<Oid>,
    /// Whether the command writes.
    writes: Cell<bool>,
    /// Whether git was told to tidy up.
    kept_up: Cell<bool>,
}

impl Session {
    /// Opens the book around the command's folder.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn open(context: &Context) -> Result<Self, Failure> {
        Session::opened(context, None)
    }

    /// As [`Session::open`], also where the settings of the commit cannot be read. Days are then those of UTC. For
    /// commands that look at the whole history.
    ///
    /// # Errors
    /// If there is no book, or git cannot be read.
    pub fn open_history(context: &Context) -> Result<Self, Failure> {
        Session::opened(context, Some(Zone::utc()))
    }

    fn opened(context: &Context, otherwise: Option<Zone>) -> Result<Self, Failure> {
        let book: &'static Book = Box::leak(Box::new(opening::open(context)?));
        context.book.set(Some(book));
        let commit = opening::commit(context, book.repo())?;
        let past = context.flags.at.as_ref().map(|_| commit);
        let zone = match book.known_zone(commit) {
            Some(zone) => zone,
            None => opening::zone(book.repo(), commit).or_else(|failure| otherwise.ok_or(failure))?,
        };
        let now = match (past, &context.flags.now, context.end_of_past(zone)) {
            (_, _, Some(end)) => end,
            (Some(commit), None, None) => {
                let seconds = book.repo().commit_info(commit)?.seconds;
                let instant = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
                zone.local(instant.fixed_offset())
            }
            _ if context.now_needs_calendar() => {
                let view = book.view(past, Moment::default())?;
                context.now_by(calendar(&view))?
            }
            _ => context.now(zone)?,
        };
        if context.terminal.output {
            context.core_pager.replace(book.repo().setting("core.pager").map(str::to_owned));
        }
        let at_sign = RefCell::new(AtSign::load(&book.repo().state_dir(), context.terminal_id().as_deref()));
        Ok(Session { book, now, at_sign, past, writes: Cell::default(), kept_up: Cell::default() })
    }

    /// The book as the command reads it.
    ///
    /// # Errors
    /// If its policy does not hold together.
    pub fn view(&self, context: &Context) -> Result<View<'_>, Failure> {
        let view = self.book.view(self.past, self.now).map_err(|error| self.explained(error))?;
        let reader = self.reader(context, &view)?;
        Ok(view.read_by(reader).seen(Sight::asked(context.flags.private)))
    }

    /// Says how a rule book that was committed with mistakes is mended.
    fn explained(&self, error: BookError) -> Failure {
        let broken = matches!(error, BookError::Policy(_)) && self.past.is_none();
        let (Some(top), true) = (self.book.repo().top(), broken) else { return error.into() };
        let loads = sources::on_disk(top).is_ok_and(|sources| Policy::load(&sources, "").is_ok());
        let there = |name: &&str| top.join(name).exists();
        let paths: Vec<&str> = [Settings::FILE].into_iter().chain(SOURCE_FOLDERS).filter(there).collect();
        let paths = paths.join(" ");
        let commands = format!("git add {paths} && git commit -m 'Mend the rules' -- {paths}");
        let failure = Failure::from(error);
        failure.hint(match loads {
            true => label!(CliText::BadPolicyCommitted, commands = commands),
            false => label!(CliText::BadPolicyMend, commands = commands),
        })
    }

    /// Fails if the command must not write: `--at` is given, because nobody writes to the past, or a time that the
    /// book does not take.
    ///
    /// # Errors
    /// If `--at` is given, or if `--now` or `REDRESS_NOW` is and the book takes its time from the machine's clock.
    pub fn check_writing(&self, context: &Context) -> Result<(), Failure> {
        self.check_present()?;
        match context.flags.now {
            Some(_) => check_clock(context, opening::settings(self.book.repo(), self.book.repo().tip()?)?.clock),
            None => Ok(()),
        }
    }

    /// Fails if `--at` is given, for commands that look at the files on disk or write.
    ///
    /// # Errors
    /// If it is.
    pub fn check_present(&self) -> Result<(), Failure> {
        self.will_write();
        match self.past {
            Some(_) => Err(Failure::usage("at", Text::PastIsReadOnly)),
            None => Ok(()),
        }
    }

    fn reader(&self, context: &Context, view: &View<'_>) -> Result<Option<Id>, Failure> {
        match &context.flags.as_person {
            Some(text) => naming::person(view, text).map(Some),
            None => Ok(self.typist(view.people())),
        }
    }

    /// The person at the keyboard, found by git's e-mail address.
    fn typist(&self, people: &People) -> Option<Id> {
        let (author, _) = self.book.repo().identity(0, 0).ok()?;
        people.by_email(&author.email).map(|person| person.id.clone())
    }

    /// Who acts: the person who types, or the one that `--as` names.
    ///
    /// # Errors
    /// If git's identity belongs to nobody of the staff.
    pub fn actor(&self, context: &Context, view: &View<'_>) -> Result<Actor, Failure> {
        let (author, committer) = self.book.repo().identity(0, 0)?;
        let typist = self.typist(view.people());
        // the audit says that of two people one has signed for the other
        if fold(&author.email) != fold(&committer.email)
            && view.people().by_email(&committer.email).map(|person| &person.id) != typist.as_ref()
        {
            let message = label!(Text::TwoSigners, author = author.email, committer = committer.email);
            return Err(Failure::refused("committer", message).hint(Text::TwoSignersHint));
        }
        let person = context.flags.as_person.as_ref().map(|text| naming::person(view, text)).transpose()?;
        match (person, typist) {
            (Some(person), Some(typist)) => Ok(Actor { person, typist }),
            (None, Some(typist)) => Ok(Actor::own(typist)),
            (_, None) => {
                let sharing = view.people().with_email(&author.email);
                if let [one, other, ..] = sharing.iter().filter(|person| person.active).collect::<Vec<_>>()[..] {
                    let message = label!(Text::SharedAddress, email = author.email, one = one.id, other = other.id);
                    return Err(Failure::refused("shared-address", message).hint(Text::SharedAddressHint));
                }
                let message = label!(Text::NotOfTheStaff, email = author.email);
                Err(Failure::refused("not-staff", message).hint(Text::NotOfTheStaffHint))
            }
        }
    }

    /// Fails if who types may not change one of these files of the rules.
    ///
    /// # Errors
    /// If `policy/change-control.toml` gives it to other roles.
    pub fn may_change<'p>(
        &self,
        view: &View<'_>,
        actor: Option<&Actor>,
        paths: impl IntoIterator<Item = &'p str>,
    ) -> Result<(), Failure> {
        let (policy, day) = (view.policy(), self.now.date_naive());
        match policy.control.refuses(paths, view.people(), actor.map(|actor| &actor.typist), day) {
            None => Ok(()),
            Some((path, row)) => {
                let roles = Label::list(row.by.iter().map(|name| match policy.roles.get(name) {
                    Some(role) => Label::typed(name, &role.label),
                    None => Label::verbatim(name.as_str()),
                }));
                let message = label!(Text::ChangeControl, file = path; roles = roles);
                Err(Failure::refused("change-control", message)
                    .hint(label!(Text::ChangeControlHint, place = row.place)))
            }
        }
    }

    /// The record that a word means, of one of these kinds. Without kinds, a record of any.
    ///
    /// # Errors
    /// If there is none, or there are several and nobody can be asked.
    pub fn record(&self, context: &Context, view: &View<'_>, kinds: &[String], word: &str) -> Result<Id, Failure> {
        let meant = self.at_sign.borrow().meant(word)?;
        if let Some(id) = meant {
            if !self.writes.get() {
                self.echo(context, view)?;
            }
            return Ok(id);
        }
        match view.resolve(kinds, word)? {
            Ok(id) => Ok(id),
            Err(unresolved) => {
                let unresolved = naming::explain(view, &unresolved);
                let candidates = unresolved.candidates.iter();
                let candidates: Vec<Candidate> = candidates
                    .map(|(name, about)| Candidate { name: name.clone(), about: Label::verbatim(about.as_str()) })
                    .collect();
                if candidates.len() > 1 && context.may_ask() {
                    let choice = |candidate: &Candidate| super::prompt::MenuItem {
                        name: candidate.name.clone(),
                        label: Label::each(|lang| format!("{}  {}", candidate.name, candidate.about.get(lang))),
                    };
                    let choices: Vec<_> = candidates.iter().map(choice).collect();
                    let question = unresolved.message.get(context.lang);
                    if let Some(at) = context.prompt().choose(question, &choices, false)? {
                        return view.resolve(kinds, &candidates[at].name)?.map_err(|_| Failure::interrupted());
                    }
                }
                let code = if candidates.is_empty() { "no-record" } else { "several-fit" };
                let failure = match candidates.is_empty() {
                    true => Failure::missing(code, unresolved.message),
                    false => Failure::refused(code, unresolved.message),
                };
                Err(failure.hint_if(unresolved.hint).candidates(candidates))
            }
        }
    }

    /// Says what the typed rows are. If another command ran since their list was shown, and this command writes, the
    /// user is asked whether they are meant.
    ///
    /// # Errors
    /// If they are not, or the user broke it off.
    pub fn echo(&self, context: &Context, view: &View<'_>) -> Result<(), Failure> {
        let rows = self.at_sign.borrow().to_echo();
        if rows.is_empty() || context.flags.quiet || context.flags.json {
            return Ok(());
        }
        let mut said = Vec::new();
        for row in &rows {
            let record = view.read(&row.id)?;
            let named = record.map_or_else(|| row.id.to_string(), |record| done::named(view, &record, context.lang));
            let line = say!(context.lang, FindText::RowMeans, row = row.typed, record = named);
            said.push(context.terminal.width.map_or(line.clone(), |width| truncate(&line, width)));
        }
        let said = said.join("\n");
        let asked = rows.iter().any(|row| row.stale) && self.writes.get();
        context.prompt().tell(&said)?;
        if !asked || !context.may_ask() || context.flags.yes {
            return Ok(());
        }
        if context.prompt().confirm(FindText::SureRow.get(context.lang), false)? {
            Ok(())
        } else {
            Err(Failure::interrupted())
        }
    }

    /// Notes that the command will write. It then asks once more if a word may mean another record than the user
    /// thinks.
    pub fn will_write(&self) {
        self.writes.set(true);
    }

    /// The person that a word means.
    ///
    /// # Errors
    /// If nobody is meant, or several people are.
    pub fn person(&self, view: &View<'_>, word: &str) -> Result<Id, Failure> {
        naming::person(view, word)
    }

    /// The record that a word of a file means. Nobody is asked, and `@` means nothing.
    ///
    /// # Errors
    /// If there is none, or there are several.
    pub fn exact_record(&self, view: &View<'_>, word: &str) -> Result<Id, Failure> {
        view.resolve(&[], word)?.map_err(|unresolved| {
            let unresolved = naming::explain(view, &unresolved);
            let candidates = unresolved
                .candidates
                .into_iter()
                .map(|(name, about)| Candidate { name, about: Label::verbatim(about) });
            let candidates: Vec<Candidate> = candidates.collect();
            let failure = match candidates.is_empty() {
                true => Failure::missing("no-record", unresolved.message),
                false => Failure::refused("several-fit", unresolved.message),
            };
            failure.hint_if(unresolved.hint).candidates(candidates)
        })
    }

    /// A typed path, from the book's top. In a folder of the book it counts from that folder, if a file is there.
    pub fn path(&self, context: &Context, typed: &str) -> String {
        let plain = typed.trim_start_matches("./").trim_end_matches('/').to_owned();
        let Some(top) = self.book.repo().top().and_then(|top| top.canonicalize().ok()) else { return plain };
        let here = context.dir().join(typed);
        // only the folder is resolved: a link stays a link
        let folder = here.parent().and_then(|folder| folder.canonicalize().ok());
        let whole = folder.zip(here.file_name()).map(|(folder, name)| folder.join(name));
        let inside = whole.filter(|path| path.symlink_metadata().is_ok());
        let inside = inside.and_then(|path| Some(path.strip_prefix(&top).ok()?.to_str()?.to_owned()));
        inside.filter(|path| !path.is_empty()).unwrap_or(plain)
    }

    /// Runs an operation and writes it as one commit, unless `--dry-run` is given.
    ///
    /// # Errors
    /// If `work` refuses, or git or the disk does.
    pub fn write<T>(
        &self,
        context: &Context,
        said: Option<String>,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, Failure>,
    ) -> Result<(T, Written), Failure> {
        self.check_writing(context)?;
        let writer = Writer {
            dry_run: context.flags.dry_run,
            said,
            sight: Sight::asked(context.flags.private),
            ..Writer::new(self.now)
        };
        let (done, written) = self.book.write(writer, work)?;
        if let Some(committed) = written.committed.as_ref().filter(|_| !self.kept_up.get()) {
            self.kept_up.set(self.book.repo().keep_up(committed));
        }
        context.later.borrow_mut().extend(done::cautions(&written));
        // once is enough, and a clone without a driver is rare
        if written.committed.is_some()
            && self.book.repo().merge_driver() == Driver::Missing
            && self.book.repo().mention_merge_driver()
        {
            let missing = Warning { code: "merge-driver", message: SyncText::NoDriver.into() };
            context.later.borrow_mut().push(missing);
        }
        Ok((done, written))
    }
}

/// Fails if a writing command was given a time and a book with this clock does not take one: deadlines and the audit
/// depend on when something was written.
///
/// # Errors
/// If `--now` or `REDRESS_NOW` is given and the clock is real.
pub fn check_clock(context: &Context, clock: Clock) -> Result<(), Failure> {
    match (clock, &context.flags.now) {
        (Clock::Real, Some(now)) => {
            Err(Failure::usage("real-clock", label!(Text::RealClock, now = now)).hint(Text::RealClockHint))
        }
        _ => Ok(()),
    }
}

/// The kind that a word names.
///
/// # Errors
/// If there is none.
pub fn kind<'p>(policy: &'p Policy, word: &str) -> Result<&'p Kind, Failure> {
    policy.find_kind(word).ok_or_else(|| {
        let names = policy.kinds.keys().map(String::as_str);
        let near = crate::place::toml::nearest(word, names.clone());
        let hint = match near {
            Some(near) => label!(Text::DidYouMean, word = near),
            None => {
                let kinds = policy.kinds.values().map(|kind| Label::typed(kind.name(), &kind.shape.label));
                label!(Text::KnownKinds; kinds = Label::list(kinds))
            }
        };
        Failure::missing("no-kind", label!(Text::NoKind, word = word)).hint(hint)
    })
}

/// The failure of a command that makes records if the policy does not describe them.
pub fn unsaid(file: &str, section: &str) -> Failure {
    Failure::missing("no-kind", label!(PlanText::NoSection, file = file, section = section))
}

/// Fails if a command of its own makes the records of the kind.
///
/// # Errors
/// If such a command does.
pub fn check_made_by_hand(policy: &Policy, kind: &Kind) -> Result<(), Failure> {
    match &policy.reports.closing {
        Some(closing) if closing.kind == kind.name() => {
            Err(Failure::refused("by-command", ClosingText::ByCommand).hint(ClosingText::ByCommandHint))
        }
        _ => Ok(()),
    }
}

/// A refusal as the failure of a command. If only something is missing, the command was used wrongly.
pub fn refused(refusal: &Refusal, policy: &Policy) -> Failure {
    let mut failure = opening::refusal(refusal, policy);
    if !refusal.missing().is_empty() || matches!(refusal, Refusal::NoStep { .. } | Refusal::NoId { .. }) {
        failure.exit = super::exit::Exit::Usage;
    }
    if matches!(refusal, Refusal::Unanswered { .. }) {
        failure.exit = super::exit::Exit::Unreadable;
    }
    failure
}

/// The book's default calendar.
pub fn calendar<'v>(view: &'v View<'_>) -> &'v Calendar {
    view.policy().calendars.default()
}

//! What `init` asks at a terminal: the company, its people, the calendar's last year, the shared repository.

use std::io::{BufRead, Write};

use crate::book::{Newcomer, person_id};
use crate::cli::failure::Failure;
use crate::cli::prompt::{MenuItem, Prompt};
use crate::locale::messages::FirstHourText as Text;
use crate::policy::preset::Preset;
use crate::policy::{Company, Policy};
use crate::record::{Type, Value};
use crate::say;

/// How many people are asked for at most. A larger company files the others later.
const MOST_PEOPLE: usize = 50;

/// Asks which preset fits. The default is taken if the user chooses nothing.
///
/// # Errors
/// If the input ends.
pub(super) fn preset<R: BufRead, W: Write>(
    prompt: &mut Prompt<R, W>,
    lang: crate::locale::Lang,
) -> Result<&'static str, Failure> {
    let choice = |preset: &Preset| MenuItem {
        name: preset.name.to_owned(),
        label: crate::locale::Label::each(|lang| format!("{}  {}", preset.label().get(lang), preset.help().get(lang))),
    };
    let choices: Vec<MenuItem> = Preset::ALL.iter().map(choice).collect();
    let chosen = prompt.choose(Text::WhichPreset.get(lang), &choices, true)?;
    Ok(chosen.map_or(Preset::DEFAULT, |at| Preset::ALL[at].name))
}

/// Asks what the company is called. `usual` is taken if the user says nothing.
///
/// # Errors
/// If the input ends.
pub(super) fn name<R: BufRead, W: Write>(
    prompt: &mut Prompt<R, W>,
    lang: crate::locale::Lang,
    usual: &str,
) -> Result<String, Failure> {
    Ok(prompt.line(&say!(lang, Text::CompanyName, usual = usual))?.unwrap_or_else(|| usual.to_owned()))
}

/// Asks what forms print about the company.
///
/// # Errors
/// If the input ends.
pub(super) fn company<R: BufRead, W: Write>(
    prompt: &mut Prompt<R, W>,
    lang: crate::locale::Lang,
) -> Result<Company, Failure> {
    let mut line = |question: Text| Ok::<_, Failure>(prompt.line(question.get(lang))?.unwrap_or_default());
    Ok(Company {
        name: String::new(),
        address: line(Text::CompanyAddress)?,
        phone: line(Text::CompanyPhone)?,
        tax_number: line(Text::CompanyTaxNumber)?,
        ..Company::default()
    })
}

/// Asks who else works with the book. `founder` is the person who makes it.
///
/// # Errors
/// The input ends.
pub(super) fn people<R: BufRead, W: Write>(
    prompt: &mut Prompt<R, W>,
    lang: crate::locale::Lang,
    policy: &Policy,
    founder: &str,
) -> Result<Vec<Newcomer>, Failure> {
    let roles: Vec<MenuItem> = policy
        .roles
        .iter()
        .filter(|role| !role.everybody && !role.retired)
        .map(|role| MenuItem { name: role.name.clone(), label: role.label.clone() })
        .collect();
    let mut people: Vec<Newcomer> = Vec::new();
    while people.len() < MOST_PEOPLE {
        let question = if people.is_empty() { Text::FirstColleague } else { Text::NextColleague };
        let Some(name) = prompt.line(question.get(lang))? else { break };
        let email = loop {
            let Some(email) = prompt.line(&say!(lang, Text::Address, name = name))? else {
                prompt.complain(Text::NeedsAddress.get(lang))?;
                continue;
            };
            let sound = Value::from_stored(&Type::Email, &email).is_ok();
            let id = person_id(&email).ok().filter(|_| sound);
            let taken = |id: &crate::record::Id| {
                let theirs = |address: &str| person_id(address).is_ok_and(|other| other == *id);
                theirs(founder) || people.iter().any(|one| theirs(&one.email))
            };
            match id {
                None => prompt.complain(&say!(lang, Text::NoAddress, email = email))?,
                Some(id) if taken(&id) => prompt.complain(&say!(lang, Text::TakenAddress, email = email, id = id))?,
                Some(_) => break email,
            }
        };
        let chosen = match roles.is_empty() {
            true => Vec::new(),
            false => prompt.choose_several(&say!(lang, Text::WhichRoles, name = name), &roles)?,
        };
        let roles = chosen.into_iter().map(|at| roles[at].name.clone()).collect();
        people.push(Newcomer { name, email, roles });
    }
    Ok(people)
}

/// Asks for the last year whose holidays the calendar gets. `None` for a calendar without holidays.
///
/// # Errors
/// If the input ends.
pub(super) fn last_year<R: BufRead, W: Write>(
    prompt: &mut Prompt<R, W>,
    lang: crate::locale::Lang,
    policy: &Policy,
) -> Result<Option<i32>, Failure> {
    let calendar = policy.calendars.default();
    let Some(known) = calendar.last_year() else { return Ok(None) };
    loop {
        let Some(answer) = prompt.line(&say!(lang, Text::LastYear, year = known))? else { return Ok(Some(known)) };
        match crate::locale::text::half_width(&answer).trim_end_matches('年').parse::<i32>() {
            Ok(year) if (known..known + 100).contains(&year) => return Ok(Some(year)),
            _ => prompt.complain(&say!(lang, Text::NoYear, year = known))?,
        }
    }
}

/// Asks for the address of the shared repository.
///
/// # Errors
/// If the input ends.
pub(super) fn remote<R: BufRead, W: Write>(
    prompt: &mut Prompt<R, W>,
    lang: crate::locale::Lang,
) -> Result<Option<String>, Failure> {
    loop {
        let Some(address) = prompt.line(Text::Remote.get(lang))? else { return Ok(None) };
        if is_remote(&address) {
            return Ok(Some(address));
        }
        prompt.complain(&say!(lang, Text::NoRemote, address = address))?;
    }
}

/// Whether git may get this text as the address of a repository: no option, no `ext::` that starts a program, one
/// line.
pub(in crate::cli::commands) fn is_remote(text: &str) -> bool {
    !text.starts_with('-') && !text.contains("::") && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::{is_remote, last_year, people};
    use crate::book::Newcomer;
    use crate::cli::prompt::Prompt;
    use crate::locale::Lang;
    use crate::policy::preset::{Choices, Preset};
    use crate::policy::{Policy, Sources};

    fn policy() -> Policy {
        let files = Preset::named("manufacturer").unwrap().files(&Choices::default()).unwrap();
        let mut sources: Sources = files.into_iter().map(|file| (file.path, file.text.into_bytes())).collect();
        sources.insert("redress.toml", b"name = \"Test\"\n".to_vec());
        Policy::load(&sources, "").unwrap()
    }

    fn answered<T>(answers: &str, ask: impl Fn(&mut Prompt<Cursor<&[u8]>, &mut Vec<u8>>) -> T) -> (T, String) {
        let mut screen = Vec::new();
        let found = ask(&mut Prompt::new(Cursor::new(answers.as_bytes()), &mut screen, Lang::En));
        (found, String::from_utf8(screen).unwrap())
    }

    #[test]
    fn colleagues_are_asked_for_until_an_empty_line() {
        let policy = policy();
        let answers = "Wang Lei\nno address\na@b@c\n@example.com\na b@c\nLI.NA@example.com\nwang.lei@example.com\ncs-manager,cs-specialist\nZhao Min\nzhao.min@example.com\n\n\n";
        let (found, screen) =
            answered(answers, |prompt| people(prompt, Lang::En, &policy, "li.na@example.com").unwrap());
        let one = |name: &str, email: &str, roles: &[&str]| Newcomer {
            name: name.to_owned(),
            email: email.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        let expected = [
            one("Wang Lei", "wang.lei@example.com", &["cs-manager", "cs-specialist"]),
            one("Zhao Min", "zhao.min@example.com", &[]),
        ];
        assert_eq!(found, expected);
        assert_eq!(screen.matches("  ! ").count(), 5, "{screen}");
    }

    #[test]
    fn a_calendar_ends_with_a_year_whose_holidays_are_there() {
        let policy = policy();
        let year = |answers: &str| answered(answers, |prompt| last_year(prompt, Lang::Zh, &policy).unwrap()).0;
        assert_eq!((year("\n"), year("２０２７年\n"), year("2020\nx\n2028\n")), (Some(2026), Some(2027), Some(2028)));
    }

    #[test]
    fn what_git_could_take_for_something_else_is_no_repository() {
        let remotes =
            ["git@example.com:book.git", "https://example.com/book", "/srv/book.git", "-x", "ext::sh -c x", "a\nb"];
        assert_eq!(remotes.map(is_remote), [true, true, true, false, false, false]);
    }
}

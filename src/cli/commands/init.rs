//! `redress init [DIR]`: makes a book.

pub(super) mod questions;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::Arg;
use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};

use crate::book::repo::{InitOptions, Repo};
use crate::book::{self, FoundError, Founded, Founding, Rules, found};
use crate::calendar::{Moment, Zone};
use crate::cli::context::Context;
use crate::cli::environment;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::flags::Tongue;
use crate::cli::own_rules::OwnRules;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session;
use crate::kind::Kind;
use crate::locale::Label;
use crate::locale::Lang;
use crate::locale::messages::{FirstHourText, OwnRulesText, RecordText as Text};
use crate::policy::preset::{Preset, PresetPart};
use crate::policy::{Clock, Company, Policy, Sources};
use crate::record::FieldId;
use crate::{label, say};

/// Make a book: its policy from a preset, its git repository where there is none, and the first commit
///
/// The policy is written into the book as files to read and change. You get every role of the preset, so that one
/// person can try everything. On a terminal it asks for the company, its people, the calendar's last year and a shared
/// repository. With --policy the book begins with rules of your own: a folder like `policy/` of a book, or one that
/// holds `policy/` and `calendar/`. They are checked as `policy check` does before anything is written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder; without it the current one
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The rule book to begin with
    #[arg(long, value_name = "NAME", value_parser = Presets)]
    preset: Option<String>,
    /// What the rule book takes beside the preset, such as the time limits of a regulator
    #[arg(long = "part", value_name = "NAME", value_delimiter = ',', value_parser = parts(), conflicts_with = "policy")]
    parts: Vec<&'static PresetPart>,
    /// A folder with rules of one's own to begin with, in place of a preset
    #[arg(long, value_name = "DIR", conflicts_with = "preset")]
    policy: Option<PathBuf>,
    /// What the company or the book is called; without it the folder's name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// The time zone, as Asia/Shanghai
    #[arg(long, value_name = "TZ")]
    time_zone: Option<String>,
    /// Where the book takes its time from: the machine's clock, or --now, for practice and tests
    #[arg(long, value_name = "real|simulated", default_value = Clock::Real.name(), value_parser = clocks(), hide_possible_values = true)]
    clock: Clock,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "init",
    group: Group::Book,
    zh: "建立台账：写入预设制度，必要时建立 git 仓库，并作首次提交\n\n制度以文件形式写入台账，可阅读和修改。您将拥有预设的全部角色，一个人即可试用所有功能。在终端上会询问公司、人员、日历年度和共享仓库。用 --policy 可从自己的制度开始：类似台账中 policy/ 的文件夹，或含有 policy/ 和 calendar/ 的文件夹；写入前按 policy check 全面检查。",
    zh_args: &[
        ("dir", "文件夹；不写则为当前文件夹"),
        ("preset", "所用的预设制度"),
        ("parts", "预设之外选用的制度部件，如监管转办时限"),
        ("policy", "自己的制度文件夹，代替预设"),
        ("name", "公司或台账名称；不写则为文件夹名"),
        ("time_zone", "时区，如 Asia/Shanghai"),
        ("clock", "台账的时间来源：real 为本机时钟；simulated 为 --now，供练习和测试"),
    ],
    examples: &[
        Example {
            line: "redress init book --name 恒泰机械 --lang zh",
            en: "a book in Chinese",
            zh: "redress init 台账 --name 恒泰机械 --lang zh\n建立中文台账",
        },
        Example {
            line: "redress init --time-zone Europe/Berlin",
            en: "here, for another country",
            zh: "在当前文件夹，用于其他国家",
        },
        Example {
            line: "redress init book --preset vip-sales --part regulator",
            en: "with the time limits of a regulator",
            zh: "redress init 台账 --preset vip-sales --part regulator\n并选用监管转办时限",
        },
        Example {
            line: "redress init try --clock simulated",
            en: "a book for practice, which takes --now",
            zh: "redress init 练习 --clock simulated\n练习用台账，可用 --now 设定时间",
        },
        Example {
            line: "redress init book --policy rules",
            en: "with rules of one's own",
            zh: "redress init 台账 --policy 制度\n从自己的制度开始",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    session::check_clock(context, args.clock)?;
    let own = args.policy.as_deref().map(|dir| OwnRules::read(&context.dir().join(dir))).transpose()?;
    let zone = args.time_zone.as_deref().map(|name| {
        name.parse::<Zone>()
            .map_err(|_| Failure::usage("zone", label!(Text::NoZone, name = name)).hint(Text::NoZoneHint))
    });
    let zone = zone.transpose()?;
    let dir = args.dir.map_or_else(|| context.dir().to_owned(), |dir| context.dir().join(dir));
    let lang = context.flags.lang.and_then(Tongue::one).unwrap_or(context.lang);
    // the folder may not exist yet
    let shown = std::path::absolute(&dir).unwrap_or_else(|_| dir.clone());
    // without a book nobody can say what working time is
    let now = context.now(Zone::utc())?;
    let usual = shown.file_name().map(|name| name.to_string_lossy().into_owned());
    let usual = usual.unwrap_or_else(|| "redress".to_owned());
    // an existing book is named below, and nobody is asked
    let asks = context.may_ask() && !dir.join("redress.toml").exists();
    let name = match args.name {
        Some(name) => name,
        None if asks => questions::name(&mut context.prompt(), context.lang, &usual)?,
        None => usual,
    };
    if name.trim().is_empty() {
        return Err(Failure::usage("name", Text::NoBookName));
    }
    let rules = match (&own, &args.preset) {
        (Some(own), _) => Rules::Own(own.files.clone()),
        (None, Some(name)) => Rules::Preset(preset(name)?),
        (None, None) if asks => Rules::Preset(preset(questions::preset(&mut context.prompt(), context.lang)?)?),
        (None, None) => Rules::Preset(preset(Preset::DEFAULT)?),
    };
    let company = Company::default();
    let mut founding = Founding {
        rules,
        parts: args.parts,
        name: name.clone(),
        lang,
        zone,
        currency: own.as_ref().and_then(|own| own.currency.clone()),
        clock: args.clock,
        company,
        people: Vec::new(),
        through: None,
    };
    let remote = if asks { ask(&mut founding, &dir, context)? } else { None };
    if let Some(own) = &own {
        let warnings = own.check(&book::files(&founding).map_err(|error| no_book(error, &dir))?, now)?;
        warnings.iter().for_each(|warning| context.out.warn("policy", warning.line()));
    }
    let clock = |zone: Zone| context.now(zone).unwrap_or_default();
    let made = make(context, &dir, &founding, clock)?;
    if let Some(address) = remote.as_deref().filter(|_| !context.flags.dry_run) {
        made.book.repo().share_with(address)?;
    }
    context.out.data(serde_json::json!({ "dir": shown, "name": name, "preset": founding.rules.preset().map(|preset| preset.name), "parts": founding.parts.iter().map(|part| part.name).collect::<Vec<_>>(), "person": made.person.as_str(), "commit": made.commit.map(|id| id.to_string()) }));
    let (lang, person) = (context.lang, &made.person);
    let from = args.policy.as_deref().unwrap_or(Path::new("")).display();
    if context.flags.dry_run {
        context.out.note(&say!(lang, Text::BookWouldBe, name = name, dir = shown.display()));
        context.out.note(&match founding.rules.preset() {
            Some(preset) => say!(lang, Text::BookWouldBeBy, person = person, preset = preset.name),
            None => say!(lang, OwnRulesText::BookWouldBeOwn, person = person, dir = from),
        });
        context.out.aside(Text::WouldBe.get(lang));
        return Ok(Exit::Done);
    }
    context.out.note(&say!(lang, Text::BookMade, name = name, dir = shown.display()));
    context.out.note(&match founding.rules.preset() {
        Some(preset) => say!(lang, Text::BookMadeBy, person = person, preset = preset.name),
        None => say!(lang, OwnRulesText::BookMadeOwn, person = person, dir = from),
    });
    if !founding.parts.is_empty() {
        let names = founding.parts.iter().map(|part| part.name).collect::<Vec<_>>().join(", ");
        context.out.note(&say!(lang, FirstHourText::PartsTaken, parts = names));
    }
    if !founding.people.is_empty() {
        let people: Vec<&str> = founding.people.iter().map(|person| person.name.as_str()).collect();
        context.out.note(&say!(
            lang,
            FirstHourText::Joined,
            people = people.join(if lang == Lang::Zh { "、" } else { ", " })
        ));
    }
    if let Some(address) = &remote {
        context.out.note(&say!(lang, FirstHourText::RemoteSet, address = address));
    }
    context.out.note(&match &own {
        Some(_) => first_steps(&founding, &dir, lang)?,
        None => Text::BookNext.get(lang).to_owned(),
    });
    Ok(Exit::Done)
}

/// What to type first in a book with one's own rules: a record of the kind that most others name, and one of the kind
/// with the most deadlines.
fn first_steps(founding: &Founding, dir: &Path, lang: Lang) -> Result<String, Failure> {
    let sources: Sources = book::files(founding).map_err(|error| no_book(error, dir))?.into_iter().collect();
    let Ok(policy) = Policy::load(&sources, "") else { return Ok(String::new()) };
    let kinds = || policy.kinds.values().filter(|kind| !kind.shape.prefix.is_empty());
    let named = |kind: &&Kind| kinds().filter(|other| other.shape.refers_to(kind.name())).count();
    let first = kinds().max_by_key(named);
    let most = kinds().max_by_key(|kind| kind.deadlines.len());
    let mut commands: Vec<String> = first.into_iter().chain(most).map(begun).collect();
    commands.dedup();
    Ok(say!(lang, OwnRulesText::NextIs, commands = commands.join(if lang == Lang::Zh { "，然后 " } else { ", then " })))
}

/// The command that registers a record, with what its first step asks for.
fn begun(kind: &Kind) -> String {
    let asks = kind.steps.first().map(|step| step.asks.iter().map(|ask| ask.field).collect()).unwrap_or_default();
    let mut fields: Vec<FieldId> = asks;
    let required = kind.shape.handles().filter(|(_, field)| field.required && !field.retired);
    fields.extend(required.map(|(id, _)| id));
    let mut seen = BTreeSet::new();
    fields.retain(|field| seen.insert(*field));
    let asked = fields.iter().map(|field| format!(" {}=…", kind.field(*field).name));
    format!("redress new {}{}", kind.name(), asked.collect::<String>())
}

/// Asks what a new book needs to know. Returns the address of the shared repository.
fn ask(founding: &mut Founding, dir: &Path, context: &Context) -> Result<Option<String>, Failure> {
    let sources: Sources = book::files(founding).map_err(|error| no_book(error, dir))?.into_iter().collect();
    // rules that do not hold together are refused below, with their places
    let Ok(policy) = Policy::load(&sources, "") else { return Ok(None) };
    let (mut prompt, lang) = (context.prompt(), context.lang);
    founding.company = questions::company(&mut prompt, lang)?;
    let founder = Repo::address(&environment::of_repository(), dir).unwrap_or_default();
    founding.people = questions::people(&mut prompt, lang, &policy, &founder)?;
    if founding.rules.preset().is_some() {
        // without an end of its own, the calendar ends with the last year whose holidays are laid down
        let laid = policy.calendars.default().last_year();
        founding.through = questions::last_year(&mut prompt, lang, &policy)?.filter(|year| Some(*year) != laid);
    }
    questions::remote(&mut prompt, lang)
}

fn clocks() -> impl TypedValueParser<Value = Clock> {
    let names = PossibleValuesParser::new(Clock::ALL.map(Clock::name));
    names.map(|name| Clock::named(&name).unwrap_or_default())
}

/// The parts that `--part` takes.
pub(super) fn parts() -> impl TypedValueParser<Value = &'static PresetPart> {
    let names = PossibleValuesParser::new(PresetPart::ALL.iter().map(|part| part.name));
    names.try_map(|name| PresetPart::named(&name).ok_or("no such part"))
}

/// Any word, because an unknown one is answered with what each preset is. Help lists the names.
#[derive(Debug, Clone)]
struct Presets;

impl TypedValueParser for Presets {
    type Value = String;

    fn parse_ref(&self, command: &clap::Command, arg: Option<&Arg>, word: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, word)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Preset::ALL.iter().map(|preset| PossibleValue::new(preset.name))))
    }
}

/// The preset with a name.
///
/// # Errors
/// If there is none.
pub(super) fn preset(name: &str) -> Result<&'static Preset, Failure> {
    Preset::named(name).ok_or_else(|| {
        let known = Preset::ALL.iter().map(|preset| Label::typed(preset.name, &preset.label()));
        Failure::usage("preset", label!(Text::NoPreset, name = name))
            .hint(label!(Text::KnownNames; names = Label::list(known)))
    })
}

/// Makes the book in a folder.
///
/// # Errors
/// If there is one already, or git refuses.
pub(super) fn make(
    context: &Context,
    dir: &Path,
    founding: &Founding,
    clock: impl FnOnce(Zone) -> Moment,
) -> Result<Founded, Failure> {
    let environment = environment::of_repository();
    let absent: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
    // folders that were made for a book that failed are removed
    let leave = || absent.iter().for_each(|dir| _ = std::fs::remove_dir(dir).ok());
    let initialised = Repo::init(dir, &environment, &InitOptions::default()).inspect_err(|_| leave())?;
    let git_dir = initialised.repo.git_dir().to_owned();
    let made = found(initialised.repo, founding, clock, context.flags.dry_run);
    if initialised.created && (made.is_err() || context.flags.dry_run) {
        // What was made for a book that failed is removed. If that fails, an empty repository stays, which is
        // harmless.
        std::fs::remove_dir_all(git_dir).ok();
        leave();
    }
    let made = made.map_err(|error| no_book(error, dir))?;
    if !context.flags.dry_run {
        // without it, git stops at a record that both sides of a merge changed
        made.book.repo().register_merge_driver(&environment::place_of_program()).ok();
    }
    Ok(made)
}

/// Why there is no book in a folder.
fn no_book(error: FoundError, dir: &Path) -> Failure {
    match error {
        FoundError::Exists => {
            let shown = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
            Failure::refused("book-exists", label!(Text::BookThere, dir = shown.display())).hint(Text::BookThereHint)
        }
        FoundError::InTheWay(file) => {
            let folder = file.split('/').next().unwrap_or_default().to_owned();
            Failure::refused("in-the-way", label!(Text::InTheWay, file = file))
                .hint(label!(Text::InTheWayHint, folder = folder))
        }
        FoundError::NoPerson(email) => {
            Failure::unreadable("identity", label!(Text::NoPersonOf, email = email)).hint(Text::NoPersonOfHint)
        }
        FoundError::Preset(reason) => Failure::unreadable("preset", label!(Text::BadPreset, reason = reason)),
        FoundError::Book(error) => error.into(),
    }
}

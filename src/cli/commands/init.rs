//! `redress init [DIR]`: makes a book.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::book::repo::{Environment, InitOptions, Repo};
use crate::book::{self, FoundError, Founded, Founding, Rules, found};
use crate::calendar::{Moment, Zone};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::own_rules::OwnRules;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session;
use crate::locale::messages::{OwnRulesText, RecordText as Text};
use crate::policy::Clock;
use crate::policy::preset::Preset;
use crate::{label, say};

/// Make a book: its policy from a preset, its git repository where there is none, and the first commit
///
/// The policy is written into the book as files to read and change. You get every role of the preset, so that one person can try
/// everything. With --policy the book begins with rules of your own: a folder like `policy/` of a book, or one that holds `policy/`
/// and `calendar/`. They are checked as `policy check` does before anything is written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder; without it the current one
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The rule book to begin with
    #[arg(long, value_name = "NAME", default_value = Preset::DEFAULT)]
    preset: String,
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
    zh: "建立账簿：写入预设制度，必要时建立 git 仓库，并作首次提交\n\n制度以文件形式写入账簿，可阅读和修改。您将拥有预设的全部角色，一个人即可试用所有功能。用 --policy 可从自己的制度开始：类似台账中 policy/ 的文件夹，或含有 policy/ 和 calendar/ 的文件夹；写入前按 policy check 全面检查。",
    zh_args: &[
        ("dir", "文件夹；不写则为当前文件夹"),
        ("preset", "所用的预设制度"),
        ("policy", "自己的制度文件夹，代替预设"),
        ("name", "公司或账簿名称；不写则为文件夹名"),
        ("time_zone", "时区，如 Asia/Shanghai"),
        ("clock", "账簿的时间来源：real 为本机时钟；simulated 为 --now，供练习和测试"),
    ],
    examples: &[
        Example {
            line: "redress init book --name 恒泰机械 --lang zh", en: "a book in Chinese", zh: "建立中文账簿"
        },
        Example {
            line: "redress init --time-zone Europe/Berlin",
            en: "here, for another country",
            zh: "在当前文件夹，用于其他国家",
        },
        Example {
            line: "redress init try --clock simulated",
            en: "a book for practice, which takes --now",
            zh: "练习用账簿，可用 --now 设定时间",
        },
        Example {
            line: "redress init book --policy rules", en: "with rules of one's own", zh: "从自己的制度开始"
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    session::check_clock(context, args.clock)?;
    let own = args.policy.as_deref().map(|dir| OwnRules::read(&context.dir().join(dir))).transpose()?;
    let rules = match &own {
        Some(own) => Rules::Own(own.files.clone()),
        None => Rules::Preset(preset(&args.preset)?),
    };
    let zone = args.time_zone.as_deref().map(|name| {
        name.parse::<Zone>()
            .map_err(|_| Failure::usage("zone", label!(Text::NoZone, name = name)).hint(Text::NoZoneHint))
    });
    let zone = zone.transpose()?;
    let dir = args.dir.map_or_else(|| context.dir().to_owned(), |dir| context.dir().join(dir));
    let lang = context.flags.lang.unwrap_or(context.lang);
    // the folder may not be there yet
    let shown = std::path::absolute(&dir).unwrap_or_else(|_| dir.clone());
    let name = args.name.unwrap_or_else(|| {
        shown.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "redress".to_owned())
    });
    if name.trim().is_empty() {
        return Err(Failure::usage("name", Text::NoBookName));
    }
    let founding = Founding { rules, name: name.clone(), lang, zone, clock: args.clock };
    // before there is a book nobody can say what working time is
    let now = context.now(Zone::utc())?;
    if let Some(own) = &own {
        let warnings = own.check(&book::files(&founding).map_err(|error| no_book(error, &dir))?, now)?;
        warnings.iter().for_each(|warning| context.out.warn("policy", warning.line()));
    }
    let clock = |zone: Zone| context.now(zone).unwrap_or_default();
    let made = make(context, &dir, &founding, clock)?;
    context.out.data(serde_json::json!({ "dir": shown, "name": name, "preset": founding.rules.preset().map(|preset| preset.name), "person": made.person.as_str(), "commit": made.commit.map(|id| id.to_string()) }));
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
    context.out.note(Text::BookNext.get(lang));
    Ok(Exit::Done)
}

fn clocks() -> impl TypedValueParser<Value = Clock> {
    let names = PossibleValuesParser::new(Clock::ALL.map(Clock::name));
    names.map(|name| Clock::named(&name).unwrap_or_default())
}

/// The preset of a name.
///
/// # Errors
/// There is none.
pub(super) fn preset(name: &str) -> Result<&'static Preset, Failure> {
    Preset::named(name).ok_or_else(|| {
        let known: Vec<&str> = Preset::ALL.iter().map(|preset| preset.name).collect();
        Failure::usage("preset", label!(Text::NoPreset, name = name))
            .hint(label!(Text::KnownNames, names = known.join(", ")))
    })
}

/// Makes the book in a folder.
///
/// # Errors
/// There is one already, or git refuses.
pub(super) fn make(
    context: &Context,
    dir: &Path,
    founding: &Founding,
    clock: impl FnOnce(Zone) -> Moment,
) -> Result<Founded, Failure> {
    let environment = Environment::read(|name| context.variable(name));
    let absent: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
    // folders that were made for a book that is not go again
    let leave = || absent.iter().for_each(|dir| _ = std::fs::remove_dir(dir).ok());
    let initialised = Repo::init(dir, &environment, &InitOptions::default()).inspect_err(|_| leave())?;
    let git_dir = initialised.repo.git_dir().to_owned();
    let made = found(initialised.repo, founding, clock, context.flags.dry_run);
    if initialised.created && (made.is_err() || context.flags.dry_run) {
        // What was made for a book that is not goes again. Where it does not, an empty repository stays, which is harmless.
        std::fs::remove_dir_all(git_dir).ok();
        leave();
    }
    made.map_err(|error| no_book(error, dir))
}

/// Why there is no book in a folder.
fn no_book(error: FoundError, dir: &Path) -> Failure {
    match error {
        FoundError::Exists => {
            let shown = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
            Failure::refused("book-exists", label!(Text::BookThere, dir = shown.display())).hint(Text::BookThereHint)
        }
        FoundError::NoPerson(email) => {
            Failure::unreadable("identity", label!(Text::NoPersonOf, email = email)).hint(Text::NoPersonOfHint)
        }
        FoundError::Preset(reason) => Failure::unreadable("preset", label!(Text::BadPreset, reason = reason)),
        FoundError::Book(error) => error.into(),
    }
}

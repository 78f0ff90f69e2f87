//! The global flags, before or after the command. Their ids begin with `global-`, so that commands may name theirs
//! freely.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::locale::Lang;

/// Flags of every command. `REDRESS_DIR`, `REDRESS_AS`, `REDRESS_NOW` and `REDRESS_LANG` stand for theirs.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// Work on the book in DIR instead of the current folder
    #[arg(short = 'C', value_name = "DIR", global = true, id = "global-dir", overrides_with = "global-dir")]
    pub dir: Option<PathBuf>,
    /// Read the book as it was at a commit, or at the end of a date
    #[arg(
        long,
        value_name = "REV|DATE",
        global = true,
        hide_short_help = true,
        id = "global-at",
        overrides_with = "global-at"
    )]
    pub at: Option<String>,
    /// Act as another person, where the policy allows it
    #[arg(
        long = "as",
        value_name = "PERSON",
        global = true,
        hide_short_help = true,
        id = "global-as",
        overrides_with = "global-as"
    )]
    pub as_person: Option<String>,
    /// Take this time for now; of a date its end
    #[arg(
        long,
        value_name = "TIME",
        global = true,
        hide_short_help = true,
        id = "global-now",
        overrides_with = "global-now"
    )]
    pub now: Option<String>,
    /// Write JSON, never localised
    #[arg(long, global = true, id = "global-json", overrides_with = "global-json")]
    pub json: bool,
    /// Language of what people read; without it REDRESS_LANG, else the language of the book
    #[arg(long, value_name = "zh|en", global = true, hide_short_help = true, id = "global-lang", overrides_with = "global-lang", value_parser = language(), hide_possible_values = true)]
    pub lang: Option<Tongue>,
    /// Say only what was asked for: `new` prints the id alone
    #[arg(long, global = true, id = "global-quiet", overrides_with = "global-quiet")]
    pub quiet: bool,
    /// Show what would be done, and do nothing
    #[arg(long, global = true, hide_short_help = true, id = "global-dry-run", overrides_with = "global-dry-run")]
    pub dry_run: bool,
    /// Never ask; what is missing is an error
    #[arg(long, global = true, hide_short_help = true, id = "global-no-input", overrides_with = "global-no-input")]
    pub no_input: bool,
    /// Go on without asking for confirmation
    #[arg(short = 'y', long, global = true, hide_short_help = true, id = "global-yes", overrides_with = "global-yes")]
    pub yes: bool,
    /// Show private fields in the clear
    #[arg(long, global = true, hide_short_help = true, id = "global-private", overrides_with = "global-private")]
    pub private: bool,
    /// Show what is longer than the screen without a pager
    #[arg(long, global = true, hide_short_help = true, id = "global-no-pager", overrides_with = "global-no-pager")]
    pub no_pager: bool,
    /// An empty list is exit code 3
    #[arg(long, global = true, hide_short_help = true, id = "global-fail-empty", overrides_with = "global-fail-empty")]
    pub fail_empty: bool,
}

/// The global flags in Chinese, by their ids.
pub(super) const ZH: &[(&str, &str)] = &[
    ("global-dir", "使用此文件夹中的台账，不写则为当前文件夹"),
    ("global-at", "按某次提交或某日结束时的台账读取"),
    ("global-as", "在制度允许时代他人操作"),
    ("global-now", "以此时间为现在；只写日期则为当日结束时"),
    ("global-json", "输出 JSON，内容不随语言变化"),
    ("global-lang", "显示语言；不写则取 REDRESS_LANG，否则为台账的语言"),
    ("global-quiet", "只输出所求：`new` 只输出编号"),
    ("global-dry-run", "只显示将做什么，不执行"),
    ("global-no-input", "不提问，缺少内容即报错"),
    ("global-yes", "不再确认"),
    ("global-private", "明文显示隐私字段"),
    ("global-no-pager", "超过一屏也不使用分页程序"),
    ("global-fail-empty", "列表为空时退出码为 3"),
];

/// What `--lang` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// One language.
    One(Lang),
    /// Every language, on forms: the reader's stands first.
    Both,
}

impl Tongue {
    /// The one language. `None` if it is both.
    pub fn one(self) -> Option<Lang> {
        if let Tongue::One(lang) = self { Some(lang) } else { None }
    }
}

const BOTH: &str = "both";

/// Both is for `print` alone, whose help names it.
fn language() -> impl TypedValueParser<Value = Tongue> {
    let codes = Lang::ALL.map(|lang| PossibleValue::new(lang.code()));
    let codes = PossibleValuesParser::new(codes.into_iter().chain([PossibleValue::new(BOTH).hide(true)]));
    codes.map(|code| {
        let one = Lang::ALL.into_iter().find(|lang| lang.code() == code);
        one.map_or(Tongue::Both, Tongue::One)
    })
}

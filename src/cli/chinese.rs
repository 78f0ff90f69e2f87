//! Help in Chinese. The texts that clap has only in English get Chinese words, and lines break as Chinese lines do.

use clap::Arg;
use clap::builder::Str;

use super::environment::Terminal;
use super::flags;
use super::registry::Command;
use crate::locale::text::{width, wrap};

/// The widest that help gets, in columns, as in clap.
const WIDEST: usize = 100;
/// The width of help that goes to no terminal, in columns.
const USUAL: usize = 80;

/// The words that stand for values in help and usage. A word that users type as it is (`SQL`) stands here as itself.
const VALUES: &[(&str, &str)] = &[
    ("ACTION", "操作"),
    ("BASE", "原版本"),
    ("CALENDAR", "日历"),
    ("COLUMN", "列"),
    ("COMMAND", "命令"),
    ("COUNT", "数目"),
    ("DATE", "日期"),
    ("DAYS", "天数"),
    ("DEPARTMENT", "部门"),
    ("DIR", "文件夹"),
    ("FIELD", "字段"),
    ("FIGURE", "数字"),
    ("FILE", "文件"),
    ("FILTER", "条件"),
    ("FORM", "表单"),
    ("FORMAT", "格式"),
    ("ID", "编号"),
    ("KEY", "标识"),
    ("KIND", "种类"),
    ("LANG", "语言"),
    ("LETTERS", "字母"),
    ("LIST", "列表"),
    ("NAME", "名称"),
    ("OURS", "本方版本"),
    ("PATH", "路径"),
    ("PERIOD", "期间"),
    ("PERSON", "人员"),
    ("PREFIX", "前缀"),
    ("PRESET", "预设"),
    ("REMOTE", "远程仓库"),
    ("REPORT", "报表"),
    ("REV", "提交"),
    ("ROLE", "角色"),
    ("ROW", "行"),
    ("SHEET", "工作表"),
    ("SHELL", "终端程序"),
    ("SPAN", "时长"),
    ("SQL", "SQL"),
    ("STATE", "状态"),
    ("STEP", "步骤"),
    ("TABLE", "表"),
    ("TEXT", "文字"),
    ("THEIRS", "对方版本"),
    ("TIME", "时间"),
    ("TOPIC", "主题"),
    ("TZ", "时区"),
    ("URL", "网址"),
    ("VALUE", "值"),
    ("WHAT", "内容"),
    ("WORD", "词语"),
];

/// A command and everything below it, with the Chinese help that it declares.
pub(super) fn translated(clap: clap::Command, command: &'static Command) -> clap::Command {
    below(clap, command.name, command, Some(command.zh))
}

fn below(clap: clap::Command, path: &str, command: &'static Command, said: Option<&'static str>) -> clap::Command {
    let clap = clap.mut_args(|arg| argument(arg, command));
    let clap = match said {
        Some(text) => clap.about(text.lines().next().unwrap_or_default()).long_about(text),
        None => clap,
    };
    let usage = usage(&clap, path);
    let names: Vec<String> = clap.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    let clap = names.iter().fold(clap, |clap, name| {
        let path = format!("{path} {name}");
        let said = find(command.zh_args, &path);
        clap.mut_subcommand(name, |clap| below(clap, &path, command, said))
    });
    clap.override_usage(usage)
}

/// A global argument in Chinese. Any other argument stays as it is.
pub(super) fn global(arg: Arg) -> Arg {
    match find(flags::ZH, arg.get_id().as_str()) {
        Some(help) => values(arg.help(help).long_help(None::<&str>)),
        None => arg,
    }
}

fn argument(arg: Arg, command: &'static Command) -> Arg {
    let Some(help) = find(command.zh_args, arg.get_id().as_str()) else { return arg };
    let arg = arg.long_help(None::<&str>);
    if !arg.get_action().takes_values() {
        return arg.help(help);
    }
    let mut help = help.to_owned();
    let choices = arg.get_possible_values().into_iter().filter(|choice| !choice.is_hide_set());
    let choices: Vec<String> = choices
        .map(|choice| match find(command.zh_args, &format!("{}={}", arg.get_id(), choice.get_name())) {
            Some(said) => format!("{}（{said}）", choice.get_name()),
            None => choice.get_name().to_owned(),
        })
        .collect();
    // a name such as `note|drop` says them already
    let named = arg.get_value_names().is_some_and(|names| names.iter().any(|name| name.contains('|')));
    if !choices.is_empty() && !named && !arg.is_hide_possible_values_set() {
        help.push_str(&format!("；可选 {}", choices.join("、")));
    }
    let usual: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !usual.is_empty() && !arg.is_hide_default_value_set() {
        help.push_str(&format!("；默认 {}", usual.join("、")));
    }
    values(arg.help(help).hide_possible_values(true).hide_default_value(true))
}

/// The argument with Chinese words for its values.
fn values(arg: Arg) -> Arg {
    let names: Vec<Str> =
        arg.get_value_names().unwrap_or_default().iter().map(|name| Str::from(value_name(name))).collect();
    if names.is_empty() { arg } else { arg.value_names(names) }
}

/// `ID[,ID…]` in Chinese: the words are translated, the signs between them stay.
fn value_name(name: &str) -> String {
    let mut said = String::new();
    let mut rest = name;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(rest.len());
        if end == 0 {
            let next = rest.find(|c: char| c.is_ascii_uppercase()).unwrap_or(rest.len());
            said.push_str(&rest[..next]);
            rest = &rest[next..];
        } else {
            said.push_str(find(VALUES, &rest[..end]).unwrap_or(&rest[..end]));
            rest = &rest[end..];
        }
    }
    said
}

/// How the command is typed. clap writes this only in English.
fn usage(clap: &clap::Command, path: &str) -> String {
    let mut usage = format!("redress {path} [选项]");
    for arg in clap.get_arguments().filter(|arg| arg.is_required_set() && !arg.is_positional()) {
        usage.push_str(&format!(" {arg}"));
    }
    for arg in clap.get_positionals() {
        usage.push_str(&format!(" {arg}"));
    }
    if clap.has_subcommands() {
        usage.push_str(if clap.is_subcommand_required_set() { " <命令>" } else { " [命令]" });
    }
    usage
}

fn find(table: &[(&'static str, &'static str)], id: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == id).map(|(_, text)| *text)
}

/// Help that clap wrote on endless lines, broken for this terminal.
pub(super) fn wrapped(text: &str) -> String {
    broken(text, Terminal::ask().width.unwrap_or(USUAL).min(WIDEST))
}

/// A line with a Chinese colon behind its heading. clap writes `用法: ` and `选项:`.
fn headed(line: &str) -> String {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let Some((heading, rest)) = line.split_once(':') else { return line.to_owned() };
    let plain = anstream::adapter::strip_str(heading).to_string();
    match !plain.is_empty() && plain.chars().all(is_chinese) {
        true => format!("{heading}：{}", rest.strip_prefix(' ').unwrap_or(rest)),
        false => line.to_owned(),
    }
}

/// Breaks each line at `columns`. The next line is indented to where the text began, after the first gap of two
/// spaces.
fn broken(text: &str, columns: usize) -> String {
    let mut all = String::new();
    for line in text.lines().map(headed) {
        let line = line.as_str();
        let indent = line.len() - line.trim_start().len();
        let gap = line[indent..].find("  ").map(|at| indent + at);
        let start = gap.map_or(indent, |at| at + line[at..].len() - line[at..].trim_start().len());
        let (before, said) = line.split_at(start);
        let taken = width(&anstream::adapter::strip_str(before).to_string());
        let room = columns.saturating_sub(taken);
        // lines with styles are short: names of arguments, and headings
        if said.contains('\u{1b}') || room < 20 || width(said) <= room {
            all.push_str(line);
            all.push('\n');
            continue;
        }
        for (at, part) in wrap(said, room).iter().enumerate() {
            let head = if at == 0 { before.to_owned() } else { " ".repeat(taken) };
            all.push_str(&format!("{head}{part}\n"));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{VALUES, broken, find, value_name};
    use crate::cli::registry::COMMANDS;
    use crate::cli::tree;
    use crate::locale::{Lang, text::width};

    fn chinese(text: &str) -> bool {
        text.contains(|c: char| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    /// Every command of the tree with its path.
    fn commands(clap: &clap::Command, path: &str) -> Vec<(String, clap::Command)> {
        let own = std::iter::once((path.to_owned(), clap.clone()));
        own.chain(clap.get_subcommands().flat_map(|below| {
            let path = format!("{path} {}", below.get_name());
            commands(below, path.trim_start())
        }))
        .collect()
    }

    #[test]
    fn everything_that_can_be_typed_is_explained_in_chinese() {
        for (path, clap) in commands(&tree::build(Lang::Zh), "") {
            let about = clap.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(chinese(&about) && !about.ends_with('。'), "{path}: {about}");
            let long = clap.get_long_about().map(ToString::to_string).unwrap_or_default();
            assert!(long.is_empty() || long.starts_with(&about), "{path}: the long help is of another language");
            for arg in clap.get_arguments() {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(chinese(&help), "{path}: {}: {help}", arg.get_id());
                assert!(arg.get_long_help().is_none(), "{path}: {}: a second, English help", arg.get_id());
                if !arg.get_action().takes_values() {
                    continue;
                }
                assert!(
                    arg.get_possible_values().is_empty() || arg.is_hide_possible_values_set(),
                    "{path}: {}: its values are listed in English",
                    arg.get_id()
                );
                for name in arg.get_value_names().unwrap_or_default() {
                    let words = name.split(|c: char| !c.is_ascii_uppercase()).filter(|word| word.len() > 1);
                    for word in words {
                        assert_eq!(find(VALUES, word), Some(word), "{path}: {}: no Chinese of it", arg.get_id());
                    }
                }
            }
        }
    }

    #[test]
    fn chinese_help_is_of_something_that_is_there() {
        for command in COMMANDS {
            let tree = (command.augment)(clap::Command::new(command.name));
            let all = commands(&tree, command.name);
            for (name, _) in command.zh_args {
                let of_value = |clap: &clap::Command| {
                    clap.get_arguments().any(|arg| {
                        let values = arg.get_possible_values();
                        values.iter().any(|value| format!("{}={}", arg.get_id(), value.get_name()) == *name)
                    })
                };
                let known = all.iter().any(|(path, clap)| {
                    path == name || clap.get_arguments().any(|arg| arg.get_id() == *name) || of_value(clap)
                });
                assert!(known, "{}: there is no {name}", command.name);
            }
        }
    }

    /// The words that clap writes by itself, in help and in usage.
    #[test]
    fn no_word_of_clap_is_left_in_english() {
        let tree = tree::build(Lang::Zh);
        for (path, _) in commands(&tree, "") {
            for flag in ["-h", "--help"] {
                let words = ["redress"].into_iter().chain(path.split_whitespace()).chain([flag]);
                let help = tree.clone().try_get_matches_from(words).expect_err("help").to_string();
                for word in ["Usage", "OPTIONS", "COMMAND", "default", "possible", "Options:", "Arguments", "Commands"]
                {
                    assert!(!help.contains(word), "{path}: {word}: {help}");
                }
                for line in broken(&help, 80).lines().filter(|line| !line.contains("redress ")) {
                    assert!(width(line) <= 80, "{path}: {line}");
                }
            }
        }
    }

    #[test]
    fn lines_go_on_below_their_own_text() {
        let text = "  --at <提交|日期>  按某次提交或某日结束时的台账读取，此前此后的都不读取\n全部检查";
        let lines = [
            "  --at <提交|日期>  按某次提交或某日结束",
            "                    时的台账读取，此前此",
            "                    后的都不读取",
            "全部检查",
        ];
        assert_eq!(broken(text, 40), lines.join("\n") + "\n");
    }

    #[test]
    fn headings_end_with_a_chinese_colon() {
        for (said, shown) in [
            ("用法: redress list", "用法：redress list"),
            ("全局选项:", "全局选项："),
            ("\u{1b}[1m参数:\u{1b}[0m", "\u{1b}[1m参数：\u{1b}[0m"),
            ("  --at <时间>  写 17:00", "  --at <时间>  写 17:00"),
            ("时间可写 17:00", "时间可写 17:00"),
        ] {
            assert_eq!(broken(said, 80), format!("{shown}\n"));
        }
    }

    #[test]
    fn values_have_chinese_names() {
        let names = ["ID[,ID…]", "FIELD=VALUE", "a4|241mm", "[-]FIELD", "FILE|-", "A,B"];
        let said = ["编号[,编号…]", "字段=值", "a4|241mm", "[-]字段", "文件|-", "A,B"];
        assert_eq!(names.map(value_name), said);
    }
}

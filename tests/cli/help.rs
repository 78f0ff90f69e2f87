//! What the program says about itself: its commands, one command with examples, its version.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn help_lists_every_command_by_groups() {
    let sandbox = Sandbox::empty();
    assert_data_eq!(
        sandbox.run("--help"),
        str![[r#"
Customer service records as YAML files in a git repository: complaints, clients, callbacks,
deadlines, reports

Usage: redress [OPTIONS] COMMAND …

Records:
  new           Make a record: a complaint, a client, a callback, an inquiry
  edit          Change fields of a record
  advance       Take steps of records: accept, propose, approve, close
  work          Go through what you must do, one record at a time
  batch         Take many steps from lines of JSON, as one commit
  undo          Take back your last operation, or the last on a record
  import        Bring records in from a file, with their own dates and states
  attach        Put files beside a record: photographs, stamped papers
  show          Show a record with its links, deadlines and next steps
  log           What happened: to a record, or in the book
  explain       Explain a record's deadlines: every interval, counted or not, and why
  print         Print a record as a form: HTML for A4 paper

Lists and reports:
  due           What you must do, by deadline: in person, by role where nobody is assigned, or as deputy
  list          List the records of a kind that fit a filter
  find          Find records by words in any text
  query         Ask the book in SQL: one view a kind, fields as columns, dashes as underscores
  report        Make a report over a period, or list the reports

Planning and time:
  remind        Issue the notices that are due now
  plan          Plan what the policy says falls into a period: callbacks, tasks, sanctions, grades or warning signs
  assign        Deal open records out: those of nobody, or those of somebody who leaves
  calendar      Look up working time: a day's windows, the end of a span, the time between two moments

Book and policy:
  init          Make a book: its policy from a preset, its git repository where there is none, and the first commit
  clone         Make a clone of a colleague's book, ready to work with
  demo          Make a book of invented, realistic data and take its cases through their whole lives
  status        What was changed by hand and is not committed, and what is wrong with it
  commit        Commit hand edits: validated, made canonical, with an event in each record
  sync          Share the book with colleagues: take in what they published, and publish what you did
  validate      Check the files as they lie on disk; silent where all is well
  doctor        Look whether the book can be read and written, and end what a crash interrupted
  audit         Replay history against the rules of the day
  policy        Check the rule book, or show what is in force
  merge-driver  Merge one record for git, which runs this where both sides of a merge changed it
  completions   Print a script that completes commands, flags, ids, steps and fields in a shell
  help          Explain a command, or print a page: day, filters, times, policy, import, git, together, bounds, json, exit-codes

Topics, as `redress help TOPIC`:
  day         a day's work: what is due, a complaint from registration to callback
  filters     how to say which records are meant
  times       how times, periods and spans are written
  policy      the rule book: a cookbook, and every key of every file
  import      bringing records in from files
  git         the book as a git repository
  together    two people, one book: clone, work, sync, a step that was overruled
  bounds      how large files, amounts, templates and queries may be
  json        what --json prints
  exit-codes  what the exit codes mean

Options:
  -C <DIR>
          Work on the book in DIR instead of the current folder

      --at <REV|DATE>
          Read the book as it was at a commit, or at the end of a date

      --as <PERSON>
          Act as another person, where the policy allows it

      --now <TIME>
          Take this time for now; of a date its end

      --json
          Write JSON, never localised

      --lang <zh|en>
          Language of what people read; without it REDRESS_LANG, else the language of the book

      --quiet
          Say only what was asked for: `new` prints the id alone

      --dry-run
          Show what would be done, and do nothing

      --no-input
          Never ask; what is missing is an error

  -y, --yes
          Go on without asking for confirmation

      --private
          Show private fields in the clear

      --no-pager
          Show what is longer than the screen without a pager

      --fail-empty
          An empty list is exit code 3

  -h, --help
          Explain it: -h briefly, --help with everything

  -V, --version
          Print the version

`redress COMMAND --help` explains a command with examples; bare `redress` in a book lists what is due
--- exit 0

"#]]
    );
    assert_data_eq!(
        sandbox.run("--help --lang zh"),
        str![[r#"
以 git 仓库中的 YAML 文件管理客户服务记录：投诉、客户、回访、时限、报表

用法：redress [选项] 命令 …

记录：
  new           新建记录：投诉、客户、回访、咨询
  edit          修改记录的内容
  advance       办理步骤：受理、拟方案、核准、结案
  work          逐条办理待办事项
  batch         按 JSON 行批量办理，作一次提交
  undo          撤销本人最近一次操作，或某条记录的最近一次操作
  import        从文件导入记录，保留其日期和状态
  attach        为记录附上文件：照片、盖章单据等
  show          显示一条记录及其关联、时限和后续步骤
  log           经过：一条记录的，或整个台账的
  explain       说明一条记录的时限：每段时间是否计入及原因
  print         将记录打印为表单：A4 纸用的 HTML

列表与报表：
  due           待办事项，按期限排列：本人经办的、按角色应办的、代理他人的
  list          列出符合条件的记录
  find          按词语查找各种记录
  query         用 SQL 查询台账：每种记录一个视图，字段为列，连字符写作下划线
  report        生成某一期间的报表，或列出报表

计划与时间：
  remind        发出当前应发的催办单和治办单
  plan          按制度生成期间内的计划：客户回访、例行事项、奖惩、评级或预警
  assign        分派未结记录：尚无经办人的，或离职人员的
  calendar      查工作时间：某日的工作时段、一段时间的终点、两个时刻之间的工时

台账与制度：
  init          建立台账：写入预设制度，必要时建立 git 仓库，并作首次提交
  clone         克隆同事的台账，随即可用
  demo          建立演示台账：虚构而真实可信的数据，案件走完全过程
  status        尚未提交的手工改动，以及其中的问题
  commit        提交手工改动：先检查，整理为规范格式，并在各记录中记下
  sync          与同事共享台账：取得他们发布的内容，并发布自己的内容
  validate      检查磁盘上的文件；没有问题时不输出
  doctor        检查台账能否读写，并收尾被中断的操作
  audit         按当日的制度核对历史
  policy        检查制度文件，或显示现行规定
  merge-driver  为 git 合并一条记录：合并双方都改过的记录时由 git 运行
  completions   输出补全脚本：命令、选项、编号、步骤、字段
  help          说明一个命令，或显示一个专题：day、filters、times、policy、
                import、git、together、bounds、json、exit-codes

专题，用 `redress help 专题` 查看:
  day         一天的工作：待办、投诉从登记到回访
  filters     筛选条件的写法
  times       时间、期间和时长的写法
  policy      制度文件：常用改法
  import      从文件导入记录
  git         台账与 git
  together    两人共用一本台账：克隆、办理、同步、未生效的步骤
  bounds      文件、金额、模板和查询的上限
  json        --json 的输出
  exit-codes  退出码的含义

选项：
  -C <文件夹>
          使用此文件夹中的台账，不写则为当前文件夹

      --at <提交|日期>
          按某次提交或某日结束时的台账读取

      --as <人员>
          在制度允许时代他人操作

      --now <时间>
          以此时间为现在；只写日期则为当日结束时

      --json
          输出 JSON，内容不随语言变化

      --lang <zh|en>
          显示语言；不写则取 REDRESS_LANG，否则为台账的语言

      --quiet
          只输出所求：`new` 只输出编号

      --dry-run
          只显示将做什么，不执行

      --no-input
          不提问，缺少内容即报错

  -y, --yes
          不再确认

      --private
          明文显示隐私字段

      --no-pager
          超过一屏也不使用分页程序

      --fail-empty
          列表为空时退出码为 3

  -h, --help
          说明用法：-h 简略，--help 详尽

  -V, --version
          显示版本

`redress 命令 --help` 说明一个命令并举例；在台账中只写 `redress` 会列出待办事项
--- exit 0

"#]]
    );
    assert_eq!(sandbox.run(""), sandbox.run("--help"), "outside a book bare redress is help");
}

#[test]
fn a_command_explains_itself_with_examples() {
    let sandbox = Sandbox::empty();
    assert_data_eq!(
        sandbox.run("completions -h"),
        str![[r#"
Print a script that completes commands, flags, ids, steps and fields in a shell

Usage: redress completions [OPTIONS] <SHELL>

Arguments:
  <SHELL>  The shell [possible values: bash, elvish, fish, powershell, zsh]

Global options:
  -C <DIR>     Work on the book in DIR instead of the current folder
      --json   Write JSON, never localised
      --quiet  Say only what was asked for: `new` prints the id alone
  -h, --help   Explain it: -h briefly, --help with everything

Examples:
  source <(redress completions bash)
      for bash
  source <(redress completions zsh)
      for zsh, behind compinit
  redress completions fish | source
      for fish
--- exit 0

"#]]
    );
    assert_data_eq!(
        sandbox.run("completions --help --lang zh"),
        str![[r#"
输出补全脚本：命令、选项、编号、步骤、字段

在 shell 的启动文件中加载，或放到 shell 查找补全脚本的地方。

用法：redress completions [选项] <终端程序>

参数：
  <终端程序>
          哪种 shell；可选 bash、elvish、fish、powershell、zsh

全局选项：
  -C <文件夹>
          使用此文件夹中的台账，不写则为当前文件夹

      --at <提交|日期>
          按某次提交或某日结束时的台账读取

      --as <人员>
          在制度允许时代他人操作

      --now <时间>
          以此时间为现在；只写日期则为当日结束时

      --json
          输出 JSON，内容不随语言变化

      --lang <zh|en>
          显示语言；不写则取 REDRESS_LANG，否则为台账的语言

      --quiet
          只输出所求：`new` 只输出编号

      --dry-run
          只显示将做什么，不执行

      --no-input
          不提问，缺少内容即报错

  -y, --yes
          不再确认

      --private
          明文显示隐私字段

      --no-pager
          超过一屏也不使用分页程序

      --fail-empty
          列表为空时退出码为 3

  -h, --help
          说明用法：-h 简略，--help 详尽

示例：
  source <(redress completions bash)
      用于 bash
  source <(redress completions zsh)
      用于 zsh，写在 compinit 之后
  redress completions fish | source
      用于 fish
--- exit 0

"#]]
    );
}

#[test]
fn the_version_is_printed() {
    assert_data_eq!(
        Sandbox::empty().run("--version"),
        str![[r#"
redress 0.1.0
--- exit 0

"#]]
    );
}

//! A book with this many complaints, and what is measured in it.

use std::path::{Path, PathBuf};

use crate::process::{calls, git, memory, processor, redress, settle, shell, timed};
use crate::{say, typed};

/// How often a record is made in each round: these times are short, and they vary.
const PAIRS: usize = 3;
/// A word that only the records of the benchmark contain, and one that every eighth complaint contains.
const SELDOM: &str = "测量";
const OFTEN: &str = "漏水";
/// How many lines the batch has.
const BATCH: usize = 1_000;

/// A book, with the seconds that each run of each thing took in it.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) size: usize,
    pub(crate) made: Option<f64>,
    pub(crate) new: Vec<f64>,
    pub(crate) add: Vec<f64>,
    pub(crate) status: Vec<f64>,
    pub(crate) list: Vec<f64>,
    pub(crate) list_closed: Vec<f64>,
    /// The list of all complaints as a workbook.
    pub(crate) workbook: Vec<f64>,
    pub(crate) report: Vec<f64>,
    pub(crate) report_past: Vec<f64>,
    /// The first of the reports as a page.
    pub(crate) page: Vec<f64>,
    /// The report of 24 months, with the runs of deadlines that were kept by the run before.
    pub(crate) trends: Vec<f64>,
    pub(crate) due: Vec<f64>,
    pub(crate) overdue: Vec<f64>,
    pub(crate) show: Vec<f64>,
    /// The search for a word in few records, and for one in many.
    pub(crate) find: Vec<f64>,
    pub(crate) find_often: Vec<f64>,
    /// git searching the files for the second word.
    pub(crate) grep: Vec<f64>,
    pub(crate) index: Vec<f64>,
    pub(crate) typed: Vec<f64>,
    pub(crate) batch: Vec<f64>,
    /// The same with a commit for each line.
    pub(crate) each: Vec<f64>,
    pub(crate) validate: Vec<f64>,
    pub(crate) validate_full: Vec<f64>,
    /// System calls of `new`.
    pub(crate) calls: Option<u64>,
    /// The size on disk of the objects of the commit that `new` makes, in bytes.
    pub(crate) bytes: u64,
    /// The processor time of `--version`, in seconds.
    pub(crate) version: Option<f64>,
    /// The most memory of each thing measured here, in bytes.
    pub(crate) memory: Vec<(&'static str, u64)>,
    book: PathBuf,
    client: String,
    complaint: String,
    /// The file of the record that was made last.
    record: String,
    marks: usize,
}

impl Measured {
    /// Makes the book, unless it exists.
    pub(crate) fn make(root: &Path, size: usize) -> Measured {
        let book = root.join(size.to_string());
        let mut this = Measured { size, book: book.clone(), ..Measured::default() };
        if !book.exists() {
            let words = ["demo", &book.to_string_lossy(), "--records", &size.to_string(), "--quiet"];
            let mut most = 0;
            this.made = Some(timed(|| most = memory(root, &words)));
            this.memory.push(("demo", most));
        }
        let first = |kind: &str| redress(&book, &["query", &format!("select min(id) as id from {kind}"), "--json"]);
        let id = |answer: String| {
            answer.split("\"id\":\"").nth(1).and_then(|rest| rest.split('"').next().map(str::to_owned))
        };
        this.client = id(first("client")).expect("a client");
        this.complaint = id(first("complaint")).expect("a complaint");
        this.marks = git(&book, &["rev-list", "--count", "HEAD"]).trim().parse().expect("a number");
        say(&format!("{size} complaints are there, {} files", git(&book, &["ls-files"]).lines().count()));
        this
    }

    /// Runs each short command once.
    pub(crate) fn round(&mut self, run: usize) {
        let book = self.book.clone();
        let ask = |words: &[&str]| timed(|| redress(&book, words));
        for pair in run * PAIRS..(run + 1) * PAIRS {
            // they take turns to come first, because the other's files are then still in the processor's caches
            if pair.is_multiple_of(2) {
                self.create(pair);
                self.add(pair);
            } else {
                self.add(pair);
                self.create(pair);
            }
        }
        let id = self.record.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml").to_owned();
        let found = redress(&book, &["query", &format!("select id from complaint where id = '{id}'")]);
        assert!(found.contains(&id), "the record is in the index");
        // this brings the index up to date again
        ask(&["list", "complaint", "class=open", "--limit", "1"]);
        self.list.push(ask(&["list", "complaint", "class=open", "category=product", "--limit", "50"]));
        self.list_closed.push(ask(&["list", "complaint", "class=closed", "--sort", "-opened", "--limit", "50"]));
        self.report.push(ask(&["report", "monthly", "2026-10"]));
        self.report_past.push(ask(&["report", "monthly", "2021-06"]));
        self.page.push(ask(&["report", "monthly", "2026-10", "--format", "html"]));
        self.trends.push(ask(&["report", "trends", "2026-10"]));
        self.due.push(ask(&["due", "--all", "--limit", "50"]));
        self.overdue.push(ask(&["report", "overdue"]));
        self.show.push(ask(&["show", &self.complaint]));
        self.find.push(ask(&["find", SELDOM, "--limit", "50"]));
        self.find_often.push(ask(&["find", OFTEN, "--limit", "50"]));
        if run == 0 {
            git(&book, &["status"]);
        }
        self.status.push(timed(|| git(&book, &["status"])));
        self.validate.push(ask(&["validate"]));
    }

    /// Makes and commits one record.
    fn create(&mut self, run: usize) {
        let book = self.book.clone();
        let client = format!("client={}", self.client);
        let content = format!("content=测量 {run}：到货后抽检 12 件漏水，要求退货或换货");
        let new = ["new", "complaint", &client, "channel=phone", "category=product", &content, "--quiet"];
        settle();
        self.new.push(timed(|| redress(&book, &new)));
        if run == 0 {
            // while the day has as many records as days usually do
            let sizes =
                "git rev-list --objects HEAD^..HEAD | cut -d' ' -f1 | git cat-file --batch-check='%(objectsize:disk)'";
            self.bytes = shell(&book, sizes).lines().filter_map(|line| line.trim().parse::<u64>().ok()).sum();
        }
        self.record = git(&book, &["show", "--name-only", "--format=", "HEAD"]).trim().to_owned();
    }

    /// git's side: the bytes of the last record at a path of the same depth.
    fn add(&mut self, run: usize) {
        let book = self.book.clone();
        let path = format!("measured/2026/11/02/{}-{run}.yaml", self.marks);
        let target = book.join(&path);
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("it can be made");
        std::fs::copy(book.join(&self.record), &target).expect("a copy");
        settle();
        self.add.push(timed(|| {
            git(&book, &["add", &path]);
            git(&book, &["commit", "--quiet", "-m", "measure"]);
        }));
    }

    /// Runs each long command once.
    pub(crate) fn long_round(&mut self, run: usize) {
        let book = self.book.clone();
        let forget = || {
            for file in ["index.sqlite", "index.stamp"] {
                std::fs::remove_file(book.join(".git/redress").join(file)).expect("the index is there");
            }
        };
        let ask = ["list", "complaint", "class=open", "--limit", "1"];
        forget();
        self.index.push(timed(|| redress(&book, &ask)));
        let mut read = 0;
        self.typed.push(timed(|| read = typed::read_all(&book)));
        assert!(read >= self.size, "all records are read");
        let file = self.batch_file(run, "all");
        self.batch.push(timed(|| redress(&book, &["batch", &file, "--quiet"])));
        let file = self.batch_file(run, "each");
        self.each.push(timed(|| redress(&book, &["batch", &file, "--each", "--quiet"])));
        self.grep.push(timed(|| git(&book, &["grep", "-l", OFTEN])));
        self.workbook.push(timed(|| redress(&book, &["list", "complaint", "-o", "../list.xlsx", "--quiet"])));
        self.validate_full.push(timed(|| redress(&book, &["validate", "--full"])));
        redress(&book, &ask);
        if run == 0 {
            forget();
            self.memory.push(("index", memory(&book, &ask)));
        }
    }

    /// Takes the measures that are counts, not times.
    pub(crate) fn count(&mut self) {
        let book = self.book.clone();
        let client = format!("client={}", self.client);
        let new = ["new", "complaint", &client, "channel=phone", "content=计数", "--quiet"];
        redress(&book, &new);
        redress(&book, &["list", "complaint", "class=open", "--limit", "1"]);
        self.calls = calls(&book, &new);
        self.version = processor(&book, &["--version"], 50);
        let file = self.batch_file(usize::MAX, "all");
        for (what, words) in [
            ("new", &new[..]),
            ("list", &["list", "complaint", "class=closed", "--sort", "-opened", "--limit", "50"]),
            ("list as a workbook", &["list", "complaint", "--format", "xlsx"]),
            ("report", &["report", "monthly", "2026-10"]),
            ("trends", &["report", "trends", "2026-10"]),
            ("report of 2021", &["report", "monthly", "2021-06"]),
            ("show", &["show", &self.complaint]),
            ("batch", &["batch", &file, "--quiet"]),
            ("validate --full", &["validate", "--full"]),
        ] {
            self.memory.push((what, memory(&book, words)));
        }
    }

    fn batch_file(&self, run: usize, how: &str) -> String {
        let line = |n: usize| {
            format!(
                "{{\"op\":\"new\",\"kind\":\"complaint\",\"key\":\"bench-{}-{how}-{run}-{n}\",\"fields\":{{\"client\":\"{}\",\"channel\":\"phone\",\"category\":\"product\",\"content\":\"批量 {n}\"}}}}\n",
                self.marks, self.client
            )
        };
        let file = self.book.join("../batch.ndjson");
        std::fs::write(&file, (0..BATCH).map(line).collect::<String>()).expect("a file");
        file.to_string_lossy().into_owned()
    }
}

//! A book that uses every kind: the agency's preset, with rollups, and the dealing out of many records.

use std::path::{Path, PathBuf};

use crate::process::{git, memory, redress, settle, shell, timed};
use crate::say;

/// How many records are dealt out at once.
pub(crate) const DEALT: usize = 10_000;

/// Lists, each with a rollup: its name here, and the arguments of the command.
const ROLLUPS: [(&str, &[&str]); 4] = [
    ("filter of clients by a count", &["list", "client", "open-complaints>2", "--limit", "50"]),
    ("clients by a count of a year", &["list", "client", "--sort", "-complaints-year", "--limit", "50"]),
    ("filter of complaints by alike ones", &["list", "complaint", "alike-year>0", "--limit", "50"]),
    ("staff with means and counts", &["list", "staff", "--fields", "id,calls-scored,call-score,upheld"]),
];

/// The book, with the seconds that each run of each thing took in it.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    /// How many complaints it has: about a fifth of the records.
    pub(crate) size: usize,
    pub(crate) made: Option<f64>,
    /// The most memory while it was made, in bytes.
    pub(crate) most: u64,
    pub(crate) status: Vec<f64>,
    pub(crate) list: Vec<f64>,
    pub(crate) show: Vec<f64>,
    pub(crate) due: Vec<f64>,
    pub(crate) monthly: Vec<f64>,
    pub(crate) quarterly: Vec<f64>,
    /// The times of each list with a rollup.
    pub(crate) rollups: Vec<(&'static str, Vec<f64>)>,
    pub(crate) new: Vec<f64>,
    pub(crate) add: Vec<f64>,
    /// The times of dealing out many complaints, and of git adding and committing as many changed files.
    pub(crate) assign: Option<[f64; 2]>,
    book: PathBuf,
    client: String,
    complaint: String,
}

impl Kinds {
    /// Makes the book, unless it exists.
    pub(crate) fn make(root: &Path, size: usize) -> Kinds {
        let book = root.join(format!("agency-{size}"));
        let mut this = Kinds { size, book: book.clone(), ..Kinds::default() };
        if !book.exists() {
            let size = size.to_string();
            let words = ["demo", &book.to_string_lossy(), "--preset", "agency", "--records", &size, "--quiet"];
            let mut most = 0;
            this.made = Some(timed(|| most = memory(root, &words)));
            this.most = most;
        }
        let first = |kind: &str| redress(&book, &["query", &format!("select min(id) as id from {kind}"), "--json"]);
        let id = |answer: String| {
            answer.split("\"id\":\"").nth(1).and_then(|rest| rest.split('"').next().map(str::to_owned))
        };
        this.client = id(first("client")).expect("a client");
        this.complaint = id(first("complaint")).expect("a complaint");
        this.rollups = ROLLUPS.iter().map(|(what, _)| (*what, Vec::new())).collect();
        let files = git(&book, &["ls-files"]).lines().count();
        say(&format!("{size} complaints of an agency are there with every other kind, {files} files"));
        this
    }

    /// Runs each short command once.
    pub(crate) fn round(&mut self, run: usize) {
        let book = self.book.clone();
        let ask = |words: &[&str]| timed(|| redress(&book, words));
        self.create(run);
        // this brings the index up to date again
        ask(&["list", "complaint", "class=open", "--limit", "1"]);
        self.list.push(ask(&["list", "complaint", "class=open", "--limit", "50"]));
        self.show.push(ask(&["show", &self.complaint]));
        self.due.push(ask(&["due", "--all", "--limit", "50"]));
        self.monthly.push(ask(&["report", "monthly", "2026-10"]));
        self.quarterly.push(ask(&["report", "quarterly", "2026-q3"]));
        for ((_, words), (_, seen)) in ROLLUPS.iter().zip(&mut self.rollups) {
            seen.push(ask(words));
        }
        if run == 0 {
            git(&book, &["status"]);
        }
        self.status.push(timed(|| git(&book, &["status"])));
    }

    /// Makes and commits one record, and lets git commit the bytes of that record at a path of the same depth.
    fn create(&mut self, run: usize) {
        let book = self.book.clone();
        let (client, content) = (format!("client={}", self.client), format!("content=测量 {run}：到货后漏水"));
        let new = ["new", "complaint", &client, "channel=phone", "category=product", &content, "--quiet"];
        settle();
        self.new.push(timed(|| redress(&book, &new)));
        let record = git(&book, &["show", "--name-only", "--format=", "HEAD"]).trim().to_owned();
        let commits = git(&book, &["rev-list", "--count", "HEAD"]);
        let path = format!("measured/2026/11/02/{}.yaml", commits.trim());
        let target = book.join(&path);
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("it can be made");
        std::fs::copy(book.join(record), &target).expect("a copy");
        settle();
        self.add.push(timed(|| {
            git(&book, &["add", &path]);
            git(&book, &["commit", "--quiet", "-m", "measure"]);
        }));
    }

    /// Deals out many complaints that nobody has.
    pub(crate) fn deal(&mut self) {
        let book = self.book.clone();
        let line = |n: usize| {
            let client = &self.client;
            format!(
                "{{\"op\":\"new\",\"kind\":\"complaint\",\"fields\":{{\"client\":\"{client}\",\"channel\":\"phone\",\"category\":\"product\",\"content\":\"分派 {n}\"}}}}\n"
            )
        };
        let file = book.join("../dealt.ndjson");
        std::fs::write(&file, (0..DEALT).map(line).collect::<String>()).expect("a file");
        redress(&book, &["batch", &file.to_string_lossy(), "--quiet"]);
        redress(&book, &["list", "complaint", "class=open", "--limit", "1"]);
        settle();
        let assign = timed(|| redress(&book, &["assign", "complaint", "--yes", "--quiet"]));
        shell(&book, "git show --name-only --format= HEAD | xargs sed -i '$a # measured'");
        settle();
        let commit = timed(|| {
            git(&book, &["add", "--update"]);
            git(&book, &["commit", "--quiet", "-m", "measure"]);
        });
        git(&book, &["reset", "--quiet", "--hard", "HEAD^"]);
        self.assign = Some([assign, commit]);
    }
}

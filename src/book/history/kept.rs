//! What an audit of the whole history has found, kept beside the index, so that the next one goes on from there. It is
//! trusted by the same build of the program alone, and never by `audit --strict`: a person with access to the disk
//! could change it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::super::repo::{Oid, Repo, has_room};
use crate::audit::{Finding, Severity};
use crate::calendar::Moment;
use crate::locale::Label;
use crate::record::Id;

/// The length of the digest at the end of the file.
const DIGEST: usize = 20;

/// What was found up to a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sofar {
    /// The commit, as bytes of its id.
    pub(super) tip: Vec<u8>,
    /// How many commits there were.
    pub(super) commits: usize,
    /// The commits without parents.
    pub(super) roots: Vec<String>,
    /// The earliest and latest committer date, seconds since 1970.
    pub(super) dates: Option<(i64, i64)>,
    /// The latest date that any commit gives.
    pub(super) latest: i64,
    /// The dates with which later commits are compared, for `Clocks::resume`.
    pub(super) clocks: Vec<(Vec<u8>, i64)>,
    pub(super) findings: Vec<Told>,
    /// The auditor, for its `resume`.
    pub(super) auditor: Vec<u8>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    rule: String,
    severity: Severity,
    commit: String,
    at: Option<Moment>,
    author: String,
    record: Option<Id>,
    event: Option<usize>,
    file: Option<String>,
    message: Label,
}

impl Told {
    pub(super) fn of(finding: &Finding) -> Self {
        let finding = finding.clone();
        Told {
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            commit: finding.commit,
            at: finding.at,
            author: finding.author,
            record: finding.record,
            event: finding.event,
            file: finding.file,
            message: finding.message,
        }
    }

    /// Whether it depends on the clock of the audit.
    pub(super) fn is_of_clock(&self) -> bool {
        self.rule == "ahead-of-clock"
    }

    pub(super) fn finding(self) -> Finding {
        Finding {
            // the ids of rules live as long as the process, and there are few findings
            rule: Box::leak(self.rule.into_boxed_str()),
            severity: self.severity,
            commit: self.commit,
            at: self.at,
            author: self.author,
            record: self.record,
            event: self.event,
            file: self.file,
            message: self.message,
        }
    }
}

impl Sofar {
    /// Where it is kept. `None` if the build of the program is not known.
    fn place(repo: &Repo) -> Option<(PathBuf, String)> {
        let program = repo.program()?;
        Some((repo.state_dir().join("audit"), format!("audit {program}")))
    }

    /// What was kept by this build.
    pub(super) fn read(repo: &Repo) -> Option<Self> {
        let (path, program) = Sofar::place(repo)?;
        if !std::fs::symlink_metadata(&path).ok()?.is_file() {
            return None;
        }
        let bytes = std::fs::read(&path).ok()?;
        let (rest, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
        if digest != Sha1::new().chain_update(&program).chain_update(rest).finalize().as_slice() {
            return None;
        }
        postcard::from_bytes(rest).ok()
    }

    /// Keeps it. A failure changes no answer and is not reported.
    pub(super) fn write(&self, repo: &Repo) {
        let Some((path, program)) = Sofar::place(repo).filter(|_| has_room(&repo.state_dir())) else { return };
        let Ok(mut bytes) = postcard::to_stdvec(self) else { return };
        std::fs::create_dir_all(repo.state_dir()).ok();
        let digest = Sha1::new().chain_update(&program).chain_update(&bytes).finalize();
        bytes.extend(digest);
        let beside = path.with_file_name(format!("audit.{}", std::process::id()));
        let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, &path));
        if written.is_err() {
            std::fs::remove_file(&beside).ok();
        }
    }

    /// The commit up to which it goes.
    pub(super) fn tip(&self) -> Option<Oid> {
        Oid::from_bytes(&self.tip).ok()
    }
}

//! Writes to standard output and error. It never panics on a closed pipe, puts JSON in its envelope and warnings
//! where they belong.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{Access, access};
use serde_json::{Value, json};

use super::exit::Exit;
use super::failure::Failure;
use super::pager::Pager;
use crate::label;
use crate::locale::messages::{CliText, RenderText};
use crate::locale::os_error;
use crate::locale::text::visible;
use crate::locale::{Label, Lang};
use crate::render;

/// A warning: a name for scripts and words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Kebab-case name.
    pub code: &'static str,
    /// What people read.
    pub message: Label,
}

/// Where a command writes. In JSON mode text for people is left out, and [`Output::data`] is printed.
pub struct Output {
    out: Sink,
    err: Sink,
    lang: Lang,
    json: bool,
    quiet: bool,
    data: Option<Value>,
    total: Option<u64>,
    dry_run: bool,
    /// Whether it is standard output, from which colour codes are removed.
    is_standard: bool,
    warnings: Vec<Warning>,
    /// What the command has recorded in the book, in words.
    recorded: Option<Label>,
    pager: Option<Pager>,
    /// What is kept for the pager, if there is one.
    held: Vec<u8>,
}

/// A stream that its reader may close. After that nothing is written, without an error.
struct Sink {
    to: Box<dyn Write + Send>,
    closed: bool,
    failed: Option<io::Error>,
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) {
        if !self.closed {
            let result = self.to.write_all(bytes);
            self.note(result);
        }
    }

    fn flush(&mut self) {
        if !self.closed {
            let result = self.to.flush();
            self.note(result);
        }
    }

    fn note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.closed = true;
            self.failed = (error.kind() != ErrorKind::BrokenPipe).then_some(error);
        }
    }
}

impl Output {
    /// Standard output and error. Colour codes are removed where they do not belong.
    pub(super) fn standard(lang: Lang, json: bool, quiet: bool) -> Self {
        let (out, err) = (anstream::AutoStream::auto(io::stdout()), anstream::AutoStream::auto(io::stderr()));
        let output = Output::to(Box::new(BufWriter::new(out)), Box::new(err), lang, json, quiet);
        Output { is_standard: true, ..output }
    }

    /// Other streams, for tests.
    pub fn to(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>, lang: Lang, json: bool, quiet: bool) -> Self {
        let sink = |to| Sink { to, closed: false, failed: None };
        Output {
            out: sink(out),
            err: sink(err),
            lang,
            json,
            quiet,
            data: None,
            total: None,
            dry_run: false,
            is_standard: false,
            warnings: Vec::new(),
            recorded: None,
            pager: None,
            held: Vec::new(),
        }
    }

    /// Keeps what is written from now on until the command ends. The pager then shows it if it is longer than the
    /// screen.
    pub(super) fn page(&mut self, pager: Pager) {
        self.pager = Some(pager);
    }

    /// From now on text for people is left out, and [`Output::data`] is printed.
    pub(super) fn answer_scripts(&mut self) {
        self.json = true;
    }

    /// What the command has recorded. It is said if the output or the rest of the work fails, so that nobody does it
    /// a second time.
    pub(super) fn recorded(&mut self, recorded: Label) {
        self.recorded = Some(recorded);
    }

    fn write(&mut self, bytes: &[u8]) {
        match self.pager {
            Some(_) => self.held.extend_from_slice(bytes),
            None => self.out.write(bytes),
        }
    }

    /// Writes what is still held back. Output that is longer than the screen goes through the pager.
    pub fn flush(&mut self) {
        if let Some(pager) = self.pager.take() {
            let held = std::mem::take(&mut self.held);
            let shown = pager.is_needed(&held) && {
                self.out.flush();
                self.err.flush();
                pager.show(&held)
            };
            if !shown {
                self.out.write(&held);
            }
        }
        self.out.flush();
    }

    /// The same for a dry run: its JSON says that nothing was written.
    #[must_use]
    pub(super) fn of_dry_run(self, dry_run: bool) -> Self {
        Output { dry_run, ..self }
    }

    /// Whether the reader of standard output has gone (`| head`), so that nothing more need be computed for it.
    pub fn is_closed(&self) -> bool {
        self.out.closed
    }

    /// Text for people on standard output, unchanged: text from records has visible characters already.
    pub fn text(&mut self, text: &str) {
        if !self.json {
            self.write(text.as_bytes());
        }
    }

    /// A line for people on standard output.
    pub fn line(&mut self, text: &str) {
        self.text(text);
        self.text("\n");
    }

    /// A line that `--quiet` leaves out: what comes next, what was opened.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// Bytes of a format on standard output, in every mode.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.write(bytes);
    }

    /// Writes a file as it is: bytes that are no text, from which no colour code is taken.
    pub fn file(&mut self, bytes: &[u8]) {
        if !self.is_standard {
            return self.out.write(bytes);
        }
        self.out.flush();
        if !self.out.closed {
            let mut standard = io::stdout().lock();
            let written = standard.write_all(bytes).and_then(|()| standard.flush());
            self.out.note(written);
        }
    }

    /// What `--json` prints. The last call counts.
    pub fn data(&mut self, data: Value) {
        self.data = Some(data);
    }

    /// Makes a list of what `--json` prints, if it is not one.
    pub fn answer_in_a_list(&mut self) {
        self.data = self.data.take().map(|data| if data.is_array() { data } else { Value::Array(vec![data]) });
    }

    /// How many rows there are in all, if `data` may list only some of them.
    pub fn total(&mut self, total: u64) {
        self.total = Some(total);
    }

    /// A warning: a line on standard error, or an entry of `warnings`. The same warning is said only once.
    pub fn warn(&mut self, code: &'static str, message: impl Into<Label>) {
        let message = message.into();
        if self.warnings.iter().any(|warning| warning.code == code && warning.message == message) {
            return;
        }
        if !self.json {
            let text =
                format!("{}{}{}\n", RenderText::Warning.get(self.lang), self.colon(), visible(message.get(self.lang)));
            self.err.write(text.as_bytes());
        }
        self.warnings.push(Warning { code, message });
    }

    /// A line of progress or question on standard error.
    pub fn aside(&mut self, text: &str) {
        if !self.json && !self.quiet {
            self.err.write(format!("{text}\n").as_bytes());
        }
    }

    fn colon(&self) -> &'static str {
        match self.lang {
            Lang::En => ": ",
            Lang::Zh => "：",
        }
    }

    /// Writes the envelope or the failure. Returns how the process ends.
    pub(super) fn finish(&mut self, command: &str, result: Result<Exit, Failure>) -> Exit {
        let mut exit = match result {
            Ok(exit) => {
                if let Some(data) = self.data.take().filter(|_| self.json) {
                    let message =
                        |warning: &Warning| json!({ "code": warning.code, "message": warning.message.get(Lang::En) });
                    let warnings: Vec<Value> = self.warnings.iter().map(message).collect();
                    let mut envelope = render::envelope(command, data, warnings);
                    if let Some(total) = self.total {
                        envelope["total"] = total.into();
                    }
                    if self.dry_run {
                        envelope["dry-run"] = true.into();
                    }
                    self.envelope(&envelope);
                }
                exit
            }
            Err(failure) => {
                let failure = self.despite(failure, CliText::RecordedPart);
                self.flush();
                if self.json {
                    self.envelope(&failure.json());
                } else {
                    self.err.write(self.failure(&failure).as_bytes());
                }
                failure.exit
            }
        };
        self.flush();
        self.err.flush();
        if let Some(error) = self.out.failed.take()
            && exit == Exit::Done
        {
            let failure = Failure::unreadable("output", label!(CliText::CannotWriteOutput; reason = os_error(&error)));
            self.err.write(self.despite(failure, CliText::RecordedAll).text(self.lang).as_bytes());
            exit = Exit::Unreadable;
        }
        exit
    }

    /// A failure to read or write, with what was recorded before it, if there is something, and `help` then. Else a
    /// full disk is told with its help.
    fn despite(&self, failure: Failure, help: CliText) -> Failure {
        match &self.recorded {
            Some(recorded) if failure.exit == Exit::Unreadable => failure.details([recorded.clone()]).hint(help),
            _ => failure.on_full_disk(),
        }
    }

    /// Shows a failure that does not end the command.
    pub fn complain(&mut self, failure: &Failure) {
        self.flush();
        self.err.write(self.failure(failure).as_bytes());
    }

    fn failure(&self, failure: &Failure) -> String {
        let mut text = failure.text(self.lang);
        let options = render::Options { lang: self.lang, colour: true, ..render::Options::default() };
        let source = |file: &str| failure.sources.get(file).map(|text| Cow::Borrowed(text.as_str()));
        text.push_str(&render::problem::excerpts(&failure.problems, source, &options));
        text
    }

    fn envelope(&mut self, value: &Value) {
        let text = value.to_string();
        self.out.write(render::escaped(&text).as_bytes());
        self.out.write(b"\n");
    }
}

/// Fails if a file cannot be written, as far as can be seen without writing it.
///
/// # Errors
/// If it is a folder, or its folder is missing or may not be written.
pub fn check_writable(path: &Path) -> Result<(), Failure> {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let check = || match std::fs::metadata(&path) {
        Ok(meta) if meta.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(meta) if !meta.is_file() => Ok(()),
        _ => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            std::fs::metadata(folder)?;
            access(folder, Access::WRITE_OK).map_err(io::Error::from)
        }
    };
    check().map_err(|error| unwritable(&path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::unreadable("file", label!(CliText::CannotWriteFile, file = path.display(); reason = os_error(error)))
}

/// Writes a whole file or nothing: first beside its place, then renamed. A file that is not an ordinary one
/// (`/dev/stdout`) is written directly.
///
/// # Errors
/// If the file or its folder cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: io::Error| unwritable(path, &error);
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        let Some(_reached) = reached(path) else {
            let message = label!(CliText::CannotWriteFile, file = path.display(); reason = CliText::NoReader);
            return Err(Failure::unreadable("file", message));
        };
        return std::fs::write(path, bytes).map_err(failed);
    }
    // a link stays a link: the file that it names is replaced
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let temporary = beside(&path);
    let write = || {
        let mut file = File::create_new(&temporary)?;
        file.write_all(bytes)?;
        if let Ok(meta) = std::fs::metadata(&path) {
            file.set_permissions(meta.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&temporary, &path)
    };
    write().map_err(|error| {
        // an unfinished file is not left behind; it may not exist
        std::fs::remove_file(&temporary).ok();
        failed(error)
    })
}

/// How long a pipe is waited for that no program reads yet.
const READER_WAIT: Duration = Duration::from_secs(3);

/// Opens what is no ordinary file, without waiting for ever where that is a pipe. `None` if nobody reads the pipe.
/// Other failures are those of writing.
#[cfg(unix)]
fn reached(path: &Path) -> Option<Option<File>> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).ok()?;
    let begun = Instant::now();
    loop {
        match File::options().write(true).custom_flags(flags).open(path) {
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {}
            opened => return Some(opened.ok()),
        }
        if begun.elapsed() >= READER_WAIT {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(not(unix))]
fn reached(_path: &Path) -> Option<Option<File>> {
    Some(None)
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::{Output, write_file};
    use crate::cli::exit::Exit;
    use crate::cli::failure::Failure;
    use crate::locale::{Label, Lang};
    use serde_json::json;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Shared {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error_but_a_full_disk_is() {
        for (kind, exit) in [(io::ErrorKind::BrokenPipe, Exit::Done), (io::ErrorKind::StorageFull, Exit::Unreadable)] {
            let err = Shared::default();
            let mut output = Output::to(Box::new(Broken(kind)), Box::new(err.clone()), Lang::En, false, false);
            output.line("one");
            output.line("two");
            assert!(output.is_closed());
            assert_eq!(output.finish("list", Ok(Exit::Done)), exit);
            assert_eq!(err.text().is_empty(), exit == Exit::Done);
        }
    }

    #[test]
    fn json_has_its_envelope_and_no_text_for_people() {
        let (out, err) = (Shared::default(), Shared::default());
        let mut output = Output::to(Box::new(out.clone()), Box::new(err.clone()), Lang::Zh, true, false);
        output.line("给人看的");
        output.warn("hand-edits", Label::new("hand edits", "手工修改"));
        output.data(json!([1]));
        assert_eq!(output.finish("list", Ok(Exit::Done)), Exit::Done);
        assert_eq!(
            out.text(),
            "{\"schema\":1,\"command\":\"list\",\"data\":[1],\"warnings\":[{\"code\":\"hand-edits\",\"message\":\"hand edits\"}]}\n"
        );
        assert_eq!(err.text(), "");
        let failure = Failure::missing("no-record", Label::new("none", "没有"));
        assert_eq!(output.finish("show", Err(failure)).code(), 3);
        assert!(out.text().ends_with("\"candidates\":[]}}\n"));
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.csv");
        write_file(&path, b"one").unwrap();
        write_file(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert_eq!(write_file(&dir.path().join("no/where"), b"x").unwrap_err().exit, Exit::Unreadable);
    }
}

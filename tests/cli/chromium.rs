//! A headless Chromium: where it is found, and how a test drives it by its DevTools protocol, through pipes.
//!
//! One browser opens many pages, since its start is what takes the time. If there is none that is said, and nothing is
//! tested; with `REDRESS_PAPER=required`, as in `.ci/run`, that fails.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// How long a browser may take for one thing, on a machine that is busy with other tests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);
/// What keeps a browser from doing anything of its own.
pub(crate) const QUIET: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// The first of these programs that is on the path.
#[allow(clippy::disallowed_methods, reason = "programs are those of the person who runs the tests")]
pub(crate) fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find_map(|folder| names.iter().map(|name| folder.join(name)).find(|program| program.is_file()))
}

#[allow(clippy::disallowed_methods, reason = "whether there must be a browser says the person who runs the tests")]
pub(crate) fn browser() -> Option<PathBuf> {
    let found = program(BROWSERS);
    if found.is_none() {
        let required = std::env::var_os("REDRESS_PAPER").is_some_and(|value| value == "required");
        assert!(!required, "forms and pages must be looked at here, and none of {BROWSERS:?} is on the PATH");
        writeln!(std::io::stderr(), "forms and pages are not looked at: none of {BROWSERS:?} is on the PATH").ok();
    }
    found
}

/// A browser with one page. It ends with the value.
pub(crate) struct Chromium {
    child: Child,
    input: ChildStdin,
    answers: Receiver<Value>,
    session: Option<String>,
    number: u64,
    /// What the page has told since it was opened.
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// Starts one. `None` if there is none.
    pub(crate) fn start() -> Option<Chromium> {
        let program = browser()?;
        let profile = tempfile::tempdir().expect("a folder");
        // the browser reads what it is told from its descriptor 3 and answers on 4
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1"])
            .arg(program)
            .args(QUIET)
            .arg("--remote-debugging-pipe")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let (input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let (send, answers) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            let mut message = Vec::new();
            while output.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                let end = message.len() - 1;
                let Ok(value) = serde_json::from_slice(&message[..end]) else { return };
                if send.send(value).is_err() {
                    return;
                }
                message.clear();
            }
        });
        let events = Vec::new();
        let mut chromium = Chromium { child, input, answers, session: None, number: 0, events, _profile: profile };
        let target = chromium.ask("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let attached = chromium.ask("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        chromium.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Network", "Runtime", "Log"] {
            chromium.ask(&format!("{domain}.enable"), json!({}));
        }
        Some(chromium)
    }

    /// Asks the browser for something and waits for its answer.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let mut message = json!({ "id": self.number, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.input.write_all(format!("{message}\0").as_bytes()).expect("the browser listens");
        loop {
            let answer = self.answers.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{method}: {error}"));
            if answer["id"] == self.number {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    /// Opens a file and waits until all of it is there.
    pub(crate) fn open(&mut self, file: &Path) {
        self.events.clear();
        self.ask("Page.navigate", json!({ "url": format!("file://{}", file.display()) }));
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.answers.recv_timeout(PATIENCE).expect("the page is loaded");
            self.events.push(event);
        }
    }

    /// What the page has loaded besides itself, and its complaints.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let told = |event: &Value| match event["method"].as_str()? {
            "Network.requestWillBeSent" if event["params"]["type"] == "Document" => None,
            "Network.requestWillBeSent" => Some(format!("loads {}", event["params"]["request"]["url"])),
            "Log.entryAdded" => Some(event["params"]["entry"]["text"].to_string()),
            "Runtime.exceptionThrown" | "Runtime.consoleAPICalled" => Some(event["params"].to_string()),
            _ => None,
        };
        self.events.iter().filter_map(told).collect()
    }

    /// How wide the window is, in CSS pixels, and whether its owner likes it dark.
    pub(crate) fn see(&mut self, width: u32, dark: bool) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", size);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.ask("Emulation.setEmulatedMedia", json!({ "media": "", "features": features }));
    }

    /// Shows the page as on a sheet whose printed area is this wide, in CSS pixels. A browser gives no script a printed
    /// page.
    pub(crate) fn see_paper(&mut self, width: u32) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": true });
        self.ask("Emulation.setDeviceMetricsOverride", size);
        self.ask("Emulation.setEmulatedMedia", json!({ "media": "print", "features": [] }));
    }

    /// Runs a script in the page and gives its value.
    pub(crate) fn run(&mut self, script: &str) -> Value {
        let answer = self.ask("Runtime.evaluate", json!({ "expression": script, "returnByValue": true }));
        assert!(answer["exceptionDetails"].is_null(), "{answer}");
        answer["result"]["value"].clone()
    }

    /// Presses a key, such as `Enter`, `Tab` or a space.
    pub(crate) fn press(&mut self, key: &str, code: u32) {
        let text = if key == "Enter" { "\r" } else { key };
        let text = if key == "Tab" { "" } else { text };
        for kind in ["keyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "text": text, "windowsVirtualKeyCode": code });
            self.ask("Input.dispatchKeyEvent", event);
        }
    }

    /// Clicks in the middle of the first element that a selector finds.
    pub(crate) fn click(&mut self, selector: &str) {
        let find = format!(
            "(() => {{ const e = document.querySelector({}); e.scrollIntoView({{ block: 'center', inline: 'center' }}); \
             const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()",
            json!(selector)
        );
        let place = self.run(&find);
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", event);
        }
    }

    /// The page on the paper that it asks for, as a PDF.
    pub(crate) fn print(&mut self) -> Vec<u8> {
        let answer = self.ask("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": false }));
        decoded(answer["data"].as_str().expect("a PDF"))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Base64 (RFC 4648).
fn decoded(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut out, mut bits, mut have) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        bits = bits << 6 | u32::from(value(letter));
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push((bits >> have).to_be_bytes()[3]);
        }
    }
    out
}

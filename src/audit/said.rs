//! What a commit's message says: the trailers that `book::message` writes.

use crate::locale::text::{as_seen, fold};

/// The prefix of every trailer of the program.
pub const TRAILER: &str = "Redress-";

/// How a subject begins that takes a commit back.
pub(super) const UNDO: &str = "undo: ";

/// How a book begins that has no preset.
const OWN: &str = "own";

/// A step that a message names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaidStep {
    /// The record.
    pub record: String,
    /// The step. `None` if the message names only the record.
    pub step: Option<String>,
    /// The state before. `None` if the step makes the record.
    pub from: Option<String>,
    /// The state after.
    pub to: Option<String>,
    /// The person who acted.
    pub by: Option<String>,
    /// The principal.
    pub for_: Option<String>,
    /// The person who typed.
    pub entered: Option<String>,
    /// Whether the message says everything about the step, in one trailer each. Otherwise it has one line for each
    /// event.
    pub whole: bool,
}

/// The subject of a commit with steps, which the program writes: of one record, of equal steps of many, or of the first
/// of several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// The kind of the first record.
    pub kind: String,
    /// The id of the first record.
    pub id: String,
    /// Its steps, in order.
    pub steps: String,
    /// `registered → accepted`, or only the state if it stays the same.
    pub arrow: String,
    /// How many records there are.
    pub count: usize,
    /// Whether all of them are of one kind and have the same steps.
    pub alike: bool,
}

impl Subject {
    /// The line for people.
    pub fn line(&self) -> String {
        let Subject { kind, id, steps, arrow, count, alike } = self;
        match count.saturating_sub(1) {
            0 => format!("{kind} {id}: {steps} ({arrow})"),
            _ if *alike => format!("{kind}: {steps} {count} records"),
            1 => format!("{kind} {id}: {steps}, and 1 more record"),
            more => format!("{kind} {id}: {steps}, and {more} more records"),
        }
    }

    /// The subject that follows from trailers. `kind` says of which kind a record is. `None` without steps.
    pub fn of(said: &Said, kind: &dyn Fn(&str) -> String) -> Option<Subject> {
        let mut records: Vec<(&str, Vec<&SaidStep>)> = Vec::new();
        for step in &said.steps {
            match records.last_mut().filter(|(record, _)| *record == step.record) {
                Some((_, steps)) => steps.push(step),
                None => records.push((&step.record, vec![step])),
            }
        }
        let steps = |of: &[&SaidStep]| {
            of.iter().map(|step| step.step.as_deref().unwrap_or_default()).collect::<Vec<_>>().join(", ")
        };
        let (id, first) = records.first()?;
        let from = first.first()?.from.as_deref().unwrap_or_default();
        let to = first.last()?.to.as_deref().unwrap_or_default();
        let own = (kind(id), steps(first));
        Some(Subject {
            alike: records.iter().all(|(id, of)| (kind(id), steps(of)) == own),
            kind: own.0,
            id: (*id).to_owned(),
            steps: own.1,
            arrow: if from.is_empty() || from == to { to.to_owned() } else { format!("{from} → {to}") },
            count: records.len(),
        })
    }
}

/// The trailers of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The steps that it names, in order.
    pub steps: Vec<SaidStep>,
    /// The commit that is taken back.
    pub undo: Option<String>,
    /// How the book began.
    pub init: Option<String>,
    /// Whether there is any trailer of the program.
    pub any: bool,
    /// The lines of the whole message that git or a reader could take for trailers of the program.
    lines: Vec<String>,
}

impl Said {
    /// Reads the trailers from the last paragraph.
    pub fn read(message: &str) -> Self {
        let message = message.trim_end().replace("\r\n", "\n");
        let last = message.rsplit("\n\n").next().unwrap_or_default();
        let mut said = Said {
            lines: message.lines().filter(|line| is_trailer(line)).map(str::to_owned).collect(),
            ..Said::default()
        };
        for line in last.lines() {
            let Some((name, value)) = line.strip_prefix(TRAILER).and_then(|line| line.split_once(':')) else {
                continue;
            };
            said.any = true;
            said.take(name, value.trim());
        }
        said
    }

    /// The subject of a commit that takes back one with this message.
    pub fn subject_of_undo(message: &str) -> String {
        format!("{UNDO}{}", message.lines().next().unwrap_or_default())
    }

    /// The message of the commit that begins a book, with a preset or with rules of its own.
    pub fn founding(preset: Option<&str>) -> String {
        match preset {
            Some(name) => format!("Begin the book with the preset {name}\n\n{TRAILER}Init: {name}\n"),
            None => format!("Begin the book with rules of its own\n\n{TRAILER}Init: {OWN}\n"),
        }
    }

    /// Whether the program writes such a message: the trailers are what it writes, and the subject says the same.
    /// `kind` says of which kind a record is.
    pub fn is_of(&self, message: &str, kind: &dyn Fn(&str) -> String) -> bool {
        let subject = message.lines().next().unwrap_or_default();
        let same = match (&self.init, &self.undo) {
            (Some(init), _) => {
                let preset = Some(init.as_str()).filter(|init| *init != OWN);
                message.trim_end() == Said::founding(preset).trim_end()
            }
            (None, Some(_)) => subject.starts_with(UNDO),
            (None, None) => Subject::of(self, kind).is_some_and(|written| written.line() == subject),
        };
        same && self.odd().is_none()
    }

    /// The first line that the program does not write there: it writes one trailer for an undo or for the beginning of
    /// the book, several for one step, and one for each of several steps, in the last paragraph.
    pub fn odd(&self) -> Option<&str> {
        let mut written = String::new();
        match (&self.init, &self.undo, self.steps.as_slice()) {
            (Some(init), ..) => written = format!("{TRAILER}Init: {init}"),
            (None, Some(undo), _) => written = format!("{TRAILER}Undo: {undo}"),
            (None, None, [step]) => step.write_whole(&mut written),
            (None, None, steps) => steps.iter().for_each(|step| step.write(&mut written)),
        }
        let mut written = written.lines();
        self.lines.iter().find(|line| written.next() != Some(line)).map(String::as_str)
    }

    /// The first line that git or a reader could take for a trailer of the program.
    pub fn first_line(&self) -> Option<&str> {
        self.lines.first().map(String::as_str)
    }

    fn take(&mut self, name: &str, value: &str) {
        let value = value.to_owned();
        if name == "Record" {
            self.steps.push(SaidStep::of_line(&value));
            return;
        }
        if name == "Undo" {
            self.undo = Some(value);
            return;
        }
        if name == "Init" {
            self.init = Some(value);
            return;
        }
        let Some(step) = self.steps.last_mut().filter(|step| step.whole) else { return };
        match name {
            "Step" => step.step = Some(value),
            "From" => step.from = Some(value),
            "To" => step.to = Some(value),
            "By" => step.by = Some(value),
            "For" => step.for_ = Some(value),
            "Entered" => step.entered = Some(value),
            _ => {}
        }
    }
}

/// Whether a text is the id of a commit as git and the program write it.
pub fn is_whole_id(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether git or a reader could take a line for a trailer of the program: git ignores case, and spaces before the
/// colon.
pub(super) fn is_trailer(line: &str) -> bool {
    let is = |line: &str, prefix: &str| line.starts_with(prefix) && line.contains(':');
    is(line, TRAILER) || is(&as_seen(line), &fold(TRAILER))
}

impl SaidStep {
    /// Writes the trailers of a step that is the only one of its commit.
    pub fn write_whole(&self, text: &mut String) {
        let parts = [
            ("Record", Some(&self.record)),
            ("Step", self.step.as_ref()),
            ("From", self.from.as_ref()),
            ("To", self.to.as_ref()),
            ("By", self.by.as_ref()),
            ("For", self.for_.as_ref()),
            ("Entered", self.entered.as_ref()),
        ];
        for (name, value) in parts.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            text.push_str(&format!("{TRAILER}{name}: {value}\n"));
        }
    }

    /// Writes the trailer of one of several steps: `Redress-Record: ID step from→to by`.
    pub fn write(&self, text: &mut String) {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let (step, from, to, by) = (part(&self.step), part(&self.from), part(&self.to), part(&self.by));
        text.push_str(&format!("{TRAILER}Record: {} {step} {from}→{to} {by}\n", self.record));
    }

    /// `ID`, or `ID step from→to by`.
    fn of_line(value: &str) -> Self {
        let mut words = value.split(' ');
        let record = words.next().unwrap_or_default().to_owned();
        let (step, states, by) = (words.next(), words.next(), words.next());
        let Some(step) = step else { return SaidStep { record, whole: true, ..SaidStep::default() } };
        let (from, to) = states.and_then(|states| states.split_once('→')).unwrap_or_default();
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        SaidStep {
            record,
            step: some(step),
            from: some(from),
            to: some(to),
            by: by.and_then(some),
            ..SaidStep::default()
        }
    }
}

/// A note without lines that git or this program could take for a trailer or a comment: such lines are indented.
pub fn harmless(note: &str) -> String {
    let line = |line: &str| {
        let seen = as_seen(line);
        let word = seen.split(':').next().unwrap_or_default().trim_end();
        let trailer =
            seen.contains(':') && !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if trailer || line.starts_with('#') { format!("  {line}") } else { line.to_owned() }
    };
    note.trim_end().replace('\0', "").lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Said, harmless};

    #[test]
    fn trailers_are_read_from_the_last_paragraph() {
        let said = Said::read(
            "complaint C-1: accept (registered → accepted)\n\n  Redress-Undo: x\n\nRedress-Record: C-1\nRedress-Step: accept\n\
             Redress-From: registered\nRedress-To: accepted\nRedress-By: wang.lei\nRedress-Entered: li.na\nSigned-off-by: x\n",
        );
        assert!(said.any && said.undo.is_none());
        let [step] = said.steps.as_slice() else { panic!("{said:?}") };
        assert_eq!((step.record.as_str(), step.step.as_deref()), ("C-1", Some("accept")));
        assert_eq!((step.from.as_deref(), step.to.as_deref()), (Some("registered"), Some("accepted")));
        assert_eq!((step.by.as_deref(), step.entered.as_deref()), (Some("wang.lei"), Some("li.na")));
    }

    #[test]
    fn a_batch_has_a_line_an_event() {
        let said = Said::read("x\n\nRedress-Record: C-1 register →registered li.na\nRedress-Record: C-2 x a→b li.na");
        assert_eq!(said.steps.len(), 2);
        assert_eq!((said.steps[0].from.as_deref(), said.steps[0].to.as_deref()), (None, Some("registered")));
        assert_eq!((said.steps[1].from.as_deref(), said.steps[1].by.as_deref()), (Some("a"), Some("li.na")));
        assert!(!said.steps[1].whole);
    }

    #[test]
    fn what_stands_elsewhere_is_no_trailer() {
        let elsewhere = Said::read("Redress-Record: C-1\n\nthat was a joke\n");
        assert!(!elsewhere.any && elsewhere.steps.is_empty());
        assert_eq!(elsewhere.odd(), Some("Redress-Record: C-1"));
        assert_eq!(Said::read(""), Said::default());
        assert_eq!(Said::read("x\n\nRedress-Undo: abc").undo.as_deref(), Some("abc"));
    }

    #[test]
    fn the_program_writes_certain_trailers_and_no_others() {
        let one = "Redress-Record: C-1\nRedress-Step: a\nRedress-To: b\nRedress-By: li.na\n";
        let two = "Redress-Record: C-1 a x→b li.na\nRedress-Record: C-2 c →d li.na\n";
        for (trailers, odd) in [
            (one.to_owned(), None),
            (two.to_owned(), None),
            (format!("{one}Signed-off-by: x\n"), None),
            ("Redress-Undo: abc".to_owned(), None),
            ("Redress-Init: basic".to_owned(), None),
            (format!("{one}Redress-By: wang.lei"), Some("Redress-By: li.na")),
            (format!("{one}Redress-Amount: 5"), Some("Redress-Amount: 5")),
            (format!("{one}redress-by : wang.lei"), Some("redress-by : wang.lei")),
            (format!("{one}Ｒｅｄｒｅｓｓ-By：wang.lei"), Some("Ｒｅｄｒｅｓｓ-By：wang.lei")),
            (format!("{one}Redress-Undo: abc"), Some("Redress-Record: C-1")),
            (format!("{one}Redress-Record: C-2 c →d li.na"), Some("Redress-Record: C-1")),
            (format!("{two}Redress-By: wang.lei"), Some("Redress-By: wang.lei")),
            ("Redress-Record: C-1 a x→b li.na".to_owned(), Some("Redress-Record: C-1 a x→b li.na")),
            ("Redress-Undo: abc\nRedress-Undo: def".to_owned(), Some("Redress-Undo: abc")),
            (format!("Redress-By: wang.lei\n\n{one}"), Some("Redress-By: wang.lei")),
            (format!("{one}\nSigned-off-by: x"), Some("Redress-Record: C-1")),
        ] {
            assert_eq!(Said::read(&format!("x\n\n{trailers}")).odd(), odd, "{trailers}");
        }
    }

    #[test]
    fn what_looks_like_a_trailer_is_indented() {
        let note = "已电话告知\nRedress-Step: approve\nBy : x\n# x\n时间: 五点\n";
        assert_eq!(harmless(note), "已电话告知\n  Redress-Step: approve\n  By : x\n  # x\n时间: 五点");
    }
}

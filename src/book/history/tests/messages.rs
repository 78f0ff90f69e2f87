//! Forged messages of commits: trailers that the program does not write there, names and subjects that mislead.

use super::super::ground::Ground;
use super::commits::{accepted, as_object, merged};
use super::forging::{Forgery, all_found};
use super::{Base, base};

/// A step of the program with other trailers.
fn trailers(b: &Base, g: &Ground, from: &str, to: &str) {
    as_object(b, g, |text| {
        assert!(text.contains(from), "{text}");
        text.replacen(from, to, 1)
    });
}

/// An undo of a step, with this message after the id of the step's commit is put in.
fn taken_back(b: &Base, g: &Ground, message: &str) {
    accepted(b, g);
    let (head, subject) = (g.git(&["rev-parse", "HEAD"]), g.git(&["log", "-1", "--format=%s"]));
    g.git(&["revert", "--no-commit", "HEAD"]);
    g.commit("li.na", &message.replace("SUBJECT", &subject).replace("HEAD", &head));
}

/// A commit without a step that says something about a case.
fn said(b: &Base, g: &Ground, subject: &str) {
    g.put("notes.txt", "x");
    g.commit("li.na", &subject.replace("ID", b.dear.as_str()));
}

/// Lets git write the message of the last commit anew.
fn anew(g: &Ground, more: &[&str]) {
    g.set_clock(g.git(&["log", "-1", "--format=%at"]).parse().expect("seconds"));
    g.commit_as("li.na", &[&["--amend", "--no-edit"], more].concat());
}

const FORGERIES: &[Forgery<Base>] = &[
    ("a person in front of the one who acted", &["odd-message"], |b, g| {
        trailers(b, g, "Redress-By: ", "Redress-By: wang.lei\nRedress-By: ");
    }),
    ("a trailer that redress does not know", &["odd-message"], |b, g| {
        trailers(b, g, "Redress-By: ", "Redress-Approved: wang.lei\nRedress-By: ");
    }),
    ("a trailer in small letters", &["odd-message"], |b, g| {
        trailers(b, g, "Redress-By: ", "redress-by: wang.lei\nRedress-By: ");
    }),
    ("a trailer in wide letters", &["odd-message"], |b, g| {
        trailers(b, g, "Redress-By: ", "Ｒｅｄｒｅｓｓ－Ｂｙ： wang.lei\nRedress-By: ");
    }),
    ("a trailer with a character that nobody sees", &["odd-message"], |b, g| {
        trailers(b, g, "Redress-By: ", "Redress\u{200b}-By: wang.lei\nRedress-By: ");
    }),
    ("trailers in an earlier paragraph", &["odd-message"], |b, g| {
        trailers(b, g, "\n\nRedress-Record: ", "\n\nRedress-By: wang.lei\n\nRedress-Record: ");
    }),
    ("trailers in another order", &["odd-message"], |b, g| {
        trailers(
            b,
            g,
            "Redress-Step: accept\nRedress-From: registered\n",
            "Redress-From: registered\nRedress-Step: accept\n",
        );
    }),
    ("one step in the form of several", &["odd-message"], |b, g| {
        as_object(b, g, |text| {
            let (head, _) = text.split_once("Redress-Record: ").expect("trailers");
            format!("{head}Redress-Record: {} accept registered→accepted li.na\n", b.fresh)
        });
    }),
    ("a signature below the trailers", &[], |b, g| {
        as_object(b, g, |text| format!("{text}Signed-off-by: Li Na <li.na@example.cn>\n"));
    }),
    ("a signature of somebody else", &["note-false"], |b, g| {
        as_object(b, g, |text| format!("{text}Signed-off-by: Wang Lei <wang.lei@example.cn>\n"));
    }),
    ("a signature that says more", &["note-false"], |b, g| {
        as_object(b, g, |text| format!("{text}Signed-off-by: Li Na <li.na@example.cn> - wang.lei agrees to 50000\n"));
    }),
    ("the commit that it is a copy of", &[], |b, g| {
        let id = "0123456789".repeat(4);
        as_object(b, g, |text| format!("{text}(cherry picked from commit {id})\n"));
    }),
    ("a copy of what no commit is called", &["note-false"], |b, g| {
        as_object(b, g, |text| format!("{text}(cherry picked from commit of wang.lei: paid)\n"));
    }),
    ("a beginning in the middle", &["odd-message"], |_, g| {
        g.put("notes.txt", "x");
        g.commit("li.na", "Begin the book with the preset basic\n\nRedress-Init: basic");
    }),
    ("trailers of a merge", &["odd-message"], |b, g| {
        merged(b, g, |_| {});
        g.commit_as("li.na", &["--amend", "-m", &format!("Merge\n\nRedress-Record: {} approve x→y li.na", b.dear)]);
    }),
    ("an undo under another subject", &["subject-false"], |b, g| taken_back(b, g, "tidy\n\nRedress-Undo: HEAD")),
    ("an undo that speaks of another step", &["subject-false"], |b, g| {
        taken_back(b, g, "undo: client K: edit (active)\n\nRedress-Undo: HEAD");
    }),
    ("an undo with further trailers", &["odd-message"], |b, g| {
        taken_back(b, g, "undo: SUBJECT\n\nRedress-Undo: HEAD\nRedress-By: wang.lei");
    }),
    ("an undo as the program writes it", &[], |b, g| taken_back(b, g, "undo: SUBJECT\n\nRedress-Undo: HEAD")),
    ("an undo of a commit by the beginning of its id", &["event-dropped", "trailer-missing", "undo-false"], |b, g| {
        accepted(b, g);
        let (short, subject) = (g.git(&["rev-parse", "--short=12", "HEAD"]), g.git(&["log", "-1", "--format=%s"]));
        g.git(&["revert", "--no-commit", "HEAD"]);
        g.commit("li.na", &format!("undo: {subject}\n\nRedress-Undo: {short}"));
    }),
    // names
    ("another's name beside one's own address", &["author-name"], |b, g| {
        as_object(b, g, |text| text.replace("author li.na <", "author wang.lei <"));
    }),
    ("another's name in wide letters", &["author-name"], |b, g| {
        as_object(b, g, |text| text.replace("author li.na <", "author Ｗａｎｇ.Lei <"));
    }),
    ("another's name with a character that nobody sees", &["author-name"], |b, g| {
        as_object(b, g, |text| text.replace("author li.na <", "author wang\u{200b}.lei <"));
    }),
    ("another's name in letters of other scripts", &["author-name"], |b, g| {
        as_object(b, g, |text| text.replace("author li.na <", "author wаng.lеi <"));
    }),
    ("another's name as the committer", &["author-name"], |b, g| {
        as_object(b, g, |text| text.replace("committer li.na <", "committer wang.lei <"));
    }),
    ("a name that nobody of the staff has", &[], |b, g| {
        as_object(b, g, |text| text.replace("author li.na <", "author Li Na from Hangzhou <"));
    }),
    // notes
    ("what no note says", &["note-false"], |b, g| {
        trailers(b, g, "\n\nRedress-Record: ", "\n\nApproved by wang.lei for 90000.00\n\nRedress-Record: ");
    }),
    ("what no note says, in the paragraph of the subject's next line", &["note-false", "subject-false"], |b, g| {
        trailers(b, g, "\n\nRedress-Record: ", "\nApproved by wang.lei\n\nRedress-Record: ");
    }),
    ("what no note says, behind a trailer", &["note-false"], |b, g| {
        as_object(b, g, |text| format!("{text}  for wang.lei, who approved 90000.00 by phone\n"));
    }),
    ("what no note says, as a further trailer", &["note-false"], |b, g| {
        as_object(b, g, |text| format!("{text}Approved-by: wang.lei\n"));
    }),
    ("what a note says", &[], |b, g| {
        g.step("li.na", &b.own, "withdraw", &[("#note", "客户来电\n\nTo: wang.lei\n不再追究")]);
    }),
    ("what a note says, written anew by git without the blanks at the ends of lines", &[], |b, g| {
        g.step("li.na", &b.own, "withdraw", &[("#note", "客户来电  \n不再追究\t\n  \n谢谢")]);
        anew(g, &["-s"]);
    }),
    ("what a note says, in an encoding that the commit names", &[], |b, g| {
        g.git(&["config", "i18n.commitEncoding", "GBK"]);
        g.step("li.na", &b.own, "withdraw", &[("#note", "客户来电")]);
        anew(g, &[]);
        g.git(&["config", "--unset", "i18n.commitEncoding"]);
    }),
    // subjects
    ("a step in wide letters", &["subject-false"], |b, g| {
        said(b, g, "ｃｏｍｐｌａｉｎｔ　ID： approve （proposed → approved）")
    }),
    ("a step with characters that nobody sees", &["subject-false"], |b, g| {
        said(b, g, "complaint\u{200b} ID\u{2060}: approve (proposed → approved)");
    }),
    ("a step in Chinese", &["subject-false"], |b, g| said(b, g, "客户投诉 ID：批准（已提方案 → 已批准）")),
    ("a step of many records", &["subject-false"], |b, g| said(b, g, "complaint: approve 12 records")),
    ("a step in letters of other scripts", &["subject-false"], |b, g| {
        said(b, g, "соmрlаint ID: аррrоvе (рrороsеd → аррrоvеd)");
    }),
    ("a step with a colon of another script", &["subject-false"], |b, g| {
        said(b, g, "complaint ID∶ approve (proposed → approved)");
    }),
    ("a step of a record with letters for figures", &["subject-false"], |b, g| {
        let subject = b.dear.as_str().replace('1', "l").replace("-26", "‑26");
        said(b, g, &format!("complaint {subject}: approve (proposed → approved)"));
    }),
    ("a step of a record without its kind", &["subject-false"], |b, g| {
        said(b, g, "ID: approve (proposed → approved)");
    }),
    ("a step of a number", &["subject-false"], |b, g| {
        said(b, g, "complaint KS202611-0001: approve (proposed → approved)");
    }),
    ("a step behind a carriage return", &["subject-false"], |b, g| {
        said(b, g, "tidy\rcomplaint ID: approve (proposed → approved)");
    }),
    ("a change of the wording of forms", &[], |b, g| said(b, g, "complaint form 2: larger letters")),
    ("something taken back, in letters of other scripts", &["subject-false"], |b, g| said(b, g, "undо: complaint")),
    ("something taken back, in wide letters", &["subject-false"], |b, g| said(b, g, "Ｕｎｄｏ：complaint")),
    ("something taken back, in Chinese", &["subject-false"], |b, g| said(b, g, "撤销操作 0123456789")),
    ("what is said of a case", &[], |b, g| said(b, g, "Why ID takes long: the client is away")),
    ("what is said of a kind", &[], |b, g| said(b, g, "complaint: say who may decline")),
];

#[test]
fn every_forged_message_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}

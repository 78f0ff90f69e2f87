//! `redress sync` with a remote that breaks off, dies, or takes nothing: it is said, nothing is lost, and the same
//! command goes on.

use crate::clones::Clones;

#[test]
fn a_remote_that_is_gone_in_the_middle_is_told_and_the_same_command_goes_on() {
    let clones = Clones::with(1);
    // the shell itself must not hold the pipe open
    let breaks = "exec 3<&0\ngit \"$1-pack\" \"$3\" <&3 | head -c \"$2\" &\nexec 3<&- >&-\nwait\n";
    clones.sandbox.write("breaks", breaks);
    clones.sandbox.write("shared.git/hooks/dies", "#!/bin/sh\nkill -9 $PPID\n");
    let hook = |name: &str| clones.sandbox.dir().join("shared.git/hooks").join(name);
    let made = clones.sandbox.command("chmod").arg("+x").arg(hook("dies")).status().expect("chmod runs");
    assert!(made.success());
    let breaks = clones.sandbox.dir().join("breaks");
    let mut told = 0;
    // the answer ends after so many bytes; the process at the other end dies before the branch moves, or after
    let (upload, receive) = ([0, 3, 80], [0, 3, 150]);
    let cut = upload.map(|bytes| ("upload", bytes)).into_iter().chain(receive.map(|bytes| ("receive", bytes)));
    for (round, (what, bytes)) in cut.chain([("pre-receive", 0), ("post-receive", 0)]).enumerate() {
        clones.add("li", &format!("li-{round}"));
        clones.ok("li", "sync");
        clones.add("wang", &format!("wang-{round}"));
        let key = format!("remote.origin.{what}pack");
        match what {
            "upload" | "receive" => {
                clones.git("wang", &format!("config {key} 'exec sh {} {what} {bytes}'", breaks.display()));
            }
            _ => std::fs::rename(hook("dies"), hook(what)).expect("a hook"),
        }
        let shown = clones.run("wang", "sync");
        let context = format!("{what} {bytes}: {shown}");
        if !shown.ends_with("--- exit 0\n") {
            told += 1;
            assert!(shown.contains("help: ") && shown.ends_with("--- exit 4\n"), "{context}");
        }
        clones.check("wang");
        assert_eq!(clones.value("wang", &format!("wang-{round}"), "state"), "prospect", "{context}");
        match what {
            "upload" | "receive" => drop(clones.git("wang", &format!("config --unset {key}"))),
            _ => std::fs::rename(hook(what), hook("dies")).expect("a hook"),
        }
        clones.ok("wang", "sync");
        clones.ok("li", "sync");
        for name in ["li", "wang"] {
            assert_eq!(clones.tip(name), clones.published(), "{name}: {context}");
        }
    }
    assert!(told >= 7, "{told} breaks were noticed");
    assert_eq!(clones.run("li", "audit --quiet"), "--- exit 0\n");
}

#[test]
fn a_remote_that_takes_nothing_is_told_and_what_was_done_stays() {
    let clones = Clones::with(1);
    // a colleague's clone, whose branch is checked out there
    clones.git("wang", "remote set-url origin ../li");
    clones.git("wang", "config remote.origin.fetch +refs/heads/*:refs/remotes/origin/*");
    clones.add("li", "leak");
    clones.add("wang", "crack");
    for _ in 0..2 {
        let refused = clones.run("wang", "sync");
        assert!(refused.contains("checked out") && refused.contains("nothing is lost"), "{refused}");
        assert!(refused.ends_with("--- exit 4\n"), "{refused}");
        assert_eq!(clones.value("wang", "crack", "state"), "prospect");
        clones.check("wang");
    }
    clones.ok("li", "sync");
    // one that may only be read
    clones.git("wang", "remote set-url origin ../shared.git");
    clones.sandbox.write("read-only", "#!/bin/sh\necho this repository is only to be read >&2\nexit 1\n");
    let receive = clones.sandbox.dir().join("read-only");
    clones.git("wang", &format!("config remote.origin.receivepack 'exec sh {}'", receive.display()));
    let refused = clones.run("wang", "sync");
    assert!(refused.contains("only to be read") && refused.contains("nothing is lost"), "{refused}");
    assert!(refused.ends_with("--- exit 4\n"), "{refused}");
    clones.git("wang", "config --unset remote.origin.receivepack");
    clones.ok("wang", "sync");
    clones.ok("li", "sync");
    assert_eq!(clones.tip("li"), clones.published());
    assert_eq!(clones.value("li", "crack", "state"), "prospect");
}

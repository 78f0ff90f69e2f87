//! Ids of staff, which are names: one that is taken, and some that not every system can store.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn an_id_that_cannot_be_says_which_other_to_give() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    assert_data_eq!(
        sandbox.run("new staff name=李娜 emails=li.na@other.example department=cs"),
        str![[r#"
--- stderr
error: there is a record Li Na (li.na) already
help: give another id, such as --id li.na.2
--- exit 1

"#]]
    );
    assert!(
        sandbox.run("new staff name=李娜 emails=li.na@other.example department=cs --id li.na.2").ends_with("exit 0\n")
    );
    // a colleague with such a name would prevent the whole book from being checked out
    for id in ["con", "nul", "aux", "com1", "lpt9.li"] {
        let said = sandbox.run(&format!("new staff name=康 emails={id}@other.example department=cs"));
        assert_eq!(
            said,
            format!(
                "--- stderr\nerror: `{id}` cannot be an id: Windows keeps the name for a device, and the record could not be \
                 checked out there\nhelp: give another id, such as --id x-{id}\n--- exit 1\n"
            )
        );
        assert!(sandbox.run(&format!("new staff name=康 --id x-{id} department=cs --dry-run")).ends_with("exit 0\n"));
    }
    sandbox.write("more.csv", "id,name\ncon,康\n");
    let said = sandbox.run("import staff more.csv");
    assert!(said.contains("`con`") && said.contains("a device") && said.ends_with("--- exit 1\n"), "{said}");
    let said = sandbox.run("new staff name=康 --id nul department=cs --lang zh");
    assert!(said.contains("Windows 将该名称保留给设备") && said.contains("--id x-nul"), "{said}");
}

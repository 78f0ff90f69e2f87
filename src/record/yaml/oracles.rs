//! Other YAML readers find the same texts in what we write: `serde_yaml`, and PyYAML if it is installed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::{Strategy, prop_assert, proptest};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRng, TestRunner};

use super::nasty::{cases, ordinary, text, tree};
use super::tree::{Content, Form, Node};
use super::write::write;

/// The same tree with every scalar as text, so that each reader must find a string.
fn as_text(node: &Node<'_>) -> Node<'static> {
    match &node.content {
        Content::Scalar(scalar) if scalar.form == Form::Quoted => Node::quoted(scalar.text.clone().into_owned()),
        Content::Scalar(scalar) => Node::text(scalar.text.clone().into_owned()),
        Content::List(items) => Node::list(items.iter().map(as_text)),
        Content::Map(entries) => {
            Node::map(entries.iter().map(|entry| (entry.key.clone().into_owned(), as_text(&entry.node))))
        }
        Content::Verbatim(_) => unreachable!("trees of tests have none"),
    }
}

fn json(node: &Node<'_>) -> serde_json::Value {
    match &node.content {
        Content::Scalar(scalar) => scalar.text.as_ref().into(),
        Content::List(items) => items.iter().map(json).collect(),
        Content::Map(entries) => {
            let pair = |entry: &super::tree::Entry<'_>| (entry.key.clone().into_owned(), json(&entry.node));
            serde_json::Value::Object(entries.iter().map(pair).collect())
        }
        Content::Verbatim(_) => unreachable!("trees of tests have none"),
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn serde_yaml_reads_the_same(tree in tree()) {
        let tree = as_text(&tree);
        let written = write(&tree);
        let read = serde_yaml::from_str::<serde_json::Value>(&written);
        prop_assert!(read.as_ref().is_ok_and(|read| *read == json(&tree)), "{}\n{:?}\n{:?}", written, read, json(&tree));
    }

    #[test]
    fn serde_yaml_reads_any_text_in_any_place(text in text()) {
        let text = || Node::text(text.clone());
        let tree = Node::map([("a", text()), ("b", Node::list([text(), text()])), ("c", Node::map([("d", text())]))]);
        let written = write(&tree);
        let read = serde_yaml::from_str::<serde_json::Value>(&written);
        prop_assert!(read.as_ref().is_ok_and(|read| *read == json(&tree)), "{}\n{:?}", written, read);
    }
}

const PYTHON: &str = r#"
import json, sys, yaml
for line in sys.stdin:
    try:
        print(json.dumps(yaml.safe_load(json.loads(line))))
    except Exception as error:
        print(json.dumps({"error": str(error)}))
"#;

#[test]
fn pyyaml_reads_the_same() {
    let there = Command::new("python3").args(["-c", "import yaml"]).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        let _ = writeln!(std::io::stderr(), "not run: python3 has no module yaml (pip install pyyaml)");
        return;
    }
    let config = Config { failure_persistence: None, ..Config::default() };
    let trees: Vec<Node<'static>> = {
        let count = config.cases;
        let mut runner = TestRunner::new_with_rng(config.clone(), TestRng::from_seed(config.rng_algorithm, &[7; 32]));
        let mut draw = |strategy: &dyn Fn(&mut TestRunner) -> Node<'static>| {
            (0..count).map(|_| as_text(&strategy(&mut runner))).collect::<Vec<_>>()
        };
        let mut trees = draw(&|runner| tree().new_tree(runner).expect("a tree").current());
        trees.extend(draw(&|runner| ordinary().new_tree(runner).expect("a tree").current()));
        trees
    };
    let documents: Vec<String> = trees.iter().map(write).collect();
    let input: String = documents.iter().map(|text| serde_json::json!(text).to_string() + "\n").collect();
    let mut python = Command::new("python3")
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 has just run");
    let mut pipe = python.stdin.take().expect("piped");
    let feed = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = python.wait_with_output().expect("python3 ends");
    feed.join().expect("no panic").expect("python3 reads to the end");
    let answers: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .expect("JSON is ASCII")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), trees.len());
    for ((tree, text), answer) in trees.iter().zip(&documents).zip(&answers) {
        assert_eq!(*answer, json(tree), "{text}");
    }
}

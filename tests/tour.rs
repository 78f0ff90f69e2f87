//! The README's tour, as a reader would take it: every `console` block, in order, in one folder.

use std::path::Path;
use std::process::Command;

/// A command of the tour, and the output that the page shows.
struct Step {
    command: String,
    expected: String,
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), expected: String::new() });
        } else if inside && let Some(step) = steps.last_mut() {
            step.expected.push_str(line);
            step.expected.push('\n');
        }
    }
    steps
}

fn trimmed(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn the_tour_of_the_readme_shows_what_happens() {
    let page = std::fs::read_to_string("README.md").expect("the README");
    let steps = steps(&page);
    assert!(steps.len() > 8, "the tour was not found");
    let binary = Path::new(env!("CARGO_BIN_EXE_redress"));
    let root = tempfile::tempdir().expect("a folder");
    std::fs::write(root.path().join(".gitconfig"), "[user]\n  name = 王磊\n  email = wang.lei@example.cn\n")
        .expect("git's configuration");
    std::fs::create_dir(root.path().join("tour")).expect("a folder");
    #[allow(clippy::disallowed_methods)] // tests are given their path
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut dirs = vec![binary.parent().expect("the binary lies in a folder").to_owned()];
    dirs.extend(std::env::split_paths(&path));
    let path = std::env::join_paths(dirs).expect("a path");
    let mut dir = root.path().join("tour");
    for step in &steps {
        if let Some(folder) = step.command.strip_prefix("cd ") {
            dir = dir.join(folder);
            continue;
        }
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("exec 2>&1; {}", step.command))
            .current_dir(&dir)
            .env_clear()
            .env("PATH", &path)
            .env("HOME", root.path())
            .env("GIT_CONFIG_GLOBAL", root.path().join(".gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LANG", "C.UTF-8")
            .env("REDRESS_NOW", "2026-11-24T09:31:00+08:00")
            .output()
            .expect("a shell");
        let shown = format!("$ {}\n{}", step.command, trimmed(&String::from_utf8_lossy(&output.stdout)));
        let expected = format!("$ {}\n{}", step.command, trimmed(&step.expected));
        snapbox::assert_data_eq!(shown, snapbox::Data::from(expected));
    }
}

//! The rules of the house that no compiler checks: direction of dependency, length of files, banned words.
//! A rule that is broken on purpose stands in the list of exceptions beside it, with its reason.

use std::fs;
use std::path::{Path, PathBuf};

const LINES_MAX: usize = 400;

/// A folder and the paths that code in it may not name.
const LAYERS: &[(&str, &[&str])] = &[
    (
        "item-bank/src",
        &["sqlx", "actix", "tokio", "std::fs", "std::net", "SystemTime", "calibration::", "waymark::"],
    ),
    ("calibration/src", &["sqlx", "actix", "tokio", "std::fs", "std::net", "SystemTime", "waymark::"]),
    (
        "src/adaptive",
        &[
            "sqlx",
            "actix",
            "tokio",
            "std::fs",
            "async fn",
            "SystemTime",
            "crate::store",
            "crate::delivery",
            "crate::http",
            "crate::jobs",
            "crate::cli",
            "crate::assessment",
            "thread_rng",
            "rand::rng()",
        ],
    ),
    (
        "src/assessment",
        &[
            "sqlx",
            "actix",
            "tokio",
            "std::fs",
            "async fn",
            "SystemTime",
            "crate::store",
            "crate::delivery",
            "crate::http",
            "crate::jobs",
            "crate::cli",
            "thread_rng",
            "rand::rng()",
        ],
    ),
    (
        "src/simulation",
        &[
            "sqlx",
            "actix",
            "tokio",
            "std::fs",
            "async fn",
            "SystemTime",
            "crate::store",
            "crate::delivery",
            "crate::http",
            "crate::jobs",
            "crate::cli",
            "thread_rng",
            "rand::rng()",
        ],
    ),
    ("src/store", &["actix", "crate::delivery", "crate::http", "crate::jobs", "crate::cli"]),
    ("src/delivery", &["actix", "sqlx::", "crate::http", "crate::jobs", "crate::cli"]),
    ("src/jobs", &["actix", "sqlx::", "crate::http", "crate::cli"]),
    ("src/http", &["sqlx::", "crate::cli"]),
    ("src/cli", &["sqlx::"]),
];

/// Words that no source file may hold, and why.
const BANNED: &[(&str, &str)] = &[
    ("#[allow(", "say #[expect(lint, reason = …)]"),
    ("#[ignore", "a test that does not run is not a test"),
    ("todo!(", "unfinished"),
    ("unimplemented!(", "unfinished"),
    ("FIXME", "unfinished"),
    ("XXX", "unfinished"),
];

/// Names of files that say nothing.
const BANNED_FILES: &[&str] = &["utils.rs", "util.rs", "helpers.rs", "helper.rs", "common.rs", "misc.rs"];

#[test]
fn layers_know_only_what_lies_below_them() {
    let mut broken = Vec::new();
    for (folder, forbidden) in LAYERS {
        for file in rust_files(&root().join(folder)) {
            // A folder of tests may read reference files; it is not part of the product.
            if file.components().any(|part| part.as_os_str() == "tests") {
                continue;
            }
            for (number, line) in code_lines(&file) {
                for word in forbidden.iter().filter(|word| line.contains(**word)) {
                    broken.push(format!("{}:{number}: {folder} may not name `{word}`", shown(&file)));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_the_store_holds_sql() {
    let mut broken = Vec::new();
    for file in rust_files(&root().join("src")) {
        if file.starts_with(root().join("src/store")) {
            continue;
        }
        for (number, line) in code_lines(&file) {
            let lower = line.to_lowercase();
            let sql = ["insert into ", "delete from ", "select * from", "update attempts set"];
            if sql.iter().any(|words| lower.contains(words)) {
                broken.push(format!("{}:{number}: SQL outside src/store", shown(&file)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn files_are_short_and_named_for_what_they_hold() {
    let mut broken = Vec::new();
    for file in every_rust_file() {
        let lines = fs::read_to_string(&file).expect("a source file reads").lines().count();
        if lines > LINES_MAX {
            broken.push(format!("{}: {lines} lines, more than {LINES_MAX}", shown(&file)));
        }
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if BANNED_FILES.contains(&name) {
            broken.push(format!("{}: a name that says nothing", shown(&file)));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_banned_word_stands_in_a_source_file() {
    let mut broken = Vec::new();
    for file in every_rust_file() {
        if file.ends_with("tests/tidy.rs") {
            continue;
        }
        for (number, line) in code_lines(&file) {
            for (word, why) in BANNED.iter().filter(|(word, _)| line.contains(word)) {
                broken.push(format!("{}:{number}: `{word}`: {why}", shown(&file)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_source_file_opens_by_saying_what_it_is() {
    let silent: Vec<String> = every_rust_file()
        .into_iter()
        .filter(|file| {
            let text = fs::read_to_string(file).expect("a source file reads");
            !text.starts_with("//!") && !text.starts_with("#![")
        })
        .map(|file| format!("{}: no module doc", shown(&file)))
        .collect();
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn every_rust_file() -> Vec<PathBuf> {
    ["src", "tests", "benches", "item-bank", "calibration"]
        .iter()
        .flat_map(|folder| rust_files(&root().join(folder)))
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.map(|entry| entry.expect("a folder lists").path()) {
            if path.is_dir() && !path.ends_with("target") {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Numbered lines that are not comments.
fn code_lines(file: &Path) -> Vec<(usize, String)> {
    fs::read_to_string(file)
        .expect("a source file reads")
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(index, line)| (index + 1, line.to_owned()))
        .collect()
}

fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

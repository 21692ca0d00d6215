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
            "crate::simulation",
            "use calibration::",
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
            "crate::simulation",
            "use calibration::",
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
            "use calibration::",
            "thread_rng",
            "rand::rng()",
        ],
    ),
    (
        "src/store",
        &[
            "actix",
            "crate::delivery",
            "crate::http",
            "crate::jobs",
            "crate::cli",
            "crate::simulation",
            "use calibration::",
        ],
    ),
    (
        "src/delivery",
        &[
            "actix",
            "sqlx::",
            "crate::http",
            "crate::jobs",
            "crate::cli",
            "crate::simulation",
            "use calibration::",
        ],
    ),
    ("src/jobs", &["actix", "sqlx::", "crate::http", "crate::cli"]),
    ("src/http", &["sqlx::", "crate::cli", "crate::simulation", "use calibration::"]),
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
    for folder in ["src", "item-bank/src", "calibration/src"] {
        for file in rust_files(&root().join(folder)) {
            if file.starts_with(root().join("src/store")) {
                continue;
            }
            let text = fs::read_to_string(&file).expect("a source file reads");
            let statements = string_literals(&text).into_iter().filter(|(_, literal)| is_sql(literal));
            broken.extend(
                statements.map(|(line, _)| format!("{}:{line}: SQL outside src/store", shown(&file))),
            );
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn sql_is_known_in_any_case_on_any_line_and_in_any_kind_of_string() {
    let found = |text: &str| -> Vec<usize> {
        string_literals(text)
            .into_iter()
            .filter(|(_, literal)| is_sql(literal))
            .map(|(line, _)| line)
            .collect()
    };
    assert_eq!(found("let a = 1;\nquery(\"SELECT id, name\\\n  from people where x = 1\")"), [2]);
    assert_eq!(found("query(r#\"select \"a\" from t\"#)"), [1]);
    assert_eq!(found("['\"', 'a']; query(\"Insert  Into t values (1)\")"), [1]);
    assert_eq!(found("format!(\"update {table}\\n set a = 1\"); \"DELETE\\tFROM t\""), [1, 1]);
    assert_eq!(found("query(\"with x as (select 1) select * from x\")"), [1]);
    assert_eq!(found("// \"select a from b\"\n/* \"delete from b\" */ let it = 'a; \"it isn't\";"), []);
    assert_eq!(found("\"choose what to select\"; \"settings update\"; \"deleted from\"; \"<select>\""), []);
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

/// Whether a text is, or holds, a statement of SQL: whatever its case and its white space.
fn is_sql(literal: &str) -> bool {
    let spaced = literal.replace("\\n", " ").replace("\\t", " ").to_lowercase();
    let is_part = |letter: char| !(letter.is_alphanumeric() || "_{}*".contains(letter));
    let words: Vec<&str> = spaced.split(is_part).filter(|word| !word.is_empty()).collect();
    let pair = |first: &str, second: &str| words.windows(2).any(|pair| pair == [first, second]);
    let after = |first: &str, then: &str| {
        words.iter().position(|word| *word == first).is_some_and(|place| words[place..].contains(&then))
    };
    let starts = spaced.trim_start().starts_with("select ");
    starts
        || after("select", "from")
        || pair("insert", "into")
        || pair("delete", "from")
        || after("update", "set")
}

/// The string literals of a source file with the lines they begin on; comments hold none.
fn string_literals(text: &str) -> Vec<(usize, String)> {
    let letters: Vec<char> = text.chars().collect();
    let at = |place: usize| letters.get(place).copied().unwrap_or('\0');
    let ends_with =
        |from: usize, end: &str| end.chars().enumerate().all(|(step, letter)| at(from + step) == letter);
    let find = |from: usize, end: &str| {
        (from..letters.len()).find(|&place| ends_with(place, end)).unwrap_or(letters.len())
    };
    let mut found = Vec::new();
    let mut place = 0;
    while place < letters.len() {
        let hashes = (place + 1..).take_while(|&next| at(next) == '#').count();
        let is_word =
            place > 0 && (at(place - 1).is_alphanumeric() || at(place - 1) == '_') && at(place - 1) != 'b';
        if ends_with(place, "//") {
            place = find(place, "\n");
        } else if ends_with(place, "/*") {
            place = find(place, "*/") + 2;
        } else if at(place) == 'r' && !is_word && at(place + 1 + hashes) == '"' {
            let first = place + 2 + hashes;
            let last = find(first, &format!("\"{}", "#".repeat(hashes)));
            found.push((first, last));
            place = last + 1 + hashes;
        } else if at(place) == '"' {
            let mut last = place + 1;
            while last < letters.len() && at(last) != '"' {
                last += if at(last) == '\\' { 2 } else { 1 };
            }
            found.push((place + 1, last));
            place = last + 1;
        } else if at(place) == '\'' && (at(place + 1) == '\\' || at(place + 2) == '\'') {
            // A character, not a lifetime: its quote may be what it holds.
            place = find(place + 2 + usize::from(at(place + 1) == '\\'), "'") + 1;
        } else {
            place += 1;
        }
    }
    let line = |place: usize| 1 + letters[..place].iter().filter(|&&letter| letter == '\n').count();
    let literal = |(first, last): (usize, usize)| letters[first..last.min(letters.len())].iter().collect();
    found.into_iter().map(|range| (line(range.0), literal(range))).collect()
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

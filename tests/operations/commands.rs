//! The program's own commands on a live database, run as a process.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, database: &str, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_waymark"))
            .args(arguments)
            .env("WAYMARK_DATABASE_URL", format!("sqlite:{}", self.path(database).display()))
            .env("WAYMARK_HASH_MEMORY_KIB", "8")
            .env("WAYMARK_HASH_PASSES", "1")
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may have closed its end.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn done(&self, database: &str, arguments: &[&str], input: &str) -> Value {
        let all: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
        let output = self.run(database, &all, input);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run("school.sqlite", arguments, "");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn add_school(&self) {
        let arguments = [
            "user",
            "add",
            "--role",
            "administrator",
            "--username",
            "Ada",
            "--name",
            "Ada Lovelace",
            "--new-school",
            "Trail School",
            "--time-zone",
            "America/Los_Angeles",
            "--secret-stdin",
        ];
        let added = self.done("school.sqlite", &arguments, "a long trail\n");
        assert_eq!(
            (added["username"].as_str(), added["secret"].as_str()),
            (Some("ada"), Some("a long trail"))
        );
    }
}

#[test]
fn an_operator_adds_lists_helps_and_disables_people() {
    let desk = Desk::new();
    let error = desk.refused(&["user", "list"]);
    assert!(error.contains("there is no school yet"), "{error}");
    desk.add_school();
    let student =
        ["user", "add", "--role", "student", "--name", "Ben", "--grade", "4", "--secret-kind", "picture"];
    let added = desk.done("school.sqlite", &student, "");
    assert_eq!(added["secret"].as_str().unwrap().split('-').count(), 4);
    let listed = desk.done("school.sqlite", &["user", "list", "--role", "student"], "");
    assert_eq!((listed.as_array().unwrap().len(), listed[0]["name"].as_str()), (1, Some("Ben")));
    let reset = desk.done("school.sqlite", &["user", "reset-password", "ada"], "");
    assert_ne!(reset["secret"], "a long trail");
    let id = added["id"].as_str().unwrap();
    assert_eq!(desk.done("school.sqlite", &["user", "disable", id], "")["status"], "disabled");
    assert_eq!(desk.done("school.sqlite", &["user", "enable", id], "")["status"], "active");
    let error = desk.refused(&["user", "disable", "ada"]);
    assert!(error.contains("the last active administrator"), "{error}");
    let error = desk.refused(&["user", "add", "--role", "student", "--name", "Cyd"]);
    assert!(error.contains("a student needs a grade"), "{error}");
    let error = desk.refused(&["user", "disable", "nobody"]);
    assert!(error.contains("there is no such account"), "{error}");
}

#[test]
fn a_roster_comes_in_by_command_and_its_errors_name_file_line_and_column() {
    let desk = Desk::new();
    desk.add_school();
    let good = "role,person_id,name,grade,class_id,class_name\nstudent,s1,Ben,4,c1,Room 4\n";
    std::fs::write(desk.path("good.csv"), good).unwrap();
    let preview = desk.done("school.sqlite", &["roster", "import", "good.csv", "--dry-run"], "");
    assert_eq!((preview["people_added"].as_u64(), &preview["issued"]), (Some(1), &serde_json::json!([])));
    let done = desk.done("school.sqlite", &["roster", "import", "good.csv"], "");
    assert_eq!(
        (done["people_added"].as_u64(), done["issued"][0]["person_id"].as_str()),
        (Some(1), Some("s1"))
    );
    std::fs::write(desk.path("bad.csv"), format!("{good}student,s2,Cyd,44,c1,\n")).unwrap();
    let error = desk.refused(&["roster", "import", "bad.csv"]);
    assert!(error.contains("bad.csv: line 3, column grade, value \"44\""), "{error}");
    let listed = desk.done("school.sqlite", &["user", "list", "--role", "student"], "");
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert!(desk.refused(&["roster", "import", "nowhere.csv"]).contains("nowhere.csv"));
}

#[test]
fn the_record_of_changes_is_listed_and_exported() {
    let desk = Desk::new();
    desk.add_school();
    desk.done("school.sqlite", &["user", "reset-password", "ada"], "");
    let listed = desk.done("school.sqlite", &["audit", "list", "--action", "account.secret"], "");
    assert_eq!(
        (listed.as_array().unwrap().len(), listed[0]["action"].as_str()),
        (1, Some("account.secret_reset"))
    );
    assert_eq!(listed[0]["actor_id"], Value::Null);
    let written = desk.done("school.sqlite", &["audit", "export", "--out", "audit.jsonl"], "");
    let lines = std::fs::read_to_string(desk.path("audit.jsonl")).unwrap();
    assert_eq!(written["entries"].as_u64().unwrap() as usize, lines.lines().count());
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}

#[test]
fn a_backup_is_made_once_for_its_owner_alone_and_restores_into_an_empty_database() {
    let desk = Desk::new();
    desk.add_school();
    let made = desk.done("school.sqlite", &["backup", "school.jsonl"], "");
    assert_eq!(mode(&desk.path("school.jsonl")), 0o600);
    assert!(desk.refused(&["backup", "school.jsonl"]).contains("never overwrites"));
    let restored = desk.done("copy.sqlite", &["restore", "school.jsonl"], "");
    assert_eq!(restored["digest"], made["digest"]);
    let listed = desk.done("copy.sqlite", &["user", "list"], "");
    assert_eq!(listed[0]["name"], "Ada Lovelace");
    assert!(desk.refused(&["restore", "school.jsonl"]).contains("not empty"));
}

fn mode(file: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

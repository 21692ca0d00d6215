//! The roster file as text: every row checked by itself, every wrong value named by line and column.

use std::fmt;

use csv::StringRecord;
use item_bank::{AccommodationError, Accommodations};

use crate::delivery::people::names;
use crate::delivery::secrets;
use crate::store::accounts::{Role, SecretKind};

/// Rows of a roster at most.
pub const ROSTER_ROWS_MAX: usize = 20_000;
/// Problems reported at once at most.
pub const PROBLEMS_MAX: usize = 100;

const COLUMNS: [&str; 13] = [
    "role",
    "person_id",
    "name",
    "grade",
    "accelerated",
    "accommodations",
    "username",
    "secret_kind",
    "secret",
    "class_id",
    "class_name",
    "class_code",
    "class_grade",
];
const NEEDED: [&str; 3] = ["role", "person_id", "name"];

/// One value of the file that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterProblem {
    /// Line of the file, from 1.
    pub line: u64,
    /// Name of the column; empty when the whole line is meant.
    pub column: String,
    /// The value.
    pub value: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for RosterProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, value, message } = self;
        if column.is_empty() {
            return write!(formatter, "line {line}: {message}");
        }
        write!(formatter, "line {line}, column {column}, value {value:?}: {message}")
    }
}

/// One checked row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// Student or teacher.
    pub role: Role,
    /// Identifier of the person outside.
    pub person_id: String,
    /// The person's name.
    pub name: String,
    /// A student's grade.
    pub grade: Option<u8>,
    /// Whether a student is accelerated, when the row says it.
    pub accelerated: Option<bool>,
    /// What a student needs items to support, when the row says it; `none` says that there is nothing.
    pub accommodations: Option<Accommodations>,
    /// What a teacher signs in with.
    pub username: Option<String>,
    /// How a new person signs in.
    pub secret_kind: SecretKind,
    /// The first secret of a new person.
    pub secret: Option<String>,
    /// The class of this row.
    pub class: Option<RosterClass>,
}

/// The class of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterClass {
    /// Identifier of the class outside.
    pub class_id: String,
    /// Its name, when the row says it.
    pub name: Option<String>,
    /// Its code, when the row says it.
    pub code: Option<String>,
    /// Its grade, when the row says it.
    pub grade: Option<u8>,
}

/// The rows of a roster file, or every problem of it (the first [`PROBLEMS_MAX`]).
pub fn read_roster(text: &str) -> Result<Vec<RosterRow>, Vec<RosterProblem>> {
    // The reader counts line feeds, and would number the rows of a file with CRLF one too low.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| vec![whole_line(1, error.to_string())])?.clone();
    let columns = Columns::read(&header)?;
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.push(whole_line(line, error.to_string()));
                break;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if rows.len() == ROSTER_ROWS_MAX {
            problems.push(whole_line(line, format!("a roster has at most {ROSTER_ROWS_MAX} rows")));
            break;
        }
        let mut row = RowInHand { columns: &columns, record: &record, line, problems: &mut problems };
        rows.extend(row.read());
        if problems.len() >= PROBLEMS_MAX {
            break;
        }
    }
    problems.truncate(PROBLEMS_MAX);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn whole_line(line: u64, message: String) -> RosterProblem {
    RosterProblem { line, column: String::new(), value: String::new(), message }
}

/// Where each known column stands.
struct Columns {
    places: Vec<(&'static str, usize)>,
    count: usize,
}

impl Columns {
    fn read(header: &StringRecord) -> Result<Self, Vec<RosterProblem>> {
        let mut places: Vec<(&'static str, usize)> = Vec::new();
        let mut problems = Vec::new();
        for (place, title) in header.iter().enumerate() {
            let title = title.trim().to_lowercase();
            match COLUMNS.iter().find(|known| **known == title) {
                Some(known) if places.iter().any(|(name, _)| name == known) => {
                    problems.push(whole_line(1, format!("the column {title:?} stands there twice")));
                }
                Some(known) => places.push((known, place)),
                None => problems.push(whole_line(
                    1,
                    format!("{title:?} is not a column of a roster; known are {}", COLUMNS.join(", ")),
                )),
            }
        }
        for needed in NEEDED {
            if !places.iter().any(|(name, _)| *name == needed) {
                problems.push(whole_line(1, format!("the column {needed:?} is missing")));
            }
        }
        let count = header.len();
        if problems.is_empty() { Ok(Self { places, count }) } else { Err(problems) }
    }
}

struct RowInHand<'a> {
    columns: &'a Columns,
    record: &'a StringRecord,
    line: u64,
    problems: &'a mut Vec<RosterProblem>,
}

impl RowInHand<'_> {
    fn read(&mut self) -> Option<RosterRow> {
        if self.record.len() != self.columns.count {
            let (has, must) = (self.record.len(), self.columns.count);
            self.problems.push(whole_line(self.line, format!("it has {has} values where {must} belong")));
            return None;
        }
        let before = self.problems.len();
        let role = self.needed("role", |text| match Role::parse(&text.to_lowercase()) {
            Some(role @ (Role::Student | Role::Teacher)) => Ok(role),
            _ => Err("a role is student or teacher".to_owned()),
        });
        let person_id =
            self.needed("person_id", |text| names::external_id(text).map_err(|error| error.message));
        let name = self.needed("name", |text| names::name("name", text).map_err(|error| error.message));
        let grade = self.optional("grade", read_grade);
        let accelerated = self.optional("accelerated", read_truth);
        if accelerated == Some(true) && role.is_some_and(|role| role != Role::Student) {
            self.refuse("accelerated", "only students are accelerated");
        }
        let accommodations = self.optional("accommodations", read_accommodations);
        if accommodations.as_ref().is_some_and(|needed| !needed.is_empty())
            && role.is_some_and(|role| role != Role::Student)
        {
            self.refuse("accommodations", "only students have accommodations");
        }
        let username = self.optional("username", |text| names::username(text).map_err(|error| error.message));
        let (secret_kind, secret) = self.secret(role);
        let class = self.class();
        self.fits_role(role, (grade, username.as_deref()));
        match (role, person_id, name) {
            (Some(role), Some(person_id), Some(name)) if self.problems.len() == before => Some(RosterRow {
                line: self.line,
                role,
                person_id,
                name,
                grade,
                accelerated,
                accommodations,
                username,
                secret_kind,
                secret,
                class,
            }),
            _ => None,
        }
    }

    fn fits_role(&mut self, role: Option<Role>, (grade, username): (Option<u8>, Option<&str>)) {
        match role {
            Some(Role::Student) => {
                if grade.is_none() && self.text("grade").is_empty() {
                    self.refuse("grade", "a student needs a grade");
                }
                if username.is_some() {
                    self.refuse("username", "a student signs in by class code and has no user name");
                }
            }
            Some(_) => {
                if username.is_none() && self.text("username").is_empty() {
                    self.refuse("username", "a teacher needs a user name");
                }
                if grade.is_some() {
                    self.refuse("grade", "only students have a grade");
                }
            }
            None => {}
        }
    }

    fn secret(&mut self, role: Option<Role>) -> (SecretKind, Option<String>) {
        let kind = match role {
            Some(Role::Student) => self.optional("secret_kind", |text| match SecretKind::parse(text) {
                Some(kind @ (SecretKind::Pin | SecretKind::Picture)) => Ok(kind),
                _ => Err("a student signs in by pin or picture".to_owned()),
            }),
            _ => self.optional("secret_kind", |text| match SecretKind::parse(text) {
                Some(SecretKind::Password) => Ok(SecretKind::Password),
                _ => Err("a teacher signs in by password".to_owned()),
            }),
        };
        let usual = if role == Some(Role::Student) { SecretKind::Pin } else { SecretKind::Password };
        let kind = kind.unwrap_or(usual);
        let text = self.text("secret").to_owned();
        if text.is_empty() {
            return (kind, None);
        }
        match secrets::accept(kind, &text) {
            Ok(secret) => (kind, Some(secret)),
            Err(error) => {
                // The value of a secret is never repeated.
                let column = "secret".to_owned();
                let (line, value, message) = (self.line, String::new(), error.to_string());
                self.problems.push(RosterProblem { line, column, value, message });
                (kind, None)
            }
        }
    }

    fn class(&mut self) -> Option<RosterClass> {
        let class_id =
            self.optional("class_id", |text| names::external_id(text).map_err(|error| error.message));
        let name = self
            .optional("class_name", |text| names::name("class_name", text).map_err(|error| error.message));
        let code = self.optional("class_code", |text| names::code(text).map_err(|error| error.message));
        let grade = self.optional("class_grade", read_grade);
        if let Some(class_id) = class_id {
            return Some(RosterClass { class_id, name, code, grade });
        }
        if self.text("class_id").is_empty() && (name.is_some() || code.is_some() || grade.is_some()) {
            self.refuse("class_id", "a class needs its identifier");
        }
        None
    }

    fn text(&self, column: &str) -> &str {
        let place = self.columns.places.iter().find(|(name, _)| *name == column).map(|(_, place)| *place);
        place.and_then(|place| self.record.get(place)).unwrap_or_default().trim()
    }

    fn needed<T>(&mut self, column: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        if self.text(column).is_empty() {
            self.refuse(column, "it must not be empty");
            return None;
        }
        self.optional(column, read)
    }

    fn optional<T>(&mut self, column: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        match read(text) {
            Ok(value) => Some(value),
            Err(message) => {
                self.refuse(column, &message);
                None
            }
        }
    }

    fn refuse(&mut self, column: &str, message: &str) {
        let value = self.text(column).chars().take(60).collect();
        let message = message.to_owned();
        self.problems.push(RosterProblem { line: self.line, column: column.to_owned(), value, message });
    }
}

fn read_truth(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" => Ok(true),
        "no" | "false" | "0" => Ok(false),
        _ => Err("it is yes or no".to_owned()),
    }
}

/// Names with semicolons between them; `none` where a student who had some needs nothing more.
fn read_accommodations(text: &str) -> Result<Accommodations, String> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(Accommodations::none());
    }
    text.parse().map_err(|error: AccommodationError| error.to_string())
}

fn read_grade(text: &str) -> Result<u8, String> {
    let grade = if text.eq_ignore_ascii_case("k") { Some(0) } else { text.parse().ok() };
    grade
        .and_then(|grade| names::grade(grade).ok())
        .ok_or_else(|| format!("a grade is K or a number from 1 to {}", names::GRADE_MAX))
}

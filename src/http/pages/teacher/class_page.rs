//! The class: rows of students, columns of progressions, three lists on top.

use askama::Template;

use crate::http::flash::Flash;
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, Html};

/// More rows than this stand side by side in two tables where the screen is wide.
const ROWS_IN_ONE_TABLE: usize = 20;

/// A class in the list of classes.
pub struct ClassLink {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// Its grade, or a dash.
    pub grade: String,
    /// How many students.
    pub students: usize,
}

/// The list of classes.
#[derive(Template)]
#[template(path = "teacher/classes.html")]
pub struct ClassesPage {
    /// Around it.
    pub frame: Frame,
    /// Classes by name.
    pub classes: Vec<ClassLink>,
    /// Whether the reader can add classes.
    pub is_administrator: bool,
}

/// What stands above every page of a class.
pub struct ClassHead {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// "35 students".
    pub students_words: String,
    /// Which page of it.
    pub tab: &'static str,
}

/// A student's name with a few words.
pub struct NamedStudent {
    /// The account.
    pub id: String,
    /// The name.
    pub name: String,
    /// A few words.
    pub words: String,
}

/// One of the three lists.
pub struct ListView {
    /// What `show` calls it.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// `good`, `wait` or `stop`.
    pub tone: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Said when nobody is in it.
    pub empty: &'static str,
    /// How many are in it.
    pub total: usize,
    /// The first of them.
    pub students: Vec<NamedStudent>,
    /// How many more.
    pub more: usize,
}

/// A student on one progression.
pub struct CellView {
    /// The small trail.
    pub trail: Html,
    /// "4", or a dash.
    pub level: String,
}

/// A student's row.
pub struct RowView {
    /// The account.
    pub id: String,
    /// The name.
    pub name: String,
    /// One a progression.
    pub cells: Vec<CellView>,
    /// Probability of being validated now, in words.
    pub probability: String,
    /// What to notice.
    pub mark: Option<MarkView>,
    /// Attempts left.
    pub left: String,
    /// Last activity.
    pub last: String,
}

/// The class.
#[derive(Template)]
#[template(path = "teacher/class.html")]
pub struct ClassPage {
    /// Around it.
    pub frame: Frame,
    /// Above it.
    pub class: ClassHead,
    /// Whether the class has no student.
    pub is_empty: bool,
    /// The three lists.
    pub lists: Vec<ListView>,
    /// Progressions.
    pub columns: Vec<String>,
    /// Rows, in one table or two.
    pub tables: Vec<Vec<RowView>>,
    /// How many rows there are.
    pub rows_shown: usize,
    /// What can be shown.
    pub shows: &'static [(&'static str, &'static str)],
    /// What is shown.
    pub show: String,
    /// How rows can be sorted.
    pub sorts: &'static [(&'static str, &'static str)],
    /// How they are sorted.
    pub sort: String,
}

/// A group of students with the same next step.
pub struct GroupView {
    /// Its name.
    pub name: String,
    /// What they have in common.
    pub words: String,
    /// Who.
    pub students: Vec<NamedStudent>,
    /// Their scores in the strand, for a need.
    pub plot: Option<Html>,
    /// What to do next.
    pub next_steps: Vec<String>,
}

/// The groups of a class.
#[derive(Template)]
#[template(path = "teacher/groups.html")]
pub struct GroupsPage {
    /// Around it.
    pub frame: Frame,
    /// Above it.
    pub class: ClassHead,
    /// What the groups rest on.
    pub basis: String,
    /// The groups.
    pub groups: Vec<GroupView>,
}

/// Puts rows into one table, or two halves of a long class.
#[must_use]
pub fn tables(rows: Vec<RowView>, columns: usize) -> Vec<Vec<RowView>> {
    if rows.is_empty() {
        return Vec::new();
    }
    if columns > 1 || rows.len() <= ROWS_IN_ONE_TABLE {
        return vec![rows];
    }
    let mut first = rows;
    let second = first.split_off(first.len().div_ceil(2));
    vec![first, second]
}

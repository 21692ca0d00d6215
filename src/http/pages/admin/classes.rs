//! The classes of the school, and adding one.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::people_words::{self as people, Pager, page_from};
use crate::delivery::Viewer;
use crate::delivery::people::Change;
use crate::delivery::people::classes::{self, NewClass};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, show, show_again};
use crate::http::state::AppState;
use crate::store::classes::{Class, ClassStatus};

/// Which part of the list.
#[derive(Debug, Deserialize)]
pub struct ClassesQuery {
    offset: Option<u32>,
}

/// What the form of a new class holds.
#[derive(Debug, Default, Deserialize)]
pub struct NewClassForm {
    name: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    grade: String,
}

struct ClassRow {
    id: String,
    name: String,
    code: String,
    grade: String,
    status: MarkView,
}

#[derive(Template)]
#[template(path = "admin/classes.html")]
struct ClassesPage {
    frame: Frame,
    rows: Vec<ClassRow>,
    pager: Pager,
    form: NewClassForm,
    problem: Option<String>,
}

/// Lists the classes of the school.
pub async fn list_classes(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    query: web::Query<ClassesQuery>,
) -> Result<HttpResponse, ApiError> {
    show(&page(&state, &viewer, frame, (query.offset, NewClassForm::default(), None)).await?)
}

/// Adds a class.
pub async fn add_class(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: web::Form<NewClassForm>,
) -> Result<HttpResponse, ApiError> {
    let form = form.into_inner();
    let problem = match read(&form) {
        Ok(new) => {
            let change = Change::by_viewer(state.store(), state.now(), &viewer);
            match classes::add(change, &new).await {
                Ok(class) => {
                    let told = format!("{} is added; its code is {}.", class.name, class.code);
                    return Ok(see_with(&format!("/admin/classes/{}", class.id), &Flash::Done(told)));
                }
                Err(error) => people::refusal(error)?,
            }
        }
        Err(problem) => problem,
    };
    show_again(&page(&state, &viewer, frame, (None, form, Some(problem))).await?)
}

fn read(form: &NewClassForm) -> Result<NewClass, String> {
    Ok(NewClass {
        name: form.name.clone(),
        code: people::filled(&form.code),
        grade: people::read_grade(&form.grade)?,
        external_id: None,
    })
}

async fn page(
    state: &AppState,
    viewer: &Viewer,
    frame: Frame,
    (offset, form, problem): (Option<u32>, NewClassForm, Option<String>),
) -> Result<ClassesPage, ApiError> {
    let page = page_from(offset);
    let found = classes::list(state.store(), viewer, page).await?;
    let pager = Pager::new(page, found.rows.len(), found.total);
    Ok(ClassesPage { frame, rows: found.rows.into_iter().map(row).collect(), pager, form, problem })
}

fn row(class: Class) -> ClassRow {
    ClassRow {
        id: class.id.to_string(),
        name: class.name,
        code: class.code,
        grade: people::grade(class.grade),
        status: status(class.status),
    }
}

/// "In use", with its mark.
pub(super) fn status(status: ClassStatus) -> MarkView {
    match status {
        ClassStatus::Active => MarkView::new("good", "check", "In use"),
        ClassStatus::Archived => MarkView::new("wait", "lock", "Archived"),
    }
}

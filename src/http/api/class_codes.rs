//! The list of a class, from which a student picks the own name.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::delivery::people::class_list::{self, ListedStudent};
use crate::delivery::secrets::PICTURES;
use crate::http::address;
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// A class as its students meet it before they sign in.
#[derive(Serialize, ToSchema)]
pub struct ClassListView {
    /// The name of the class.
    pub class_name: String,
    /// Its students, by name.
    pub students: Vec<ListedStudentView>,
    /// The grid of pictures, row by row, for those who sign in with pictures.
    pub pictures: Vec<&'static str>,
}

/// One name of the list.
#[derive(Serialize, ToSchema)]
pub struct ListedStudentView {
    /// The account.
    pub id: String,
    /// The name.
    pub display_name: String,
    /// `pin` or `picture`.
    pub secret_kind: &'static str,
}

impl From<ListedStudent> for ListedStudentView {
    fn from(student: ListedStudent) -> Self {
        Self {
            id: student.id.0,
            display_name: student.display_name,
            secret_kind: student.secret_kind.as_str(),
        }
    }
}

/// The list of the class with this code.
#[utoipa::path(get, path = "/api/v1/class-codes/{code}", tag = "sessions",
    params(("code" = String, Path, description = "what the teacher gave the class")),
    responses(
        (status = 200, body = ClassListView),
        (status = 404, body = Problem),
        (status = 429, body = Problem),
    ))]
pub async fn show(
    state: web::Data<AppState>,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    state.limits.class_list(address::of(&request, state.settings.client_address))?;
    let list = class_list::class_list(state.store(), &code).await?.ok_or(ApiError::NotFound("class"))?;
    let students = list.students.into_iter().map(ListedStudentView::from).collect();
    Ok(HttpResponse::Ok().json(ClassListView {
        class_name: list.class_name,
        students,
        pictures: PICTURES.to_vec(),
    }))
}

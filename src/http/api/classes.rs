//! Classes and their people.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::AccountView;
use super::page::{PageQuery, PageView};
use super::word;
use crate::delivery::Viewer;
use crate::delivery::people::classes::{self, ClassChange, NewClass};
use crate::delivery::people::{Change, members};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::store::classes::{Class, ClassStatus};
use crate::store::{AccountId, ClassId};

/// A class.
#[derive(Serialize, ToSchema)]
pub struct ClassView {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its students type to sign in.
    pub code: String,
    /// The grade most of its students are in.
    pub grade: Option<u8>,
    /// Its identifier in the school's student information system.
    pub external_id: Option<String>,
    /// `active` or `archived`.
    pub status: &'static str,
    /// When it was made (UTC milliseconds).
    pub created_at_ms: i64,
}

impl From<Class> for ClassView {
    fn from(class: Class) -> Self {
        Self {
            id: class.id.0,
            name: class.name,
            code: class.code,
            grade: class.grade,
            external_id: class.external_id,
            status: class.status.as_str(),
            created_at_ms: class.created_at.0,
        }
    }
}

/// A class with its people.
#[derive(Serialize, ToSchema)]
pub struct ClassMembersView {
    /// The class.
    pub class: ClassView,
    /// Who looks after it, by name.
    pub teachers: Vec<AccountView>,
    /// Who learns in it, by name.
    pub students: Vec<AccountView>,
}

/// A class to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClassRequest {
    /// Its name.
    pub name: String,
    /// What its students type; one is made when there is none.
    pub code: Option<String>,
    /// The grade most of its students are in.
    pub grade: Option<u8>,
    /// Its identifier in the school's student information system.
    pub external_id: Option<String>,
}

/// What of a class changes; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassChangeRequest {
    /// Its name.
    pub name: Option<String>,
    /// What its students type.
    pub code: Option<String>,
    /// The grade most of its students are in.
    pub grade: Option<u8>,
    /// `active` or `archived`.
    pub status: Option<String>,
}

/// The classes a person looks after or belongs to, by name; for an administrator, all of the school.
#[utoipa::path(get, path = "/api/v1/classes", tag = "people", params(PageQuery), responses(
    (status = 200, body = PageView<ClassView>),
))]
pub async fn list(
    state: web::Data<AppState>,
    viewer: Viewer,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = query.checked()?;
    let classes = classes::list(state.store(), &viewer, page).await?;
    Ok(HttpResponse::Ok().json(PageView::new(classes, page, ClassView::from)))
}

/// Adds a class.
#[utoipa::path(post, path = "/api/v1/classes", tag = "people", request_body = NewClassRequest, responses(
    (status = 201, body = ClassView),
    (status = 409, body = Problem, description = "the code is taken"),
    (status = 422, body = Problem),
))]
pub async fn add(
    state: web::Data<AppState>,
    viewer: Viewer,
    body: web::Json<NewClassRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.into_inner();
    let new = NewClass { name: body.name, code: body.code, grade: body.grade, external_id: body.external_id };
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let class = classes::add(change, &new).await?;
    Ok(HttpResponse::Created().json(ClassView::from(class)))
}

/// A class with its people.
#[utoipa::path(get, path = "/api/v1/classes/{class_id}", tag = "people",
    params(("class_id" = String, Path)),
    responses((status = 200, body = ClassMembersView), (status = 404, body = Problem)))]
pub async fn show(
    state: web::Data<AppState>,
    viewer: Viewer,
    class_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let found = members::of_class(state.store(), &viewer, &ClassId(class_id.into_inner())).await?;
    Ok(HttpResponse::Ok().json(ClassMembersView {
        class: ClassView::from(found.class),
        teachers: found.teachers.into_iter().map(AccountView::from).collect(),
        students: found.students.into_iter().map(AccountView::from).collect(),
    }))
}

/// Changes a class.
#[utoipa::path(patch, path = "/api/v1/classes/{class_id}", tag = "people",
    params(("class_id" = String, Path)), request_body = ClassChangeRequest,
    responses(
        (status = 200, body = ClassView),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 422, body = Problem),
    ))]
pub async fn change(
    state: web::Data<AppState>,
    viewer: Viewer,
    class_id: web::Path<String>,
    body: web::Json<ClassChangeRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.into_inner();
    let status = body.status.as_deref().map(|text| word("status", text, ClassStatus::parse)).transpose()?;
    let wanted = ClassChange { name: body.name, code: body.code, grade: body.grade, status };
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let class = classes::change(change, &ClassId(class_id.into_inner()), &wanted).await?;
    Ok(HttpResponse::Ok().json(ClassView::from(class)))
}

/// Puts somebody into a class: students to learn, adults to look after it.
#[utoipa::path(put, path = "/api/v1/classes/{class_id}/members/{account_id}", tag = "people",
    params(("class_id" = String, Path), ("account_id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn put_member(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (class_id, account_id) = path.into_inner();
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    members::put(change, &ClassId(class_id), &AccountId(account_id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes somebody out of a class.
#[utoipa::path(delete, path = "/api/v1/classes/{class_id}/members/{account_id}", tag = "people",
    params(("class_id" = String, Path), ("account_id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn remove_member(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (class_id, account_id) = path.into_inner();
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    members::remove(change, &ClassId(class_id), &AccountId(account_id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

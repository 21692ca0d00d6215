//! New secrets: made, shown once, never again.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::delivery::Viewer;
use crate::delivery::people::secret_reset::{NewSecret, for_somebody};
use crate::delivery::people::{Change, members, visibility};
use crate::http::error::ApiError;
use crate::http::flash::Flash;
use crate::http::pages::teacher::class_doors::head;
use crate::http::pages::teacher::class_page::ClassHead;
use crate::http::pages::{Frame, show};
use crate::http::state::AppState;
use crate::store::accounts::SecretKind;
use crate::store::{AccountId, ClassId};

/// Secrets just made, shown this once.
#[derive(Template)]
#[template(path = "admin/issued.html")]
pub(super) struct IssuedPage {
    pub(super) frame: Frame,
    pub(super) heading: String,
    pub(super) lines: Vec<String>,
    pub(super) secrets: Vec<(String, String, String)>,
    pub(super) back: String,
}

struct SignInRow {
    id: String,
    name: String,
    kind: &'static str,
}

#[derive(Template)]
#[template(path = "teacher/sign_ins.html")]
struct SignInsPage {
    frame: Frame,
    class: ClassHead,
    rows: Vec<SignInRow>,
}

/// Which class the page comes back to.
#[derive(Debug, Default, Deserialize)]
pub struct ClassField {
    #[serde(default)]
    class: String,
}

/// Shows how the students of a class sign in.
pub async fn sign_ins(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    let class = head(&state, &viewer, &id, "students").await?;
    let students = members::of_class(state.store(), &viewer, &id).await?.students;
    let rows = students.into_iter().map(|account| SignInRow {
        id: account.id.to_string(),
        kind: kind_word(account.secret_kind),
        name: account.display_name,
    });
    show(&SignInsPage { frame, class, rows: rows.collect() })
}

/// Makes a new PIN or pictures for a student.
pub async fn reset_student(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
    form: web::Form<ClassField>,
) -> Result<HttpResponse, ApiError> {
    let class = form.into_inner().class;
    let known = class.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    let back = if known { format!("/classes/{class}/students") } else { "/classes".to_owned() };
    reset(&state, &viewer, frame, (AccountId(path.into_inner()), back)).await
}

/// Makes a new secret for anybody of the school.
pub async fn reset_account(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = path.into_inner();
    let back = format!("/admin/accounts/{id}");
    reset(&state, &viewer, frame, (AccountId(id), back)).await
}

async fn reset(
    state: &AppState,
    viewer: &Viewer,
    frame: Frame,
    (id, back): (AccountId, String),
) -> Result<HttpResponse, ApiError> {
    let account = visibility::to_help(state.store(), viewer, &id).await?;
    let change = Change::by_viewer(state.store(), state.now(), viewer);
    let issued =
        for_somebody(change, viewer, &state.secrets, (&id, NewSecret { kind: None, secret: None })).await?;
    show(&IssuedPage {
        frame,
        heading: format!("New {} for {}", kind_word(issued.kind), account.display_name),
        lines: Vec::new(),
        secrets: vec![(account.display_name, kind_word(issued.kind).to_owned(), issued.secret)],
        back,
    })
}

/// The word for a kind of secret.
pub(super) fn kind_word(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::Password => "password",
        SecretKind::Pin => "PIN",
        SecretKind::Picture => "pictures",
    }
}

//! Accounts: added, changed, listed, helped.

use actix_web::{HttpResponse, web};
use item_bank::Accommodations;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::{PageQuery, PageView};
use super::sessions::EndedSessions;
use super::word;
use crate::delivery::people::accounts::{self, AccountChange, NewAccount};
use crate::delivery::people::secret_reset::{self, NewSecret};
use crate::delivery::people::{Change, visibility};
use crate::delivery::{Viewer, session};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::store::AccountId;
use crate::store::accounts::{Account, AccountFilter, AccountStatus, Role, SecretKind};

/// A person who is signed in.
#[derive(Serialize, ToSchema)]
pub struct ViewerView {
    /// The account.
    pub id: String,
    /// `student`, `teacher`, `staff` or `administrator`.
    pub role: &'static str,
    /// The person's name.
    pub display_name: String,
    /// A student's grade.
    pub grade: Option<u8>,
}

impl From<&Viewer> for ViewerView {
    fn from(viewer: &Viewer) -> Self {
        Self {
            id: viewer.account_id.0.clone(),
            role: viewer.role.as_str(),
            display_name: viewer.display_name.clone(),
            grade: viewer.grade,
        }
    }
}

/// An account. Its secret is never told.
#[derive(Serialize, ToSchema)]
pub struct AccountView {
    /// Its identifier.
    pub id: String,
    /// `student`, `teacher`, `staff` or `administrator`.
    pub role: &'static str,
    /// What an adult signs in with.
    pub username: Option<String>,
    /// The person's name.
    pub display_name: String,
    /// A student's grade.
    pub grade: Option<u8>,
    /// Whether a student may be assessed above their grade where the policy lets accelerated students.
    pub accelerated: bool,
    /// What a student needs items to support, such as `braille`.
    #[schema(value_type = Vec<String>)]
    pub accommodations: Accommodations,
    /// `password`, `pin` or `picture`.
    pub secret_kind: &'static str,
    /// `active` or `disabled`.
    pub status: &'static str,
    /// The identifier of the person in the school's student information system.
    pub external_id: Option<String>,
    /// When the account was made (UTC milliseconds).
    pub created_at_ms: i64,
    /// When it last changed (UTC milliseconds).
    pub updated_at_ms: i64,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.0,
            role: account.role.as_str(),
            username: account.username,
            display_name: account.display_name,
            grade: account.grade,
            accelerated: account.accelerated,
            accommodations: account.accommodations,
            secret_kind: account.secret_kind.as_str(),
            status: account.status.as_str(),
            external_id: account.external_id,
            created_at_ms: account.created_at.0,
            updated_at_ms: account.updated_at.0,
        }
    }
}

/// Which accounts a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Only this role.
    pub role: Option<String>,
    /// Only names and user names that hold this text.
    pub text: Option<String>,
    /// Rows asked for: 50 when not said, 200 at most.
    pub limit: Option<u32>,
    /// Rows passed over.
    pub offset: Option<u32>,
}

/// A person to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccountRequest {
    /// `student`, `teacher`, `staff` or `administrator`.
    pub role: String,
    /// The person's name.
    pub display_name: String,
    /// What an adult signs in with; students have none.
    pub username: Option<String>,
    /// A student's grade, from 0 (kindergarten) to 12.
    pub grade: Option<u8>,
    /// Whether a student may be assessed above their grade where the policy lets accelerated students; not when not said.
    #[serde(default)]
    pub accelerated: bool,
    /// What a student needs items to support, such as `braille`; nothing when not said.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub accommodations: Accommodations,
    /// The identifier of the person in the school's student information system.
    pub external_id: Option<String>,
    /// `password` for adults, `pin` or `picture` for students.
    pub secret_kind: String,
    /// The first secret (pictures joined by `-`); one is made when there is none.
    pub secret: Option<String>,
}

/// An account that was added.
#[derive(Serialize, ToSchema)]
pub struct AddedAccountView {
    /// The account.
    pub account: AccountView,
    /// Its first secret. It is told only now.
    pub secret: String,
}

/// What of an account changes; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChangeRequest {
    /// The person's name.
    pub display_name: Option<String>,
    /// What an adult signs in with.
    pub username: Option<String>,
    /// A student's grade.
    pub grade: Option<u8>,
    /// Whether a student is accelerated.
    pub accelerated: Option<bool>,
    /// What a student needs items to support. Attempts that have started keep what they started with.
    #[schema(value_type = Option<Vec<String>>)]
    pub accommodations: Option<Accommodations>,
    /// `active` or `disabled`; disabling ends every session.
    pub status: Option<String>,
}

/// A new secret for somebody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSecretRequest {
    /// `pin` or `picture` for a student; as it is now when not said.
    pub kind: Option<String>,
    /// The secret; one is made when there is none.
    pub secret: Option<String>,
}

/// A secret that was just set.
#[derive(Serialize, ToSchema)]
pub struct IssuedSecretView {
    /// `password`, `pin` or `picture`.
    pub kind: &'static str,
    /// The secret. It is told only now.
    pub secret: String,
}

/// The accounts of the school, by name.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "people", params(AccountQuery), responses(
    (status = 200, body = PageView<AccountView>),
))]
pub async fn list(
    state: web::Data<AppState>,
    viewer: Viewer,
    query: web::Query<AccountQuery>,
) -> Result<HttpResponse, ApiError> {
    let query = query.into_inner();
    let page = PageQuery { limit: query.limit, offset: query.offset }.checked()?;
    let role = query.role.as_deref().map(|text| word("role", text, Role::parse)).transpose()?;
    let filter = AccountFilter { role, text: query.text };
    let accounts = accounts::list(state.store(), &viewer.school_id, &filter, page).await?;
    Ok(HttpResponse::Ok().json(PageView::new(accounts, page, AccountView::from)))
}

/// Adds an account.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "people", request_body = NewAccountRequest, responses(
    (status = 201, body = AddedAccountView),
    (status = 409, body = Problem, description = "the user name or roster identifier is taken"),
    (status = 422, body = Problem),
))]
pub async fn add(
    state: web::Data<AppState>,
    viewer: Viewer,
    body: web::Json<NewAccountRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.into_inner();
    let new = NewAccount {
        role: word("role", &body.role, Role::parse)?,
        display_name: body.display_name,
        username: body.username,
        grade: body.grade,
        accelerated: body.accelerated,
        accommodations: body.accommodations,
        external_id: body.external_id,
        secret_kind: word("secret_kind", &body.secret_kind, SecretKind::parse)?,
        secret: body.secret,
    };
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let added = accounts::add(change, &state.secrets, new).await?;
    let view = AddedAccountView { account: AccountView::from(added.account), secret: added.secret };
    Ok(HttpResponse::Created().json(view))
}

/// One account.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}", tag = "people",
    params(("account_id" = String, Path)),
    responses((status = 200, body = AccountView), (status = 404, body = Problem)))]
pub async fn show(
    state: web::Data<AppState>,
    viewer: Viewer,
    account_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let account_id = AccountId(account_id.into_inner());
    let account = accounts::find(state.store(), &viewer.school_id, &account_id).await?;
    Ok(HttpResponse::Ok().json(AccountView::from(account)))
}

/// Changes an account.
#[utoipa::path(patch, path = "/api/v1/accounts/{account_id}", tag = "people",
    params(("account_id" = String, Path)), request_body = AccountChangeRequest,
    responses(
        (status = 200, body = AccountView),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 422, body = Problem),
    ))]
pub async fn change(
    state: web::Data<AppState>,
    viewer: Viewer,
    account_id: web::Path<String>,
    body: web::Json<AccountChangeRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.into_inner();
    let status = body.status.as_deref().map(|text| word("status", text, AccountStatus::parse)).transpose()?;
    let AccountChangeRequest { display_name, username, grade, accelerated, accommodations, .. } = body;
    let wanted = AccountChange { display_name, username, grade, accelerated, accommodations, status };
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let account = accounts::change(change, &AccountId(account_id.into_inner()), &wanted).await?;
    Ok(HttpResponse::Ok().json(AccountView::from(account)))
}

/// Gives somebody a new secret: administrators anybody, teachers their students. Ends every session of theirs.
#[utoipa::path(put, path = "/api/v1/accounts/{account_id}/secret", tag = "people",
    params(("account_id" = String, Path)), request_body = NewSecretRequest,
    responses((status = 200, body = IssuedSecretView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn reset_secret(
    state: web::Data<AppState>,
    viewer: Viewer,
    account_id: web::Path<String>,
    body: web::Json<NewSecretRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.into_inner();
    let kind = body.kind.as_deref().map(|text| word("kind", text, SecretKind::parse)).transpose()?;
    let account_id = AccountId(account_id.into_inner());
    let target = (&account_id, NewSecret { kind, secret: body.secret });
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let issued = secret_reset::for_somebody(change, &viewer, &state.secrets, target).await?;
    Ok(HttpResponse::Ok().json(IssuedSecretView { kind: issued.kind.as_str(), secret: issued.secret }))
}

/// Signs somebody out everywhere: administrators anybody, teachers their students.
#[utoipa::path(delete, path = "/api/v1/accounts/{account_id}/sessions", tag = "people",
    params(("account_id" = String, Path)),
    responses((status = 200, body = EndedSessions), (status = 404, body = Problem)))]
pub async fn close_sessions(
    state: web::Data<AppState>,
    viewer: Viewer,
    account_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let account_id = AccountId(account_id.into_inner());
    let account = visibility::to_help(state.store(), &viewer, &account_id).await?;
    let ended = session::close_all(state.store(), state.now(), &account.id, Some(&viewer.account_id)).await?;
    Ok(HttpResponse::Ok().json(EndedSessions { ended }))
}

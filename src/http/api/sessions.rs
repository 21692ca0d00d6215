//! Signing in and out, by programs and by the pages' scripts.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::ViewerView;
use super::page::{PageQuery, PageView, part};
use crate::delivery::people::sign_in::{self, Credentials};
use crate::delivery::session::{self, OpenedSession};
use crate::http::address;
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::session::Signed;
use crate::http::state::AppState;
use crate::store::AccountId;
use crate::store::sessions::Session;

/// Who a person says they are, and the proof.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SignInRequest {
    /// An adult.
    Password {
        /// User name.
        username: String,
        /// Password.
        password: String,
    },
    /// A student with a PIN.
    Pin {
        /// Code of the class.
        class_code: String,
        /// The student picked from the list of the class.
        student_id: String,
        /// The PIN.
        pin: String,
    },
    /// A student with a picture password.
    Pictures {
        /// Code of the class.
        class_code: String,
        /// The student picked from the list of the class.
        student_id: String,
        /// The pictures, in order.
        pictures: Vec<String>,
    },
}

impl From<SignInRequest> for Credentials {
    fn from(request: SignInRequest) -> Self {
        match request {
            SignInRequest::Password { username, password } => Self::Adult { username, password },
            SignInRequest::Pin { class_code, student_id, pin } => {
                Self::Student { class_code, student_id: AccountId(student_id), secret: pin }
            }
            SignInRequest::Pictures { class_code, student_id, pictures } => {
                Self::Student { class_code, student_id: AccountId(student_id), secret: pictures.join("-") }
            }
        }
    }
}

/// A session that was just opened.
#[derive(Serialize, ToSchema)]
pub struct OpenedSessionView {
    /// Send it as `Authorization: Bearer …`. It is told only now.
    pub token: String,
    /// When the session ends, used or not (UTC milliseconds).
    pub expires_at_ms: i64,
    /// How long it may stay idle, in milliseconds.
    pub idle_limit_ms: i64,
    /// Who is signed in.
    pub account: ViewerView,
}

impl From<&OpenedSession> for OpenedSessionView {
    fn from(opened: &OpenedSession) -> Self {
        Self {
            token: opened.token.clone(),
            expires_at_ms: opened.session.expires_at.0,
            idle_limit_ms: session::idle_limit_ms(opened.viewer.role),
            account: ViewerView::from(&opened.viewer),
        }
    }
}

/// A session of the person who asks.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    /// When it was opened (UTC milliseconds).
    pub created_at_ms: i64,
    /// When it was last used, to the minute (UTC milliseconds).
    pub last_seen_ms: i64,
    /// When it ends (UTC milliseconds).
    pub expires_at_ms: i64,
}

impl From<&Session> for SessionView {
    fn from(session: &Session) -> Self {
        Self {
            created_at_ms: session.created_at.0,
            last_seen_ms: session.last_seen.0,
            expires_at_ms: session.expires_at.0,
        }
    }
}

/// How many sessions were ended.
#[derive(Serialize, ToSchema)]
pub struct EndedSessions {
    /// How many sessions were ended.
    pub ended: u64,
}

/// The session of this request.
#[derive(Serialize, ToSchema)]
pub struct CurrentSessionView {
    /// Who is signed in.
    pub account: ViewerView,
    /// What a script sends as `X-CSRF-Token` when it rides on the cookie.
    pub csrf_token: String,
    /// When the session ends (UTC milliseconds).
    pub expires_at_ms: i64,
}

/// Signs a person in.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", request_body = SignInRequest, responses(
    (status = 201, body = OpenedSessionView),
    (status = 401, body = Problem, description = "name and secret do not match"),
    (status = 429, body = Problem, description = "too many tries"),
))]
pub async fn open(
    state: web::Data<AppState>,
    request: HttpRequest,
    body: web::Json<SignInRequest>,
) -> Result<HttpResponse, ApiError> {
    let credentials = Credentials::from(body.into_inner());
    let from = address::of(&request, state.settings.client_address);
    state.limits.sign_in(from, &credentials.subject())?;
    let opened = sign_in::sign_in(state.store(), &state.secrets, state.now(), &credentials).await?;
    Ok(HttpResponse::Created().json(OpenedSessionView::from(&opened)))
}

/// The session of this request and its person.
#[utoipa::path(get, path = "/api/v1/session", tag = "sessions", responses(
    (status = 200, body = CurrentSessionView),
))]
pub async fn current(signed: Signed) -> HttpResponse {
    HttpResponse::Ok().json(CurrentSessionView {
        account: ViewerView::from(&signed.current.viewer),
        csrf_token: signed.csrf_token().to_owned(),
        expires_at_ms: signed.current.session.expires_at.0,
    })
}

/// Signs out: ends the session of this request.
#[utoipa::path(delete, path = "/api/v1/session", tag = "sessions", responses((status = 204)))]
pub async fn close(state: web::Data<AppState>, signed: Signed) -> Result<HttpResponse, ApiError> {
    session::close(state.store(), state.now(), &signed.current).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The person's sessions that have not ended, latest first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", params(PageQuery), responses(
    (status = 200, body = PageView<SessionView>),
))]
pub async fn list(
    state: web::Data<AppState>,
    signed: Signed,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = query.checked()?;
    let sessions = session::list(state.store(), state.now(), &signed.current.viewer.account_id).await?;
    Ok(HttpResponse::Ok().json(part(sessions.iter().map(SessionView::from).collect(), page)))
}

/// Signs the person out everywhere.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "sessions", responses(
    (status = 200, body = EndedSessions),
))]
pub async fn close_all(state: web::Data<AppState>, signed: Signed) -> Result<HttpResponse, ApiError> {
    let account_id = &signed.current.viewer.account_id;
    let ended = session::close_all(state.store(), state.now(), account_id, Some(account_id)).await?;
    Ok(HttpResponse::Ok().json(EndedSessions { ended }))
}

//! The administrator's own sessions, and ending them.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::delivery::people::schools;
use crate::delivery::session::{self, CurrentSession};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see, see_with};
use crate::http::pages::{Frame, show, words};
use crate::http::session::Signed;
use crate::http::state::AppState;
use crate::store::sessions::Session;

/// Characters of a session's digest that name it in an address; the token cannot be found from them.
const NAME_CHARACTERS: usize = 16;

struct SessionRow {
    name: String,
    opened: String,
    used: String,
    ends: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "admin/sessions.html")]
struct SessionsPage {
    frame: Frame,
    rows: Vec<SessionRow>,
}

/// Shows the sessions of the person who asks.
pub async fn own_sessions(
    state: web::Data<AppState>,
    signed: Signed,
    frame: Frame,
) -> Result<HttpResponse, ApiError> {
    let viewer = &signed.current.viewer;
    let now = state.now();
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let sessions = session::list(state.store(), now, &viewer.account_id).await?;
    let row = |session: &Session| SessionRow {
        name: name(session).to_owned(),
        opened: words::date_time(session.created_at, &zone),
        used: words::ago(session.last_seen, now),
        ends: words::date_time(session.expires_at, &zone),
        is_this: session.token_digest == signed.current.session.token_digest,
    };
    show(&SessionsPage { frame, rows: sessions.iter().map(row).collect() })
}

/// Ends one session of the person who asks.
pub async fn end_one(
    state: web::Data<AppState>,
    signed: Signed,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let viewer = signed.current.viewer;
    let sessions = session::list(state.store(), state.now(), &viewer.account_id).await?;
    let found = sessions.into_iter().find(|session| name(session) == *path);
    let session = found.ok_or(ApiError::NotFound("session"))?;
    session::close(state.store(), state.now(), &CurrentSession { session, viewer }).await?;
    Ok(see_with("/admin/sessions", &Flash::Done("The session was ended.".to_owned())))
}

/// Signs the person who asks out everywhere, here too.
pub async fn end_all(state: web::Data<AppState>, signed: Signed) -> Result<HttpResponse, ApiError> {
    let id = &signed.current.viewer.account_id;
    session::close_all(state.store(), state.now(), id, Some(id)).await?;
    Ok(see("/"))
}

fn name(session: &Session) -> &str {
    session.token_digest.get(..NAME_CHARACTERS).unwrap_or(&session.token_digest)
}

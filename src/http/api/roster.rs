//! Rosters: brought in whole or not at all.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::delivery::Viewer;
use crate::delivery::people::Change;
use crate::delivery::people::roster::{self, IssuedFirstSecret, RosterExtent, RosterOutcome};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::text_file::TextFile;

/// What a roster changed, or would change.
#[derive(Serialize, ToSchema)]
pub struct RosterOutcomeView {
    /// People who are new.
    pub people_added: usize,
    /// People about whom the file says something new.
    pub people_changed: usize,
    /// People who stay as they are.
    pub people_unchanged: usize,
    /// Classes that are new.
    pub classes_added: usize,
    /// Classes about which the file says something new.
    pub classes_changed: usize,
    /// People newly in a class.
    pub memberships_added: usize,
    /// People who are in a class no longer.
    pub memberships_ended: usize,
    /// Secrets made for new people. They are told only now.
    pub issued: Vec<IssuedFirstSecretView>,
}

/// A secret made for a new person.
#[derive(Serialize, ToSchema)]
pub struct IssuedFirstSecretView {
    /// Identifier of the person in the roster.
    pub person_id: String,
    /// The person's name.
    pub name: String,
    /// `password`, `pin` or `picture`.
    pub kind: &'static str,
    /// The secret.
    pub secret: String,
}

impl From<IssuedFirstSecret> for IssuedFirstSecretView {
    fn from(issued: IssuedFirstSecret) -> Self {
        let IssuedFirstSecret { person_id, name, kind, secret } = issued;
        Self { person_id, name, kind: kind.as_str(), secret }
    }
}

impl From<RosterOutcome> for RosterOutcomeView {
    fn from(outcome: RosterOutcome) -> Self {
        Self {
            people_added: outcome.people_added,
            people_changed: outcome.people_changed,
            people_unchanged: outcome.people_unchanged,
            classes_added: outcome.classes_added,
            classes_changed: outcome.classes_changed,
            memberships_added: outcome.memberships_added,
            memberships_ended: outcome.memberships_ended,
            issued: outcome.issued.into_iter().map(IssuedFirstSecretView::from).collect(),
        }
    }
}

/// How a roster file is meant.
#[derive(Deserialize, IntoParams)]
pub struct RosterQuery {
    /// `additions` (default): memberships that the file does not list stay. `whole`: they have ended, where person and class
    /// came by roster.
    #[serde(default)]
    pub extent: RosterExtent,
}

/// What a roster file (CSV) would change. Changes nothing.
#[utoipa::path(post, path = "/api/v1/roster/preview", tag = "people", params(RosterQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = RosterOutcomeView), (status = 422, body = Problem)))]
pub async fn preview(
    state: web::Data<AppState>,
    viewer: Viewer,
    query: web::Query<RosterQuery>,
    file: TextFile,
) -> Result<HttpResponse, ApiError> {
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let outcome = roster::preview(change, &file.0, query.extent).await?;
    Ok(HttpResponse::Ok().json(RosterOutcomeView::from(outcome)))
}

/// Brings a roster file (CSV) in: all of it, or nothing. The same file again changes nothing.
#[utoipa::path(post, path = "/api/v1/roster", tag = "people", params(RosterQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = RosterOutcomeView), (status = 422, body = Problem)))]
pub async fn import(
    state: web::Data<AppState>,
    viewer: Viewer,
    query: web::Query<RosterQuery>,
    file: TextFile,
) -> Result<HttpResponse, ApiError> {
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let outcome = roster::import(change, &state.secrets, &file.0, query.extent).await?;
    Ok(HttpResponse::Ok().json(RosterOutcomeView::from(outcome)))
}

//! Rosters: previewed, then brought in whole or not at all.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::secrets::{IssuedPage, kind_word};
use crate::delivery::Viewer;
use crate::delivery::people::Change;
use crate::delivery::people::roster::{RosterError, RosterExtent, RosterOutcome, import, preview};
use crate::http::error::ApiError;
use crate::http::file_form::FileForm;
use crate::http::flash::Flash;
use crate::http::pages::{Frame, show, show_again};
use crate::http::state::AppState;

/// What the columns of the file are called.
const COLUMNS: &str = "role, person_id, name, grade, username, secret_kind, secret, class_id, class_name, class_code, class_grade";

#[derive(Template)]
#[template(path = "admin/roster.html")]
struct RosterPage {
    frame: Frame,
    columns: &'static str,
    text: String,
    is_whole: bool,
    preview: Vec<String>,
    problems: Vec<String>,
}

/// What to do with a roster file.
#[derive(Debug, Deserialize)]
pub struct RosterForm {
    #[serde(default, rename = "do")]
    action: String,
    #[serde(default)]
    extent: RosterExtent,
}

/// Asks for a file.
pub async fn ask(frame: Frame) -> Result<HttpResponse, ApiError> {
    show(&RosterPage {
        frame,
        columns: COLUMNS,
        text: String::new(),
        is_whole: false,
        preview: Vec::new(),
        problems: Vec::new(),
    })
}

/// Previews a file, or brings it in.
pub async fn send(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: FileForm<RosterForm>,
) -> Result<HttpResponse, ApiError> {
    let FileForm { fields: RosterForm { action, extent }, file } = form;
    let text = file.text;
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let outcome = match action.as_str() {
        "import" => import(change, &state.secrets, &text, extent).await,
        _ => preview(change, &text, extent).await,
    };
    let is_whole = extent == RosterExtent::Whole;
    let (preview, problems) = (Vec::new(), Vec::new());
    let mut page = RosterPage { frame, columns: COLUMNS, text, is_whole, preview, problems };
    match outcome {
        Ok(done) if action == "import" => show(&issued(page.frame, done)),
        Ok(found) => {
            page.preview = lines(&found);
            show(&page)
        }
        Err(RosterError::Problems(problems)) => {
            page.problems = problems.iter().map(ToString::to_string).collect();
            show_again(&page)
        }
        Err(other) => Err(other.into()),
    }
}

fn lines(outcome: &RosterOutcome) -> Vec<String> {
    vec![
        format!(
            "People: {} new, {} changed, {} as they are.",
            outcome.people_added, outcome.people_changed, outcome.people_unchanged
        ),
        format!("Classes: {} new, {} changed.", outcome.classes_added, outcome.classes_changed),
        format!("Places in a class: {} new, {} ended.", outcome.memberships_added, outcome.memberships_ended),
    ]
}

fn issued(frame: Frame, outcome: RosterOutcome) -> IssuedPage {
    let lines = lines(&outcome);
    let secrets = outcome
        .issued
        .into_iter()
        .map(|issued| (issued.name, kind_word(issued.kind).to_owned(), issued.secret));
    IssuedPage {
        frame,
        heading: "The roster is in".to_owned(),
        lines,
        secrets: secrets.collect(),
        back: "/classes".to_owned(),
    }
}

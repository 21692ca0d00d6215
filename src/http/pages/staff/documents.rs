//! Plans and policies: what each version means in a sentence, and publishing the next.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::plan_words::plan_words;
use crate::adaptive::TestPlan;
use crate::assessment::{Policy, describe};
use crate::delivery::people::schools;
use crate::delivery::{self, DeliveryError, PublishDocument, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::{Frame, show, show_again, words};
use crate::http::state::AppState;
use crate::store::documents::{DocumentKind, find_document, list_documents};

struct DocumentRow {
    id: String,
    version: u32,
    sentence: String,
    date: String,
    reason: String,
}

/// A document to be published or previewed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct DocumentForm {
    #[serde(default)]
    id: String,
    #[serde(default)]
    document: String,
    #[serde(default)]
    reason: String,
    #[serde(default, rename = "do")]
    action: String,
}

#[derive(Template)]
#[template(path = "staff/documents.html")]
struct DocumentsPage {
    frame: Frame,
    title: &'static str,
    intro: &'static str,
    new_title: &'static str,
    base: &'static str,
    rows: Vec<DocumentRow>,
    form: DocumentForm,
    preview: Vec<String>,
    problems: Vec<String>,
}

#[derive(Template)]
#[template(path = "staff/document.html")]
struct DocumentPage {
    frame: Frame,
    title: &'static str,
    base: &'static str,
    version: u32,
    meaning: Vec<String>,
    facts: Vec<(&'static str, String)>,
    form: DocumentForm,
    preview: Vec<String>,
    problems: Vec<String>,
}

/// Shows every plan.
pub async fn plans(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
) -> Result<HttpResponse, ApiError> {
    show(&documents_page(&state, &viewer, frame, DocumentKind::Plan).await?)
}

/// Shows every policy.
pub async fn policies(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
) -> Result<HttpResponse, ApiError> {
    show(&documents_page(&state, &viewer, frame, DocumentKind::Policy).await?)
}

/// Shows one version of a plan.
pub async fn plan(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    document(&state, &viewer, frame, (DocumentKind::Plan, path.into_inner())).await
}

/// Shows one version of a policy.
pub async fn policy(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    document(&state, &viewer, frame, (DocumentKind::Policy, path.into_inner())).await
}

/// Previews or publishes a plan.
pub async fn send_plan(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: web::Form<DocumentForm>,
) -> Result<HttpResponse, ApiError> {
    send(&state, &viewer, frame, (DocumentKind::Plan, form.into_inner())).await
}

/// Previews or publishes a policy.
pub async fn send_policy(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: web::Form<DocumentForm>,
) -> Result<HttpResponse, ApiError> {
    send(&state, &viewer, frame, (DocumentKind::Policy, form.into_inner())).await
}

async fn send(
    state: &AppState,
    viewer: &Viewer,
    frame: Frame,
    (kind, form): (DocumentKind, DocumentForm),
) -> Result<HttpResponse, ApiError> {
    let mut page = documents_page(state, viewer, frame, kind).await?;
    page.form = form.clone();
    match meaning(kind, &form.document) {
        Ok(words) => page.preview = words,
        Err(problems) => {
            page.problems = problems;
            return show_again(&page);
        }
    }
    if form.action != "publish" {
        return show(&page);
    }
    let publish = PublishDocument {
        id: &form.id,
        document: &form.document,
        by: &viewer.account_id,
        reason: &form.reason,
    };
    let outcome = match kind {
        DocumentKind::Plan => delivery::publish_plan(&state.service, state.now(), &publish).await,
        DocumentKind::Policy => delivery::publish_policy(&state.service, state.now(), &publish).await,
    };
    match outcome {
        Ok(version) => {
            let words = format!("{} is published as version {}.", version.id, version.version);
            Ok(see_with(&format!("{}/{}/{}", base(kind), version.id, version.version), &Flash::Done(words)))
        }
        Err(
            refusal @ (DeliveryError::Invalid { .. }
            | DeliveryError::Plan(_)
            | DeliveryError::Policy(_)
            | DeliveryError::Unfit { .. }),
        ) => {
            page.problems = vec![words::refusal(&refusal)];
            show_again(&page)
        }
        Err(other) => Err(other.into()),
    }
}

async fn documents_page(
    state: &AppState,
    viewer: &Viewer,
    frame: Frame,
    kind: DocumentKind,
) -> Result<DocumentsPage, ApiError> {
    let versions = list_documents(&mut *state.store().read().await?, kind).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let row = |version: crate::store::documents::DocumentVersion| DocumentRow {
        sentence: meaning(kind, &version.document)
            .ok()
            .and_then(|lines| lines.into_iter().next())
            .unwrap_or_default(),
        date: words::date(version.created_at, &zone),
        id: version.id,
        version: version.version,
        reason: version.reason,
    };
    Ok(DocumentsPage {
        frame,
        title: title(kind),
        intro: match kind {
            DocumentKind::Plan => "What a test contains, how it measures and when it stops.",
            DocumentKind::Policy => "Who may take an attempt when, how often, and which counts.",
        },
        new_title: match kind {
            DocumentKind::Plan => "Publish a plan",
            DocumentKind::Policy => "Publish a policy",
        },
        base: base(kind),
        rows: versions.into_iter().map(row).collect(),
        form: DocumentForm::default(),
        preview: Vec::new(),
        problems: Vec::new(),
    })
}

async fn document(
    state: &AppState,
    viewer: &Viewer,
    frame: Frame,
    (kind, (id, version)): (DocumentKind, (String, u32)),
) -> Result<HttpResponse, ApiError> {
    let found = find_document(&mut *state.store().read().await?, kind, &id, version).await?;
    let found = found.ok_or(ApiError::NotFound("version"))?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    show(&DocumentPage {
        frame,
        title: title(kind),
        base: base(kind),
        version: found.version,
        meaning: meaning(kind, &found.document).unwrap_or_default(),
        facts: vec![("Published", words::date_time(found.created_at, &zone)), ("Why", found.reason.clone())],
        form: DocumentForm {
            id: found.id,
            document: pretty(&found.document),
            reason: String::new(),
            action: String::new(),
        },
        preview: Vec::new(),
        problems: Vec::new(),
    })
}

fn title(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Plan => "Plans",
        DocumentKind::Policy => "Policies",
    }
}

fn base(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Plan => "/staff/plans",
        DocumentKind::Policy => "/staff/policies",
    }
}

fn pretty(document: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(document).ok();
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| document.to_owned())
}

/// What a document means, a sentence a line; or what is wrong with it.
fn meaning(kind: DocumentKind, document: &str) -> Result<Vec<String>, Vec<String>> {
    match kind {
        DocumentKind::Plan => TestPlan::from_json(document)
            .map(|plan| plan_words(&plan))
            .map_err(|error| vec![words::sentence(&error.to_string())]),
        DocumentKind::Policy => Policy::read_json(document)
            .map(|policy| describe(&policy))
            .map_err(|error| vec![words::sentence(&error.to_string())]),
    }
}

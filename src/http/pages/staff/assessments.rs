//! Assessments: what students can take, and publishing as a checklist.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::offer::{CheckView, OfferForm, changes, checks, refusal};
use crate::assessment::{Purpose, grade_ranges};
use crate::delivery::people::schools;
use crate::delivery::{self, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, show, show_again, words};
use crate::http::state::AppState;
use crate::store::AssessmentId;
use crate::store::assessments::{Assessment, AssessmentStatus, find_assessment, list_assessments};
use crate::store::banks::{BankStatus, list_bank_versions};
use crate::store::documents::{DocumentKind, list_documents};

struct AssessmentRow {
    id: String,
    name: String,
    purpose: &'static str,
    state: MarkView,
    bank: (String, u32),
    plan: (String, u32),
    policy: (String, u32),
    grades: String,
    changed: String,
    can_retire: bool,
}

#[derive(Template)]
#[template(path = "staff/assessments.html")]
struct AssessmentsPage {
    frame: Frame,
    rows: Vec<AssessmentRow>,
}

struct Choice {
    id: &'static str,
    name: &'static str,
    optional: bool,
    options: Vec<(String, String)>,
    chosen: String,
}

#[derive(Template)]
#[template(path = "staff/assessment.html")]
struct AssessmentPage {
    frame: Frame,
    title: String,
    form: OfferForm,
    choices: Vec<Choice>,
    checks: Vec<CheckView>,
    changes: Vec<String>,
}

/// Shows every assessment.
pub async fn assessments(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
) -> Result<HttpResponse, ApiError> {
    let found = list_assessments(&mut *state.store().read().await?).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let rows = found.into_iter().map(|assessment| AssessmentRow {
        purpose: purpose_title(assessment.purpose),
        state: match assessment.status {
            AssessmentStatus::Published => MarkView::new("good", "check", "Offered"),
            AssessmentStatus::Retired => MarkView::new("", "out", "Retired"),
        },
        can_retire: assessment.status == AssessmentStatus::Published,
        grades: if assessment.grades.is_empty() {
            "all".to_owned()
        } else {
            grade_ranges(&assessment.grades)
        },
        changed: words::date(assessment.updated_at, &zone),
        bank: (assessment.pins.bank_id, assessment.pins.bank_version),
        plan: (assessment.pins.plan_id, assessment.pins.plan_version),
        policy: (assessment.pins.policy_id, assessment.pins.policy_version),
        id: assessment.id.to_string(),
        name: assessment.name,
    });
    show(&AssessmentsPage { frame, rows: rows.collect() })
}

/// An empty form.
pub async fn new(state: web::Data<AppState>, frame: Frame) -> Result<HttpResponse, ApiError> {
    let page = page(&state, frame, OfferForm::default()).await?;
    show(&page)
}

/// The form of one assessment.
pub async fn assessment(
    state: web::Data<AppState>,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let found = find_assessment(&mut *state.store().read().await?, &AssessmentId(path.into_inner())).await?;
    let found = found.ok_or(ApiError::NotFound("assessment"))?;
    show(&page(&state, frame, OfferForm::of(&found)).await?)
}

/// Checks or publishes.
pub async fn send(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: web::Form<OfferForm>,
) -> Result<HttpResponse, ApiError> {
    let form = form.into_inner();
    let mut page = page(&state, frame, form.clone()).await?;
    let wanted = match form.read() {
        Ok(wanted) => wanted,
        Err(words) => {
            page.checks = vec![CheckView::stops(words)];
            return show_again(&page);
        }
    };
    let before = find_assessment(&mut *state.store().read().await?, &wanted.id).await?;
    page.checks = checks(&state, &wanted).await?;
    page.changes = changes(before.as_ref(), &wanted);
    if form.action != "publish" {
        return show(&page);
    }
    match delivery::publish_assessment(&state.service, state.now(), &wanted, &viewer.account_id).await {
        Ok(published) => {
            let words = format!("{} is offered.", published.name);
            Ok(see_with("/staff/assessments", &Flash::Done(words)))
        }
        Err(error) => {
            let words = refusal(&error).ok_or(error)?;
            page.checks.push(CheckView::stops(words));
            show_again(&page)
        }
    }
}

/// No longer offers an assessment.
pub async fn retire(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = AssessmentId(path.into_inner());
    let retired = delivery::retire_assessment(&state.service, state.now(), &id, &viewer.account_id).await?;
    let words = format!("{} is no longer offered. Attempts that have started go on.", retired.name);
    Ok(see_with("/staff/assessments", &Flash::Done(words)))
}

fn purpose_title(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SelfLevelling => "Self-levelling",
        Purpose::Validation => "Validation",
    }
}

async fn page(state: &AppState, frame: Frame, form: OfferForm) -> Result<AssessmentPage, ApiError> {
    let mut connection = state.store().read().await?;
    let banks = list_bank_versions(&mut connection).await?;
    let plans = list_documents(&mut connection, DocumentKind::Plan).await?;
    let policies = list_documents(&mut connection, DocumentKind::Policy).await?;
    let assessments = list_assessments(&mut connection).await?;
    drop(connection);
    let mut levels = BTreeSet::new();
    let published = banks.iter().filter(|version| version.status == BankStatus::Published);
    for version in published.clone() {
        let bank = state.service.library.bank(&version.bank_id, version.version).await?;
        let found = bank.progression().map_or(&[][..], |progression| progression.levels());
        levels.extend(
            found
                .iter()
                .filter(|level| level.cut.is_some())
                .map(|level| (level.id.clone(), level.name.clone())),
        );
    }
    let document = |version: crate::store::documents::DocumentVersion| {
        (
            format!("{}@{}", version.id, version.version),
            format!("{}, version {}", version.id, version.version),
        )
    };
    let choice = |id, name, optional, options, chosen: &str| Choice {
        id,
        name,
        optional,
        options,
        chosen: chosen.to_owned(),
    };
    let banks = published.map(|version| {
        let label = format!("{}, version {}", version.name, version.version);
        (format!("{}@{}", version.bank_id, version.version), label)
    });
    let evidence = |assessment: &Assessment| (assessment.id.to_string(), assessment.name.clone());
    let levelling = assessments.iter().filter(|assessment| assessment.purpose == Purpose::SelfLevelling);
    let choices = vec![
        choice("bank", "Bank", false, banks.collect(), &form.bank),
        choice("plan", "Plan", false, plans.into_iter().map(document).collect(), &form.plan),
        choice("policy", "Policy", false, policies.into_iter().map(document).collect(), &form.policy),
        choice(
            "target_level",
            "Level to be validated",
            true,
            levels.into_iter().collect(),
            &form.target_level,
        ),
        choice(
            "evidence_from",
            "Evidence from",
            true,
            levelling.map(evidence).collect(),
            &form.evidence_from,
        ),
    ];
    let title = if form.is_known { form.name.clone() } else { "Offer an assessment".to_owned() };
    Ok(AssessmentPage { frame, title, form, choices, checks: Vec::new(), changes: Vec::new() })
}

//! What publishing a calibration would do, and doing it.

use actix_web::{HttpResponse, web};
use askama::Template;
use item_bank::Bank;
use serde::Deserialize;

use super::show::Head;
use crate::delivery::recalibration::{
    Impact, PublishCalibration, ReadinessChange, calibration, impact, publish_calibration, revised_bank,
    standing,
};
use crate::delivery::{DeliveryError, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::{Frame, show, words};
use crate::http::state::AppState;
use crate::store::JobId;
use crate::store::accounts::by_id;
use crate::store::recalibration::ItemDecision;

const CHANGES_SHOWN: usize = 50;

struct Line {
    icon: &'static str,
    words: String,
}

struct ChangeRow {
    student: String,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "calibration/publish.html")]
struct PublishPage {
    frame: Frame,
    head: Head,
    lines: Vec<Line>,
    changes: Vec<ChangeRow>,
    more: usize,
}

/// Why now.
#[derive(Debug, Deserialize)]
pub struct PublishForm {
    reason: String,
}

/// What it would do.
pub async fn effect(
    state: web::Data<AppState>,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let (job, request, proposal, decisions) = calibration(&state.service, &JobId(path.into_inner())).await?;
    let proposal = proposal.ok_or(ApiError::NotFound("finished calibration"))?;
    let bank = state.service.library.bank(&request.bank_id, request.bank_version).await?;
    let revised = revised_bank(&bank, &proposal, &decisions)?;
    let change = impact(&state.service, state.now(), &revised).await?;
    let standing = standing(&proposal, &decisions);
    let accepted = standing.iter().filter(|item| item.outcome() == ItemDecision::Accept).count();
    let mut lines = vec![Line {
        icon: "check",
        words: format!("{accepted} items get new parameters, {} stay as they are", standing.len() - accepted),
    }];
    lines.extend(effect_lines(&change));
    let mut changes = Vec::new();
    let mut connection = state.store().read().await?;
    for one in change.level_changes.iter().take(CHANGES_SHOWN) {
        let account = by_id(&mut connection, &one.student_id.as_str().into()).await?;
        changes.push(ChangeRow {
            student: account.map_or_else(|| one.student_id.clone(), |account| account.display_name),
            before: placed(&revised, one.level_before, one.theta_before),
            after: placed(&revised, one.level_after, one.theta_after),
        });
    }
    drop(connection);
    let more = change.level_changes.len() - changes.len();
    show(&PublishPage { frame, head: Head::new(&job, &request), lines, changes, more })
}

/// Publishes.
pub async fn publish(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<PublishForm>,
) -> Result<HttpResponse, ApiError> {
    let job = JobId(path.into_inner());
    let page = format!("/staff/calibrations/{job}");
    let (_, request, ..) = calibration(&state.service, &job).await?;
    let publish = PublishCalibration { job, reason: form.into_inner().reason };
    match publish_calibration(&state.service, state.now(), &publish, &viewer.account_id).await {
        Ok(version) => {
            let words =
                format!("Published {} version {}. This is what changed.", version.name, version.version);
            let beside = format!(
                "/staff/banks/{}/{}/comparison?with={}",
                version.bank_id, version.version, request.bank_version
            );
            Ok(see_with(&beside, &Flash::Done(words)))
        }
        Err(
            refused @ (DeliveryError::Invalid { .. }
            | DeliveryError::Unfit { .. }
            | DeliveryError::Superseded { .. }),
        ) => Ok(see_with(&page, &Flash::Refused(words::refusal(&refused)))),
        Err(other) => Err(other.into()),
    }
}

fn effect_lines(change: &Impact) -> Vec<Line> {
    let attempts = change.attempts;
    let levels = change.level_changes.len();
    let mut lines = vec![
        Line {
            icon: "info",
            words: format!(
                "{attempts} past attempts scored again: estimates move by {:+.2} logits on average, by {:.2} at most",
                change.mean_change, change.largest_change
            ),
        },
        Line {
            icon: if levels == 0 { "check" } else { "warning" },
            words: format!("{} would be placed in another level", words::counted(levels, "attempt")),
        },
        Line {
            icon: if change.verdict_changes == 0 { "check" } else { "warning" },
            words: format!(
                "{} would have ended otherwise",
                words::counted(change.verdict_changes as usize, "validation")
            ),
        },
    ];
    lines.extend(change.readiness.iter().map(readiness_line));
    lines
}

fn readiness_line(change: &ReadinessChange) -> Line {
    let ReadinessChange { name, students, recommended_before, recommended_after, gained, lost, .. } = change;
    let words = format!(
        "{name}: ready are {recommended_before} of {students} students now and {recommended_after} with the new version; \
         {gained} would become ready, {lost} would no longer be. A probability moves by {:.2} at most",
        change.largest_change
    );
    Line { icon: if gained + lost == 0 { "check" } else { "warning" }, words }
}

fn placed(bank: &Bank, level: usize, theta: f64) -> String {
    let levels = bank.progression().map_or(&[][..], |progression| progression.levels());
    let name = levels.get(level).map_or("", |level| level.name.as_str());
    format!("{name} ({theta:.2})")
}

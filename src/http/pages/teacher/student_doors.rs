//! The handler of a student's evidence, and the read models as the page tells them.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use jiff::tz::TimeZone;

use super::evidence_words::{
    attempt_row, decision, judgement_facts, recommendation_words, shortage_words, strand_view, unlock_words,
};
use super::student_page::{AttemptRow, EvidenceTrailView, StudentPage, TargetView};
use crate::assessment::{Purpose, Recommendation, Verdict};
use crate::clock::Millis;
use crate::delivery::Viewer;
use crate::delivery::people::{schools, visibility};
use crate::delivery::read_models::{
    self, Closing, Door, EvidencePoint, HomeAssessment, StudentEvidence, StudentHome,
};
use crate::delivery::readiness::recommended_at;
use crate::http::error::ApiError;
use crate::http::pages::drawing::{
    self, EvidenceChart, IntervalChart, Trail, TrailDot, TrailSize, evidence_chart, interval_chart,
};
use crate::http::pages::trails::{cuts_of, interval_of, levels_of, place_of, score_words};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, Html, show, words};
use crate::http::state::AppState;
use crate::store::{AccountId, AssessmentId};

/// Shows a student's evidence.
pub async fn student(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = AccountId(path.into_inner());
    let mut connection = state.store().read().await?;
    visibility::student_for(&mut connection, &viewer, &id).await?;
    let class = visibility::class_of_student(&mut connection, &viewer, &id).await?;
    drop(connection);
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let home = read_models::student_home(&state.service, state.now(), &id).await?;
    let mut evidence = Vec::new();
    for validation in home.assessments.iter().filter(|entry| entry.purpose == Purpose::Validation) {
        let assessment = AssessmentId(validation.assessment_id.clone());
        let found = read_models::student_evidence(&state.service, state.now(), &id, &assessment).await?;
        evidence.push((found, recommended_at(&state.service, &assessment).await?));
    }
    let page = student_page(frame, &home, evidence, &zone);
    show(&StudentPage { class: class.map(|class| (class.id.to_string(), class.name)), ..page })
}

fn student_page(
    frame: Frame,
    home: &StudentHome,
    evidence: Vec<(StudentEvidence, f64)>,
    zone: &TimeZone,
) -> StudentPage {
    // What waits for a decision comes first, what is behind the student last.
    let mut evidence = evidence;
    evidence.sort_by_key(|(found, _)| (found.verdict == Some(Verdict::Validated), found.target_level));
    let targets = evidence.iter().map(|(found, threshold)| target(found, *threshold, zone)).collect();
    let evidence: Vec<StudentEvidence> = evidence.into_iter().map(|(found, _)| found).collect();
    let levelling = home.assessments.iter().filter(|entry| {
        entry.purpose == Purpose::SelfLevelling && (!entry.attempts.is_empty() || evidence.is_empty())
    });
    StudentPage {
        frame,
        id: home.student_id.clone(),
        name: home.name.clone(),
        about: format!("Grade {}", home.grade),
        class: None,
        targets,
        trails: levelling.map(|entry| trail_view(entry, &evidence, zone)).collect(),
        attempts: attempts(home, &evidence, zone),
        first_step: "A self-levelling attempt comes first; the student starts it.",
        consents: consents(home),
    }
}

fn target(evidence: &StudentEvidence, threshold: f64, zone: &TimeZone) -> TargetView {
    let readiness = &evidence.readiness;
    let probability = readiness.probability();
    TargetView {
        assessment: evidence.assessment_id.clone(),
        name: evidence.assessment_name.clone(),
        mark: mark(evidence),
        probability: probability.map(words::percent),
        probability_words: evidence.readiness_words.clone(),
        meter: probability
            .map(|probability| Html::drawing(drawing::probability_meter(probability, threshold)))
            .unwrap_or_default(),
        recommendation: recommendation_words(readiness.recommendation).to_owned(),
        shortages: shortage_words(readiness),
        facts: judgement_facts(evidence, zone),
        decision: decision(evidence, zone),
        past: evidence.unlocks.iter().map(|unlock| unlock_words(unlock, zone)).collect(),
    }
}

fn mark(evidence: &StudentEvidence) -> Option<MarkView> {
    match (evidence.verdict, &evidence.live_unlock, evidence.readiness.recommendation) {
        (Some(Verdict::Validated), _, _) => Some(MarkView::new("good", "check", "Validated")),
        (_, Some(_), _) => Some(MarkView::new("trail", "unlock", "Unlocked")),
        (_, None, Recommendation::Unlock) => Some(MarkView::new("good", "flag", "Ready to validate")),
        (Some(Verdict::NotYet), None, _) => Some(MarkView::new("wait", "clock", "Not yet")),
        (None, None, Recommendation::Wait | Recommendation::NotEnoughEvidence) => None,
    }
}

/// Evidence of the validation that stands on the same progression.
fn evidence_of<'a>(entry: &HomeAssessment, evidence: &'a [StudentEvidence]) -> Option<&'a StudentEvidence> {
    let progression = entry.trail.as_ref().map(|scale| scale.progression_id.as_str())?;
    let same = |found: &&StudentEvidence| {
        found.trail.as_ref().is_some_and(|scale| scale.progression_id == progression)
    };
    let mut all = evidence.iter().filter(same);
    let first = all.clone().next();
    all.find(|found| found.verdict != Some(Verdict::Validated)).or(first)
}

fn trail_view(entry: &HomeAssessment, evidence: &[StudentEvidence], zone: &TimeZone) -> EvidenceTrailView {
    let found = evidence_of(entry, evidence);
    let trail = trail(entry, found);
    let numbers = entry.place.as_ref().map_or_else(String::new, |place| {
        let score = place.score.map(|_| format!(" (scale score {})", score_words(place)));
        let score = score.unwrap_or_default();
        format!(
            "Estimate {} ± {} logits{score}.",
            words::decimal(place.theta),
            words::decimal(place.standard_error)
        )
    });
    EvidenceTrailView {
        name: entry.name.clone(),
        place: words::place_words(&trail),
        numbers,
        picture: Html::drawing(trail.draw(TrailSize::Wide)),
        why: entry.attempts.iter().any(|past| past.counts).then(|| entry.why.clone()),
        combined: found.and_then(combined_words),
        plot: found.and_then(|found| plot(entry, found, zone)),
        strands: found
            .map(|found| {
                let strands = found.feedback.strands.iter().zip(&found.strand_places);
                strands.map(|(strand, stands)| strand_view(strand, &stands.place)).collect()
            })
            .unwrap_or_default(),
        strand_plot: found.and_then(strand_plot),
        unit: match found.and_then(|found| found.strand_places.first()?.place.score) {
            Some(_) => "On the reporting scale",
            None => "Logits",
        },
    }
}

fn trail(entry: &HomeAssessment, found: Option<&StudentEvidence>) -> Trail {
    let Some(scale) = &entry.trail else {
        return Trail::default();
    };
    let dots = entry.attempts.iter().filter(|past| past.left_out.is_none()).filter_map(|past| {
        let place = past.place.as_ref()?;
        Some(TrailDot { label: past.number.to_string(), theta: place.theta, counts: past.counts })
    });
    Trail {
        levels: levels_of(scale),
        here: entry.place.as_ref().map(place_of),
        attempts: dots.collect(),
        target: found.map(|found| found.target_level),
    }
}

/// The highest of several flatters; beside it stands what all attempts say together.
fn combined_words(evidence: &StudentEvidence) -> Option<String> {
    let place = evidence.combined.as_ref()?;
    let gain = evidence.expected_gain_of_best;
    let flattery = if gain > 0.005 {
        format!(
            " Keeping the highest is expected to exceed an unchanged ability by {} logits.",
            words::decimal(gain)
        )
    } else {
        String::new()
    };
    Some(format!(
        "All attempts together: {} ± {} logits.{flattery}",
        words::decimal(place.theta),
        words::decimal(place.standard_error)
    ))
}

fn plot(entry: &HomeAssessment, evidence: &StudentEvidence, zone: &TimeZone) -> Option<Html> {
    let scale = evidence.trail.as_ref()?;
    let of_entry = |point: &&EvidencePoint| {
        point.assessment_id == entry.assessment_id || point.purpose == Purpose::Validation
    };
    let points: Vec<drawing::EvidencePoint> = evidence
        .attempts
        .iter()
        .filter(of_entry)
        .filter(|point| point.left_out.is_none())
        .filter_map(|point| {
            let place = point.place.as_ref()?;
            let at = point.finished_at_ms.unwrap_or(point.started_at_ms);
            let letter = if point.purpose == Purpose::Validation { "V" } else { "" };
            Some(drawing::EvidencePoint {
                at_ms: at,
                date: words::short_date(Millis(at), zone),
                label: format!("{letter}{}", point.number),
                theta: place.theta,
                standard_error: place.standard_error,
                counts: point.counts,
            })
        })
        .collect();
    if points.is_empty() {
        return None;
    }
    let sentence = format!(
        "{} in order of time, each with its 80 % interval; the table of attempts below has the same numbers.",
        words::counted(points.len(), "attempt")
    );
    let chart =
        EvidenceChart { levels: levels_of(scale), points, target: Some(evidence.target_level), sentence };
    Some(Html::drawing(evidence_chart(&chart)))
}

/// The scores of the strands on the levels, beside what all of them say together.
fn strand_plot(evidence: &StudentEvidence) -> Option<Html> {
    let (scale, first) = (evidence.trail.as_ref()?, evidence.feedback.strands.first()?);
    let rows = evidence.strand_places.iter().map(|stands| interval_of(&stands.strand, &stands.place));
    let chart = IntervalChart {
        cuts: cuts_of(scale),
        rows: rows.collect(),
        // A strand's ability is the student's own and the strand's difference to it.
        reference: Some(first.ability - first.difference),
        target: Some(evidence.cut),
        title: format!("Strands of {}", evidence.name),
    };
    Some(Html::drawing(interval_chart(&chart)))
}

/// Every attempt once, newest first.
fn attempts(home: &StudentHome, evidence: &[StudentEvidence], zone: &TimeZone) -> Vec<AttemptRow> {
    let mut told = BTreeSet::new();
    let mut points: Vec<(&EvidencePoint, &StudentEvidence)> = Vec::new();
    for found in evidence {
        for point in &found.attempts {
            if told.insert(point.attempt_id.as_str()) {
                points.push((point, found));
            }
        }
    }
    points.sort_by_key(|(point, _)| std::cmp::Reverse(point.started_at_ms));
    let name = |id: &str| {
        let entry = home.assessments.iter().find(|entry| entry.assessment_id == id);
        entry.map_or_else(|| id.to_owned(), |entry| entry.name.clone())
    };
    points
        .into_iter()
        .map(|(point, found)| attempt_row(point, found.trail.as_ref(), &name(&point.assessment_id), zone))
        .collect()
}

/// Assessments closed until somebody records a consent.
fn consents(home: &StudentHome) -> Vec<(String, String)> {
    let waits =
        |entry: &&HomeAssessment| matches!(entry.door, Door::Closed { rule: Closing::ConsentNeeded, .. });
    let found = home.assessments.iter().filter(waits);
    found.map(|entry| (entry.assessment_id.clone(), entry.name.clone())).collect()
}

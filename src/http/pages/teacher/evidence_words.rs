//! Evidence in words and figures for the teacher.

use jiff::tz::TimeZone;

use super::student_page::{AttemptRow, DecisionView, StrandView};
use crate::assessment::{
    AttemptState, Finding, Judgement, NotCounted, Readiness, Recommendation, StrandFeedback, UnlockStatus,
    Verdict,
};
use crate::clock::Millis;
use crate::delivery::read_models::{EvidencePoint, Place, StudentEvidence, TrailScale, UnlockEntry};
use crate::http::pages::trails::score_words;
use crate::http::pages::view::{FactView, MarkView};
use crate::http::pages::words;

/// What the rule recommends.
#[must_use]
pub fn recommendation_words(recommendation: Recommendation) -> &'static str {
    match recommendation {
        Recommendation::Unlock => "The evidence recommends unlocking.",
        Recommendation::Wait => "The evidence does not recommend unlocking yet.",
        Recommendation::NotEnoughEvidence => "There is too little evidence to recommend anything.",
    }
}

/// What the evidence lacks.
#[must_use]
pub fn shortage_words(readiness: &Readiness) -> Vec<String> {
    let mut lacks = Vec::new();
    if let Judgement::NotEnoughEvidence(shortage) = &readiness.judgement {
        lacks.push(format!("{shortage}."));
    }
    if readiness.too_old > 0 {
        lacks.push(format!(
            "{} left out because of age.",
            words::counted(readiness.too_old as usize, "attempt")
        ));
    }
    lacks
}

/// The figures behind a judgement.
#[must_use]
pub fn judgement_facts(evidence: &StudentEvidence, zone: &TimeZone) -> Vec<FactView> {
    let readiness = &evidence.readiness;
    let mut facts = Vec::new();
    if let Judgement::Known(estimate) = &readiness.judgement {
        facts.push(FactView::with_note(
            "Ability now",
            format!("{} ± {}", words::decimal(estimate.theta), words::decimal(estimate.standard_error)),
            "logits, age of the evidence included",
        ));
    }
    facts.push(FactView::with_note("Cut", words::decimal(evidence.cut), "logits"));
    let newest = readiness.evidence.iter().map(|used| used.answered_at_ms).max();
    facts.push(FactView {
        name: "Answers",
        value: readiness.answers.to_string(),
        note: newest.map(|at| format!("newest on {}", words::date(Millis(at), zone))),
    });
    let left = evidence.attempts_left.map_or_else(|| "unlimited".to_owned(), |left| left.to_string());
    facts.push(FactView::new("Validations left", left));
    facts
}

/// Where the decision stands.
#[must_use]
pub fn decision(evidence: &StudentEvidence, zone: &TimeZone) -> DecisionView {
    if let Some(unlock) = &evidence.live_unlock {
        return DecisionView::Unlocked {
            unlock: unlock.unlock_id.clone(),
            words: unlock_words(unlock, zone),
            through: words::last_day(Millis(unlock.expires_at_ms), zone),
        };
    }
    match (&evidence.unlock_barrier, evidence.verdict) {
        (_, Some(Verdict::Validated)) => {
            DecisionView::Validated { may_unlock: evidence.unlock_barrier.is_none() }
        }
        (Some(why), _) => DecisionView::Refused { words: words::sentence(why) },
        (None, Some(Verdict::NotYet) | None) => DecisionView::Unlockable,
    }
}

/// One unlock in a sentence.
#[must_use]
pub fn unlock_words(unlock: &UnlockEntry, zone: &TimeZone) -> String {
    let status = match unlock.status {
        UnlockStatus::Live => "open",
        UnlockStatus::Used => "used",
        UnlockStatus::Revoked => "revoked",
        UnlockStatus::Expired => "expired",
    };
    let mut sentence = format!(
        "{} by {}, {status}",
        words::date_time(Millis(unlock.granted_at_ms), zone),
        unlock.granted_by
    );
    if let Some(probability) = unlock.readiness_probability {
        sentence.push_str(&format!("; shown {}", words::percent(probability)));
    }
    if !unlock.recommended {
        sentence.push_str("; against the recommendation");
    }
    for (name, text) in [("reason", &unlock.reason), ("note", &unlock.note)] {
        if let Some(text) = text {
            sentence.push_str(&format!("; {name}: {text}"));
        }
    }
    sentence
}

/// One strand with its numbers.
#[must_use]
pub fn strand_view(strand: &StrandFeedback, place: &Place) -> StrandView {
    StrandView {
        name: strand.strand.clone(),
        answered: strand.answers,
        score: score_words(place),
        difference: format!(
            "{} ± {}",
            words::decimal(strand.difference),
            words::decimal(strand.difference_error)
        ),
        mark: match strand.finding {
            Finding::Strength => Some(MarkView::new("good", "spark", "Strength")),
            Finding::Need => Some(MarkView::new("wait", "next", "Need")),
            Finding::Neither | Finding::TooFewAnswers => None,
        },
        says: match strand.finding {
            Finding::TooFewAnswers => "Too few answers to say",
            Finding::Strength | Finding::Need | Finding::Neither => "No difference the evidence can show",
        },
    }
}

/// One attempt as a row.
#[must_use]
pub fn attempt_row(
    point: &EvidencePoint,
    scale: Option<&TrailScale>,
    assessment: &str,
    zone: &TimeZone,
) -> AttemptRow {
    let level = point.place.as_ref().zip(scale).and_then(|(place, scale)| {
        scale.levels.get(place.level).map(|level| format!("{} {}", place.level + 1, level.name))
    });
    let mut notes = Vec::new();
    if point.doubtful_effort {
        notes.push(format!("{} too fast", words::counted(point.rapid_answers as usize, "answer")));
    }
    if let Some(reason) = point.left_out {
        notes.push(left_out_words(reason).to_owned());
    }
    match point.verdict {
        Some(Verdict::NotYet) => notes.push("Not yet".to_owned()),
        Some(Verdict::Validated) | None => {}
    }
    AttemptRow {
        id: point.attempt_id.clone(),
        name: format!("{assessment}, {}", point.number),
        date: words::date(Millis(point.finished_at_ms.unwrap_or(point.started_at_ms)), zone),
        state: match point.verdict {
            Some(Verdict::Validated) => MarkView::new("good", "check", "Validated"),
            Some(Verdict::NotYet) | None => state_mark(point.state),
        },
        level: level.unwrap_or_else(|| "–".to_owned()),
        estimate: point.place.as_ref().map_or_else(
            || "–".to_owned(),
            |place| format!("{} ± {}", words::decimal(place.theta), words::decimal(place.standard_error)),
        ),
        answered: point.answered,
        counts: point.counts,
        notes,
    }
}

/// The state of an attempt as a mark.
#[must_use]
pub fn state_mark(state: AttemptState) -> MarkView {
    match state {
        AttemptState::InProgress => MarkView::new("trail", "play", "In progress"),
        AttemptState::Paused => MarkView::new("wait", "pause", "Paused"),
        AttemptState::Completed => MarkView::new("", "check", "Completed"),
        AttemptState::Expired => MarkView::new("wait", "clock", "Expired"),
        AttemptState::Invalidated => MarkView::new("stop", "cross", "Invalidated"),
        AttemptState::Reset => MarkView::new("", "out", "Given back"),
    }
}

fn left_out_words(reason: NotCounted) -> &'static str {
    match reason {
        NotCounted::Open => "Open",
        NotCounted::Invalidated => "Does not count",
        NotCounted::GivenBack => "Given back",
        NotCounted::Unfinished => "Unfinished, not scored",
        NotCounted::Incomplete => "Stopped before the test was whole: does not count, you may unlock another",
        NotCounted::TooFewAnswers => "Too few answers",
        NotCounted::NoEstimate => "No estimate",
    }
}

//! A student's own pages as data: level, words and what comes next. No logit, no cut, no probability, no key.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::attempts::seen;
use crate::assessment::{AttemptState, NotCounted, Purpose, Verdict};
use crate::delivery::Viewer;
use crate::delivery::read_models::{
    AttemptResult, Door, HomeAssessment, PastAttempt, Place, StudentHome, TrailScale, attempt_result,
    student_home,
};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// The home of a student.
#[derive(Serialize, ToSchema)]
pub struct StudentHomeView {
    /// The name.
    pub name: String,
    /// The grade.
    pub grade: u8,
    /// IANA name of the school's time zone.
    pub time_zone: String,
    /// What the student can take or has taken.
    pub assessments: Vec<StudentAssessmentView>,
}

/// One assessment on the home.
#[derive(Serialize, ToSchema)]
pub struct StudentAssessmentView {
    /// The assessment.
    pub assessment_id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The trail.
    pub trail: Option<StudentTrailView>,
    /// Where the counting attempt places the student.
    pub place: Option<StudentPlaceView>,
    /// The level to be validated: index into the trail's levels.
    pub target_level: Option<usize>,
    /// What the one button does.
    pub door: Door,
    /// The policy in a sentence.
    pub policy: String,
    /// Attempts allowed; none: unlimited.
    pub attempts_allowed: Option<u32>,
    /// Attempts left; none: unlimited.
    pub attempts_left: Option<u32>,
    /// When the unlock that stands open expires (UTC milliseconds).
    pub unlocked_until_ms: Option<i64>,
    /// Past and open attempts, oldest first.
    pub attempts: Vec<StudentAttemptView>,
    /// Which attempt counts and why, in a sentence.
    pub why: String,
}

/// The levels of a learning progression, lowest first.
#[derive(Serialize, ToSchema)]
pub struct StudentTrailView {
    /// Its name.
    pub name: String,
    /// Its levels.
    pub levels: Vec<StudentLevelView>,
    /// Why places on it are provisional.
    pub provisional_note: Option<String>,
}

/// One level.
#[derive(Serialize, ToSchema)]
pub struct StudentLevelView {
    /// Its name.
    pub name: String,
    /// What a student there can do.
    pub can_do: Vec<String>,
    /// What to learn next.
    pub next_steps: Vec<String>,
}

/// A place on the trail, in levels.
#[derive(Serialize, ToSchema)]
pub struct StudentPlaceView {
    /// The most likely level: index into the trail's levels.
    pub level: usize,
    /// The lowest likely level (80 %).
    pub level_low: usize,
    /// The highest likely level.
    pub level_high: usize,
    /// The score on the reporting scale.
    pub score: Option<f64>,
    /// Its standard error.
    pub score_error: Option<f64>,
}

/// One attempt.
#[derive(Serialize, ToSchema)]
pub struct StudentAttemptView {
    /// The attempt.
    pub attempt_id: String,
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// When it started (UTC milliseconds).
    pub started_at_ms: i64,
    /// When it ended (UTC milliseconds).
    pub finished_at_ms: Option<i64>,
    /// Where it placed the student.
    pub place: Option<StudentPlaceView>,
    /// Whether it is the attempt that counts.
    pub counts: bool,
    /// Why it cannot count.
    pub left_out: Option<NotCounted>,
}

/// The result of an attempt.
#[derive(Serialize, ToSchema)]
pub struct StudentResultView {
    /// The attempt.
    pub attempt_id: String,
    /// The assessment.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// When it started (UTC milliseconds).
    pub started_at_ms: i64,
    /// When it ended (UTC milliseconds).
    pub finished_at_ms: Option<i64>,
    /// Answers given.
    pub answered: u32,
    /// The trail.
    pub trail: Option<StudentTrailView>,
    /// Where this attempt places the student.
    pub place: Option<StudentPlaceView>,
    /// The level to be validated.
    pub target_level: Option<usize>,
    /// Outcome of a validation.
    pub verdict: Option<Verdict>,
    /// Strands done well, two at most.
    pub strengths: Vec<String>,
    /// Strands to work on, two at most.
    pub needs: Vec<String>,
    /// What a student at this level can do.
    pub can_do: Vec<String>,
    /// What to learn next.
    pub next_steps: Vec<String>,
    /// Whether this is the attempt that counts.
    pub counts: bool,
    /// Why it cannot count. A validation that is `incomplete` ended before its test was whole; a teacher may unlock
    /// another.
    pub left_out: Option<NotCounted>,
    /// Which attempt counts and why, in a sentence.
    pub why: String,
    /// What the student can do next.
    pub door: Door,
    /// Attempts left; none: unlimited.
    pub attempts_left: Option<u32>,
}

impl From<TrailScale> for StudentTrailView {
    fn from(trail: TrailScale) -> Self {
        let levels = trail.levels.into_iter().map(|level| StudentLevelView {
            name: level.name,
            can_do: level.can_do,
            next_steps: level.next_steps,
        });
        Self { name: trail.name, levels: levels.collect(), provisional_note: trail.provisional_note }
    }
}

impl From<Place> for StudentPlaceView {
    fn from(place: Place) -> Self {
        let Place { level, level_low, level_high, score, score_error, .. } = place;
        Self { level, level_low, level_high, score, score_error }
    }
}

impl From<PastAttempt> for StudentAttemptView {
    fn from(attempt: PastAttempt) -> Self {
        Self {
            attempt_id: attempt.attempt_id,
            number: attempt.number,
            state: attempt.state,
            started_at_ms: attempt.started_at_ms,
            finished_at_ms: attempt.finished_at_ms,
            place: attempt.place.map(StudentPlaceView::from),
            counts: attempt.counts,
            left_out: attempt.left_out,
        }
    }
}

impl From<HomeAssessment> for StudentAssessmentView {
    fn from(home: HomeAssessment) -> Self {
        Self {
            assessment_id: home.assessment_id,
            name: home.name,
            purpose: home.purpose,
            trail: home.trail.map(StudentTrailView::from),
            place: home.place.map(StudentPlaceView::from),
            target_level: home.target_level,
            door: home.door,
            policy: home.policy,
            attempts_allowed: home.attempts_allowed,
            attempts_left: home.attempts_left,
            unlocked_until_ms: home.unlocked_until_ms,
            attempts: home.attempts.into_iter().map(StudentAttemptView::from).collect(),
            why: home.why,
        }
    }
}

impl From<StudentHome> for StudentHomeView {
    fn from(home: StudentHome) -> Self {
        Self {
            name: home.name,
            grade: home.grade,
            time_zone: home.time_zone,
            assessments: home.assessments.into_iter().map(StudentAssessmentView::from).collect(),
        }
    }
}

impl From<AttemptResult> for StudentResultView {
    fn from(result: AttemptResult) -> Self {
        Self {
            attempt_id: result.attempt_id,
            assessment_id: result.assessment_id,
            assessment_name: result.assessment_name,
            purpose: result.purpose,
            number: result.number,
            state: result.state,
            started_at_ms: result.started_at_ms,
            finished_at_ms: result.finished_at_ms,
            answered: result.answered,
            trail: result.trail.map(StudentTrailView::from),
            place: result.place.map(StudentPlaceView::from),
            target_level: result.target_level,
            verdict: result.validation.map(|validation| validation.verdict),
            strengths: result.strengths,
            needs: result.needs,
            can_do: result.can_do,
            next_steps: result.next_steps,
            counts: result.counts,
            left_out: result.left_out,
            why: result.why,
            door: result.door,
            attempts_left: result.attempts_left,
        }
    }
}

/// Where the student is and what the one button does.
#[utoipa::path(get, path = "/api/v1/home", tag = "students", responses((status = 200, body = StudentHomeView)))]
pub async fn home(state: web::Data<AppState>, viewer: Viewer) -> Result<HttpResponse, ApiError> {
    let home = student_home(&state.service, state.now(), &viewer.account_id).await?;
    Ok(HttpResponse::Ok().json(StudentHomeView::from(home)))
}

/// The result of the student's own attempt.
#[utoipa::path(get, path = "/api/v1/attempts/{attempt_id}/result", tag = "students",
    params(("attempt_id" = String, Path)),
    responses((status = 200, body = StudentResultView), (status = 404, body = Problem)))]
pub async fn result(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = seen(&state, &viewer, attempt_id).await?;
    let result = attempt_result(&state.service, state.now(), &id).await?;
    Ok(HttpResponse::Ok().json(StudentResultView::from(result)))
}

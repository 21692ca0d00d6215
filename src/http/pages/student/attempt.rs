//! Handlers of an attempt in its student's hands: start, question, answer, pause, resume, help.

use actix_web::{HttpResponse, web};
use item_bank::content::Content;

use super::break_pages::{HelpPage, PausePage, PausedPage};
use super::question::{Fields, parts, read_answer};
use super::test_page::{ProgressView, StimulusView, TestPage};
use crate::assessment::{Actor, PauseReason};
use crate::delivery::people::schools;
use crate::delivery::people::visibility::attempt_for;
use crate::delivery::{
    self, AnswerRefusal, CurrentStep, DeliveryError, GivenAnswer, Show, StartAttempt, Viewer,
};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see, see_with};
use crate::http::pages::{Frame, Html, show, show_again, words};
use crate::http::state::AppState;
use crate::store::{AssessmentId, AttemptId};

/// Starts an attempt and shows its first question.
pub async fn start(
    state: web::Data<AppState>,
    viewer: Viewer,
    assessment: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let request = StartAttempt {
        student: viewer.account_id,
        assessment: AssessmentId(assessment.into_inner()),
        seed: delivery::fresh_seed(),
    };
    match delivery::start_attempt(&state.service, state.now(), &request).await {
        Ok(step) => Ok(see(&address(&step.attempt.id))),
        // Pressed twice, or in two tabs: the home shows the one that is open, or why there is none.
        Err(DeliveryError::StartRefused(_) | DeliveryError::Contended { .. }) => Ok(see("/home")),
        Err(other) => Err(other.into()),
    }
}

/// Shows the question, the pause or the end.
pub async fn question(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = own_attempt(&state, &viewer, path.into_inner()).await?;
    let step = delivery::current_step(&state.service, state.now(), &id).await?;
    show_step(frame, &step)
}

/// Takes an answer and shows what comes next.
pub async fn answer(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
    form: web::Form<Fields>,
) -> Result<HttpResponse, ApiError> {
    let id = own_attempt(&state, &viewer, path.into_inner()).await?;
    let step = delivery::current_step(&state.service, state.now(), &id).await?;
    let item =
        form.iter().find(|(name, _)| name == "item").map(|(_, value)| value.clone()).unwrap_or_default();
    let content = content_of(&step, &item)?;
    let given = match read_answer(&content.presentation().interaction, &form) {
        Ok(answer) => GivenAnswer { item: item.try_into().map_err(malformed)?, answer },
        Err(problem) => return ask_again(frame, &step, &form, problem),
    };
    match delivery::answer(&state.service, state.now(), &id, &given).await {
        Ok(_) => Ok(see(&address(&id))),
        Err(DeliveryError::AnswerRefused(AnswerRefusal::Unscorable(reason))) => {
            ask_again(frame, &step, &form, unscorable_words(&reason))
        }
        // Answered before, in another tab or before the network failed: the page shows where the attempt stands.
        Err(DeliveryError::AnswerRefused(_)) => Ok(see(&address(&id))),
        Err(other) => Err(other.into()),
    }
}

/// Says what pausing does.
pub async fn ask_pause(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = own_attempt(&state, &viewer, path.into_inner()).await?;
    let step = delivery::current_step(&state.service, state.now(), &id).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let mut notes = Vec::new();
    if let Some(until) = step.attempt.expires_at {
        notes.push(format!(
            "Come back before {}. What you have answered by then counts.",
            words::date_time(until, &zone)
        ));
    }
    show(&PausePage { frame, attempt: id.to_string(), notes })
}

/// Pauses.
pub async fn pause(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = own_attempt(&state, &viewer, path.into_inner()).await?;
    match delivery::pause(&state.service, state.now(), &id, &Actor::Student).await {
        Ok(_) | Err(DeliveryError::Transition(_)) => Ok(see(&address(&id))),
        Err(other) => Err(other.into()),
    }
}

/// Goes on with a paused attempt.
pub async fn resume(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = own_attempt(&state, &viewer, path.into_inner()).await?;
    match delivery::resume(&state.service, state.now(), &id, &Actor::Student).await {
        Ok(_) | Err(DeliveryError::Transition(_)) => Ok(see(&address(&id))),
        Err(DeliveryError::HeldByAdult { .. }) => {
            let words = "Your teacher paused this. Ask your teacher to let you go on.".to_owned();
            Ok(see_with(&address(&id), &Flash::Refused(words)))
        }
        Err(other) => Err(other.into()),
    }
}

/// Shows help.
pub async fn help(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = own_attempt(&state, &viewer, path.into_inner()).await?;
    show(&HelpPage { frame, back: address(&id) })
}

async fn own_attempt(state: &AppState, viewer: &Viewer, id: String) -> Result<AttemptId, ApiError> {
    let mut connection = state.store().read().await?;
    Ok(attempt_for(&mut connection, viewer, &AttemptId(id)).await?.id)
}

fn address(id: &AttemptId) -> String {
    format!("/attempts/{id}")
}

fn show_step(frame: Frame, step: &CurrentStep) -> Result<HttpResponse, ApiError> {
    match &step.show {
        Show::Item { .. } => show(&test_page(frame, step, &Vec::new(), None)?),
        Show::Paused { by, reason } => {
            let words = pause_words(by, *reason);
            show(&PausedPage { frame, attempt: step.attempt.id.to_string(), words: words.to_owned() })
        }
        Show::Ended => Ok(see(&format!("{}/result", address(&step.attempt.id)))),
    }
}

fn ask_again(
    frame: Frame,
    step: &CurrentStep,
    given: &Fields,
    problem: String,
) -> Result<HttpResponse, ApiError> {
    match &step.show {
        Show::Item { .. } => show_again(&test_page(frame, step, given, Some(problem))?),
        Show::Paused { .. } | Show::Ended => Ok(see(&address(&step.attempt.id))),
    }
}

fn test_page(
    frame: Frame,
    step: &CurrentStep,
    given: &Fields,
    problem: Option<String>,
) -> Result<TestPage, ApiError> {
    let Show::Item { item, number } = &step.show else {
        return Err(ApiError::NotFound("question"));
    };
    let content = content_of(step, item.as_str())?;
    let presentation = content.presentation();
    let bank = &step.pinned.bank;
    let group = bank.item(item.as_str()).and_then(|item| item.group.as_deref());
    let stimulus = group.and_then(|group| bank.stimulus(group));
    let stopping = &step.pinned.plan.stopping;
    let most = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let parts = parts(presentation, given);
    Ok(TestPage {
        frame,
        attempt: step.attempt.id.to_string(),
        item: item.to_string(),
        number: *number,
        progress: ProgressView::new(
            step.given,
            most(stopping.minimum_items),
            most(step.pinned.plan.greatest_length()),
        ),
        stimulus: stimulus.map(|stimulus| StimulusView {
            title: stimulus.title.clone(),
            body: Html::content(&stimulus.body),
        }),
        stem: Html::content(&presentation.stem),
        has_options: parts.iter().any(super::question::PartView::has_options),
        parts,
        problem,
    })
}

fn content_of<'a>(step: &'a CurrentStep, item: &str) -> Result<&'a Content, ApiError> {
    let found = step.pinned.bank.item(item).and_then(|item| item.content.as_ref());
    found.ok_or(ApiError::NotFound("question"))
}

fn pause_words(by: &Actor, reason: PauseReason) -> &'static str {
    match (by, reason) {
        (Actor::Account(_), _) => "Your teacher paused this. Your teacher lets you go on.",
        (Actor::System, _) | (_, PauseReason::Inactivity) => {
            "It was quiet for a while, so we paused. Come back when you are ready."
        }
        (Actor::Student, PauseReason::Requested) => "You took a break. Come back when you are ready.",
    }
}

fn unscorable_words(reason: &item_bank::AnswerError) -> String {
    match reason {
        item_bank::AnswerError::NotANumber { .. } => {
            "We could not read this as a number. Write it like 7, 3/4, 1 3/4 or 0.5.".to_owned()
        }
        _ => "Something in your answer is missing. Look at it once more.".to_owned(),
    }
}

fn malformed(error: item_bank::item::ItemIdError) -> ApiError {
    ApiError::Malformed(error.to_string())
}

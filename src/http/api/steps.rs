//! What a student is shown of an attempt: the question and nothing behind it. No key, no parameter, no estimate.

use item_bank::Answer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::assessment::{Actor, AttemptState, PauseReason};
use crate::delivery::{CurrentStep, GivenAnswer, Show};
use crate::http::error::ApiError;
use crate::http::problem::FieldProblem;

/// An attempt as its student meets it.
#[derive(Serialize, ToSchema)]
pub struct StepView {
    /// The attempt.
    pub attempt_id: String,
    /// Of which assessment.
    pub assessment_id: String,
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// Answers given.
    pub answered: u32,
    /// The fewest answers the test can end with.
    pub least_answers: u32,
    /// The most it can take.
    pub most_answers: u32,
    /// When it ends, finished or not (UTC milliseconds).
    pub expires_at_ms: Option<i64>,
    /// What to show.
    pub show: ShowView,
}

/// What to show.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShowView {
    /// A question.
    Item {
        /// The item: what an answer names.
        item_id: String,
        /// Its place in the attempt, from 1.
        position: u32,
        /// The question, as HTML and MathML.
        stem: String,
        /// How it is answered: an object whose `type` is `choice`, `multiple_choice`, `numeric_entry`, `ordering`,
        /// `matching` or `two_part`.
        #[schema(value_type = Object)]
        interaction: serde_json::Value,
        /// What several questions share.
        stimulus: Option<StimulusView>,
    },
    /// That the attempt is paused.
    Paused {
        /// `student`, `adult` or `system`.
        by: &'static str,
        /// Why.
        reason: PauseReason,
    },
    /// That it is over; the state says how.
    Ended,
}

/// A text or figure that several questions share.
#[derive(Serialize, ToSchema)]
pub struct StimulusView {
    /// Its heading.
    pub title: String,
    /// Its text and figures, as HTML and MathML.
    pub body: String,
}

/// An answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// The item it answers.
    pub item_id: String,
    /// The answer.
    #[schema(value_type = AnswerForm)]
    pub answer: Answer,
}

/// The forms of an answer, one for each kind of question.
#[derive(ToSchema)]
#[schema(as = Answer)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AnswerForm {
    /// One option.
    Choice {
        /// The option's id.
        choice: String,
    },
    /// Several options, in any order.
    Choices {
        /// The options' ids.
        choices: Vec<String>,
    },
    /// A number as the student typed it.
    Number {
        /// The text.
        text: String,
    },
    /// Every entry, first to last.
    Order {
        /// The entries' ids.
        order: Vec<String>,
    },
    /// A target for every source.
    Matches {
        /// Source id to target id.
        pairs: std::collections::BTreeMap<String, String>,
    },
    /// One answer for each part.
    Parts {
        /// The answers, first part first; each in one of the other forms.
        #[schema(value_type = Vec<Object>)]
        parts: Vec<serde_json::Value>,
    },
}

impl AnswerRequest {
    /// The answer, when it names an item.
    pub fn given(self) -> Result<GivenAnswer, ApiError> {
        let item = item_bank::ItemId::new(self.item_id)
            .map_err(|error| ApiError::Refused(vec![FieldProblem::new("item_id", error.to_string())]))?;
        Ok(GivenAnswer { item, answer: self.answer })
    }
}

impl TryFrom<CurrentStep> for StepView {
    type Error = ApiError;

    fn try_from(step: CurrentStep) -> Result<Self, ApiError> {
        let stopping = &step.pinned.plan.stopping;
        let attempt = &step.attempt;
        Ok(Self {
            attempt_id: attempt.id.to_string(),
            assessment_id: attempt.assessment_id.to_string(),
            number: attempt.number,
            state: attempt.state,
            answered: step.given,
            least_answers: u32::try_from(stopping.minimum_items).unwrap_or(u32::MAX),
            most_answers: u32::try_from(step.pinned.plan.greatest_length()).unwrap_or(u32::MAX),
            expires_at_ms: attempt.expires_at.map(|at| at.0),
            show: show(&step)?,
        })
    }
}

fn show(step: &CurrentStep) -> Result<ShowView, ApiError> {
    match &step.show {
        Show::Item { item, number } => {
            let bank = &step.pinned.bank;
            let found = bank.item(item.as_str()).ok_or(ApiError::NotFound("question"))?;
            let content = found.content.as_ref().ok_or(ApiError::NotFound("question"))?;
            let presentation = content.presentation();
            let stimulus = found.group.as_deref().and_then(|group| bank.stimulus(group));
            Ok(ShowView::Item {
                item_id: item.to_string(),
                position: *number,
                stem: presentation.stem.to_string(),
                interaction: serde_json::to_value(&presentation.interaction)
                    .expect("an interaction is plain data"),
                stimulus: stimulus.map(|stimulus| StimulusView {
                    title: stimulus.title.clone(),
                    body: stimulus.body.to_string(),
                }),
            })
        }
        Show::Paused { by, reason } => Ok(ShowView::Paused { by: who(by), reason: *reason }),
        Show::Ended => Ok(ShowView::Ended),
    }
}

fn who(actor: &Actor) -> &'static str {
    match actor {
        Actor::Student => "student",
        Actor::Account(_) => "adult",
        Actor::System => "system",
    }
}

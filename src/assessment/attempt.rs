//! The states of an attempt, the events of its log, and the one table that joins them.
//!
//! Holds no clock and no identity: when an event happened and to which attempt it belongs stand beside it in the log.

use std::fmt;

use item_bank::{Accommodations, Answer, ItemId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adaptive::{ExposureUse, FieldTestCounts, ItemOrder, ShadowReport, StopReason};

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// The student may answer.
    InProgress,
    /// Nothing is lost; somebody resumes it.
    Paused,
    /// The engine stopped it, or the student finished it.
    Completed,
    /// Its lifetime or its window ended first. Scored when the policy says so.
    Expired,
    /// Never counts; keeps the place it took among the attempts allowed.
    Invalidated,
    /// Never counts and gives its place back.
    Reset,
}

impl AttemptState {
    /// Every state, in the order of the table.
    pub const ALL: [Self; 6] =
        [Self::InProgress, Self::Paused, Self::Completed, Self::Expired, Self::Invalidated, Self::Reset];

    /// The word in JSON, SQL and the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Expired => "expired",
            Self::Invalidated => "invalidated",
            Self::Reset => "reset",
        }
    }

    /// The state a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// In progress or paused: the student can still go on with it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::InProgress | Self::Paused)
    }
}

impl fmt::Display for AttemptState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::InProgress => "in progress",
            other => other.as_str(),
        })
    }
}

/// Who caused an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Waymark itself: the sweep that pauses and expires.
    System,
    /// The student who takes the attempt.
    Student,
    /// An adult, by account id.
    Account(String),
}

/// Why an attempt was paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Somebody asked for it.
    Requested,
    /// Longer without activity than the policy allows.
    Inactivity,
}

/// Why an attempt ended without being completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryReason {
    /// The window it was started in closed.
    WindowClosed,
    /// The attempt lifetime of its policy ended.
    LifetimeEnded,
}

/// Why an attempt was completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompletionReason {
    /// The engine's stopping rule.
    Engine(StopReason),
    /// The student handed it in early.
    HandedIn,
}

/// A version of a stored document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pin {
    /// Bank, plan or policy id.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// What an attempt is started with: everything its replay needs beside the answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// Seed of the engine's choices.
    pub seed: u64,
    /// Mean of the prior of ability, logits.
    pub prior_mean: f64,
    /// Standard deviation of the prior of ability, logits.
    pub prior_standard_deviation: f64,
    /// Items the student saw in earlier attempts, oldest first.
    pub seen: Vec<ItemId>,
    /// Answers that field-test items had, by the plan's bands of ability.
    #[serde(default, skip_serializing_if = "FieldTestCounts::is_empty")]
    pub field_test: FieldTestCounts,
    /// The version of the counts behind exposure control; none when nothing was counted or the plan has no cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure_version: Option<u32>,
    /// The order that breaks ties between items.
    #[serde(default, skip_serializing_if = "ItemOrder::is_of_bank")]
    pub item_order: ItemOrder,
    /// The pinned bank version.
    pub bank: Pin,
    /// The pinned plan version.
    pub plan: Pin,
    /// The pinned policy version.
    pub policy: Pin,
    /// The student's grade.
    pub grade: u8,
    /// The accommodations that the student needed: every item of the attempt supports them. None in logs that were
    /// written before they were recorded.
    #[serde(default, skip_serializing_if = "Accommodations::is_empty")]
    pub accommodations: Accommodations,
    /// The unlock it used; validations only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlock_id: Option<String>,
}

/// One entry of an attempt's append-only log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AttemptEvent {
    /// The first entry of every log, and only the first.
    Started(Box<Started>),
    /// An item was shown.
    Administered {
        /// The item.
        item: ItemId,
        /// How the shadow test that it came from was found; none where it came from none, and in logs that were written
        /// before this was recorded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shadow_test: Option<ShadowReport>,
        /// Whether the item had room under the plan's cap on exposure; none where the plan has no cap, for field-test
        /// items, and in logs that were written before this was recorded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exposure: Option<ExposureUse>,
    },
    /// An item was answered and scored.
    Answered {
        /// The item.
        item: ItemId,
        /// What the student answered.
        answer: Answer,
        /// Its score.
        score: u32,
        /// Time from showing to answering, milliseconds.
        elapsed_ms: i64,
    },
    /// The student may not answer until it is resumed.
    Paused {
        /// Who paused it.
        by: Actor,
        /// Why.
        reason: PauseReason,
    },
    /// The student may answer again.
    Resumed {
        /// Who resumed it.
        by: Actor,
    },
    /// The end of a whole attempt.
    Completed {
        /// Why it ended.
        reason: CompletionReason,
    },
    /// The end of an unfinished attempt.
    Expired {
        /// Why it ended.
        reason: ExpiryReason,
    },
    /// The attempt never counts.
    Invalidated {
        /// Who decided.
        by: Actor,
        /// Why, in the words of whoever decided.
        reason: String,
    },
    /// The attempt never counts and does not use one up.
    Reset {
        /// Who decided.
        by: Actor,
        /// Why, in the words of whoever decided.
        reason: String,
    },
}

/// An event without its contents: a column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// See [`AttemptEvent::Started`].
    Started,
    /// See [`AttemptEvent::Administered`].
    Administered,
    /// See [`AttemptEvent::Answered`].
    Answered,
    /// See [`AttemptEvent::Paused`].
    Paused,
    /// See [`AttemptEvent::Resumed`].
    Resumed,
    /// See [`AttemptEvent::Completed`].
    Completed,
    /// See [`AttemptEvent::Expired`].
    Expired,
    /// See [`AttemptEvent::Invalidated`].
    Invalidated,
    /// See [`AttemptEvent::Reset`].
    Reset,
}

impl EventKind {
    /// Every kind, in the order of the table.
    pub const ALL: [Self; 9] = [
        Self::Started,
        Self::Administered,
        Self::Answered,
        Self::Paused,
        Self::Resumed,
        Self::Completed,
        Self::Expired,
        Self::Invalidated,
        Self::Reset,
    ];

    /// The word in JSON and SQL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Administered => "administered",
            Self::Answered => "answered",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Completed => "completed",
            Self::Expired => "expired",
            Self::Invalidated => "invalidated",
            Self::Reset => "reset",
        }
    }
}

impl AttemptEvent {
    /// The event's column in the table.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Started(_) => EventKind::Started,
            Self::Administered { .. } => EventKind::Administered,
            Self::Answered { .. } => EventKind::Answered,
            Self::Paused { .. } => EventKind::Paused,
            Self::Resumed { .. } => EventKind::Resumed,
            Self::Completed { .. } => EventKind::Completed,
            Self::Expired { .. } => EventKind::Expired,
            Self::Invalidated { .. } => EventKind::Invalidated,
            Self::Reset { .. } => EventKind::Reset,
        }
    }
}

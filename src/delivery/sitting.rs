//! An attempt with its log and all that it pins: what every verb about an attempt opens, changes and saves.
//!
//! The log decides; the attempt's row follows it. Nothing here is acknowledged before `Sitting::save` or
//! `Sitting::save_with_others` says so.

use item_bank::{ItemId, NormalPrior};

use super::library::Pinned;
use super::{DeliveryError, Service, field_test};
use crate::adaptive::{
    self, Assembly, ChoiceReport, ItemOrder, LoggedResponse, PlanError, ResponseLog, ShadowReport,
    ShadowStatus, Step,
};
use crate::assessment::{Actor, AttemptEvent, AttemptState, ExpiryReason, PauseReason, Started, transition};
use crate::clock::Millis;
use crate::store::attempt_changes::{AttemptChange, write_changes};
use crate::store::attempts::{Attempt, StoredPlacement, find_attempt};
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::events::{LoggedEvent, read_log};
use crate::store::{AttemptId, StoreError};

/// Times a verb is tried again when somebody else wrote to the same log in between.
pub(super) const TRIES_MAX: u32 = 5;

/// An attempt, open for one change.
#[derive(Debug, Clone)]
pub struct Sitting {
    /// The row, as it will be after the events recorded so far.
    pub attempt: Attempt,
    /// The whole log, with the events recorded so far.
    pub log: Vec<LoggedEvent>,
    /// Bank, plan, policy.
    pub pinned: Pinned,
    saved_position: u32,
}

impl Sitting {
    /// A sitting that begins: the row as it will be inserted, with an empty log.
    pub(super) fn begin(attempt: Attempt, pinned: Pinned) -> Self {
        assert_eq!(attempt.next_position, 0, "a new attempt has an empty log");
        Self { attempt, log: Vec::new(), pinned, saved_position: 0 }
    }

    /// The attempt as it is stored, whatever is due; the log from memory where it is whole there.
    pub(super) async fn open(service: &Service, id: &AttemptId) -> Result<Self, DeliveryError> {
        let mut connection = service.store.read().await?;
        let attempt = find_attempt(&mut connection, id).await?;
        let attempt = attempt.ok_or_else(|| DeliveryError::not_found("attempt", id))?;
        let log = match service.logs.log(id, attempt.next_position) {
            Some(log) => log,
            None => read_log(&mut connection, id, attempt.next_position).await?,
        };
        drop(connection);
        Self::of(service, attempt, log).await
    }

    /// The attempt as this node wrote it last, when it is kept. Another node may have written since: what is made of it
    /// stands only once it is saved, and nobody is refused or shown anything on its word alone.
    pub(super) async fn open_from_memory(
        service: &Service,
        id: &AttemptId,
    ) -> Result<Option<Self>, DeliveryError> {
        match service.logs.take(id) {
            Some((attempt, log)) => Self::of(service, attempt, log).await.map(Some),
            None => Ok(None),
        }
    }

    /// The attempt as it is on disk, whatever is due.
    pub(super) async fn open_from_disk(service: &Service, id: &AttemptId) -> Result<Self, DeliveryError> {
        let mut connection = service.store.read().await?;
        let attempt = find_attempt(&mut connection, id).await?;
        let attempt = attempt.ok_or_else(|| DeliveryError::not_found("attempt", id))?;
        // No transaction: below the position of the row, a log never changes.
        let log = read_log(&mut connection, id, attempt.next_position).await?;
        drop(connection);
        Self::of(service, attempt, log).await
    }

    async fn of(service: &Service, attempt: Attempt, log: Vec<LoggedEvent>) -> Result<Self, DeliveryError> {
        let started = match log.first().map(|logged| &logged.event) {
            Some(AttemptEvent::Started(started)) => Some(started),
            _ => None,
        };
        let mut pinned = service.library.pinned(&attempt.pins).await?;
        if let Some(started) = started
            && (started.item_order != ItemOrder::Id || !started.accommodations.is_empty())
        {
            let (needed, order) = (&started.accommodations, started.item_order);
            let pool = service.library.pool_in(&attempt.pins, needed, order).await?;
            pinned.pool = pool.map_err(PlanError::Unfit)?;
        }
        if let Some(version) = started.and_then(|started| started.exposure_version) {
            pinned.exposure = service.library.exposure(&attempt.pins, version).await?;
        }
        let saved_position = attempt.next_position;
        Ok(Self { attempt, log, pinned, saved_position })
    }

    /// The attempt as it is at `now`: paused or expired first when that is due, whether or not the sweep came by.
    pub(super) async fn open_at(
        service: &Service,
        id: &AttemptId,
        now: Millis,
    ) -> Result<Self, DeliveryError> {
        for _ in 0..TRIES_MAX {
            let mut sitting = Self::open(service, id).await?;
            if !sitting.record_what_is_due(now)? || sitting.save(service, &[]).await? {
                return Ok(sitting);
            }
        }
        Err(contended(id))
    }

    /// Takes an event into the log and brings the row in step with it.
    pub(super) fn record(&mut self, event: AttemptEvent, at: Millis) -> Result<(), DeliveryError> {
        let attempt = &mut self.attempt;
        if !self.log.is_empty() {
            attempt.state = transition(attempt.state, &event)?;
        }
        let is_activity = matches!(
            event,
            AttemptEvent::Started(_) | AttemptEvent::Answered { .. } | AttemptEvent::Resumed { .. }
        );
        let pool = &self.pinned.pool;
        let is_scored = matches!(&event, AttemptEvent::Answered { item, .. } if !pool.is_field_test(item));
        let ends = matches!(event, AttemptEvent::Completed { .. } | AttemptEvent::Expired { .. });
        if is_activity {
            attempt.last_activity = at;
        }
        if !attempt.state.is_open() && attempt.finished_at.is_none() {
            attempt.finished_at = Some(at);
        }
        self.log.push(LoggedEvent { position: attempt.next_position, at, event });
        attempt.next_position += 1;
        attempt.sweep_at = sweep_at(attempt, self.pinned.policy.inactivity_limit_ms());
        if is_scored {
            self.attempt.answered += 1;
            self.attempt.placement = Some(self.placement()?);
        }
        if ends {
            self.attempt.plan_met = self.meets_plan()?;
        }
        Ok(())
    }

    /// Records the inactivity pause or the expiry that is due at `now`; false when nothing is.
    pub(super) fn record_what_is_due(&mut self, now: Millis) -> Result<bool, DeliveryError> {
        let mut recorded = false;
        if let Some((at, event)) = self.due_pause(now) {
            self.record(event, at)?;
            recorded = true;
        }
        if let Some((at, event)) = self.due_expiry(now) {
            self.record(event, at)?;
            recorded = true;
        }
        Ok(recorded)
    }

    /// Whether a pause or an expiry is due at `now`.
    pub(super) fn is_overdue(&self, now: Millis) -> bool {
        self.due_pause(now).is_some() || self.due_expiry(now).is_some()
    }

    fn due_pause(&self, now: Millis) -> Option<(Millis, AttemptEvent)> {
        let idle_at = self.attempt.last_activity.plus(self.pinned.policy.inactivity_limit_ms());
        let ends_first = self.attempt.expires_at.is_some_and(|expires_at| expires_at <= idle_at);
        let is_due = self.attempt.state == AttemptState::InProgress && idle_at <= now && !ends_first;
        is_due
            .then_some((idle_at, AttemptEvent::Paused { by: Actor::System, reason: PauseReason::Inactivity }))
    }

    fn due_expiry(&self, now: Millis) -> Option<(Millis, AttemptEvent)> {
        let expires_at = self.attempt.expires_at.filter(|&at| at <= now && self.attempt.state.is_open())?;
        let lifetime_days = self.pinned.policy.terms().attempt_lifetime_days;
        let lifetime_end =
            lifetime_days.map(|days| self.attempt.started_at.plus(i64::from(days) * 86_400_000));
        let reason = match lifetime_end {
            Some(end) if end <= expires_at => ExpiryReason::LifetimeEnded,
            _ => ExpiryReason::WindowClosed,
        };
        Some((expires_at, AttemptEvent::Expired { reason }))
    }

    /// Writes the events recorded since it was opened, the row and the audit entries in one transaction; false, with
    /// nothing written, when somebody else wrote to the log in between. True: it is on disk.
    pub(super) async fn save(&mut self, service: &Service, audit: &[AuditEntry]) -> Result<bool, StoreError> {
        match self.write(service, audit).await {
            // The database wrote nothing, in favour of somebody else.
            Err(error) if error.is_undone() => Ok(false),
            written => written,
        }
    }

    async fn write(&mut self, service: &Service, audit: &[AuditEntry]) -> Result<bool, StoreError> {
        let change = self.change();
        let mut transaction = service.store.begin_write().await?;
        if write_changes(&mut transaction, &[&change]).await?.is_empty() {
            transaction.rollback().await?;
            return Ok(false);
        }
        for entry in audit {
            append_audit(&mut transaction, entry).await?;
        }
        transaction.commit().await?;
        self.saved_position = self.attempt.next_position;
        service.logs.keep(self.attempt.clone(), self.log.clone());
        Ok(true)
    }

    /// The same without audit entries, in a transaction that changes of other attempts may share.
    pub(super) async fn save_with_others(&mut self, service: &Service) -> Result<bool, StoreError> {
        let written = service.commits.write(self.change()).await?;
        if written {
            self.saved_position = self.attempt.next_position;
        }
        Ok(written)
    }

    /// What is written when this is saved.
    fn change(&self) -> AttemptChange {
        AttemptChange {
            attempt: self.attempt.clone(),
            read_at_position: self.saved_position,
            events: self.unsaved().to_vec(),
            field_test_answers: field_test::answers(self),
        }
    }

    /// Leaves the attempt, as it is on disk, to the next verb.
    pub(super) fn keep(self, service: &Service) {
        service.logs.keep(self.attempt, self.log);
    }

    /// Events recorded and not yet saved.
    pub(super) fn unsaved(&self) -> &[LoggedEvent] {
        &self.log[self.saved_position as usize..]
    }

    /// The event that every log begins with.
    pub fn started(&self) -> Result<&Started, DeliveryError> {
        match self.log.first().map(|logged| &logged.event) {
            Some(AttemptEvent::Started(started)) => Ok(started),
            _ => Err(self.broken("it does not begin with started".to_owned())),
        }
    }

    /// The log as the engine sees it.
    pub fn responses(&self) -> Result<ResponseLog, DeliveryError> {
        let started = self.started()?;
        let start = NormalPrior::new(started.prior_mean, started.prior_standard_deviation)
            .map_err(|error| self.broken(error.to_string()))?;
        let responses = self.log.iter().filter_map(|logged| match &logged.event {
            AttemptEvent::Answered { item, score, .. } => {
                Some(LoggedResponse { item: item.clone(), score: *score })
            }
            _ => None,
        });
        let inherited = self.log.iter().filter_map(|logged| match &logged.event {
            AttemptEvent::Administered { item, shadow_test: Some(report), .. } => {
                (report.status == ShadowStatus::Inherited).then_some(item)
            }
            _ => None,
        });
        Ok(ResponseLog {
            seed: started.seed,
            start,
            seen: started.seen.clone(),
            field_test: started.field_test.clone(),
            inherited: inherited.cloned().collect(),
            responses: responses.collect(),
        })
    }

    /// What the engine says now. Where it assembles a shadow test, which takes milliseconds, it does so on a thread for such
    /// work: the requests that share this one do not wait for it.
    pub(super) async fn next_step_aside(&self) -> Result<(Step, ChoiceReport), DeliveryError> {
        if self.pinned.plan.selection.assembly == Assembly::ItemByItem {
            return self.next_step_with_report();
        }
        let aside = self.clone();
        match tokio::task::spawn_blocking(move || aside.next_step_with_report()).await {
            Ok(found) => found,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(StoreError::Unserved("the server is stopping").into()),
            },
        }
    }

    /// What the engine says now.
    pub fn next_step(&self) -> Result<Step, DeliveryError> {
        self.next_step_with_report().map(|(step, _)| step)
    }

    /// The same, with how its item was chosen.
    pub fn next_step_with_report(&self) -> Result<(Step, ChoiceReport), DeliveryError> {
        let log = self.responses()?;
        let (pool, plan) = (&self.pinned.pool, &self.pinned.plan);
        Ok(adaptive::next_step_with_report(pool, plan, &self.pinned.exposure, &log))
    }

    /// The item that was shown and not answered yet.
    #[must_use]
    pub fn awaiting(&self) -> Option<&ItemId> {
        let turns = self.log.iter().rev().map(|logged| &logged.event);
        let mut turns = turns.filter(|event| {
            matches!(event, AttemptEvent::Administered { .. } | AttemptEvent::Answered { .. })
        });
        match turns.next() {
            Some(AttemptEvent::Administered { item, .. }) => Some(item),
            _ => None,
        }
    }

    /// Since when the student has the item that waits for an answer before them: since it was given, or since the attempt
    /// was last resumed. A pause is no time at an item.
    #[must_use]
    pub fn shown_at(&self) -> Option<Millis> {
        let shows = |event: &AttemptEvent| {
            matches!(event, AttemptEvent::Administered { .. } | AttemptEvent::Resumed { .. })
        };
        Some(self.log.iter().rev().find(|logged| shows(&logged.event))?.at)
    }

    /// Where the answers so far place the student.
    fn placement(&self) -> Result<StoredPlacement, DeliveryError> {
        let log = self.responses()?;
        let estimate = adaptive::estimate(&self.pinned.pool, &self.pinned.plan, &log);
        let estimate = estimate.map_err(|misfit| self.broken(misfit.to_string()))?;
        let progression = self.pinned.bank.progression();
        Ok(StoredPlacement {
            theta: estimate.theta.0,
            standard_error: estimate.standard_error,
            level: progression.map(|progression| progression.level_of(estimate.theta)),
        })
    }

    /// Whether the answers so far meet every minimum of the plan.
    fn meets_plan(&self) -> Result<bool, DeliveryError> {
        let met = adaptive::meets_plan(&self.pinned.pool, &self.pinned.plan, &self.responses()?);
        met.map_err(|misfit| self.broken(misfit.to_string()))
    }

    fn broken(&self, reason: String) -> DeliveryError {
        DeliveryError::BrokenLog { id: self.attempt.id.to_string(), reason }
    }
}

/// The error after [`TRIES_MAX`] tries.
pub(super) fn contended(id: &AttemptId) -> DeliveryError {
    DeliveryError::Contended { what: "attempt", id: id.to_string() }
}

/// When the sweep has to look at an attempt again.
fn sweep_at(attempt: &Attempt, inactivity_limit_ms: i64) -> Option<Millis> {
    match attempt.state {
        AttemptState::InProgress => {
            let idle_at = attempt.last_activity.plus(inactivity_limit_ms);
            Some(attempt.expires_at.map_or(idle_at, |expires_at| expires_at.min(idle_at)))
        }
        AttemptState::Paused => attempt.expires_at,
        AttemptState::Completed | AttemptState::Expired | AttemptState::Invalidated | AttemptState::Reset => {
            None
        }
    }
}

/// Counts how the search for a shadow test ended, and says so where the test was not proven best.
pub(super) fn note_shadow_test(ShadowReport { status, nodes, .. }: ShadowReport, plan: &str) {
    let outcome = status.as_str();
    metrics::counter!("waymark_shadow_tests_total", "outcome" => outcome).increment(1);
    if !matches!(status, ShadowStatus::Optimal | ShadowStatus::Kept) {
        tracing::warn!(plan.id = plan, outcome, nodes, "a shadow test was not proven best: {outcome}");
    }
}

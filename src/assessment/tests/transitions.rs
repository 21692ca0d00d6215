//! Every pair of state and event, and whole logs.

use item_bank::{Accommodations, Answer, ItemId};

use crate::assessment::{
    Actor, AttemptEvent, AttemptState, CompletionReason, EventKind, ExpiryReason, PauseReason, Pin, Started,
    TransitionError, begin, state_after, transition,
};

fn event(kind: EventKind) -> AttemptEvent {
    let pin = || Pin { id: "fractions".to_owned(), version: 1 };
    let item = || ItemId::new("item-1").unwrap();
    let staff = || Actor::Account("t1".to_owned());
    match kind {
        EventKind::Started => AttemptEvent::Started(Box::new(Started {
            seed: 7,
            prior_mean: 0.0,
            prior_standard_deviation: 1.0,
            seen: vec![item()],
            field_test: crate::adaptive::FieldTestCounts::none(),
            exposure_version: None,
            item_order: crate::adaptive::ItemOrder::Id,
            bank: pin(),
            plan: pin(),
            policy: pin(),
            grade: 4,
            accommodations: Accommodations::none(),
            unlock_id: None,
        })),
        EventKind::Administered => {
            AttemptEvent::Administered { item: item(), shadow_test: None, exposure: None }
        }
        EventKind::Answered => AttemptEvent::Answered {
            item: item(),
            answer: Answer::Number { text: "1/2".to_owned() },
            score: 1,
            elapsed_ms: 9_000,
        },
        EventKind::Paused => AttemptEvent::Paused { by: Actor::System, reason: PauseReason::Inactivity },
        EventKind::Resumed => AttemptEvent::Resumed { by: Actor::Student },
        EventKind::Completed => AttemptEvent::Completed { reason: CompletionReason::HandedIn },
        EventKind::Expired => AttemptEvent::Expired { reason: ExpiryReason::WindowClosed },
        EventKind::Invalidated => AttemptEvent::Invalidated { by: staff(), reason: "fire drill".to_owned() },
        EventKind::Reset => AttemptEvent::Reset { by: staff(), reason: "wrong student".to_owned() },
    }
}

#[test]
fn every_pair_is_legal_as_listed_or_refused_with_the_same_error() {
    use AttemptState as S;
    use EventKind as E;
    // Written the other way round than the table, so that a slip in either shows.
    let legal = [
        (S::InProgress, vec![(E::Administered, S::InProgress), (E::Answered, S::InProgress)]),
        (S::InProgress, vec![(E::Paused, S::Paused), (E::Completed, S::Completed)]),
        (
            S::InProgress,
            vec![(E::Expired, S::Expired), (E::Invalidated, S::Invalidated), (E::Reset, S::Reset)],
        ),
        (S::Paused, vec![(E::Paused, S::Paused), (E::Resumed, S::InProgress), (E::Expired, S::Expired)]),
        (S::Paused, vec![(E::Invalidated, S::Invalidated), (E::Reset, S::Reset)]),
        (S::Completed, vec![(E::Invalidated, S::Invalidated), (E::Reset, S::Reset)]),
        (S::Expired, vec![(E::Invalidated, S::Invalidated), (E::Reset, S::Reset)]),
        (S::Invalidated, vec![(E::Reset, S::Reset)]),
    ];
    let allowed = |state, kind| {
        let rows = legal.iter().filter(|(from, _)| *from == state);
        rows.flat_map(|(_, pairs)| pairs).find(|(event, _)| *event == kind).map(|(_, to)| *to)
    };
    let mut pairs = 0;
    for state in AttemptState::ALL {
        for kind in EventKind::ALL {
            let expected = allowed(state, kind).ok_or(TransitionError::Refused { state, event: kind });
            assert_eq!(transition(state, &event(kind)), expected, "{state} {kind:?}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 54);
}

#[test]
fn only_started_begins_a_log() {
    for kind in EventKind::ALL {
        let expected = match kind {
            EventKind::Started => Ok(AttemptState::InProgress),
            other => Err(TransitionError::NotStarted { event: other }),
        };
        assert_eq!(begin(&event(kind)), expected);
    }
    assert_eq!(state_after(&[]), Err(TransitionError::EmptyLog));
}

#[test]
fn a_whole_log_ends_in_the_state_of_its_last_event() {
    use EventKind as E;
    let log = |kinds: &[EventKind]| state_after(&kinds.iter().copied().map(event).collect::<Vec<_>>());
    let answered =
        [E::Started, E::Administered, E::Answered, E::Administered, E::Paused, E::Resumed, E::Answered];
    assert_eq!(log(&answered), Ok(AttemptState::InProgress));
    assert_eq!(log(&[E::Started, E::Paused, E::Expired, E::Reset]), Ok(AttemptState::Reset));
    assert_eq!(
        log(&[E::Started, E::Paused, E::Answered]).unwrap_err().to_string(),
        "an attempt that is paused cannot take the event answered"
    );
}

#[test]
fn an_event_survives_the_log_and_names_its_kind_there() {
    for kind in EventKind::ALL {
        let written = serde_json::to_value(event(kind)).unwrap();
        assert_eq!(written["kind"], kind.as_str());
        assert_eq!(serde_json::from_value::<AttemptEvent>(written).unwrap(), event(kind));
    }
}

#[test]
fn a_state_is_read_back_from_its_word() {
    for state in AttemptState::ALL {
        assert_eq!(AttemptState::parse(state.as_str()), Some(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    assert_eq!(AttemptState::parse("finished"), None);
}

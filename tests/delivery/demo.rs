//! The demo's school: its stories hold, and every one of its attempts is proven by its log.

use waymark::assessment::AttemptState;
use waymark::delivery::demo::{self, DemoError};
use waymark::delivery::people::sign_in::{self, Credentials};
use waymark::delivery::secrets::SecretHasher;
use waymark::delivery::{self, Service};
use waymark::store::attempts::{find_attempt, list_attempt_ids};
use waymark::store::unlocks::list_unlocks;

use crate::support::app::CHEAP;
use crate::support::clock::MORNING;
use crate::support::database::databases;
use crate::support::students::list_students;

/// Enough students for every story.
const STUDENTS: usize = 11;

#[tokio::test]
async fn the_demo_school_is_what_it_says() {
    for database in databases().await {
        let service = Service::new(database.store.clone());
        let hasher = SecretHasher::new(CHEAP, 2).unwrap();
        assert!(!demo::is_seeded(&service).await.unwrap());
        demo::seed_classes_of(&service, MORNING, &hasher, STUDENTS).await.unwrap();
        assert!(demo::is_seeded(&service).await.unwrap());
        let again = demo::seed_classes_of(&service, MORNING, &hasher, STUDENTS).await.unwrap_err();
        assert!(matches!(again, DemoError::NotEmpty));
        people_can_sign_in(&service, &hasher).await;
        every_attempt_replays(&service).await;
        somebody_may_start_a_validation(&service).await;
    }
}

async fn people_can_sign_in(service: &Service, hasher: &SecretHasher) {
    let credentials =
        Credentials::Adult { username: "teacher".to_owned(), password: demo::ADULT_PASSWORD.to_owned() };
    let opened = sign_in::sign_in(&service.store, hasher, MORNING, &credentials).await.unwrap();
    assert_eq!(opened.viewer.display_name, "Ms. Okafor");
}

async fn every_attempt_replays(service: &Service) {
    let mut connection = service.store.read().await.unwrap();
    let ids = list_attempt_ids(&mut connection, None, 1_000).await.unwrap();
    assert!(ids.len() > 50, "{}", ids.len());
    let mut underway = 0;
    for id in &ids {
        let replay = delivery::replay(service, id).await.unwrap();
        assert_eq!(replay.difference, None, "{id}");
        let attempt = find_attempt(&mut connection, id).await.unwrap().unwrap();
        underway += u32::from(attempt.state == AttemptState::InProgress);
    }
    assert_eq!(underway, 1, "one attempt is in progress");
}

async fn somebody_may_start_a_validation(service: &Service) {
    let mut connection = service.store.read().await.unwrap();
    let mut live = 0;
    for student in list_students(&mut connection).await {
        for (level, _) in demo::VALIDATED_LEVELS {
            let assessment = format!("validate-{level}").into();
            let unlocks = list_unlocks(&mut connection, &student.id, &assessment).await.unwrap();
            let statuses = unlocks.iter().map(|unlock| unlock.decision().status(MORNING));
            live += statuses.filter(|status| *status == waymark::assessment::UnlockStatus::Live).count();
        }
    }
    assert!(live >= 2, "{live} live unlocks");
}

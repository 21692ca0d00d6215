//! Makes the demo school in an empty database.

use super::DemoError;
use super::assessments::publish_all;
use super::history::History;
use super::people::{CLASS_SIZE, add_people, is_demo, is_empty};
use super::school_day::at_school;
use super::story::HISTORY_DAYS;
use crate::clock::Millis;
use crate::delivery::Service;
use crate::delivery::secrets::SecretHasher;

/// Days before the history in which the school was set up.
const SETTING_UP_DAYS: u16 = 7;

/// Whether the database holds the demo's school already.
pub async fn is_seeded(service: &Service) -> Result<bool, DemoError> {
    is_demo(service).await
}

/// Makes the school with twelve weeks of history up to `now`. The database must hold no school.
pub async fn seed(service: &Service, now: Millis, hasher: &SecretHasher) -> Result<(), DemoError> {
    seed_classes_of(service, now, hasher, CLASS_SIZE).await
}

/// Makes the school with at most this many students in each class; the first ones are those of the stories.
pub async fn seed_classes_of(
    service: &Service,
    now: Millis,
    hasher: &SecretHasher,
    students: usize,
) -> Result<(), DemoError> {
    let students = students.min(CLASS_SIZE);
    if !is_empty(service).await? {
        return Err(DemoError::NotEmpty);
    }
    let begin = at_school(now, HISTORY_DAYS + SETTING_UP_DAYS, 0);
    let people = add_people(service, begin, hasher, students).await?;
    let assessments = publish_all(service, begin, &people.staff).await?;
    let history = History { service, now, assessments: &assessments };
    for (class_number, class) in people.classes.iter().enumerate() {
        for number in 0..students {
            history.live((class_number, class), number).await?;
        }
    }
    Ok(())
}

//! What people are shown, on both databases.

mod bank_comparison;
mod board;
mod class;
mod evidence;
mod groups;
mod home;
mod result;
mod wright;

use waymark::clock::Millis;
use waymark::store::classes::{self, Class, ClassStatus, MemberRole};
use waymark::store::{AccountId, ClassId};

use crate::support::assessed_school::AssessedSchool;
use crate::support::clock::MORNING;

/// One minute.
const MINUTE: i64 = 60_000;
/// One day of 24 hours.
const DAY: i64 = 24 * 60 * MINUTE;

/// The morning some days later.
fn day(days: i64) -> Millis {
    MORNING.plus(days * DAY)
}

/// A class of these students.
async fn class_of(school: &AssessedSchool, students: &[AccountId]) -> ClassId {
    let id = ClassId::from("class");
    let class = Class {
        id: id.clone(),
        school_id: "school".into(),
        name: "Trail 5".to_owned(),
        code: "TRAIL5".to_owned(),
        grade: Some(5),
        external_id: None,
        status: ClassStatus::Active,
        created_at: MORNING,
    };
    let mut transaction = school.service.store.begin_write().await.unwrap();
    classes::insert(&mut transaction, &class).await.unwrap();
    for student in students {
        classes::put_member(&mut transaction, &id, student, MemberRole::Student).await.unwrap();
    }
    classes::put_member(&mut transaction, &id, &school.teacher, MemberRole::Teacher).await.unwrap();
    transaction.commit().await.unwrap();
    id
}

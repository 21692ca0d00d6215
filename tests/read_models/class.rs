//! The class overview and its three lists.

use serde_json::json;
use waymark::assessment::{Recommendation, Verdict};
use waymark::delivery::read_models::{ClassOverview, class_overview};
use waymark::delivery::{self, DeliveryError, GrantUnlock, PublishDocument, student_readiness};
use waymark::store::assessments::find_assessment;
use waymark::store::{ClassId, PageRequest};

use super::{class_of, day};
use crate::support::assessed_school::{AssessedSchool, schools, validation, with_field};
use crate::support::small_bank;

async fn overview(school: &AssessedSchool, class: &ClassId, days: i64) -> ClassOverview {
    class_overview(&school.service, day(days), class, PageRequest::first()).await.unwrap()
}

fn names(listed: &[waymark::delivery::read_models::Listed]) -> Vec<(&str, &str)> {
    listed.iter().map(|entry| (entry.name.as_str(), entry.why.as_str())).collect()
}

#[actix_web::test]
async fn a_class_without_attempts_has_empty_cells_and_empty_lists() {
    for school in schools().await {
        let class = class_of(&school, &school.students).await;
        let seen = overview(&school, &class, 0).await;
        assert_eq!((seen.class_name.as_str(), seen.total_students), ("Trail 5", 2));
        assert_eq!(
            seen.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
            ["Find your level"]
        );
        assert_eq!(seen.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["ana", "ben"]);
        let cell = &seen.rows[0].cells[0];
        assert_eq!((cell.place, cell.attempts_left), (None, Some(3)));
        assert_eq!(cell.validations[0].recommendation, Recommendation::NotEnoughEvidence);
        assert!(seen.ready.is_empty() && seen.stalled.is_empty() && seen.running_out.is_empty());
    }
}

#[actix_web::test]
async fn who_is_ready_is_listed_until_unlocked_and_agrees_with_the_students_own_readiness() {
    for school in schools().await {
        let class = class_of(&school, &school.students).await;
        school.take(school.ana(), &school.levelling, day(1), 2.5).await.unwrap();
        school.take(school.ana(), &school.levelling, day(2), 2.5).await.unwrap();
        school.take(&school.students[1], &school.levelling, day(2), -1.0).await.unwrap();
        let seen = overview(&school, &class, 3).await;
        let state = &seen.rows[0].cells[0].validations[0];
        let mut connection = school.service.store.read().await.unwrap();
        let validation = find_assessment(&mut connection, &school.validation).await.unwrap().unwrap();
        drop(connection);
        let own = student_readiness(&school.service, day(3), school.ana(), &validation).await.unwrap();
        assert_eq!(state.probability, own.probability());
        assert_eq!(state.recommendation, Recommendation::Unlock);
        assert_eq!(seen.ready.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["ana"]);
        assert_eq!(seen.rows[1].cells[0].validations[0].recommendation, Recommendation::Wait);

        let grant = GrantUnlock {
            by: &school.teacher,
            student: school.ana(),
            assessment: &school.validation,
            reason: None,
            note: None,
            open_through: None,
        };
        let unlock = delivery::grant_unlock(&school.service, day(3), &grant).await.unwrap();
        let unlocked = overview(&school, &class, 3).await;
        let state = &unlocked.rows[0].cells[0].validations[0];
        assert_eq!(state.unlock_id.as_deref(), Some(unlock.id.as_str()));
        assert!(unlocked.ready.is_empty());

        school.take(school.ana(), &school.validation, day(4), 3.0).await.unwrap();
        let validated = overview(&school, &class, 60).await;
        let state = &validated.rows[0].cells[0].validations[0];
        assert_eq!(
            (state.verdict, state.unlock_id.as_deref(), state.attempts_left),
            (Some(Verdict::Validated), None, Some(1))
        );
        // Done: neither quiet nor running out.
        assert!(names(&validated.stalled).iter().all(|(name, _)| *name != "ana"));
        assert!(names(&validated.running_out).iter().all(|(name, _)| *name != "ana"));
    }
}

#[actix_web::test]
async fn the_stalled_and_those_running_out_are_listed_with_the_reason() {
    for school in schools().await {
        let class = class_of(&school, &school.students).await;
        let ben = &school.students[1];
        for (days, knows_up_to) in [(1, 0.0), (2, -2.0), (3, -2.0)] {
            school.take(ben, &school.levelling, day(days), knows_up_to).await.unwrap();
        }
        school.take(school.ana(), &school.levelling, day(3), -1.0).await.unwrap();
        let seen = overview(&school, &class, 4).await;
        assert_eq!(names(&seen.stalled), [("ben", "The last 2 attempts brought no higher place.")]);
        assert_eq!(names(&seen.running_out), [("ben", "No attempt left at self-levelling.")]);
        let later = overview(&school, &class, 40).await;
        assert_eq!(names(&later.stalled)[0], ("ana", "No attempt for 36 days."));
    }
}

#[actix_web::test]
async fn a_class_is_read_page_by_page() {
    for school in schools().await {
        let class = class_of(&school, &school.students).await;
        let page = PageRequest::new(1, 1).unwrap();
        let seen = class_overview(&school.service, day(0), &class, page).await.unwrap();
        assert_eq!(seen.total_students, 2);
        assert_eq!(seen.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["ben"]);
        let refused = class_overview(&school.service, day(0), &ClassId::from("none"), page).await;
        assert!(matches!(refused, Err(DeliveryError::NotFound { what: "class", .. })));
    }
}

#[actix_web::test]
async fn evidence_of_years_ago_counts_for_a_class_as_for_its_students() {
    for school in schools().await {
        let class = class_of(&school, &school.students).await;
        let rule = json!({ "recommended_at": 0.8, "evidence_days": 1_000, "minimum_answers": 10, "variance_per_day": 0.001 });
        let policy = with_field(&small_bank::validation_policy_text(), "readiness", rule);
        let publish =
            PublishDocument { id: "validation", document: &policy, by: &school.staff, reason: "longer" };
        delivery::publish_policy(&school.service, day(0), &publish).await.unwrap();
        let mut offered = validation();
        offered.pins.policy_version = 2;
        delivery::publish_assessment(&school.service, day(0), &offered, &school.staff).await.unwrap();
        for number in [1, 2] {
            school.take(school.ana(), &school.levelling, day(number), 2.5).await.unwrap();
        }
        let seen = overview(&school, &class, 600).await;
        let mut connection = school.service.store.read().await.unwrap();
        let validation = find_assessment(&mut connection, &school.validation).await.unwrap().unwrap();
        drop(connection);
        let own = student_readiness(&school.service, day(600), school.ana(), &validation).await.unwrap();
        assert!(own.probability().is_some());
        assert_eq!(seen.rows[0].cells[0].validations[0].probability, own.probability());
    }
}

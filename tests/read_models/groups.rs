//! Groups with the same next step.

use waymark::delivery::DeliveryError;
use waymark::delivery::read_models::groups;
use waymark::store::AssessmentId;

use super::{class_of, day};
use crate::support::assessed_school::schools;

#[actix_web::test]
async fn students_on_the_same_level_have_the_same_next_step() {
    for school in schools().await {
        let class = class_of(&school, &school.students).await;
        let empty = groups(&school.service, day(0), &class, &school.levelling).await.unwrap();
        assert_eq!(
            empty.not_placed.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(),
            ["ana", "ben"]
        );
        assert!(empty.by_step.is_empty() && empty.by_need.is_empty());
        school.take(school.ana(), &school.levelling, day(1), -2.0).await.unwrap();
        school.take(&school.students[1], &school.levelling, day(1), -2.0).await.unwrap();
        let together = groups(&school.service, day(2), &class, &school.levelling).await.unwrap();
        assert_eq!(together.by_step.len(), 1);
        assert_eq!(together.by_step[0].title, "Level one");
        assert_eq!(together.by_step[0].next_steps, ["after Level one"]);
        assert_eq!(together.by_step[0].students.len(), 2);
        // The highest counts: a better second attempt moves ana on.
        school.take(school.ana(), &school.levelling, day(3), 3.0).await.unwrap();
        let apart = groups(&school.service, day(4), &class, &school.levelling).await.unwrap();
        let titles: Vec<(&str, &str)> = apart
            .by_step
            .iter()
            .map(|group| (group.title.as_str(), group.students[0].name.as_str()))
            .collect();
        assert_eq!(titles[0], ("Level one", "ben"));
        assert_eq!(titles[1].1, "ana");
        let refused = groups(&school.service, day(0), &class, &AssessmentId::from("none")).await;
        assert!(matches!(refused, Err(DeliveryError::NotFound { what: "assessment", .. })));
    }
}

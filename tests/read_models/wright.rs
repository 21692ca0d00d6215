//! The Wright map.

use item_bank::ResponseModel;
use item_bank::Theta;
use item_bank::model::{PartialCredit, ThreePl};
use waymark::delivery::read_models::{location, wright_view};
use waymark::store::SchoolId;

use super::day;
use crate::support::assessed_school::schools;
use crate::support::small_bank::{INTERIM_ITEMS, SUMMATIVE_ITEMS};

#[actix_web::test]
async fn items_and_students_stand_on_one_continuum() {
    for school in schools().await {
        let taken = school.take(school.ana(), &school.levelling, day(1), 0.0).await.unwrap();
        school.take(school.ana(), &school.levelling, day(2), -3.0).await.unwrap();
        let map = wright_view(&school.service, &SchoolId::from("school"), ("small", 1)).await.unwrap();
        assert_eq!(map.rows.iter().map(|row| row.items).sum::<u32>(), INTERIM_ITEMS + SUMMATIVE_ITEMS);
        assert_eq!((map.students, map.items_without_place), (1, 0));
        // One student, where the attempt that counts places her.
        let theta = taken.attempt.placement.unwrap().theta;
        let here: Vec<_> = map.rows.iter().filter(|row| row.students > 0).collect();
        assert_eq!(here.len(), 1);
        assert!(here[0].low <= theta && theta < here[0].high, "{theta}");
        let elsewhere = wright_view(&school.service, &SchoolId::from("other"), ("small", 1)).await.unwrap();
        assert_eq!(elsewhere.students, 0);
    }
}

#[test]
fn an_item_stands_where_its_expected_score_is_midway() {
    let guessed = ResponseModel::ThreePl(ThreePl::new(1.3, 0.7, 0.2).unwrap());
    assert!((location(&guessed).0 - 0.7).abs() < 1e-9);
    let stepped = ResponseModel::PartialCredit(PartialCredit::new(&[-1.0, 2.0]).unwrap());
    let at = location(&stepped);
    assert!((stepped.expected_score(Theta(at.0)) - 1.0).abs() < 1e-9 && (at.0 - 0.5).abs() < 1e-6);
}

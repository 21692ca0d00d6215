//! Who there is.

use waymark::store::students::{Student, find_student};
use waymark::store::{AccountId, Connection};

/// Every active student, by id.
pub async fn list_students(connection: &mut Connection) -> Vec<Student> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select id from accounts where role = 'student' and status = 'active' order by id",
    )
    .fetch_all(&mut *connection)
    .await
    .expect("the accounts can be read");
    let mut students = Vec::new();
    for id in ids {
        let student = find_student(connection, &AccountId(id)).await.expect("the student can be read");
        students.extend(student);
    }
    students
}

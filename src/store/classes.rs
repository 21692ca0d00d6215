//! Classes and who belongs to them.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::accounts::{self, Account};
use super::row::find;
use super::{AccountId, ClassId, Page, PageRequest, RowReader, SchoolId, StoreError};
use crate::clock::Millis;

/// Whether a class is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassStatus {
    /// In use: its students sign in with its code.
    Active,
    /// Kept for the record.
    Archived,
}

impl ClassStatus {
    /// The word for it in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }

    /// The status a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Archived].into_iter().find(|status| status.as_str() == word)
    }
}

/// What somebody is in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberRole {
    /// Learns in it.
    Student,
    /// Looks after it.
    Teacher,
}

impl MemberRole {
    /// The word for it in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Teacher => "teacher",
        }
    }

    /// The role a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Student, Self::Teacher].into_iter().find(|role| role.as_str() == word)
    }
}

/// A class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its identifier.
    pub id: ClassId,
    /// The school.
    pub school_id: SchoolId,
    /// Its name.
    pub name: String,
    /// What its students type to sign in; upper case.
    pub code: String,
    /// The grade most of its students are in.
    pub grade: Option<u8>,
    /// Its identifier in the roster of the school's student information system.
    pub external_id: Option<String>,
    /// Whether it is in use.
    pub status: ClassStatus,
    /// When it was made.
    pub created_at: Millis,
}

macro_rules! columns {
    () => {
        "c.id, c.school_id, c.name, c.code, c.grade, c.external_id, c.status, c.created_at_ms"
    };
}

/// Adds a class.
pub async fn insert(connection: &mut AnyConnection, class: &Class) -> Result<(), StoreError> {
    sqlx::query(
        "insert into classes (id, school_id, name, code, grade, external_id, status, created_at_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(class.id.as_str())
    .bind(class.school_id.as_str())
    .bind(&class.name)
    .bind(&class.code)
    .bind(class.grade.map(i64::from))
    .bind(class.external_id.as_deref())
    .bind(class.status.as_str())
    .bind(class.created_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes everything but the identifier and the school.
pub async fn update(connection: &mut AnyConnection, class: &Class) -> Result<(), StoreError> {
    sqlx::query(
        "update classes set name = $2, code = $3, grade = $4, external_id = $5, status = $6 where id = $1",
    )
    .bind(class.id.as_str())
    .bind(&class.name)
    .bind(&class.code)
    .bind(class.grade.map(i64::from))
    .bind(class.external_id.as_deref())
    .bind(class.status.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// The class with this identifier.
pub async fn by_id(connection: &mut AnyConnection, id: &ClassId) -> Result<Option<Class>, StoreError> {
    let query =
        sqlx::query(concat!("select ", columns!(), " from classes c where c.id = $1")).bind(id.as_str());
    find(connection, query, read).await
}

/// The class with this code, which is upper case.
pub async fn by_code(connection: &mut AnyConnection, code: &str) -> Result<Option<Class>, StoreError> {
    let query = sqlx::query(concat!("select ", columns!(), " from classes c where c.code = $1")).bind(code);
    find(connection, query, read).await
}

/// The class a school's roster knows by this identifier.
pub async fn by_external_id(
    connection: &mut AnyConnection,
    school_id: &SchoolId,
    external_id: &str,
) -> Result<Option<Class>, StoreError> {
    let query = sqlx::query(concat!(
        "select ",
        columns!(),
        " from classes c where c.school_id = $1 and c.external_id = $2"
    ))
    .bind(school_id.as_str())
    .bind(external_id);
    find(connection, query, read).await
}

/// The classes of a school, by name.
pub async fn of_school(
    connection: &mut AnyConnection,
    school_id: &SchoolId,
    page: PageRequest,
) -> Result<Page<Class>, StoreError> {
    let total: i64 = sqlx::query_scalar("select count(*) from classes where school_id = $1")
        .bind(school_id.as_str())
        .fetch_one(&mut *connection)
        .await?;
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from classes c where c.school_id = $1 order by c.name, c.id limit $2 offset $3"
    ))
    .bind(school_id.as_str())
    .bind(i64::from(page.limit()))
    .bind(i64::from(page.offset()))
    .fetch_all(connection)
    .await?;
    Ok(Page::new(rows.iter().map(read).collect::<Result<_, _>>()?, total))
}

/// The active classes somebody belongs to in this role, by name.
pub async fn of_member(
    connection: &mut AnyConnection,
    account_id: &AccountId,
    role: MemberRole,
    page: PageRequest,
) -> Result<Page<Class>, StoreError> {
    let total: i64 = sqlx::query_scalar(
        "select count(*) from class_members m join classes c on c.id = m.class_id \
         where m.account_id = $1 and m.member_role = $2 and c.status = 'active'",
    )
    .bind(account_id.as_str())
    .bind(role.as_str())
    .fetch_one(&mut *connection)
    .await?;
    let rows = sqlx::query(concat!(
        "select ",
        columns!(),
        " from class_members m join classes c on c.id = m.class_id \
         where m.account_id = $1 and m.member_role = $2 and c.status = 'active' \
         order by c.name, c.id limit $3 offset $4"
    ))
    .bind(account_id.as_str())
    .bind(role.as_str())
    .bind(i64::from(page.limit()))
    .bind(i64::from(page.offset()))
    .fetch_all(connection)
    .await?;
    Ok(Page::new(rows.iter().map(read).collect::<Result<_, _>>()?, total))
}

/// The members of a class in this role, by name.
pub async fn members(
    connection: &mut AnyConnection,
    class_id: &ClassId,
    role: MemberRole,
) -> Result<Vec<Account>, StoreError> {
    let rows = sqlx::query(
        "select a.id, a.school_id, a.role, a.username, a.display_name, a.grade, a.secret_kind, a.status, \
         a.external_id, a.created_at_ms, a.updated_at_ms, a.accelerated, a.accommodations \
         from class_members m join accounts a on a.id = m.account_id \
         where m.class_id = $1 and m.member_role = $2 order by a.display_name, a.id",
    )
    .bind(class_id.as_str())
    .bind(role.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(accounts::read).collect()
}

/// A membership of which the roster knows both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterMembership {
    /// The class.
    pub class_id: ClassId,
    /// Its identifier outside.
    pub class_external_id: String,
    /// The member.
    pub account_id: AccountId,
    /// The member's identifier outside.
    pub person_external_id: String,
}

/// Every membership of a school whose person and class came by roster.
pub async fn roster_memberships(
    connection: &mut AnyConnection,
    school_id: &SchoolId,
) -> Result<Vec<RosterMembership>, StoreError> {
    let rows = sqlx::query(
        "select m.class_id, c.external_id as class_external_id, m.account_id, a.external_id as person_external_id \
         from class_members m join classes c on c.id = m.class_id join accounts a on a.id = m.account_id \
         where c.school_id = $1 and c.external_id is not null and a.external_id is not null \
         order by m.class_id, m.account_id",
    )
    .bind(school_id.as_str())
    .fetch_all(connection)
    .await?;
    let membership = |row: &AnyRow| {
        let reader = RowReader::new(row, "class_members", "class_id");
        Ok(RosterMembership {
            class_id: reader.id("class_id")?,
            class_external_id: reader.get("class_external_id")?,
            account_id: reader.id("account_id")?,
            person_external_id: reader.get("person_external_id")?,
        })
    };
    rows.iter().map(membership).collect()
}

/// Adds a member, or changes the role of one who is there.
pub async fn put_member(
    connection: &mut AnyConnection,
    class_id: &ClassId,
    account_id: &AccountId,
    role: MemberRole,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into class_members (class_id, account_id, member_role) values ($1, $2, $3) \
         on conflict (class_id, account_id) do update set member_role = excluded.member_role",
    )
    .bind(class_id.as_str())
    .bind(account_id.as_str())
    .bind(role.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a member out of a class; how many there were: 0 or 1.
pub async fn remove_member(
    connection: &mut AnyConnection,
    class_id: &ClassId,
    account_id: &AccountId,
) -> Result<u64, StoreError> {
    let done = sqlx::query("delete from class_members where class_id = $1 and account_id = $2")
        .bind(class_id.as_str())
        .bind(account_id.as_str())
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// What somebody is in a class; nothing when they are not in it.
pub async fn member_role(
    connection: &mut AnyConnection,
    class_id: &ClassId,
    account_id: &AccountId,
) -> Result<Option<MemberRole>, StoreError> {
    let row = sqlx::query(
        "select class_id, member_role from class_members where class_id = $1 and account_id = $2",
    )
    .bind(class_id.as_str())
    .bind(account_id.as_str())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    RowReader::new(&row, "class_members", "class_id").word("member_role", MemberRole::parse).map(Some)
}

/// Whether a teacher looks after an active class this student is in.
pub async fn teaches(
    connection: &mut AnyConnection,
    teacher_id: &AccountId,
    student_id: &AccountId,
) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "select count(*) as shared from class_members t \
         join class_members s on s.class_id = t.class_id and s.member_role = 'student' \
         join classes c on c.id = t.class_id and c.status = 'active' \
         where t.account_id = $1 and t.member_role = 'teacher' and s.account_id = $2",
    )
    .bind(teacher_id.as_str())
    .bind(student_id.as_str())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get::<i64, _>("shared")? > 0)
}

fn read(row: &AnyRow) -> Result<Class, StoreError> {
    let reader = RowReader::new(row, "classes", "id");
    Ok(Class {
        id: reader.id("id")?,
        school_id: reader.id("school_id")?,
        name: reader.get("name")?,
        code: reader.get("code")?,
        grade: reader.optional_number("grade")?,
        external_id: reader.get("external_id")?,
        status: reader.word("status", ClassStatus::parse)?,
        created_at: reader.time("created_at_ms")?,
    })
}

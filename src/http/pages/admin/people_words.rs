//! What the pages of classes say about people, pages of a list and refusals.

use crate::delivery::people::PeopleError;
use crate::http::error::ApiError;
use crate::http::pages::view::MarkView;
use crate::store::accounts::{AccountStatus, Role};
use crate::store::{PAGE_ROWS, PageRequest};

/// Where a list stands.
pub(super) struct Pager {
    pub(super) words: String,
    pub(super) earlier: Option<u32>,
    pub(super) later: Option<u32>,
}

impl Pager {
    /// The place of `shown` rows from `page` on, in a list of `total`.
    pub(super) fn new(page: PageRequest, shown: usize, total: u64) -> Self {
        let first = u64::from(page.offset());
        let last = first + shown as u64;
        Self {
            words: format!("{} to {last} of {total}", (first + 1).min(last)),
            earlier: (first > 0).then(|| page.offset().saturating_sub(page.limit())),
            later: (last < total && shown > 0).then(|| page.offset().saturating_add(page.limit())),
        }
    }
}

/// One page of a list, from `offset` on.
pub(super) fn page_from(offset: Option<u32>) -> PageRequest {
    PageRequest::new(PAGE_ROWS, offset.unwrap_or(0)).unwrap_or_else(PageRequest::first)
}

/// "Assessment staff".
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Student => "Student",
        Role::Teacher => "Teacher",
        Role::Staff => "Assessment staff",
        Role::Administrator => "Administrator",
    }
}

/// "Active", with its mark.
pub(super) fn status(status: AccountStatus) -> MarkView {
    match status {
        AccountStatus::Active => MarkView::new("good", "check", "Active"),
        AccountStatus::Disabled => MarkView::new("stop", "lock", "Disabled"),
    }
}

/// A grade, or a dash.
pub(super) fn grade(grade: Option<u8>) -> String {
    match grade {
        None => "–".to_owned(),
        Some(0) => "K".to_owned(),
        Some(grade) => grade.to_string(),
    }
}

/// The grade a field holds; nothing when it is empty.
pub(super) fn read_grade(text: &str) -> Result<Option<u8>, String> {
    match text.trim() {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| format!("A grade is a whole number from 0 to 12, not {text:?}.")),
    }
}

/// What a field holds; nothing when it is empty.
pub(super) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Why a change was refused, in words for the form; what is no refusal of values stays an error.
pub(super) fn refusal(error: PeopleError) -> Result<String, ApiError> {
    match error {
        PeopleError::Refused(_) | PeopleError::Taken { .. } | PeopleError::LastAdministrator => {
            Ok(format!("Nothing was changed: {error}."))
        }
        PeopleError::NotFound(_) | PeopleError::Secret(_) | PeopleError::Store(_) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_knows_what_comes_before_and_after() {
        let pager = Pager::new(page_from(Some(50)), 50, 120);
        assert_eq!(pager.words, "51 to 100 of 120");
        assert_eq!((pager.earlier, pager.later), (Some(0), Some(100)));
        let pager = Pager::new(page_from(None), 0, 0);
        assert_eq!(pager.words, "0 to 0 of 0");
        assert_eq!((pager.earlier, pager.later), (None, None));
    }

    #[test]
    fn a_grade_that_is_no_number_is_told() {
        assert_eq!(read_grade(" "), Ok(None));
        assert_eq!(read_grade("4"), Ok(Some(4)));
        assert!(read_grade("four").unwrap_err().contains("four"));
    }
}

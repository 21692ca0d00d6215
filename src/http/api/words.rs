//! Words of closed lists in requests.

use crate::http::error::ApiError;
use crate::http::problem::FieldProblem;

/// The value a word stands for, or a refusal that names field and word.
pub(super) fn word<T>(
    field: &'static str,
    text: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, ApiError> {
    parse(text).ok_or_else(|| {
        ApiError::Refused(vec![FieldProblem::new(field, format!("{text:?} is not a known {field}"))])
    })
}

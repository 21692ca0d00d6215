//! One part of a list, as every list of the API is asked for and answered.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::error::ApiError;
use crate::http::problem::FieldProblem;
use crate::store::{PAGE_ROWS, PAGE_ROWS_MAX, Page, PageRequest};

/// Which rows of a list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows asked for: 50 when not said, 200 at most.
    pub limit: Option<u32>,
    /// Rows passed over: none when not said.
    pub offset: Option<u32>,
}

impl PageQuery {
    /// The request, when it is within bounds.
    pub fn checked(self) -> Result<PageRequest, ApiError> {
        let limit = self.limit.unwrap_or(PAGE_ROWS);
        PageRequest::new(limit, self.offset.unwrap_or(0)).ok_or_else(|| {
            let message = format!("limit must be in [1, {PAGE_ROWS_MAX}], got {limit}");
            ApiError::Refused(vec![FieldProblem::new("limit", message)])
        })
    }
}

/// Some rows of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PageView<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// How many rows the whole list has.
    pub total: u64,
    /// Rows asked for.
    pub limit: u32,
    /// Rows passed over.
    pub offset: u32,
}

impl<T> PageView<T> {
    /// The answer to `request`.
    #[must_use]
    pub fn new<R>(page: Page<R>, request: PageRequest, view: impl FnMut(R) -> T) -> Self {
        let Page { rows, total } = page.map(view);
        Self { rows, total, limit: request.limit(), offset: request.offset() }
    }
}

/// A list that is short by nature, cut to the part asked for.
#[must_use]
pub fn part<T>(rows: Vec<T>, request: PageRequest) -> PageView<T> {
    let total = rows.len() as u64;
    let part = rows.into_iter().skip(request.offset() as usize).take(request.limit() as usize);
    PageView { rows: part.collect(), total, limit: request.limit(), offset: request.offset() }
}

//! One part of a list.

/// Rows of a list asked for at once, at most.
pub const PAGE_ROWS_MAX: u32 = 200;
/// Rows of a list when nobody says how many.
pub const PAGE_ROWS: u32 = 50;

/// Which rows of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    offset: u32,
}

impl PageRequest {
    /// `limit` rows after the first `offset`; `None` when `limit` is 0 or more than [`PAGE_ROWS_MAX`].
    #[must_use]
    pub fn new(limit: u32, offset: u32) -> Option<Self> {
        (1..=PAGE_ROWS_MAX).contains(&limit).then_some(Self { limit, offset })
    }

    /// The first rows.
    #[must_use]
    pub fn first() -> Self {
        Self { limit: PAGE_ROWS, offset: 0 }
    }

    /// Rows asked for.
    #[must_use]
    pub fn limit(self) -> u32 {
        self.limit
    }

    /// Rows passed over.
    #[must_use]
    pub fn offset(self) -> u32 {
        self.offset
    }
}

/// Some rows of a list and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// How many rows the whole list has.
    pub total: u64,
}

impl<T> Page<T> {
    /// A page of a list that has `total` rows by the database's count.
    #[must_use]
    pub fn new(rows: Vec<T>, total: i64) -> Self {
        Self { rows, total: u64::try_from(total).unwrap_or(0) }
    }

    /// The same page with every row turned into something else.
    #[must_use]
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(turn).collect(), total: self.total }
    }
}

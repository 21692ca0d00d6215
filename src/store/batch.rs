//! One statement for several rows, in a few sizes, so that a prepared statement serves batches of any length: a batch is
//! filled up to the next size with rows that match nothing.

use std::sync::LazyLock;

/// Rows of one statement at most.
pub const BATCH_ROWS_MAX: usize = 64;

const SIZES: [usize; 7] = [1, 2, 4, 8, 16, 32, BATCH_ROWS_MAX];

/// The texts of one statement, one a size.
pub(super) type BatchStatement = LazyLock<Vec<String>>;

/// A statement for so many rows or a few more: its text, and the rows it takes.
pub(super) fn for_rows(statement: &'static BatchStatement, rows: usize) -> (&'static str, usize) {
    let place = SIZES.iter().position(|&size| rows <= size);
    let place = place.expect("a batch has at most BATCH_ROWS_MAX rows");
    (&statement[place], SIZES[place])
}

/// The text of every size: `(…), (…)` with so many columns in each row between `head` and `tail`.
pub(super) fn texts(head: &str, columns: usize, tail: &str) -> Vec<String> {
    let text = |rows: &usize| {
        let rows: Vec<String> = (0..*rows)
            .map(|row| {
                let places: Vec<String> =
                    (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
                format!("({})", places.join(", "))
            })
            .collect();
        format!("{head}{}{tail}", rows.join(", "))
    };
    SIZES.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    static STATEMENT: BatchStatement = LazyLock::new(|| texts("values ", 2, " order by 1"));

    #[test]
    fn a_batch_takes_the_next_size() {
        assert_eq!(for_rows(&STATEMENT, 1), ("values ($1, $2) order by 1", 1));
        assert_eq!(for_rows(&STATEMENT, 3), ("values ($1, $2), ($3, $4), ($5, $6), ($7, $8) order by 1", 4));
        assert_eq!(for_rows(&STATEMENT, BATCH_ROWS_MAX).1, BATCH_ROWS_MAX);
    }
}

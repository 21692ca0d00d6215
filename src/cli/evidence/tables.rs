//! Tables as text.

/// A CSV table under construction.
pub(in crate::cli) struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    /// A table with these columns.
    pub(in crate::cli) fn new(columns: &[&str]) -> Self {
        let mut table = Self { writer: csv::Writer::from_writer(Vec::new()) };
        table.write(columns.iter().copied());
        table
    }

    /// Adds a row, a cell a column.
    pub(in crate::cli) fn row(&mut self, cells: Vec<String>) {
        self.write(cells.iter().map(String::as_str));
    }

    fn write<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        self.writer.write_record(cells).expect("memory takes every row, and rows have a cell a column");
    }

    /// The text.
    pub(in crate::cli) fn finish(self) -> String {
        let bytes = self.writer.into_inner().expect("memory takes every row");
        String::from_utf8(bytes).expect("cells are text")
    }
}

/// A number as a cell: empty where it is not one.
pub(in crate::cli) fn number(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

//! `scores.csv`: a line an examinee.

use std::fmt::Write;

use super::parameter_table::field;
use crate::estimation::Score;
use crate::responses::ResponseMatrix;

/// The table: examinee, theta, standard_error, answered.
pub fn score_table(matrix: &ResponseMatrix, scores: &[Score]) -> String {
    let mut table = String::with_capacity(48 * scores.len() + 64);
    table.push_str("examinee,theta,standard_error,answered\n");
    for (examinee, score) in scores.iter().enumerate() {
        let name = matrix.examinee(examinee);
        let _ =
            writeln!(table, "{},{},{},{}", field(&name), score.theta, score.standard_error, score.answered);
    }
    table
}

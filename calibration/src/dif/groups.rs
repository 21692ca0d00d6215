//! The two groups that are compared, and how large they must be.

use thiserror::Error;

use crate::estimation::CalibrationError;
use crate::responses::ResponseMatrix;

/// Why differential item functioning cannot be looked at.
#[derive(Debug, Error)]
pub enum DifError {
    /// The responses name no such group.
    #[error("the responses have no group {name:?}; they have {known}")]
    UnknownGroup {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// Both groups are one.
    #[error("the reference and the focal group must differ, got {0:?} twice")]
    SameGroup(String),
    /// A group is too small to say anything of.
    #[error("group {name:?} has {examinees} examinees, at least {needed} are needed")]
    GroupTooSmall {
        /// Its name.
        name: String,
        /// Its examinees, summed by weight.
        examinees: f64,
        /// How many are needed.
        needed: usize,
    },
    /// No item is left to hold the two scales together.
    #[error("no anchor item is left")]
    NoAnchors,
    /// An anchor that is not in the responses.
    #[error("the responses have no item {0:?} to anchor on")]
    UnknownAnchor(String),
    /// An estimation did not succeed.
    #[error(transparent)]
    Calibration(#[from] CalibrationError),
    /// No covariance matrix to test with.
    #[error("the information matrix is not positive definite, so the parameters cannot be tested")]
    NoCovariance,
}

/// Why an item is not compared: too few of a group answered it and could be matched.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("group {group:?} has {answers} answers that can be compared, at least {needed} are needed")]
pub struct TooFewAnswers {
    /// Name of the group.
    pub group: String,
    /// Its answers, summed by weight.
    pub answers: f64,
    /// How many are needed.
    pub needed: usize,
}

/// A reference and a focal group of a response matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupPair {
    pub(super) reference: usize,
    pub(super) focal: usize,
    needed: usize,
}

impl GroupPair {
    /// The usual least size of each group (Zieky, 1993: 100 in the smaller one for a flag to be acted on).
    pub const EXAMINEES_MIN: usize = 100;

    /// Finds the two groups and refuses those with fewer than `needed` examinees, which is also the fewest answers an item
    /// must have in each group to be compared.
    pub fn new(matrix: &ResponseMatrix, names: (&str, &str), needed: usize) -> Result<Self, DifError> {
        let find = |name: &str| {
            let position = matrix.group_names().iter().position(|known| known == name);
            position.ok_or_else(|| DifError::UnknownGroup {
                name: name.to_owned(),
                known: matrix.group_names().join(", "),
            })
        };
        let pair = Self { reference: find(names.0)?, focal: find(names.1)?, needed };
        if pair.reference == pair.focal {
            return Err(DifError::SameGroup(names.0.to_owned()));
        }
        for group in [pair.reference, pair.focal] {
            let inside = (0..matrix.examinee_count()).filter(|&examinee| matrix.group(examinee) == group);
            let examinees: f64 = inside.map(|examinee| matrix.weight(examinee)).sum();
            if examinees < needed as f64 {
                let name = matrix.group_names()[group].clone();
                return Err(DifError::GroupTooSmall { name, examinees, needed });
            }
        }
        Ok(pair)
    }

    /// Refuses an item that too few examinees of a group answered, of those that `counts` says.
    pub(super) fn enough_answers(
        self,
        matrix: &ResponseMatrix,
        item: usize,
        counts: impl Fn(usize) -> bool,
    ) -> Result<(), TooFewAnswers> {
        let mut answers = [0.0; 2];
        for (examinee, row) in matrix.rows().enumerate() {
            if let Some(is_focal) = self.is_focal(matrix, examinee)
                && row.score(item).is_some()
                && counts(examinee)
            {
                answers[usize::from(is_focal)] += matrix.weight(examinee);
            }
        }
        for (group, answers) in [self.reference, self.focal].into_iter().zip(answers) {
            if answers < self.needed as f64 {
                let group = matrix.group_names()[group].clone();
                return Err(TooFewAnswers { group, answers, needed: self.needed });
            }
        }
        Ok(())
    }

    /// The items that enough examinees of both groups answered.
    pub(super) fn answered(self, matrix: &ResponseMatrix) -> Vec<usize> {
        let enough = |&item: &usize| self.enough_answers(matrix, item, |_| true).is_ok();
        (0..matrix.items().len()).filter(enough).collect()
    }

    /// Whether the examinee is in the focal group; `None` where in neither.
    pub(super) fn is_focal(self, matrix: &ResponseMatrix, examinee: usize) -> Option<bool> {
        match matrix.group(examinee) {
            group if group == self.reference => Some(false),
            group if group == self.focal => Some(true),
            _ => None,
        }
    }

    /// The examinees of the two groups, and the matrix of only them, reference group first.
    pub(super) fn rows(self, matrix: &ResponseMatrix) -> ResponseMatrix {
        let inside: Vec<usize> =
            (0..matrix.examinee_count()).filter(|&e| self.is_focal(matrix, e).is_some()).collect();
        let focal = inside.iter().map(|&e| u8::from(matrix.group(e) == self.focal)).collect();
        let names = [self.reference, self.focal].map(|group| matrix.group_names()[group].clone());
        matrix.selected(&inside).with_groups(names.to_vec(), focal)
    }
}

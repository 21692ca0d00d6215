//! Identifiers. Text in the database; a type each here, so that one is never taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

use crate::clock::Millis;

/// A new identifier (UUID version 7): sorts by the time it was made at.
#[must_use]
pub fn new_id(now: Millis) -> String {
    let since_epoch_ms = u64::try_from(now.0).unwrap_or(0);
    let nanoseconds = u32::try_from(since_epoch_ms % 1_000).unwrap_or(0) * 1_000_000;
    let time = Timestamp::from_unix(NoContext, since_epoch_ms / 1_000, nanoseconds);
    Uuid::new_v7(time).to_string()
}

/// What identifiers that are made at a moment begin with. Any of them is greater than it, any of before is less.
pub(super) fn id_prefix(at: Millis) -> String {
    let since_epoch_ms = u64::try_from(at.0).unwrap_or(0).min((1 << 48) - 1);
    let digits = format!("{since_epoch_ms:012x}");
    format!("{}-{}", &digits[..8], &digits[8..])
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// A new one, made at `now`.
            #[must_use]
            pub fn new(now: Millis) -> Self {
                Self(new_id(now))
            }

            /// The text of it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

identifier! {
    /// A school.
    SchoolId
}
identifier! {
    /// A person: student, teacher, assessment staff or administrator.
    AccountId
}
identifier! {
    /// A class of students and its teachers.
    ClassId
}
identifier! {
    /// An assessment: chosen by whoever publishes it, such as `fractions-self-levelling`.
    AssessmentId
}
identifier! {
    /// One administration of an assessment to a student.
    AttemptId
}
identifier! {
    /// A teacher's recorded decision that opens one summative attempt.
    UnlockId
}
identifier! {
    /// A background job.
    JobId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made_at() {
        let times = [0, 1, 999, 1_000, 1_700_000_000_001, 1_700_000_000_002];
        let ids: Vec<String> = times.iter().map(|&at_ms| new_id(Millis(at_ms))).collect();
        let mut sorted = ids.clone();
        sorted.sort();
        assert_eq!(ids, sorted);
    }
}

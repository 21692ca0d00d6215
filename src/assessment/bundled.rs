//! The policies that come with Waymark; their files stand in `policies/`.

use super::policy::Policy;

/// Oregon's state test, 2013-14, made annual.
pub const OREGON_SUMMATIVE: &str = include_str!("../../policies/oregon-summative.json");
/// The demo's self-levelling test.
pub const SELF_LEVELLING: &str = include_str!("../../policies/self-levelling.json");
/// The demo's validation.
pub const VALIDATION: &str = include_str!("../../policies/validation.json");

/// Every bundled policy with its id.
#[must_use]
pub fn bundled() -> Vec<(&'static str, Policy)> {
    [("oregon-summative", OREGON_SUMMATIVE), ("self-levelling", SELF_LEVELLING), ("validation", VALIDATION)]
        .into_iter()
        .map(|(id, text)| (id, Policy::read_json(text).expect("a test reads every bundled policy")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::sentence;

    #[test]
    fn every_bundled_policy_reads_and_speaks() {
        let sentences: Vec<String> = bundled().iter().map(|(_, policy)| sentence(policy)).collect();
        assert_eq!(
            sentences,
            [
                "Up to 3 attempts (2 in grades 3 to 8) from 3 Nov to 8 May, the highest counts",
                "Up to 6 attempts at any time, the highest counts",
                "Up to 3 attempts at any time, the highest counts",
            ]
        );
    }

    #[test]
    fn a_bundled_policy_survives_writing_and_reading() {
        for (id, policy) in bundled() {
            let written = serde_json::to_string(&policy).unwrap();
            assert_eq!(Policy::read_json(&written).as_ref(), Ok(&policy), "{id}");
        }
    }
}

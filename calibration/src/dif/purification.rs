//! Anchors that are clean themselves (Candell & Drasgow, 1988): items that are flagged hold the groups' scales together
//! no longer, and all are tested again.

use super::groups::DifError;

/// Rounds after which purification is left as it is.
const ROUNDS_MAX: usize = 5;

/// Tests every one of `count` items against all others, takes those out of the anchors that `flagged` finds among the
/// tests, and tests again until the same items are flagged. `test` tests all items with these ones split by group.
/// The tests of the last round, the columns of the anchors that are left, and whether it settled.
pub(super) fn purified<T>(
    count: usize,
    test: impl Fn(&[usize]) -> Result<T, DifError>,
    flagged: impl Fn(&T) -> Vec<usize>,
) -> Result<(T, Vec<usize>, bool), DifError> {
    let anchors = |split: &[usize]| (0..count).filter(|item| !split.contains(item)).collect::<Vec<_>>();
    let mut split = Vec::new();
    for _ in 0..=ROUNDS_MAX {
        let tests = test(&split)?;
        let next = flagged(&tests);
        if next == split {
            return Ok((tests, anchors(&split), true));
        }
        if next.len() == count {
            return Err(DifError::NoAnchors);
        }
        split = next;
    }
    Ok((test(&split)?, anchors(&split), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_when_the_same_items_are_flagged_and_says_when_they_never_are() {
        let flagged = |tests: &Vec<usize>| tests.clone();
        // Item 2 is flagged at first, and item 0 only once item 2 is out.
        let settling = |split: &[usize]| Ok(if split.is_empty() { vec![2] } else { vec![0, 2] });
        let (_, anchors, settled) = purified(4, settling, flagged).unwrap();
        assert_eq!((anchors, settled), (vec![1, 3], true));
        let swinging = |split: &[usize]| Ok(if split == [1] { vec![2] } else { vec![1] });
        assert!(!purified(4, swinging, flagged).unwrap().2);
        assert!(matches!(purified(2, |_| Ok(vec![0, 1]), flagged), Err(DifError::NoAnchors)));
    }
}

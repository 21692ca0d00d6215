//! Two groups of examinees by their grade: the lower grades and the higher ones, as equal in number as grades allow.

/// Where the grades are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GradeSplit {
    lowest: u8,
    below: u8, // highest grade of the lower group
    above: u8, // lowest grade of the higher group
    highest: u8,
}

impl GradeSplit {
    /// The cut that leaves the smaller group largest; none when that has fewer than `needed`.
    pub(super) fn of(grades: &[u8], needed: usize) -> Option<Self> {
        let mut known = grades.to_vec();
        known.sort_unstable();
        let (lowest, highest) = (*known.first()?, *known.last()?);
        let cuts = (1..known.len()).filter(|&place| known[place - 1] < known[place]);
        let best = cuts.max_by_key(|&place| place.min(known.len() - place))?;
        let smaller = best.min(known.len() - best);
        (smaller >= needed).then(|| Self { lowest, below: known[best - 1], above: known[best], highest })
    }

    /// The group of every examinee: 0 the lower grades, 1 the higher.
    pub(super) fn groups(self, grades: &[u8]) -> Vec<u8> {
        grades.iter().map(|&grade| u8::from(grade >= self.above)).collect()
    }

    /// What people call the groups.
    pub(super) fn names(self) -> [String; 2] {
        let words = |from: u8, to: u8| {
            if from == to { format!("grade {from}") } else { format!("grades {from} to {to}") }
        };
        [words(self.lowest, self.below), words(self.above, self.highest)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_leaves_the_smaller_group_largest() {
        let grades = [3, 3, 3, 3, 4, 5, 6];
        let split = GradeSplit::of(&grades, 3).unwrap();
        assert_eq!(split.names(), ["grade 3", "grades 4 to 6"]);
        assert_eq!(split.groups(&grades), [0, 0, 0, 0, 1, 1, 1]);
        assert_eq!(GradeSplit::of(&grades, 4), None);
        assert_eq!(GradeSplit::of(&[4; 500], 1), None, "one grade is one group");
    }
}

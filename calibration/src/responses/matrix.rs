//! The response matrix: one byte an answer, and an index that rows with the same items share.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Item lists remembered for sharing; adaptive tests, where every list differs, stop at this many.
const SHARED_LISTS_MAX: usize = 4_096;

/// Scored responses of examinees to items; an item that was not administered takes no space.
#[derive(Debug, Clone, Default)]
pub struct ResponseMatrix {
    items: Vec<String>,
    examinees: Option<Vec<String>>,
    group_names: Vec<String>,
    groups: Vec<u8>,
    weights: Option<Vec<f64>>,
    lists: Vec<u16>,
    rows: Vec<Row>,
    scores: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    list_start: usize,
    score_start: usize,
    length: u32,
}

/// The answers of one examinee: items in ascending order and the score on each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers<'a> {
    /// Item indexes, ascending.
    pub items: &'a [u16],
    /// Scores, in the order of `items`.
    pub scores: &'a [u8],
}

impl Answers<'_> {
    /// Pairs of item index and score.
    pub fn iter(&self) -> impl Iterator<Item = (usize, u8)> + '_ {
        let items = self.items.iter().map(|&item| usize::from(item));
        items.zip(self.scores.iter().copied())
    }

    /// The score on one item, if it was administered.
    pub fn score(&self, item: usize) -> Option<u8> {
        let wanted = u16::try_from(item).ok()?;
        // Where every item was answered it stands in its own place.
        if self.items.get(item) == Some(&wanted) {
            return Some(self.scores[item]);
        }
        Some(self.scores[self.items.binary_search(&wanted).ok()?])
    }
}

impl ResponseMatrix {
    /// Item ids, in the order of the file.
    pub fn items(&self) -> &[String] {
        &self.items
    }

    /// Number of examinees.
    pub fn examinee_count(&self) -> usize {
        self.rows.len()
    }

    /// Number of answers.
    pub fn answer_count(&self) -> usize {
        self.scores.len()
    }

    /// The examinee's name, or its number counted from 1.
    pub fn examinee(&self, examinee: usize) -> String {
        match &self.examinees {
            Some(names) => names[examinee].clone(),
            None => (examinee + 1).to_string(),
        }
    }

    /// Names of the groups; one unnamed group when the file names none.
    pub fn group_names(&self) -> &[String] {
        &self.group_names
    }

    /// Number of groups, at least 1.
    pub fn group_count(&self) -> usize {
        self.group_names.len().max(1)
    }

    /// Index of the examinee's group.
    pub fn group(&self, examinee: usize) -> usize {
        self.groups.get(examinee).map_or(0, |&group| usize::from(group))
    }

    /// The examinee's sampling weight, 1 when the file gives none.
    pub fn weight(&self, examinee: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[examinee])
    }

    /// Sum of the sampling weights.
    pub fn total_weight(&self) -> f64 {
        match &self.weights {
            Some(weights) => weights.iter().sum(),
            None => self.rows.len() as f64,
        }
    }

    /// The examinee's answers.
    pub fn answers(&self, examinee: usize) -> Answers<'_> {
        let Row { list_start, score_start, length } = self.rows[examinee];
        let length = length as usize;
        Answers {
            items: &self.lists[list_start..list_start + length],
            scores: &self.scores[score_start..score_start + length],
        }
    }

    /// Every examinee's answers, in order.
    pub fn rows(&self) -> impl Iterator<Item = Answers<'_>> {
        (0..self.rows.len()).map(|examinee| self.answers(examinee))
    }

    /// The same examinees with groups named by `group_of`.
    #[must_use]
    pub fn with_groups(mut self, names: Vec<String>, groups: Vec<u8>) -> Self {
        assert_eq!(groups.len(), self.rows.len(), "one group an examinee");
        assert!(groups.iter().all(|&group| usize::from(group) < names.len()), "a group has a name");
        self.group_names = names;
        self.groups = groups;
        self
    }

    /// The same with this group named first, the one that others are compared with; `None` where there is no such group.
    #[must_use]
    pub fn with_reference(mut self, name: &str) -> Option<Self> {
        let place = self.group_names.iter().position(|known| known == name)?;
        self.group_names[..=place].rotate_right(1);
        for group in &mut self.groups {
            *group = match usize::from(*group) {
                own if own == place => 0,
                own if own < place => *group + 1,
                _ => *group,
            };
        }
        Some(self)
    }

    /// The matrix rebuilt answer by answer: `replace` gives the column and score an answer moves to, or drops it.
    /// Used to hold items out, to split an item by group and to recode scores.
    #[must_use]
    pub fn rebuilt(
        &self,
        items: Vec<String>,
        replace: impl Fn(usize, usize, u8) -> Option<(usize, u8)>,
    ) -> Self {
        let mut builder = ResponseBuilder::new(items);
        let mut answers = Vec::new();
        for (examinee, row) in self.rows().enumerate() {
            answers.clear();
            answers.extend(row.iter().filter_map(|(item, score)| {
                let (column, score) = replace(examinee, item, score)?;
                Some((u16::try_from(column).ok()?, score))
            }));
            answers.sort_unstable_by_key(|&(column, _)| column);
            builder.push(&answers);
        }
        let mut matrix = builder.finish();
        matrix.examinees.clone_from(&self.examinees);
        matrix.group_names.clone_from(&self.group_names);
        matrix.groups.clone_from(&self.groups);
        matrix.weights.clone_from(&self.weights);
        matrix
    }

    /// The rows of some examinees only, in the order given.
    #[must_use]
    pub fn selected(&self, examinees: &[usize]) -> Self {
        let mut builder = ResponseBuilder::new(self.items.clone());
        for &examinee in examinees {
            let row = self.answers(examinee);
            builder.push_parts(row.items, row.scores);
        }
        let mut matrix = builder.finish();
        let pick = |names: &Vec<String>| examinees.iter().map(|&e| names[e].clone()).collect();
        matrix.examinees = self.examinees.as_ref().map(pick);
        matrix.group_names.clone_from(&self.group_names);
        if !self.groups.is_empty() {
            matrix.groups = examinees.iter().map(|&e| self.groups[e]).collect();
        }
        matrix.weights = self.weights.as_ref().map(|w| examinees.iter().map(|&e| w[e]).collect());
        matrix
    }
}

/// Collects rows into a [`ResponseMatrix`].
#[derive(Debug)]
pub struct ResponseBuilder {
    matrix: ResponseMatrix,
    shared: HashMap<u64, usize>,
    items: Vec<u16>,
}

impl ResponseBuilder {
    /// An empty matrix over these items.
    pub fn new(items: Vec<String>) -> Self {
        assert!(items.len() <= super::ITEMS_MAX, "at most {} items", super::ITEMS_MAX);
        let matrix = ResponseMatrix { items, ..ResponseMatrix::default() };
        Self { matrix, shared: HashMap::new(), items: Vec::new() }
    }

    /// Adds an examinee; the answers are in ascending order of their item.
    pub fn push(&mut self, answers: &[(u16, u8)]) {
        let mut items = std::mem::take(&mut self.items);
        items.clear();
        items.extend(answers.iter().map(|&(item, _)| item));
        let list_start = self.list_start(&items);
        self.items = items;
        self.push_row(list_start, answers.len());
        self.matrix.scores.extend(answers.iter().map(|&(_, score)| score));
    }

    /// Adds an examinee from parallel slices of items (ascending) and scores.
    pub fn push_parts(&mut self, items: &[u16], scores: &[u8]) {
        assert_eq!(items.len(), scores.len(), "a score an item");
        let list_start = self.list_start(items);
        self.push_row(list_start, items.len());
        self.matrix.scores.extend_from_slice(scores);
    }

    /// Names the examinees, in the order they were added.
    pub fn name_examinees(&mut self, names: Vec<String>) {
        self.matrix.examinees = Some(names);
    }

    /// Gives every examinee a sampling weight.
    pub fn weigh(&mut self, weights: Vec<f64>) {
        self.matrix.weights = Some(weights);
    }

    /// Puts every examinee into a group.
    pub fn group(&mut self, names: Vec<String>, groups: Vec<u8>) {
        self.matrix.group_names = names;
        self.matrix.groups = groups;
    }

    /// The finished matrix.
    pub fn finish(self) -> ResponseMatrix {
        let mut matrix = self.matrix;
        let count = matrix.rows.len();
        assert!(matrix.examinees.as_ref().is_none_or(|names| names.len() == count), "a name an examinee");
        assert!(matrix.weights.as_ref().is_none_or(|weights| weights.len() == count), "a weight an examinee");
        assert!(matrix.groups.is_empty() || matrix.groups.len() == count, "a group an examinee");
        matrix.lists.shrink_to_fit();
        matrix.scores.shrink_to_fit();
        matrix.rows.shrink_to_fit();
        matrix
    }

    fn push_row(&mut self, list_start: usize, length: usize) {
        let score_start = self.matrix.scores.len();
        let length = u32::try_from(length).expect("a row has at most ITEMS_MAX answers");
        self.matrix.rows.push(Row { list_start, score_start, length });
    }

    /// Where this item list stands in the arena; a list seen before is shared.
    fn list_start(&mut self, items: &[u16]) -> usize {
        debug_assert!(items.windows(2).all(|pair| pair[0] < pair[1]), "items ascend");
        let fits = |start: usize, lists: &[u16]| lists.get(start..start + items.len()) == Some(items);
        if let Some(last) = self.matrix.rows.last()
            && last.length as usize == items.len()
            && fits(last.list_start, &self.matrix.lists)
        {
            return last.list_start;
        }
        let mut hasher = DefaultHasher::new();
        items.hash(&mut hasher);
        let key = hasher.finish();
        if let Some(&start) = self.shared.get(&key)
            && fits(start, &self.matrix.lists)
        {
            return start;
        }
        let start = self.matrix.lists.len();
        self.matrix.lists.extend_from_slice(items);
        if self.shared.len() < SHARED_LISTS_MAX {
            self.shared.insert(key, start);
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three_rows() -> ResponseMatrix {
        let mut builder = ResponseBuilder::new(vec!["a".into(), "b".into(), "c".into()]);
        builder.push(&[(0, 1), (2, 0)]);
        builder.push(&[(0, 0), (2, 1)]);
        builder.push(&[(1, 2)]);
        builder.finish()
    }

    #[test]
    fn rows_with_the_same_items_share_one_list() {
        let matrix = three_rows();
        assert_eq!(matrix.lists, [0, 2, 1]);
        assert_eq!(matrix.answers(1).score(2), Some(1));
        assert_eq!(matrix.answers(1).score(1), None);
        assert_eq!(matrix.answer_count(), 5);
    }

    #[test]
    fn a_rebuilt_matrix_moves_drops_and_recodes_answers() {
        let moved = three_rows().rebuilt(vec!["c".into(), "a".into()], |_, item, score| match item {
            0 => Some((1, score)),
            2 => Some((0, 1 - score)),
            _ => None,
        });
        assert_eq!(moved.answers(0).items, [0, 1]);
        assert_eq!(moved.answers(0).scores, [1, 1]);
        assert!(moved.answers(2).items.is_empty());
    }

    #[test]
    fn selected_rows_keep_their_names_weights_and_groups() {
        let mut builder = ResponseBuilder::new(vec!["a".into()]);
        builder.push(&[(0, 1)]);
        builder.push(&[(0, 0)]);
        builder.name_examinees(vec!["x".into(), "y".into()]);
        builder.weigh(vec![1.0, 2.0]);
        builder.group(vec!["g".into(), "h".into()], vec![0, 1]);
        let picked = builder.finish().selected(&[1]);
        assert_eq!((picked.examinee(0).as_str(), picked.weight(0), picked.group(0)), ("y", 2.0, 1));
        assert!(picked.clone().with_reference("i").is_none());
        let turned = picked.with_reference("h").unwrap();
        assert_eq!((turned.group_names(), turned.group(0)), (["h", "g"].map(str::to_owned).as_slice(), 0));
    }
}

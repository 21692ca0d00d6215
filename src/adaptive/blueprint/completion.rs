//! Whether, and with which items, a test can still be completed: an exact integer program over classes of items.

use super::assembly::{Choice, program};
use super::{Blueprint, Progress};
use crate::adaptive::program::{Bounds, Outcome, Program, Relaxed, optimum};

/// Nodes of search allowed for one question.
pub(in crate::adaptive) const NODES_MAX: usize = 20_000;

/// Nodes allowed to find the fewest of something; the fewest that were found will do.
const LEAST_NODES_MAX: usize = 1_000;

/// How much the values of all items of a test lead the search for the fewest of something, which count 1 each.
const GUIDANCE: f64 = 1e-3;

/// What a completion may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adaptive) struct Goal {
    /// Least number of items of the whole test.
    pub minimum_items: usize,
    /// Greatest number of items of the whole test.
    pub maximum_items: usize,
    /// Greatest number of further items that the student has seen in earlier attempts.
    pub seen_maximum: Option<usize>,
}

/// The ways to complete a test from where it stands.
pub(in crate::adaptive) struct Completion<'a> {
    blueprint: &'a Blueprint,
    progress: &'a Progress,
    choices: Vec<Choice>,
    choice_of: Vec<[Option<usize>; 2]>, // by class, then unseen and seen
    program: Program,
    relaxed: Relaxed,
    witnesses: Vec<Vec<i64>>,
    verdicts: Vec<Option<bool>>,
}

/// Least number of something with which a test can be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adaptive) enum Fewest {
    /// So many; the fewest that were found within the limit of nodes.
    Of(usize),
    /// No test can be completed.
    Impossible,
    /// The limit of nodes was reached before a completion was found.
    Undecided,
}

/// What the completion should have least of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Least {
    Seen,
    Items,
}

/// What leads the search to good completions first. Which tests are possible does not depend on it.
pub(in crate::adaptive) type Guide<'a> = &'a dyn Fn(usize) -> f64;

impl<'a> Completion<'a> {
    /// `None` when the test cannot be completed, or when no completion was found within the limit of nodes.
    pub(in crate::adaptive) fn find(
        blueprint: &'a Blueprint,
        progress: &'a Progress,
        goal: Goal,
    ) -> Option<Self> {
        Self::find_near(blueprint, progress, goal, &|_| 0.0)
    }

    /// The same, completions of items with high values being looked for first.
    pub(in crate::adaptive) fn find_near(
        blueprint: &'a Blueprint,
        progress: &'a Progress,
        goal: Goal,
        guide: Guide<'_>,
    ) -> Option<Self> {
        let mut completion = Self::prepare(blueprint, progress, goal, guide);
        match completion.search(&[]) {
            Outcome::Optimal { values } | Outcome::NodeLimit { best: Some(values) } => {
                completion.witnesses.push(values);
                Some(completion)
            }
            Outcome::Infeasible | Outcome::NodeLimit { best: None } => None,
        }
    }

    /// Whether the search for a completion of a new test ends without an answer.
    pub(in crate::adaptive) fn is_undecided(blueprint: &Blueprint, progress: &Progress, goal: Goal) -> bool {
        let completion = Completion::prepare(blueprint, progress, goal, &|_| 0.0);
        completion.search(&[]) == Outcome::NodeLimit { best: None }
    }

    /// Items of a whole test, whether or not the student has seen them: the question that preflight has answered.
    pub(in crate::adaptive) fn of_new_test(
        blueprint: &Blueprint,
        progress: &Progress,
        goal: Goal,
    ) -> Option<Vec<usize>> {
        let blueprint = Blueprint { search_nodes: NODES_MAX, ..blueprint.clone() };
        let progress = progress.clone().forgetting_seen();
        Completion::find(&blueprint, &progress, goal).map(|completion| completion.rest())
    }

    /// Any completion with these choices within these bounds.
    fn search(&self, bounds: &[(usize, Bounds)]) -> Outcome {
        self.relaxed.any(&self.program, bounds, self.blueprint.search_nodes)
    }

    /// Least number of further items with which the test can be completed.
    pub(in crate::adaptive) fn fewest_items(
        blueprint: &Blueprint,
        progress: &Progress,
        goal: Goal,
        guide: Guide<'_>,
    ) -> Fewest {
        Completion::least(blueprint, progress, goal, (Least::Items, guide))
    }

    /// Least number of already seen items with which the test can be completed.
    pub(in crate::adaptive) fn fewest_seen(
        blueprint: &Blueprint,
        progress: &Progress,
        goal: Goal,
        guide: Guide<'_>,
    ) -> Fewest {
        Completion::least(blueprint, progress, goal, (Least::Seen, guide))
    }

    fn least(
        blueprint: &Blueprint,
        progress: &Progress,
        goal: Goal,
        (least, guide): (Least, Guide<'_>),
    ) -> Fewest {
        let (choices, _) = choices(blueprint, progress);
        let values: Vec<f64> =
            choices.iter().map(|choice| best_of(blueprint, progress, choice, guide)).collect();
        let highest = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        // Together the values say less than any one item counts.
        let scale = GUIDANCE / (highest * goal.maximum_items as f64);
        let counts = |choice: &Choice| least == Least::Items || choice.seen;
        let cost = |(choice, value): (&Choice, &f64)| value * scale - f64::from(u8::from(counts(choice)));
        let objective = choices.iter().zip(&values).map(cost).collect();
        let mut program = program(blueprint, progress, goal, &choices, objective);
        program.granularity = 1.0;
        let nodes = blueprint.search_nodes;
        let quick = optimum(&program, nodes.min(LEAST_NODES_MAX)).outcome;
        let is_undecided = quick == Outcome::NodeLimit { best: None };
        let outcome = if is_undecided { optimum(&program, nodes).outcome } else { quick };
        match outcome {
            Outcome::Optimal { values } | Outcome::NodeLimit { best: Some(values) } => {
                let counted = choices.iter().zip(values).filter(|(choice, _)| counts(choice));
                Fewest::Of(counted.map(|(_, count)| count as usize).sum())
            }
            Outcome::Infeasible => Fewest::Impossible,
            Outcome::NodeLimit { best: None } => Fewest::Undecided,
        }
    }

    /// Whether the test can be completed when this item comes next. Of a family with an unseen item none that was
    /// seen is allowed: the unseen one does all that it would.
    pub(in crate::adaptive) fn allows(&mut self, item: usize) -> bool {
        if self.progress.is_closed(item) {
            return false;
        }
        let class = self.blueprint.class_of[item];
        if self.progress.was_seen(item) && self.has_unseen_double(item, class) {
            return false;
        }
        let Some(choice) = self.choice_of(item) else {
            return false;
        };
        if let Some(verdict) = self.verdicts[choice] {
            return verdict;
        }
        let verdict = self.decide(choice);
        self.verdicts[choice] = Some(verdict);
        verdict
    }

    fn has_unseen_double(&self, item: usize, class: usize) -> bool {
        let unit = self.blueprint.classes[class].units.iter().find(|unit| unit.contains(&item));
        let unseen = |&other: &usize| !self.progress.is_closed(other) && !self.progress.was_seen(other);
        unit.is_some_and(|unit| unit.iter().any(unseen))
    }

    fn decide(&mut self, choice: usize) -> bool {
        let set = self.blueprint.classes[self.choices[choice].class].set;
        let leaves = self.progress.open_set.is_some_and(|(open, _)| set != Some(open));
        if leaves && self.progress.must_stay(self.blueprint) {
            return false;
        }
        let left = self.choices_left_by(choice);
        if self.witness_of(choice, &left).is_some() {
            return true;
        }
        let available = self.choices[choice].available as f64;
        let mut bounds = vec![(choice, Bounds::new(1.0, available))];
        bounds.extend(left.iter().map(|&other| (other, Bounds::new(0.0, 0.0))));
        match self.search(&bounds) {
            Outcome::Optimal { values } | Outcome::NodeLimit { best: Some(values) } => {
                self.witnesses.push(values);
                true
            }
            Outcome::Infeasible | Outcome::NodeLimit { best: None } => false,
        }
    }

    /// Items of the whole rest of a test that was found.
    pub(in crate::adaptive) fn rest(&self) -> Vec<usize> {
        self.items_of(&self.witnesses[0], None)
    }

    /// Items that complete the test after this one, which is allowed.
    pub(in crate::adaptive) fn rest_after(&mut self, item: usize) -> Option<Vec<usize>> {
        if !self.allows(item) {
            return None;
        }
        let choice = self.choice_of(item)?;
        let witness = self.witness_of(choice, &self.choices_left_by(choice))?;
        let mut rest = self.items_of(witness, Some(item));
        rest.retain(|&other| other != item);
        Some(rest)
    }

    fn choice_of(&self, item: usize) -> Option<usize> {
        self.choice_of[self.blueprint.class_of[item]][usize::from(self.progress.was_seen(item))]
    }

    /// A completion with an item of this choice next.
    fn witness_of(&self, choice: usize, left: &[usize]) -> Option<&Vec<i64>> {
        let shows =
            |witness: &&Vec<i64>| witness[choice] >= 1 && left.iter().all(|&other| witness[other] == 0);
        self.witnesses.iter().find(shows)
    }

    /// As many items of each choice as the witness has; `first` is the first of its choice.
    fn items_of(&self, witness: &[i64], first: Option<usize>) -> Vec<usize> {
        let mut items = Vec::new();
        for (choice, &count) in self.choices.iter().zip(witness) {
            let mut of_choice: Vec<usize> = Vec::new();
            for unit in &self.blueprint.classes[choice.class].units {
                let open = || unit.iter().copied().filter(|&item| !self.progress.is_closed(item));
                let seen = open().all(|item| self.progress.was_seen(item));
                let mut fit = open().filter(|&item| self.progress.was_seen(item) == seen);
                let item = fit.clone().find(|&item| Some(item) == first).or_else(|| fit.next());
                of_choice.extend(item.filter(|_| seen == choice.seen));
            }
            of_choice.sort_by_key(|&item| Some(item) != first);
            items.extend(of_choice.into_iter().take(count as usize));
        }
        items
    }

    /// Choices that can no longer come when this one comes next: of the set that it leaves, and before its turn in the
    /// plan's order.
    fn choices_left_by(&self, choice: usize) -> Vec<usize> {
        let class = &self.blueprint.classes[self.choices[choice].class];
        let leaves = self.progress.open_set.is_some_and(|(open, _)| class.set != Some(open));
        let mut left: Vec<usize> = if leaves { self.choices_of_open_set() } else { Vec::new() };
        left.extend(class.rank.iter().flat_map(|&rank| self.choices_before(rank)));
        left
    }

    /// Choices whose turn in the plan's order is before this rank.
    fn choices_before(&self, rank: f64) -> impl Iterator<Item = usize> {
        let rank_of = |choice: usize| self.blueprint.classes[self.choices[choice].class].rank;
        (0..self.choices.len()).filter(move |&choice| rank_of(choice).is_some_and(|other| other < rank))
    }

    fn choices_of_open_set(&self) -> Vec<usize> {
        let Some((open, _)) = self.progress.open_set else { return Vec::new() };
        let of_open_set =
            |&choice: &usize| self.blueprint.classes[self.choices[choice].class].set == Some(open);
        (0..self.choices.len()).filter(of_open_set).collect()
    }

    fn prepare(blueprint: &'a Blueprint, progress: &'a Progress, goal: Goal, guide: Guide<'_>) -> Self {
        let (choices, choice_of) = choices(blueprint, progress);
        let objective = choices.iter().map(|choice| best_of(blueprint, progress, choice, guide)).collect();
        let program = program(blueprint, progress, goal, &choices, objective);
        let verdicts = vec![None; choices.len()];
        let (relaxed, witnesses) = (Relaxed::new(&program), Vec::new());
        Self { blueprint, progress, choices, choice_of, program, relaxed, witnesses, verdicts }
    }
}

/// The value of the best open item of a choice, which stands for all of them.
fn best_of(blueprint: &Blueprint, progress: &Progress, choice: &Choice, guide: Guide<'_>) -> f64 {
    let items = blueprint.classes[choice.class].units.iter().flatten();
    let open = items.filter(|&&item| !progress.is_closed(item) && progress.was_seen(item) == choice.seen);
    open.map(|&item| guide(item)).fold(0.0, f64::max)
}

/// What can still come, and for each class which choices are of its unseen and of its seen items.
fn choices(blueprint: &Blueprint, progress: &Progress) -> (Vec<Choice>, Vec<[Option<usize>; 2]>) {
    let mut choices = Vec::new();
    let mut choice_of = vec![[None, None]; blueprint.classes.len()];
    for (class, kind) in blueprint.classes.iter().enumerate() {
        let mut available = [0, 0];
        for unit in &kind.units {
            let open = || unit.iter().filter(|&&item| !progress.is_closed(item));
            if open().any(|&item| !progress.was_seen(item)) {
                available[0] += 1;
            } else if open().next().is_some() {
                available[1] += 1;
            }
        }
        for (seen, available) in [(false, available[0]), (true, available[1])] {
            if available > 0 {
                choice_of[class][usize::from(seen)] = Some(choices.len());
                choices.push(Choice { class, seen, available });
            }
        }
    }
    (choices, choice_of)
}

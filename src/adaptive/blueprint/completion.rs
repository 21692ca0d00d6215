//! Whether, and with which items, a test can still be completed: an exact integer program over classes of items.

use super::assembly::{Choice, program};
use super::{Blueprint, Progress};
use crate::adaptive::program::{Bounds, Outcome, Program, Simplex, maximise, optimum};

/// Nodes of search allowed for one question.
pub(in crate::adaptive) const NODES_MAX: usize = 20_000;

/// Nodes allowed to find the fewest of something; the fewest that were found will do.
const LEAST_NODES_MAX: usize = 1_000;

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
    simplex: Simplex,
    leading: usize, // the first variable that says whether a set is used
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
    Nothing,
    Seen,
    Items,
}

impl<'a> Completion<'a> {
    /// `None` when the test cannot be completed, or when no completion was found within the limit of nodes.
    pub(in crate::adaptive) fn find(
        blueprint: &'a Blueprint,
        progress: &'a Progress,
        goal: Goal,
    ) -> Option<Self> {
        let mut completion = Self::prepare(blueprint, progress, goal, Least::Nothing);
        match completion.search() {
            Outcome::Optimal { values } | Outcome::NodeLimit { best: Some(values) } => {
                completion.witnesses.push(values);
                Some(completion)
            }
            Outcome::Infeasible | Outcome::NodeLimit { best: None } => None,
        }
    }

    /// Whether the search for a completion of a new test ends without an answer.
    pub(in crate::adaptive) fn is_undecided(blueprint: &Blueprint, progress: &Progress, goal: Goal) -> bool {
        let mut completion = Completion::prepare(blueprint, progress, goal, Least::Nothing);
        completion.search() == Outcome::NodeLimit { best: None }
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

    fn search(&mut self) -> Outcome {
        self.search_for(f64::NEG_INFINITY)
    }

    /// Searches until the objective is `enough`. What rounding made integers of and breaks a row is no answer.
    fn search_for(&mut self, enough: f64) -> Outcome {
        let outcome = maximise(&mut self.simplex, self.leading, enough, self.blueprint.search_nodes);
        let (Outcome::Optimal { values } | Outcome::NodeLimit { best: Some(values) }) = &outcome else {
            return outcome;
        };
        if self.program.is_kept_by(values) { outcome } else { Outcome::NodeLimit { best: None } }
    }

    /// Least number of further items with which the test can be completed.
    pub(in crate::adaptive) fn fewest_items(
        blueprint: &Blueprint,
        progress: &Progress,
        goal: Goal,
    ) -> Fewest {
        Completion::least(blueprint, progress, goal, Least::Items)
    }

    /// Least number of already seen items with which the test can be completed.
    pub(in crate::adaptive) fn fewest_seen(blueprint: &Blueprint, progress: &Progress, goal: Goal) -> Fewest {
        Completion::least(blueprint, progress, goal, Least::Seen)
    }

    fn least(blueprint: &Blueprint, progress: &Progress, goal: Goal, least: Least) -> Fewest {
        let mut completion = Completion::prepare(blueprint, progress, goal, least);
        completion.program.granularity = 1.0;
        let nodes = blueprint.search_nodes;
        let quick = optimum(&completion.program, nodes.min(LEAST_NODES_MAX)).outcome;
        let outcome = if quick == (Outcome::NodeLimit { best: None }) {
            completion.search_for(f64::INFINITY)
        } else {
            quick
        };
        match outcome {
            // The objective is their number, taken away.
            Outcome::Optimal { values } | Outcome::NodeLimit { best: Some(values) } => {
                Fewest::Of(-completion.program.worth(&values) as usize)
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
        let whole = self.simplex.bounds(choice);
        self.simplex.set_bounds(choice, Bounds::new(1.0, whole.highest));
        let closed: Vec<(usize, Bounds)> =
            left.iter().map(|&other| (other, self.simplex.bounds(other))).collect();
        for &(other, _) in &closed {
            self.simplex.set_bounds(other, Bounds::new(0.0, 0.0));
        }
        let outcome = self.search();
        self.simplex.set_bounds(choice, whole);
        for (other, bounds) in closed {
            self.simplex.set_bounds(other, bounds);
        }
        match outcome {
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

    fn prepare(blueprint: &'a Blueprint, progress: &'a Progress, goal: Goal, least: Least) -> Self {
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
        let cost = |choice: &Choice| match least {
            Least::Nothing => 0.0,
            Least::Seen => -f64::from(u8::from(choice.seen)),
            Least::Items => -1.0,
        };
        let objective = choices.iter().map(cost).collect();
        let program = program(blueprint, progress, goal, &choices, objective);
        let verdicts = vec![None; choices.len()];
        let (simplex, leading, witnesses) = (program.simplex(), program.leading, Vec::new());
        Self { blueprint, progress, choices, choice_of, program, simplex, leading, witnesses, verdicts }
    }
}

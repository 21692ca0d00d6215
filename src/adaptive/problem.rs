//! What can be wrong with a plan: by itself, and for a bank. Every message is a sentence for assessment staff.

/// Why a document is not a test plan, or not one for this bank.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// The text is not a plan document.
    #[error("not a test plan: {0}")]
    Unreadable(String),
    /// A setting is outside its range.
    #[error("{setting} must be {must_be}, got {got}")]
    Setting {
        /// Where it stands in the document.
        setting: String,
        /// The range, in words.
        must_be: &'static str,
        /// The value.
        got: String,
    },
    /// The plan and the bank do not go together.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unfit(Vec<PlanProblem>),
}

/// Why a bank cannot serve a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanProblem {
    /// The pool has no operational, calibrated item at all.
    #[error("the {pool} pool has no operational item with parameters")]
    EmptyPool {
        /// Name of the pool.
        pool: &'static str,
    },
    /// No operational item is for students who need this.
    #[error("no operational item of the {pool} pool supports {accommodation}")]
    NothingSupports {
        /// The accommodation, or several, in words.
        accommodation: String,
        /// Name of the pool.
        pool: &'static str,
    },
    /// Every test must have an item that students with these needs cannot be given.
    #[error("every test has item {item:?}, which does not support {accommodations}")]
    RequiredUnsupported {
        /// The item.
        item: String,
        /// What is needed, in words.
        accommodations: String,
    },
    /// Fewer items than the shortest test needs.
    #[error("the shortest test has {needed} items, the {pool} pool has {found} usable together")]
    TooFewItems {
        /// Shortest length of the plan.
        needed: usize,
        /// Items the pool can put in one test.
        found: usize,
        /// Name of the pool.
        pool: &'static str,
    },
    /// One row asks for more than the pool has.
    #[error("{row} needs at least {needed} {unit}, the {pool} pool has {found}")]
    RowShort {
        /// The row in words, as in `strand = algebra`.
        row: String,
        /// Its minimum.
        needed: usize,
        /// What is counted: items, sets, or a sum in all.
        unit: &'static str,
        /// What the pool has for it.
        found: usize,
        /// Name of the pool.
        pool: &'static str,
    },
    /// A row states neither a minimum nor a maximum.
    #[error("{row} bounds nothing: it needs a minimum, a maximum, or both")]
    RowWithoutBounds {
        /// The row in words.
        row: String,
    },
    /// A row limits what the pool does not have.
    #[error("no {unit} of the {pool} pool is counted by this row, so its maximum limits nothing: {row}")]
    RowWithoutItems {
        /// The row in words.
        row: String,
        /// What is counted.
        unit: &'static str,
        /// Name of the pool.
        pool: &'static str,
    },
    /// A row limits the sum of an attribute that is no number.
    #[error("no item of the {pool} pool that this row counts has {attribute:?} as a number: {row}")]
    SumOfNoNumber {
        /// The row in words.
        row: String,
        /// Name of the attribute.
        attribute: String,
        /// Name of the pool.
        pool: &'static str,
    },
    /// The plan names an item that the pool does not have.
    #[error("the plan names item {item:?}, which is no operational item of the {pool} pool")]
    UnknownItem {
        /// The item.
        item: String,
        /// Name of the pool.
        pool: &'static str,
    },
    /// Items of one stimulus would have to be parted to keep the plan's order.
    #[error("the items of stimulus {set:?} have different places in the order by {attribute}")]
    OrderPartsSet {
        /// The stimulus.
        set: String,
        /// Name of the attribute of the order.
        attribute: String,
    },
    /// Requirements that can each be met, but not in one test.
    #[error("the {pool} pool has no test that meets these together: {}", rows.join("; "))]
    Conflict {
        /// The requirements in words; leaving out any one of them makes the others possible.
        rows: Vec<String>,
        /// Name of the pool.
        pool: &'static str,
    },
    /// The exact check gave up at its limit of nodes.
    #[error("no test was found for this plan within {nodes} nodes of search, and none was ruled out")]
    Undecided {
        /// The limit.
        nodes: usize,
    },
    /// The stopping rule speaks of levels and the bank has none.
    #[error("the plan stops when the level is sure, and the bank has no learning progression")]
    NoProgression,
    /// The plan names a level that the bank's progression does not have.
    #[error(
        "the plan stops when it is sure about level {level:?}, and the bank has no such level with a cut"
    )]
    UnknownLevel {
        /// The name.
        level: String,
    },
    /// The plan says it is for another bank.
    #[error("the plan is for bank {plan:?}, not for {bank:?}")]
    OtherBank {
        /// Bank named in the plan.
        plan: String,
        /// Bank offered.
        bank: String,
    },
}

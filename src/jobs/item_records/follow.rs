//! One residual after another: blocks for rolling means, and a cumulative sum on either side (Page, 1954; Veerkamp & Glas,
//! 2000, for item drift).

use calibration::drift::{Alarm, CumulativeSum};
use item_bank::ResponseModel;

use super::predictions::Prediction;
use crate::store::item_records::{Block, Direction, RunningSum, StandingAlarm, Watch};

/// Half the shift to be noticed, in standard deviations of a residual.
pub const ALLOWANCE: f64 = 0.1;
/// The sum at which an alarm is raised.
pub const THRESHOLD: f64 = 32.0;
/// An item that has not changed raises an alarm about once in so many answers (Siegmund's approximation, 1985).
pub const ANSWERS_TO_A_FALSE_ALARM: u64 = 19_000;
/// Residuals in a block.
pub const BLOCK: u32 = 25;
/// Blocks that a rolling mean is taken over: 500 answers.
pub const WINDOW_BLOCKS: usize = 20;
/// Blocks kept, the newest: 3,000 answers.
pub const BLOCKS_MAX: usize = 120;

/// A watch that begins with an answer given at `at_ms`.
pub(super) fn begin(model: &ResponseModel, bank_version: u32, at_ms: i64) -> Watch {
    Watch {
        model: model.clone(),
        bank_version,
        since_ms: at_ms,
        residuals: 0,
        sum: 0.0,
        easier: RunningSum { value: 0.0, since_ms: at_ms },
        harder: RunningSum { value: 0.0, since_ms: at_ms },
        alarm: None,
        blocks: Vec::new(),
        settled: None,
    }
}

/// Takes an answer in. One that nobody could have given otherwise says nothing.
pub(super) fn follow(watch: &mut Watch, score: u32, expected: Prediction, at_ms: i64) {
    let Prediction { mean, standard_deviation } = expected;
    if standard_deviation <= 0.0 {
        return;
    }
    let score = f64::from(score);
    let residual = (score - mean) / standard_deviation;
    watch.residuals += 1;
    watch.sum += residual;
    add_to_blocks(&mut watch.blocks, residual, at_ms);

    let mut sums = CumulativeSum::new(ALLOWANCE, THRESHOLD).resumed(watch.easier.value, watch.harder.value);
    let alarm = sums.add(score, mean, standard_deviation);
    let (easier, harder) = sums.sums();
    advance(&mut watch.easier, easier, at_ms);
    advance(&mut watch.harder, harder, at_ms);
    if let (None, Some(alarm)) = (watch.alarm, alarm) {
        let (direction, since_ms) = match alarm {
            Alarm::Easier => (Direction::Easier, watch.easier.since_ms),
            Alarm::Harder => (Direction::Harder, watch.harder.since_ms),
        };
        watch.alarm =
            Some(StandingAlarm { direction, at_residual: watch.residuals, raised_at_ms: at_ms, since_ms });
    }
}

fn advance(sum: &mut RunningSum, value: f64, at_ms: i64) {
    if value <= 0.0 || sum.value <= 0.0 {
        sum.since_ms = at_ms;
    }
    sum.value = value;
}

fn add_to_blocks(blocks: &mut Vec<Block>, residual: f64, at_ms: i64) {
    match blocks.last_mut() {
        Some(last) if last.residuals < BLOCK => {
            last.residuals += 1;
            last.sum += residual;
            last.until_ms = at_ms;
        }
        _ => {
            if blocks.len() == BLOCKS_MAX {
                blocks.remove(0);
            }
            blocks.push(Block { residuals: 1, sum: residual, until_ms: at_ms });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVEN: Prediction = Prediction { mean: 0.5, standard_deviation: 0.5 };

    fn watched(scores: impl IntoIterator<Item = u32>) -> Watch {
        let model = serde_json::from_str(r#"{ "model": "1PL", "a": 1.0, "b": 0.0 }"#).unwrap();
        let mut watch = begin(&model, 1, 0);
        for (at, score) in scores.into_iter().enumerate() {
            follow(&mut watch, score, EVEN, i64::try_from(at).unwrap());
        }
        watch
    }

    #[test]
    fn an_alarm_says_since_when_and_stands_until_it_is_settled() {
        // Right and wrong in turn for 1,000 answers, then three right in four: residuals of ½ on average, each of which adds
        // 0.4 to the sum. 32 are passed after 80 answers or so.
        let scores = (0..1_000).map(|at| at % 2).chain((0..400).map(|at| u32::from(at % 4 != 0)));
        let watch = watched(scores);
        let alarm = watch.alarm.unwrap();
        assert_eq!(alarm.direction, Direction::Easier);
        assert!((1_070..1_090).contains(&alarm.at_residual), "{alarm:?}");
        assert!((995..1_010).contains(&alarm.since_ms), "{alarm:?}");
        assert_eq!(watch.residuals, 1_400);
    }

    #[test]
    fn an_even_course_raises_no_alarm_and_what_is_kept_is_bounded() {
        let watch = watched((0..10_000).map(|at| at % 2));
        assert_eq!(watch.alarm, None);
        assert_eq!((watch.blocks.len(), watch.residuals), (BLOCKS_MAX, 10_000));
        let kept: u32 = watch.blocks.iter().map(|block| block.residuals).sum();
        assert_eq!(kept, 25 * 120);
        assert_eq!(watch.blocks.last().unwrap().until_ms, 9_999);
    }

    #[test]
    fn an_answer_nobody_could_miss_says_nothing() {
        let mut watch = watched([]);
        follow(&mut watch, 1, Prediction { mean: 1.0, standard_deviation: 0.0 }, 1);
        assert_eq!((watch.residuals, watch.blocks.len()), (0, 0));
    }
}

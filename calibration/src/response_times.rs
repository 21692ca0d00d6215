//! How long examinees took: an item's distribution of response times, and the answers too fast to count.

use std::cell::Cell;

use crate::rapid_guessing::rapid_guess_threshold_ms;
use crate::responses::{ResponseMatrix, ResponseTimes};

/// The response times of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemTimes {
    /// Answers whose time is known.
    pub timed: usize,
    /// Lower quartile, median and upper quartile, milliseconds.
    pub quartiles_ms: [f64; 3],
    /// Mean of the logarithm of the seconds.
    pub log_mean: f64,
    /// Standard deviation of the logarithm of the seconds.
    pub log_deviation: f64,
    /// Faster answers are rapid guesses, milliseconds; none where too few times are known.
    pub threshold_ms: Option<f64>,
    /// Answers faster than that.
    pub rapid: usize,
}

/// The response times of every item; `None` where no time is known.
pub fn item_times(matrix: &ResponseMatrix, times: &ResponseTimes) -> Vec<Option<ItemTimes>> {
    let mut by_item: Vec<Vec<i64>> = vec![Vec::new(); matrix.items().len()];
    let items = matrix.rows().flat_map(|row| row.items.iter());
    for (answer, &item) in items.enumerate() {
        by_item[usize::from(item)].extend(times.of(answer));
    }
    by_item.into_iter().map(of_item).collect()
}

/// The responses without rapid guesses; what an item's threshold is, its times say.
#[must_use]
pub fn without_rapid_guesses(
    matrix: &ResponseMatrix,
    times: &ResponseTimes,
    items: &[Option<ItemTimes>],
) -> ResponseMatrix {
    let next = Cell::new(0);
    matrix.rebuilt(matrix.items().to_vec(), |_, item, score| {
        let answer = next.replace(next.get() + 1);
        let threshold = items[item].and_then(|item| item.threshold_ms);
        (!is_rapid(times.of(answer), threshold)).then_some((item, score))
    })
}

fn is_rapid(time: Option<i64>, threshold: Option<f64>) -> bool {
    time.zip(threshold).is_some_and(|(time, threshold)| (time as f64) < threshold)
}

fn of_item(mut times: Vec<i64>) -> Option<ItemTimes> {
    if times.is_empty() {
        return None;
    }
    times.sort_unstable();
    let count = times.len() as f64;
    // A millisecond is the shortest time there is a logarithm of.
    let logs: Vec<f64> = times.iter().map(|&time| (time.max(1) as f64 / 1_000.0).ln()).collect();
    let log_mean = logs.iter().sum::<f64>() / count;
    let square: f64 = logs.iter().map(|log| (log - log_mean).powi(2)).sum();
    let threshold_ms = rapid_guess_threshold_ms(&times);
    Some(ItemTimes {
        timed: times.len(),
        quartiles_ms: [0.25, 0.5, 0.75].map(|share| quantile(&times, share)),
        log_mean,
        log_deviation: if times.len() > 1 { (square / (count - 1.0)).sqrt() } else { f64::NAN },
        threshold_ms,
        rapid: times.iter().filter(|&&time| is_rapid(Some(time), threshold_ms)).count(),
    })
}

/// By linear interpolation between the sorted values (Hyndman & Fan, 1996, definition 7).
fn quantile(sorted: &[i64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = sorted[(below + 1).min(sorted.len() - 1)] as f64;
    sorted[below] as f64 + (place - below as f64) * (above - sorted[below] as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::responses::{ReadOptions, read_timed_responses};

    #[test]
    fn quartiles_and_logarithms_of_four_times() {
        let found = of_item(vec![4_000, 1_000, 3_000, 2_000]).unwrap();
        assert_eq!(found.quartiles_ms, [1_750.0, 2_500.0, 3_250.0]);
        assert!((found.log_mean - 24.0_f64.ln() / 4.0).abs() < 1e-15);
        assert_eq!((found.threshold_ms, found.rapid), (None, 0));
    }

    #[test]
    fn answers_under_a_tenth_of_the_mean_are_left_out_and_the_others_stay() {
        // 24 examinees answer b 20 seconds after a; the last four need one second for it.
        let mut file = String::from("examinee,item,score,timestamp_ms\n");
        for examinee in 0..24 {
            let time = if examinee < 20 { 20_000 } else { 1_000 };
            file += &format!("e{examinee},a,1,5000\ne{examinee},b,{},{}\n", examinee % 2, 5_000 + time);
        }
        let read = read_timed_responses(file.as_bytes(), &ReadOptions::default()).unwrap();
        let times = read.times.unwrap();
        let items = item_times(&read.matrix, &times);
        assert_eq!(items[0], None, "nothing says when the first item was shown");
        let b = items[1].unwrap();
        assert_eq!((b.timed, b.rapid), (24, 4));
        let kept = without_rapid_guesses(&read.matrix, &times, &items);
        assert_eq!((kept.answer_count(), kept.examinee_count()), (44, 24));
        assert_eq!((kept.answers(19).score(1), kept.answers(20).score(1)), (Some(1), None));
        assert_eq!(kept.examinee(23), "e23");
    }
}

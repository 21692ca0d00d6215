//! Rate limits, kept in memory by each node.
//!
//! | limit | counted by | allowed at once | then |
//! | --- | --- | --- | --- |
//! | sign-in | address | 300 | 5 a second |
//! | sign-in | account | 10 | 1 every 6 seconds |
//! | class list | address | 60 | 1 a second |
//! | requests | session | 240 | 20 a second |
//! | requests without a session | address | 600 | 50 a second |
//!
//! A whole school may stand behind one address, so limits by address are wide; what stops guessing is the limit by account,
//! and the slow-down after wrong secrets that `delivery::sign_in` keeps in the database, where a restart does not clear it.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::ops::Add;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::{Clock, Millis};

/// Keys that one limit counts each on its own.
const KEYS_MAX: usize = 50_000;
/// Allowances that the keys beyond those share, drawn by lot.
const SHARED: u64 = 1_024;
/// How often keys at rest are forgotten, at most, while there are too many.
const FORGET_EVERY_MS: i64 = 1_000;

/// Too many requests: ask again after this long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// How long to wait.
    pub wait: Duration,
}

/// Every rate limit of a node.
pub struct Limits {
    sign_in_by_address: Limit<IpAddr>,
    sign_in_by_account: Limit<String>,
    class_list_by_address: Limit<IpAddr>,
    requests_by_session: Limit<String>,
    requests_by_address: Limit<IpAddr>,
}

impl Limits {
    /// Limits that read time from `clock`.
    #[must_use]
    pub fn new(clock: &Arc<dyn Clock>) -> Self {
        Self {
            sign_in_by_address: Limit::new(clock, 300, Duration::from_millis(200)),
            sign_in_by_account: Limit::new(clock, 10, Duration::from_secs(6)),
            class_list_by_address: Limit::new(clock, 60, Duration::from_secs(1)),
            requests_by_session: Limit::new(clock, 240, Duration::from_millis(50)),
            requests_by_address: Limit::new(clock, 600, Duration::from_millis(20)),
        }
    }

    /// Counts one attempt to sign in to `account` from `address`.
    pub fn sign_in(&self, address: IpAddr, account: &str) -> Result<(), TooMany> {
        self.sign_in_by_address.count(&address)?;
        self.sign_in_by_account.count(&account.to_owned())
    }

    /// Counts one look at a class list from `address`.
    pub fn class_list(&self, address: IpAddr) -> Result<(), TooMany> {
        self.class_list_by_address.count(&address)
    }

    /// Counts one request of a session.
    pub fn request_of_session(&self, session: &str) -> Result<(), TooMany> {
        self.requests_by_session.count(&session.to_owned())
    }

    /// Counts one request from `address` without a session.
    pub fn request_from(&self, address: IpAddr) -> Result<(), TooMany> {
        self.requests_by_address.count(&address)
    }
}

/// Whom a request is counted against.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Counted<K> {
    Own(K),
    Shared(u64),
}

type KeyedLimiter<K> = RateLimiter<K, HashMapStateStore<K>, ServiceClock, NoOpMiddleware<Instant>>;

/// Memory is bounded: beyond [`KEYS_MAX`] keys that are not at rest, every key is counted against a shared allowance.
struct Limit<K: Hash + Eq + Clone> {
    limiter: KeyedLimiter<Counted<K>>,
    clock: ServiceClock,
    lots: RandomState,
    forgotten_at_ms: AtomicI64,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(clock: &Arc<dyn Clock>, burst: u32, refill: Duration) -> Self {
        let clock = ServiceClock(Arc::clone(clock));
        let burst = NonZeroU32::new(burst).expect("every burst above is positive");
        let quota = Quota::with_period(refill).expect("every refill above is positive").allow_burst(burst);
        Self {
            limiter: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            clock,
            lots: RandomState::new(),
            forgotten_at_ms: AtomicI64::new(0),
        }
    }

    fn count(&self, key: &K) -> Result<(), TooMany> {
        let counted = if self.limiter.len() < KEYS_MAX || self.forget_those_at_rest() {
            Counted::Own(key.clone())
        } else {
            Counted::Shared(self.lots.hash_one(key) % SHARED)
        };
        self.limiter
            .check_key(&counted)
            .map_err(|refusal| TooMany { wait: refusal.wait_time_from(self.clock.now()) })
    }

    /// Whether there is room for another key now. Looks through all of them at most once a second.
    fn forget_those_at_rest(&self) -> bool {
        let Millis(now_ms) = self.clock.0.now();
        let last = self.forgotten_at_ms.load(Ordering::Relaxed);
        let is_due = now_ms - last >= FORGET_EVERY_MS;
        let exchange =
            |to| self.forgotten_at_ms.compare_exchange(last, to, Ordering::Relaxed, Ordering::Relaxed);
        if is_due && exchange(now_ms).is_ok() {
            self.limiter.retain_recent();
        }
        self.limiter.len() < KEYS_MAX
    }
}

/// The service's clock in governor's terms, so that tests decide what time it is.
#[derive(Clone)]
struct ServiceClock(Arc<dyn Clock>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Instant(u64); // nanoseconds since 1970

impl governor::clock::Clock for ServiceClock {
    type Instant = Instant;

    fn now(&self) -> Instant {
        let Millis(now_ms) = self.0.now();
        Instant(u64::try_from(now_ms).unwrap_or(0).saturating_mul(1_000_000))
    }
}

impl Add<Nanos> for Instant {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        Self(self.0.saturating_add(other.as_u64()))
    }
}

impl Reference for Instant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Millis {
            Millis(self.0.load(Ordering::SeqCst))
        }
    }

    #[test]
    fn the_eleventh_guess_at_an_account_waits_six_seconds() {
        let hand = Arc::new(Hand(AtomicI64::new(1_700_000_000_000)));
        let clock: Arc<dyn Clock> = hand.clone();
        let limits = Limits::new(&clock);
        let address = "192.0.2.1".parse().unwrap();
        for _ in 0..10 {
            limits.sign_in(address, "ada").unwrap();
        }
        let refusal = limits.sign_in(address, "ada").unwrap_err();
        assert_eq!(refusal.wait, Duration::from_secs(6));
        limits.sign_in(address, "ben").unwrap();
        hand.0.fetch_add(6_000, Ordering::SeqCst);
        limits.sign_in(address, "ada").unwrap();
    }

    #[test]
    fn a_flood_of_keys_takes_bounded_memory_and_is_still_limited() {
        let hand = Arc::new(Hand(AtomicI64::new(1_700_000_000_000)));
        let clock: Arc<dyn Clock> = hand.clone();
        let limit: Limit<usize> = Limit::new(&clock, 2, Duration::from_secs(6));
        let let_in = (0..KEYS_MAX + 40_000).filter(|key| limit.count(key).is_ok()).count();
        assert!(limit.limiter.len() <= KEYS_MAX + SHARED as usize, "{}", limit.limiter.len());
        // Each shared allowance of 2 is met some forty times.
        assert_eq!(let_in, KEYS_MAX + 2 * SHARED as usize);
        // All are at rest again: a new key has its own allowance, and so has the next.
        hand.0.fetch_add(13_000, Ordering::SeqCst);
        for key in [usize::MAX, usize::MAX - 1] {
            assert_eq!([0; 3].map(|_| limit.count(&key).is_ok()), [true, true, false]);
        }
        assert!(limit.limiter.len() <= 2 + SHARED as usize, "{}", limit.limiter.len());
    }
}

//! Published banks, plans and policies, read once and kept ready: the next item is chosen without reading a document.

use std::sync::Arc;

use item_bank::formats::read_bank_json;
use item_bank::{Accommodations, Bank, NormalPrior};

use super::DeliveryError;
use super::cache::VersionCache;
use crate::adaptive::{ExposureRates, ItemOrder, ItemPool, PlanError, PlanProblem, TestPlan};
use crate::assessment::{Policy, SummativeMeasurement};
use crate::store::banks::find_bank_document;
use crate::store::documents::{DocumentKind, find_document};
use crate::store::exposure::{ExposureKey, find_exposure};
use crate::store::{Pins, Store};

/// Banks kept ready.
const BANKS_MAX: usize = 16;
/// Plans, policies, prepared pools and counts of exposure kept ready.
const DOCUMENTS_MAX: usize = 64;

/// A document and its version.
type Key = (String, u32);
/// A pool for those who need something, or why the bank cannot serve the plan to them.
type PoolFor = Result<Arc<ItemPool>, Vec<PlanProblem>>;

/// Everything an attempt pins, ready for use.
#[derive(Debug, Clone)]
pub struct Pinned {
    /// The bank.
    pub bank: Arc<Bank>,
    /// The plan.
    pub plan: Arc<TestPlan>,
    /// The policy.
    pub policy: Arc<Policy>,
    /// The bank's items prepared for the plan and for what the student needs them to support.
    pub pool: Arc<ItemPool>,
    /// The counts behind exposure control that the attempt's log names; none where it names none.
    pub exposure: Arc<ExposureRates>,
}

/// Reads documents of published versions and keeps them. They never change, so what is kept is never stale.
#[derive(Debug)]
pub struct Library {
    store: Store,
    banks: VersionCache<Key, Bank>,
    plans: VersionCache<Key, TestPlan>,
    policies: VersionCache<Key, Policy>,
    pools: VersionCache<(Key, Key, Accommodations, ItemOrder), PoolFor>,
    measurements: VersionCache<(Key, Key, Accommodations, u64), SummativeMeasurement>,
    exposures: VersionCache<(ExposureKey, u32), ExposureRates>,
    nothing_counted: Arc<ExposureRates>,
}

impl Library {
    /// An empty library over a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            banks: VersionCache::new(BANKS_MAX),
            plans: VersionCache::new(DOCUMENTS_MAX),
            policies: VersionCache::new(DOCUMENTS_MAX),
            pools: VersionCache::new(DOCUMENTS_MAX),
            measurements: VersionCache::new(DOCUMENTS_MAX),
            exposures: VersionCache::new(DOCUMENTS_MAX),
            nothing_counted: Arc::default(),
        }
    }

    /// Everything that these pins name, for a student without accommodations.
    pub async fn pinned(&self, pins: &Pins) -> Result<Pinned, DeliveryError> {
        let bank = self.bank(&pins.bank_id, pins.bank_version).await?;
        let plan = self.plan(&pins.plan_id, pins.plan_version).await?;
        let policy = self.policy(&pins.policy_id, pins.policy_version).await?;
        let pool = self.pool_for(pins, &Accommodations::none()).await?.map_err(PlanError::Unfit)?;
        Ok(Pinned { bank, plan, policy, pool, exposure: Arc::clone(&self.nothing_counted) })
    }

    /// The pool of those who need these accommodations, or why the bank cannot serve the plan to them.
    pub async fn pool_for(&self, pins: &Pins, needed: &Accommodations) -> Result<PoolFor, DeliveryError> {
        self.pool_in(pins, needed, ItemOrder::Id).await
    }

    /// The same with the items in another order.
    pub async fn pool_in(
        &self,
        pins: &Pins,
        needed: &Accommodations,
        order: ItemOrder,
    ) -> Result<PoolFor, DeliveryError> {
        let bank = (pins.bank_id.clone(), pins.bank_version);
        let plan = (pins.plan_id.clone(), pins.plan_version);
        let key = (bank, plan, needed.clone(), order);
        if let Some(known) = self.pools.get(&key) {
            return Ok((*known).clone());
        }
        let bank = self.bank(&pins.bank_id, pins.bank_version).await?;
        let plan = self.plan(&pins.plan_id, pins.plan_version).await?;
        let pool = match ItemPool::prepare_in(&bank, &plan, needed, order) {
            Ok(pool) => Ok(Arc::new(pool)),
            Err(PlanError::Unfit(problems)) => Err(problems),
            Err(error) => return Err(error.into()),
        };
        Ok((*self.pools.keep(key, pool)).clone())
    }

    /// Why the bank cannot serve the plan to those who need these; empty where it can.
    pub async fn shortfall(
        &self,
        pins: &Pins,
        needed: &Accommodations,
    ) -> Result<Vec<PlanProblem>, DeliveryError> {
        Ok(self.pool_for(pins, needed).await?.err().unwrap_or_default())
    }

    /// A version of the counts behind exposure control.
    pub async fn exposure(&self, pins: &Pins, version: u32) -> Result<Arc<ExposureRates>, DeliveryError> {
        let key = (ExposureKey::from(pins), version);
        if let Some(rates) = self.exposures.get(&key) {
            return Ok(rates);
        }
        let mut connection = self.store.read().await?;
        let found = find_exposure(&mut connection, &key.0, version).await?;
        drop(connection);
        let found = found.ok_or_else(|| {
            let ExposureKey { bank_id, plan_id, plan_version } = &key.0;
            let name = format!("{version} of bank {bank_id} and plan {plan_id} {plan_version}");
            DeliveryError::not_found("version of the exposure counts", name)
        })?;
        Ok(self.exposures.keep(key, found.rates))
    }

    /// What a summative test with these documents will report of a student whose attempt starts here. The information of
    /// the pool is worked out once; where the start lies only shifts it.
    #[must_use]
    pub fn measurement(&self, pins: &Pins, pinned: &Pinned, start: &NormalPrior) -> SummativeMeasurement {
        let bank = (pins.bank_id.clone(), pins.bank_version);
        let plan = (pins.plan_id.clone(), pins.plan_version);
        let needed = pinned.pool.accommodations().clone();
        let key = (bank, plan, needed, start.standard_deviation().to_bits());
        let measurement = self.measurements.get(&key).unwrap_or_else(|| {
            let made = SummativeMeasurement::of_plan(&pinned.pool, &pinned.plan, start);
            self.measurements.keep(key, made)
        });
        measurement.with_prior(Some(*start))
    }

    /// A version of a bank, draft or published.
    pub async fn bank(&self, id: &str, version: u32) -> Result<Arc<Bank>, DeliveryError> {
        let key = (id.to_owned(), version);
        if let Some(bank) = self.banks.get(&key) {
            return Ok(bank);
        }
        let mut connection = self.store.read().await?;
        let document = find_bank_document(&mut connection, id, version).await?;
        drop(connection);
        let document =
            document.ok_or_else(|| DeliveryError::not_found("bank version", format!("{id} {version}")))?;
        let bank = read_bank_json(&document, &format!("bank {id} version {version}"))?;
        Ok(self.banks.keep(key, bank))
    }

    /// A version of a plan.
    pub async fn plan(&self, id: &str, version: u32) -> Result<Arc<TestPlan>, DeliveryError> {
        let key = (id.to_owned(), version);
        if let Some(plan) = self.plans.get(&key) {
            return Ok(plan);
        }
        let plan = TestPlan::from_json(&self.document(DocumentKind::Plan, &key).await?)?;
        Ok(self.plans.keep(key, plan))
    }

    /// A version of a policy.
    pub async fn policy(&self, id: &str, version: u32) -> Result<Arc<Policy>, DeliveryError> {
        let key = (id.to_owned(), version);
        if let Some(policy) = self.policies.get(&key) {
            return Ok(policy);
        }
        let policy = Policy::read_json(&self.document(DocumentKind::Policy, &key).await?)?;
        Ok(self.policies.keep(key, policy))
    }

    async fn document(&self, kind: DocumentKind, key: &Key) -> Result<String, DeliveryError> {
        let mut connection = self.store.read().await?;
        let found = find_document(&mut connection, kind, &key.0, key.1).await?;
        let what = match kind {
            DocumentKind::Plan => "plan version",
            DocumentKind::Policy => "policy version",
        };
        let version = found.ok_or_else(|| DeliveryError::not_found(what, format!("{} {}", key.0, key.1)))?;
        Ok(version.document)
    }
}

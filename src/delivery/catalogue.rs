//! What staff look up: banks, plans, policies and assessments. Reads only.

use item_bank::ItemId;

use super::watch_items::item_record;
use super::{DeliveryError, Service};
use crate::adaptive::BandCounts;
use crate::store::AssessmentId;
use crate::store::assessments::{Assessment, find_assessment, list_assessments};
use crate::store::banks::{BankVersion, find_bank_document, find_bank_version, list_bank_versions};
use crate::store::documents::{DocumentKind, DocumentVersion, find_document, list_documents};
use crate::store::exposure::{ExposureKey, list_newest_exposure};
use crate::store::item_records::{BankRecord, ItemRecord};

/// Every version of every bank: by bank, newest first.
pub async fn bank_versions(service: &Service) -> Result<Vec<BankVersion>, DeliveryError> {
    Ok(list_bank_versions(&mut *service.store.read().await?).await?)
}

/// One version of a bank, without its document.
pub async fn bank_version(service: &Service, bank: (&str, u32)) -> Result<BankVersion, DeliveryError> {
    let found = find_bank_version(&mut *service.store.read().await?, bank.0, bank.1).await?;
    found.ok_or_else(|| DeliveryError::not_found("bank version", label(bank)))
}

/// The bank file of a version, as it was brought in.
pub async fn bank_document(service: &Service, bank: (&str, u32)) -> Result<String, DeliveryError> {
    let found = find_bank_document(&mut *service.store.read().await?, bank.0, bank.1).await?;
    found.ok_or_else(|| DeliveryError::not_found("bank version", label(bank)))
}

/// Every version of every plan or policy: by name, newest first.
pub async fn documents(service: &Service, kind: DocumentKind) -> Result<Vec<DocumentVersion>, DeliveryError> {
    Ok(list_documents(&mut *service.store.read().await?, kind).await?)
}

/// One version of a plan or policy.
pub async fn document(
    service: &Service,
    kind: DocumentKind,
    version: (&str, u32),
) -> Result<DocumentVersion, DeliveryError> {
    let found = find_document(&mut *service.store.read().await?, kind, version.0, version.1).await?;
    let what = match kind {
        DocumentKind::Plan => "plan version",
        DocumentKind::Policy => "policy version",
    };
    found.ok_or_else(|| DeliveryError::not_found(what, label(version)))
}

/// Every assessment, retired ones too: by name.
pub async fn assessments(service: &Service) -> Result<Vec<Assessment>, DeliveryError> {
    Ok(list_assessments(&mut *service.store.read().await?).await?)
}

/// One assessment.
pub async fn assessment(service: &Service, id: &AssessmentId) -> Result<Assessment, DeliveryError> {
    let found = find_assessment(&mut *service.store.read().await?, id).await?;
    found.ok_or_else(|| DeliveryError::not_found("assessment", id))
}

/// How an item is used.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemUse {
    /// Ended attempts on its bank.
    pub attempts: u64,
    /// What they say about it.
    pub record: ItemRecord,
    /// Its use by every plan version with a cap on exposure that counted ended attempts.
    pub capped: Vec<CappedUse>,
}

/// How an item is used by a plan version with a cap on exposure.
#[derive(Debug, Clone, PartialEq)]
pub struct CappedUse {
    /// The plan.
    pub plan_id: String,
    /// Its version.
    pub plan_version: u32,
    /// Greatest share of the attempts of a band of ability that may give one item.
    pub cap: f64,
    /// Ended attempts that were counted.
    pub attempts: u64,
    /// Those of them that gave the item.
    pub administered: u64,
    /// Those of them that gave it over the cap: they could not meet their plan otherwise.
    pub forced: u64,
}

/// How an item of a bank is used, in every version.
pub async fn item_use(service: &Service, bank_id: &str, item: &ItemId) -> Result<ItemUse, DeliveryError> {
    let (BankRecord { attempts, .. }, record) = item_record(service, bank_id, item).await?;
    let counted = list_newest_exposure(&mut *service.store.read().await?, bank_id).await?;
    let mut capped = Vec::new();
    for (ExposureKey { plan_id, plan_version, .. }, stored) in counted {
        let plan = service.library.plan(&plan_id, plan_version).await?;
        if let Some(rule) = &plan.exposure {
            let BandCounts { administered, forced, .. } = stored.rates.total(item);
            let (cap, attempts) = (rule.maximum_rate, stored.attempts);
            capped.push(CappedUse { plan_id, plan_version, cap, attempts, administered, forced });
        }
    }
    Ok(ItemUse { attempts, record, capped })
}

fn label((id, version): (&str, u32)) -> String {
    format!("{id} {version}")
}

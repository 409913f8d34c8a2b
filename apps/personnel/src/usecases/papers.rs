//! Contracts and agreements, registered in sets.

use documents::{AccessLevel, NewDocument};
use op::{Facts, Op, OpError};
use types::{DocumentId, PersonId};

use super::{ACCESS_GROUND, readers};
use crate::actions::RegisterContracts;

/// A contract, or an agreement that changes one (darba līgums, vienošanās par grozījumiem).
#[derive(Clone, Debug)]
pub struct PaperAsk {
    /// With whom.
    pub person: PersonId,
    /// What it is.
    pub title: String,
}

/// Registers contracts, each under the institution where its person works.
///
/// # Errors
/// Somebody is not employed (`NotFound`), or HR does not keep their papers; then none is registered.
pub async fn register_contracts(op: &Op, papers: &[PaperAsk]) -> Result<Vec<DocumentId>, OpError> {
    let mut tx = op.begin().await?;
    let today = op.today();
    let mut docs = Vec::with_capacity(papers.len());
    let mut may = None;
    for paper in papers {
        let place = parties::main_employment(tx.conn(), op.tenant(), paper.person, today).await?;
        let place = place.ok_or(OpError::NotFound)?;
        may = Some(tx.create::<RegisterContracts>(&Facts { unit: Some(place.unit_id), ..Facts::default() })?);
        let (unit, institution) = (place.unit_id, place.institution_id);
        let name = parties::name(tx.conn(), op.tenant(), paper.person).await?;
        let doc = NewDocument {
            owner: Some(paper.person),
            access: AccessLevel::Restricted,
            access_ground: Some(ACCESS_GROUND.to_owned()),
            readers: readers(unit, institution, None),
            ..NewDocument::new("personnel.contract", format!("{}: {name}", paper.title), unit, institution, "kadri")
        };
        docs.push((doc, "contracts".to_owned(), today));
    }
    let Some(may) = may else { return Ok(Vec::new()) };
    let done = documents::create_registered(&mut tx, &may, docs).await?;
    tx.commit().await?;
    Ok(done.into_iter().map(|r| r.document).collect())
}

//! Organisations that a made-up municipality has to do with. None of them exists.

use op::{Op, OpError};

use crate::{
    OrganisationData,
    usecases::{self, PartiesError},
};

/// Name, legal form, street, domain.
const ORGANISATIONS: [(&str, &str, &str, &str); 8] = [
    ("Nodibinājums \"Gaismas ceļš\"", "nodibinājums", "Liepu iela 4", "gaismascels.example"),
    ("Biedrība \"Ezermalas saime\"", "biedrība", "Ezera iela 12", "ezermala.example"),
    ("SIA \"Zaļā pļava\"", "SIA", "Pļavu iela 7", "zalaplava.example"),
    ("SIA \"Meistara rokas\"", "SIA", "Darbnīcu iela 3", "meistari.example"),
    ("SIA \"Trīs bērzi\"", "SIA", "Bērzu iela 1", "trisberzi.example"),
    ("IK \"Andra kurpes\"", "IK", "Tirgus iela 9", "kurpes.example"),
    ("Kooperatīvs \"Parauga piens\"", "kooperatīvā sabiedrība", "Fermu iela 2", "piens.example"),
    ("Sporta klubs \"Paraugs\"", "biedrība", "Stadiona iela 5", "klubs.example"),
];

/// The first of their registration numbers, far from those of institutions and suppliers.
const FIRST: u32 = 90_001;

/// Enters them.
///
/// # Errors
/// They are there already, or the database failed.
pub async fn organisations(op: &Op) -> Result<(), OpError> {
    for (n, (name, form, street, domain)) in (FIRST..).zip(ORGANISATIONS) {
        let data = OrganisationData {
            name: name.to_owned(),
            registration_number: Some(latvian::ids::RegistrationNumber::demo(n).formatted()),
            legal_form: Some(form.to_owned()),
            address: Some(format!("{street}, Paraugs, Parauga novads")),
            email: Some(format!("birojs@{domain}")),
            phone: None,
            e_address: None,
        };
        match usecases::enter_organisation(op, op.new_id(), &data).await {
            Ok(()) => {}
            Err(PartiesError::Op(e)) => return Err(e),
            Err(_) => return Err(OpError::NotFound),
        }
    }
    Ok(())
}

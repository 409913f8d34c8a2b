//! Who there is: institutions, suppliers, and whose list is whose.

use std::collections::HashMap;

use op::{Op, OpError};
use parties::role;
use types::{Clock, Date, IdentityId, Locale, PersonId, Timestamp, UnitId};
use uuid::Uuid;

use manifest::Dice;

use super::at;
use crate::usecases::{self, InvoicesError};

/// A made-up supplier: what it sells, how that is booked, and what it costs in euros.
pub(super) struct Supplier {
    pub name: &'static str,
    pub what: &'static [&'static str],
    pub account: &'static str,
    pub ekk: &'static str,
    /// From and to, in euros.
    pub price: (u64, u64),
}

const fn supplier(
    name: &'static str,
    what: &'static [&'static str],
    account: &'static str,
    ekk: &'static str,
    price: (u64, u64),
) -> Supplier {
    Supplier { name, what, account, ekk, price }
}

/// No such company exists.
pub(super) const SUPPLIERS: &[Supplier] = &[
    supplier("SIA „Parauga siltums”", &["Siltumenerģija", "Apkures sistēmas uzturēšana"], "7222", "2221", (400, 9_000)),
    supplier("SIA „Parauga ūdens”", &["Ūdens un kanalizācija"], "7222", "2222", (60, 900)),
    supplier("AS „Gaismas tīkls”", &["Elektroenerģija", "Sistēmas pakalpojums"], "7222", "2223", (120, 4_000)),
    supplier("SIA „Tīrā sēta”", &["Atkritumu izvešana"], "7222", "2224", (30, 400)),
    supplier("SIA „Tālie vārdi”", &["Sakaru pakalpojumi", "Internets"], "7211", "2212", (25, 300)),
    supplier("SIA „Papīra lapa”", &["Biroja papīrs A4", "Mapes", "Rakstāmpiederumi"], "7231", "2311", (8, 240)),
    supplier("SIA „Skolas soliņš”", &["Mācību līdzekļi", "Darba burtnīcas"], "7233", "2370", (40, 1_800)),
    supplier(
        "SIA „Garšīgs galds”",
        &["Ēdināšana, pusdienas", "Piena produkti", "Dārzeņi"],
        "7236",
        "2363",
        (150, 3_200),
    ),
    supplier("SIA „Četri riteņi”", &["Skolēnu pārvadāšana", "Degviela"], "7232", "2322", (90, 2_600)),
    supplier("SIA „Meistara rokas”", &["Telpu remonts", "Durvju nomaiņa"], "7224", "2241", (200, 9_800)),
    supplier("SIA „Ekrāns un pele”", &["Datortehnikas apkope", "Printera kasetes"], "7225", "2250", (50, 1_500)),
    supplier("SIA „Balts darbs”", &["Telpu uzkopšana", "Mazgāšanas līdzekļi"], "7224", "2244", (70, 800)),
    supplier(
        "SIA „Drošais slieksnis”",
        &["Apsardze", "Ugunsdzēsības signalizācijas pārbaude"],
        "7224",
        "2246",
        (45, 500),
    ),
    supplier("SIA „Zaļā pļava”", &["Teritorijas kopšana", "Stādi"], "7224", "2247", (60, 1_400)),
    supplier("IK „Andra kurpes”", &["Darba apģērbs un apavi"], "7231", "2312", (30, 450)),
    supplier("SIA „Ceļa zīme”", &["Ceļu uzturēšana ziemā", "Grants"], "7224", "2242", (300, 9_500)),
];

/// Those who act.
pub(super) struct Cast {
    /// Institutions with registration number and name.
    pub institutions: Vec<(UnitId, String, String)>,
    /// The chief accountant.
    pub accountant: PersonId,
    /// Who releases payments: the head over all.
    pub director: PersonId,
    /// List → one who works it off.
    lists: HashMap<Uuid, PersonId>,
}

impl Cast {
    pub(super) async fn read(op: &Op) -> Result<Self, OpError> {
        let (tenant, today) = (op.tenant(), op.today());
        let mut read = op.read().await?;
        let units = parties::units(read.conn(), tenant, Some(today)).await?;
        let grants = parties::grants_in(read.conn(), tenant, None, today).await?;
        drop(read);
        let root = units.first().map(|u| u.id);
        let is_institution = |u: &parties::Unit| u.kind == parties::UnitKind::Institution;
        let of = |u: &parties::Unit| Some((u.id, u.registration_number.clone()?, u.name.clone()));
        let holder = |role: &str| {
            let at_root = grants.iter().find(|g| g.role == role && Some(g.unit_id) == root);
            at_root.or_else(|| grants.iter().find(|g| g.role == role)).map(|g| g.person_id).ok_or(OpError::NotFound)
        };
        let mut institutions: Vec<_> = units.iter().filter(|u| is_institution(u)).filter_map(of).collect();
        institutions.sort_by(|a, b| a.1.cmp(&b.1));
        let mut lists: HashMap<Uuid, PersonId> = HashMap::new();
        for g in &grants {
            lists.entry(op::pool_id(g.unit_id, &g.role)).or_insert(g.person_id);
            lists.insert(g.person_id.uuid(), g.person_id);
        }
        let (accountant, director) = (holder(role::ACCOUNTANT)?, holder(role::HEAD)?);
        Ok(Self { institutions, accountant, director, lists })
    }

    /// Who works a list off.
    pub(super) fn taker(&self, principal: Uuid) -> Option<PersonId> {
        self.lists.get(&principal).copied()
    }

    /// An operation of somebody at a moment.
    pub(super) async fn op_of(&self, op: &Op, person: PersonId, moment: Timestamp) -> Result<Op, OpError> {
        let (nobody, clock) = (IdentityId(Uuid::nil()), Clock::fixed(moment));
        Op::for_person_at(op.kernel(), op.tenant(), person, nobody, Locale::Lv, clock).await
    }

    /// The account from which the municipality pays.
    pub(super) async fn prepare(&self, op: &Op, first: Date) -> Result<Uuid, OpError> {
        let accountant = self.op_of(op, self.accountant, at(first, 8)).await?;
        let named = usecases::name_account(&accountant, &super::account_of(1), Some("DEMOLV22"), "Pamatbudžets").await;
        named.map_err(|e| match e {
            InvoicesError::Op(e) => e,
            _ => OpError::NotFound,
        })
    }
}

/// The suppliers of an institution: each has its own few.
pub(super) fn suppliers_of(institution: usize) -> Vec<usize> {
    let mut dice = Dice::of(&[11, institution as u64]);
    let mut all: Vec<usize> = (0..SUPPLIERS.len()).collect();
    let count = 5 + usize::try_from(dice.below(5)).unwrap_or(0);
    for n in (1..all.len()).rev() {
        all.swap(n, usize::try_from(dice.below(n as u64 + 1)).unwrap_or(0));
    }
    all.truncate(count);
    all
}

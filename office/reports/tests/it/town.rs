//! A municipality by hand: a school and a library, three people, nine registrations.

use documents::{NewDocument, Registering, actions::RegisterDocument};
use op::Facts;
use parties::{
    EmploymentKind, NewEmployment, NewGrant, NewPerson, NewPost, NewUnit, UnitKind,
    actions::{ChangeEmployment, CreatePerson, EditPost, EditUnit, GrantRole},
};
use rust_decimal::Decimal;
use testkit::House;
use types::{Date, DocumentId, Money, PersonId, PostId, UnitId};

pub struct Town {
    pub house: House,
    pub school: UnitId,
    pub library: UnitId,
    /// Clerk of the school.
    pub anna: PersonId,
    /// Clerk of the whole municipality.
    pub berta: PersonId,
    /// Nobody in particular.
    pub cilda: PersonId,
    pub documents: Vec<DocumentId>,
}

pub fn day(year: i32, month: u32, day: u32) -> Date {
    Date::from_ymd_opt(year, month, day).unwrap()
}

pub fn unit(house: &House, parent: Option<UnitId>, kind: UnitKind, code: &str, functions: &[&str]) -> NewUnit {
    NewUnit {
        id: house.op().new_id(),
        parent_id: parent,
        kind,
        code: code.to_owned(),
        name: format!("Parauga {code}"),
        name_en: None,
        registration_number: None,
        address: None,
        email: None,
        functions: functions.iter().map(|f| (*f).to_owned()).collect(),
        valid_from: day(2009, 7, 1),
    }
}

pub fn person(house: &House, name: &str) -> NewPerson {
    NewPerson {
        id: house.op().new_id(),
        given_names: name.to_owned(),
        surname: "Paraudziņa".to_owned(),
        personal_code: None,
        birth_date: None,
        sex: None,
        bank_account: None,
        email: None,
        address: None,
        phone: None,
    }
}

pub async fn town() -> Town {
    let modules = vec![parties::module(), documents::module(), workflow::module(), reports::module()];
    let house = House::open(modules, |e| {
        e.insert(reports::Reports(reports::own()));
        e.insert(documents::Kinds(documents::kinds::OWN_KINDS.to_vec()));
    })
    .await;
    let root = unit(&house, None, UnitKind::Municipality, "novads", &[]);
    let school = unit(&house, Some(root.id), UnitKind::Institution, "skola", &["documents"]);
    let library = unit(&house, Some(root.id), UnitKind::Institution, "bibliotēka", &["something-else"]);
    let people = [person(&house, "Anna"), person(&house, "Berta"), person(&house, "Cilda")];
    let [anna, berta, cilda] = people.each_ref().map(|p| p.id);
    let all = Facts::default();
    let mut tx = house.op().begin().await.unwrap();
    let may = tx.create::<EditUnit>(&all).unwrap();
    parties::new_unit(&mut tx, &may, &[root.clone(), school.clone(), library.clone()]).await.unwrap();
    let may = tx.create::<CreatePerson>(&all).unwrap();
    parties::new_person(&mut tx, &may, &people).await.unwrap();
    let posts = [school.id, library.id].map(|unit_id| NewPost {
        id: house.op().new_id::<PostId>(),
        unit_id,
        title: "lietvede".to_owned(),
        profession_code: None,
        places: Decimal::from(9),
        valid_from: day(2009, 7, 1),
    });
    let may = tx.create::<EditPost>(&all).unwrap();
    parties::new_post(&mut tx, &may, &posts).await.unwrap();
    let work = |person_id, at: usize, valid_from, contract_to, is_main| NewEmployment {
        id: house.op().new_id(),
        person_id,
        unit_id: posts[at].unit_id,
        post_id: posts[at].id,
        contract_number: "1".to_owned(),
        contract_date: valid_from,
        kind: EmploymentKind::Contract,
        workload: Decimal::ONE,
        salary: Money(100_000),
        valid_from,
        contract_to,
        is_main,
    };
    // Of 2025: Anna 365 days, Berta 184, Cilda 181 at the school and 183 at the library, 273 of them different.
    let employments = [
        work(anna, 0, day(2020, 1, 1), None, true),
        work(berta, 1, day(2025, 7, 1), None, true),
        work(cilda, 0, day(2024, 10, 1), Some(day(2025, 6, 30)), true),
        work(cilda, 1, day(2025, 4, 1), Some(day(2025, 9, 30)), false),
    ];
    let may = tx.create::<ChangeEmployment>(&all).unwrap();
    parties::hire(&mut tx, &may, &employments).await.unwrap();
    let grant = |person_id, unit_id| NewGrant {
        id: house.op().new_id(),
        person_id,
        role: "clerk".to_owned(),
        unit_id,
        valid_from: day(2020, 1, 1),
        valid_to: None,
    };
    let may = tx.create::<GrantRole>(&all).unwrap();
    parties::grant(&mut tx, &may, &[grant(anna, school.id), grant(berta, root.id)]).await.unwrap();
    let may = tx.create::<RegisterDocument>(&all).unwrap();
    documents::add_registers(&mut tx, &may, &documents::default_registers()).await.unwrap();
    let doc = |unit: UnitId, source: &str, on: Date| {
        (NewDocument::new("letter", format!("Vēstule {source}"), unit, unit, source), "incoming".to_owned(), on)
    };
    let (s, l) = (school.id, library.id);
    let mut docs = vec![
        doc(s, "desk", day(2025, 1, 1)),
        doc(s, "desk", day(2025, 12, 31)),
        doc(s, "desk", day(2024, 12, 31)),
        doc(s, "nino", day(2025, 3, 5)),
        doc(s, "nino", day(2025, 3, 6)),
        doc(s, "kadri", day(2025, 3, 7)),
        doc(l, "sopa", day(2025, 5, 1)),
        doc(l, "invoices", day(2025, 5, 2)),
    ];
    docs[3].0.title = "=cmd".to_owned();
    docs[4].0.access = documents::AccessLevel::Restricted;
    docs[4].0.access_ground = Some("IAL 5. pants".to_owned());
    docs[4].0.title = "Noslēpums".to_owned();
    let done = documents::create_registered(&mut tx, &may, docs).await.unwrap();
    let documents: Vec<DocumentId> = done.iter().map(|d| d.document).collect();
    // The same document in a second register is still one document.
    let again =
        Registering { document: documents[0], register: "internal".to_owned(), institution: s, date: day(2025, 2, 2) };
    documents::register(&mut tx, &may, &[again]).await.unwrap();
    tx.commit().await.unwrap();
    Town { house, school: s, library: l, anna, berta, cilda, documents }
}

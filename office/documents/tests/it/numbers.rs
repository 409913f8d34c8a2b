//! Numbers have no gap and no double, and what is registered does not change.

use std::collections::BTreeSet;

use documents::{DocState, Document, FileRole, NewFile, Registering, actions::*};
use op::{Facts, OpError};
use types::{Date, DocumentId};

use crate::set::{committing_stage, may, stage};

fn day(year: i32) -> Date {
    Date::from_ymd_opt(year, 3, 5).unwrap()
}

fn entry(s: &crate::set::Stage, document: DocumentId, year: i32) -> Registering {
    Registering { document, register: "orders".into(), institution: s.school, date: day(year) }
}

#[tokio::test]
async fn a_set_takes_its_numbers_together_and_each_year_begins_anew() {
    let s = stage().await;
    let got = s
        .does(async |tx| {
            let may = may::<CreateDocument>(tx);
            let ids = documents::create(tx, &may, (0..4).map(|n| s.letter(&format!("Nr {n}"))).collect()).await?;
            let years = [2026, 2026, 2027, 2026];
            let items: Vec<_> = ids.iter().zip(years).map(|(d, y)| entry(&s, *d, y)).collect();
            documents::register(tx, &may, &items).await
        })
        .await
        .unwrap();
    let numbers: Vec<_> = got.iter().map(|r| r.number.as_str()).collect();
    assert_eq!(numbers, ["P-2026/1", "P-2026/2", "P-2027/1", "P-2026/3"]);
    let mut read = s.house.op().read().await.unwrap();
    let document: Document = read.see(got[2].document).await.unwrap();
    assert_eq!(document.number.as_deref(), Some("P-2027/1"));
    assert_eq!(document.state, DocState::Registered);
}

#[tokio::test]
async fn institutions_and_registers_number_by_themselves_and_by_their_index() {
    let s = stage().await;
    let got = s
        .does(async |tx| {
            let classes = [documents::NewClass {
                institution_id: s.school,
                year: 2026,
                code: "1-12".into(),
                parent_code: "1".into(),
                title: "Sarakste".into(),
                retention_years: Some(5),
                permanent: false,
                responsible: String::new(),
                medium: documents::Medium::Electronic,
                system: String::new(),
                notes: String::new(),
            }];
            let m = may::<ManageClasses>(tx);
            documents::add_classes(tx, &m, &classes).await?;
            let tenant = tx.op().tenant();
            let class = documents::class_of(tx.conn(), tenant, s.school, 2026, "1-12").await?;
            let mut with_index = s.letter("Ar indeksu");
            with_index.class = class;
            let mut other = s.letter("Bibliotēkā");
            (other.institution, other.unit) = (s.library, s.library);
            let m = may::<CreateDocument>(tx);
            let docs = vec![
                (with_index, "incoming".to_owned(), day(2026)),
                (s.letter("Bez"), "orders".to_owned(), day(2026)),
                (other, "orders".to_owned(), day(2026)),
            ];
            documents::create_registered(tx, &m, docs).await
        })
        .await
        .unwrap();
    let numbers: Vec<_> = got.iter().map(|r| r.number.as_str()).collect();
    assert_eq!(numbers, ["1-12/S-1", "P-2026/1", "P-2026/1"]);
}

#[tokio::test]
async fn an_unknown_register_and_a_void_document_take_no_number() {
    let s = stage().await;
    let made = s
        .does(async |tx| {
            let m = may::<CreateDocument>(tx);
            documents::create(tx, &m, vec![s.letter("Viens"), s.letter("Divi")]).await
        })
        .await
        .unwrap();
    let unknown = s
        .does(async |tx| {
            let m = may::<RegisterDocument>(tx);
            let item = Registering { register: "no-such".into(), ..entry(&s, made[0], 2026) };
            documents::register(tx, &m, &[item]).await
        })
        .await;
    assert!(matches!(unknown, Err(OpError::NotFound)), "{unknown:?}");
    s.does(async |tx| {
        let m = may::<AnnulDocument>(tx);
        documents::annul(tx, &m, &[made[0]], "kļūda").await
    })
    .await
    .unwrap();
    let void = s
        .does(async |tx| {
            let m = may::<RegisterDocument>(tx);
            documents::register(tx, &m, &[entry(&s, made[0], 2026), entry(&s, made[1], 2026)]).await
        })
        .await;
    assert!(matches!(void, Err(OpError::NotFound)), "{void:?}");
    let first = s
        .does(async |tx| {
            let m = may::<RegisterDocument>(tx);
            documents::register(tx, &m, &[entry(&s, made[1], 2026)]).await
        })
        .await
        .unwrap();
    assert_eq!(first[0].seq, 1, "the refused attempts left no gap");
}

#[tokio::test]
async fn a_void_number_stays_and_the_next_is_the_next() {
    let s = stage().await;
    let one = async |title: &str| {
        s.does(async |tx| {
            let m = may::<CreateDocument>(tx);
            documents::create_registered(tx, &m, vec![(s.letter(title), "orders".into(), day(2026))]).await
        })
        .await
        .unwrap()
        .remove(0)
    };
    let first = one("Pirmais").await;
    s.does(async |tx| {
        let m = may::<AnnulDocument>(tx);
        documents::annul(tx, &m, &[first.document], "rakstīts par velti").await
    })
    .await
    .unwrap();
    assert_eq!(one("Otrais").await.number, "P-2026/2");
    let again = s
        .does(async |tx| {
            let m = may::<AnnulDocument>(tx);
            documents::annul(tx, &m, &[first.document], "vēlreiz").await
        })
        .await;
    assert!(matches!(again, Err(OpError::Stale)), "{again:?}");
}

#[tokio::test]
async fn what_a_registered_document_says_never_changes() {
    let s = stage().await;
    let file = |role| NewFile { name: "a.txt".into(), media_type: "text/plain".into(), bytes: b"x".to_vec(), role };
    let got = s
        .does(async |tx| {
            let m = may::<CreateDocument>(tx);
            let ids = documents::create(tx, &m, vec![s.letter("Viens")]).await?;
            documents::attach(tx, &m, ids[0], vec![file(FileRole::Main)]).await?;
            documents::register(tx, &m, &[entry(&s, ids[0], 2026)]).await
        })
        .await
        .unwrap();
    for (role, allowed) in
        [(FileRole::Main, false), (FileRole::Annex, false), (FileRole::Rendering, true), (FileRole::Signature, true)]
    {
        let done = s
            .does(async |tx| {
                let m = may::<AttachFile>(tx);
                documents::attach(tx, &m, got[0].document, vec![file(role)]).await
            })
            .await;
        assert_eq!(done.is_ok(), allowed, "{role:?}: {done:?}");
        assert_eq!(role.may_follow_registration(), allowed);
    }
}

#[tokio::test]
async fn nothing_is_registered_twice_over_by_many_at_once() {
    let s = committing_stage().await;
    let (writers, each, at_once) = (6, 5, 7);
    let mut tasks = tokio::task::JoinSet::new();
    for w in 0..writers {
        let op = s.house.op();
        let letters: Vec<Vec<_>> = (0..each)
            .map(|_| (0..at_once).map(|n| (s.letter(&format!("{w} {n}")), "orders".to_owned(), day(2026))).collect())
            .collect();
        tasks.spawn(async move {
            let mut seqs = Vec::new();
            for (n, batch) in letters.into_iter().enumerate() {
                let mut tx = op.begin().await.unwrap();
                let m = tx.create::<CreateDocument>(&Facts::default()).unwrap();
                let got = documents::create_registered(&mut tx, &m, batch).await.unwrap();
                // Every third gives up at the last moment: its numbers must be given to others.
                if (w + n) % 3 == 0 {
                    drop(tx);
                } else {
                    tx.commit().await.unwrap();
                    seqs.extend(got.iter().map(|r| r.seq));
                }
            }
            seqs
        });
    }
    let mut all = Vec::new();
    while let Some(seqs) = tasks.join_next().await {
        all.extend(seqs.unwrap());
    }
    let distinct: BTreeSet<i64> = all.iter().copied().collect();
    assert_eq!(distinct.len(), all.len(), "no double");
    assert_eq!(distinct.last().copied(), i64::try_from(all.len()).ok(), "no gap");
}

#[tokio::test(flavor = "current_thread")]
async fn a_thousand_documents_are_as_many_statements_as_one() {
    let s = stage().await;
    let statements = async |n: usize| {
        let (count, _guard) = testkit::count_statements();
        let docs = (0..n).map(|i| (s.letter(&format!("Nr {i}")), "orders".to_owned(), day(2026))).collect();
        s.does(async |tx| {
            let m = may::<CreateDocument>(tx);
            documents::create_registered(tx, &m, docs).await
        })
        .await
        .unwrap();
        count.count()
    };
    // The register is read the first time.
    statements(1).await;
    let (one, many) = (statements(1).await, statements(1000).await);
    assert!(one > 0);
    assert_eq!(one, many);
}

#[tokio::test]
async fn a_changed_register_counts_at_once() {
    let s = stage().await;
    let change = async |sql: &'static str| {
        let mut raw = s.house.kernel.db().begin(Some(s.house.tenant), false).await.unwrap();
        sqlx::query(sql).execute(raw.conn()).await.unwrap();
        raw.commit().await.unwrap();
    };
    let new = async || {
        s.does(async |tx| {
            let m = may::<CreateDocument>(tx);
            documents::create_registered(tx, &m, vec![(s.letter("Rīkojums"), "orders".into(), day(2026))]).await
        })
        .await
        .map(|r| r[0].number.clone())
    };
    let drafted = async || {
        s.does(async |tx| {
            let m = may::<CreateDocument>(tx);
            let made = documents::create(tx, &m, vec![s.letter("Rīkojums")]).await?;
            documents::register(tx, &m, &[entry(&s, made[0], 2026)]).await
        })
        .await
        .map(|r| r[0].number.clone())
    };
    assert_eq!(new().await.unwrap(), "P-2026/1");
    change("update documents.register set prefix = 'R', version = version + 1 where code = 'orders'").await;
    assert_eq!(new().await.unwrap(), "R-2026/2");
    change("update documents.register set prefix = 'Q', version = version + 1 where code = 'orders'").await;
    assert_eq!(drafted().await.unwrap(), "Q-2026/3");
    change("update documents.register set closed_on = '2026-01-01', version = version + 1 where code = 'orders'").await;
    assert!(matches!(new().await, Err(OpError::NotFound)));
    assert!(matches!(drafted().await, Err(OpError::NotFound)));
    change("update documents.register set closed_on = null, version = version + 1 where code = 'orders'").await;
    assert_eq!(drafted().await.unwrap(), "Q-2026/4", "no number was taken in between");
}

#[tokio::test]
async fn a_file_does_not_slip_in_while_its_document_is_registered() {
    let s = committing_stage().await;
    let file = || NewFile {
        name: "a.txt".into(),
        media_type: "text/plain".into(),
        bytes: b"x".to_vec(),
        role: FileRole::Main,
    };
    let made = s
        .does(async |tx| {
            let m = may::<CreateDocument>(tx);
            documents::create(tx, &m, vec![s.letter("Viens")]).await
        })
        .await
        .unwrap();
    let mut registering = s.house.op().begin().await.unwrap();
    let m = may::<RegisterDocument>(&mut registering);
    documents::register(&mut registering, &m, &[entry(&s, made[0], 2026)]).await.unwrap();
    let op = s.house.op();
    let attaching = tokio::spawn(async move {
        let mut tx = op.begin().await.unwrap();
        let m = may::<AttachFile>(&mut tx);
        documents::attach(&mut tx, &m, made[0], vec![file()]).await
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!attaching.is_finished(), "it waits for the one who registers");
    registering.commit().await.unwrap();
    let refused = attaching.await.unwrap();
    assert!(matches!(&refused, Err(OpError::Conflict(c)) if c == documents::REGISTERED_CONTENT), "{refused:?}");
}

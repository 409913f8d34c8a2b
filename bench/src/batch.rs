//! Documents that outside systems bring by the thousand: how many a second, as a use-case call and as a request with
//! its JSON, beside the bare registration of as many.

use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use documents::{NewBatch, NewDocument, register_batch};
use op::{Facts, Op};
use parties::life::Plan;
use serde::Serialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use types::{TenantId, UnitId};

use crate::{machine, rig::Rig};

const DATABASE: &str = "batch";
/// Documents a call.
const SIZES: [usize; 2] = [500, 2000];
/// Callers at a time, each a system of its own for an institution of its own.
const CALLERS: usize = 2;

/// One way at one size.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Documents a call.
    pub size: usize,
    /// Documents in all.
    pub documents: usize,
    /// Documents a second as a request: token, JSON and answer are in it.
    pub requests: f64,
    /// … as a use-case call.
    pub calls: f64,
    /// … as a bare `create_registered`, without keys, checks or answers.
    pub registrations: f64,
    /// Cost of a request over that of a bare registration.
    pub ratio: f64,
}

/// What was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Callers at a time.
    pub callers: usize,
    /// By size.
    pub runs: Vec<Run>,
    /// Load of the machine before and after.
    pub load: (f64, f64),
}

struct Caller {
    op: Op,
    code: String,
    institution: UnitId,
    token: String,
}

/// Runs it.
pub async fn run(rig: &Rig<'_>, documents: usize) -> Result<Figures> {
    let load = machine::load();
    rig.create(DATABASE, None).await?;
    rig.migrate(DATABASE).await?;
    let kernel = rig.kernel(DATABASE, 4).await?;
    let plan = Plan { institutions: 10, employees: 60, seed: 1 };
    let (tenant, demo) = rig.municipality(&kernel, "partijas", &plan).await?;
    let app = (rig.house.app)(std::sync::Arc::clone(&kernel), "http://localhost".to_owned(), [7; 32])?;
    let router = web::router(&app);
    let mut callers = Vec::new();
    for (n, institution) in demo.institutions.iter().take(CALLERS).enumerate() {
        let source = format!("sistema-{n}");
        let scopes = [documents::BATCH_SCOPE.to_owned()];
        let token = web::create_token(&kernel, tenant, &source, &source, &scopes).await?;
        let code = code(&kernel, tenant, *institution).await?;
        callers.push(Caller { op: Op::system(&kernel, tenant, &source), code, institution: *institution, token });
    }
    let mut runs = Vec::new();
    for (round, size) in [SIZES[0]].into_iter().chain(SIZES).enumerate() {
        let few = if round == 0 { documents / 10 } else { documents };
        let calls = (few / CALLERS / size).max(1);
        let run = one(&callers, &router, (round, size, calls)).await?;
        // The first warms up.
        if round > 0 {
            runs.push(run);
        }
    }
    Ok(Figures { callers: callers.len(), runs, load: (load, machine::load()) })
}

async fn code(kernel: &std::sync::Arc<op::Kernel>, tenant: TenantId, unit: UnitId) -> Result<String> {
    let op = Op::house(kernel, tenant, "bench");
    let mut read = op.read().await?;
    let unit = parties::unit(read.conn(), tenant, unit).await?.context("an institution")?;
    Ok(unit.code)
}

async fn one(callers: &[Caller], router: &Router, at: (usize, usize, usize)) -> Result<Run> {
    let (_, size, calls) = at;
    let documents = size * calls * callers.len();
    // What callers send is made before the clock runs.
    let bodies = |way: &str| -> Vec<Vec<Value>> {
        callers.iter().map(|c| (0..calls).map(|n| body(c, way, at, n)).collect()).collect()
    };
    let texts = bodies("r").into_iter().map(|all| all.iter().map(Value::to_string).collect()).collect();
    let requests = timed(callers, texts, async |c, text: String| request(router, c, text).await).await?;
    let uses = timed(callers, batches(bodies("c"))?, async |c, new: NewBatch| call(c, &new).await).await?;
    let bare = timed(callers, batches(bodies("b"))?, async |c, new: NewBatch| registration(c, &new).await).await?;
    let rate = |seconds: f64| documents as f64 / seconds;
    let (requests, calls, registrations) = (rate(requests), rate(uses), rate(bare));
    Ok(Run { size, documents, requests, calls, registrations, ratio: registrations / requests })
}

fn batches(bodies: Vec<Vec<Value>>) -> Result<Vec<Vec<NewBatch>>> {
    let read = |all: Vec<Value>| all.into_iter().map(serde_json::from_value).collect::<Result<Vec<_>, _>>();
    Ok(bodies.into_iter().map(read).collect::<Result<_, _>>()?)
}

/// Seconds that all callers took together, each with its own calls one after another.
async fn timed<T>(callers: &[Caller], all: Vec<Vec<T>>, what: impl AsyncFn(&Caller, T) -> Result<()>) -> Result<f64> {
    let begun = Instant::now();
    let turn = async |c: Option<&Caller>, calls: Vec<T>| {
        let Some(c) = c else { return Ok(()) };
        for one in calls {
            what(c, one).await?;
        }
        anyhow::Ok(())
    };
    let mut all = all.into_iter();
    let mut next = || all.next().unwrap_or_default();
    let (a, b) = tokio::join!(turn(callers.first(), next()), turn(callers.get(1), next()));
    a.and(b)?;
    Ok(begun.elapsed().as_secs_f64())
}

fn body(c: &Caller, way: &str, (round, size, _): (usize, usize, usize), n: usize) -> Value {
    let streets = ["Ozolu", "Liepu", "Kļavu", "Bērzu", "Ošu"];
    let document = |i: usize| {
        let street = streets.get(i % streets.len()).unwrap_or(&"Meža");
        json!({
            "key": format!("{way}{round}/{n}/{i}"), "kind": "letter", "register": "outgoing", "institution": c.code,
            "title": format!("Maksāšanas paziņojums par nekustamā īpašuma nodokli, {street} iela {i}"),
            "direction": "outgoing", "correspondents": [{ "name": format!("Parauga Nr. {i} saimniecība") }],
            "external_id": format!("N-{round}-{n}-{i}"), "received_via": "e-address",
        })
    };
    json!({ "key": format!("{way}{round}/{n}"), "documents": (0..size).map(document).collect::<Vec<_>>() })
}

async fn request(router: &Router, c: &Caller, body: String) -> Result<()> {
    let request = Request::post("/api/v1/documents/batch")
        .header(header::AUTHORIZATION, format!("Bearer {}", c.token))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))?;
    let answer = router.clone().oneshot(request).await?;
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
    let answer: Value = serde_json::from_slice(&bytes)?;
    if status != StatusCode::OK || answer.get("refused") != Some(&json!(0)) {
        bail!("{status}: {answer}");
    }
    Ok(())
}

async fn call(c: &Caller, new: &NewBatch) -> Result<()> {
    let answer = register_batch(&c.op, new).await?;
    if answer.registered == new.documents.len() { Ok(()) } else { bail!("{} refused", answer.refused) }
}

async fn registration(c: &Caller, new: &NewBatch) -> Result<()> {
    let today = c.op.today();
    let documents = new.documents.iter().map(|d| {
        let document = NewDocument {
            direction: d.direction,
            correspondent: d.correspondents.first().map(|c| c.name.clone()),
            external_number: d.external_id.clone(),
            received_via: d.received_via.clone(),
            ..NewDocument::new(&d.kind, &d.title, c.institution, c.institution, "bench")
        };
        (document, "outgoing".to_owned(), today)
    });
    let mut tx = c.op.begin().await?;
    let may = tx.create::<documents::actions::CreateDocument>(&Facts::default())?;
    documents::create_registered(&mut tx, &may, documents.collect()).await?;
    Ok(tx.commit().await?)
}

//! Documents by the hundred thousand, written set by set as the owner: rows of the same shape as the use-cases
//! leave behind (document, access, text, registration, words to be found by, history, audit, route, task).

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use chrono::Days;
use latvian::search;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};
use types::{Date, TenantId};
use uuid::Uuid;

/// Documents of one statement.
const SET: u64 = 50_000;

/// They were made over so many days.
const DAYS: u64 = 1000;
/// The first so many of a municipality still wait for somebody, however many there are.
const OPEN: u64 = 4000;

/// What titles are put together from.
const SUBJECTS: [&str; 24] = [
    "Par pašvaldības autoceļu uzturēšanu",
    "Par nekustamā īpašuma nodokļa atvieglojumiem",
    "Par zemes vienības sadalīšanu",
    "Par sociālās palīdzības piešķiršanu",
    "Par telpu nomas līguma pagarināšanu",
    "Par izglītojamo uzņemšanu skolā",
    "Par būvniecības ieceres dokumentāciju",
    "Par kapitālsabiedrības darbības rezultātiem",
    "Par koku ciršanas saskaņošanu",
    "Par iepirkuma rezultātu apstiprināšanu",
    "Par ielu apgaismojuma bojājumiem",
    "Par publiska pasākuma rīkošanas atļauju",
    "Par deklarētās dzīvesvietas ziņu anulēšanu",
    "Par asistenta pakalpojuma nodrošināšanu",
    "Par atkritumu apsaimniekošanas maksu",
    "Par ūdensapgādes tīklu pārbūvi",
    "Par mācību līdzekļu iegādi",
    "Par darba laika uzskaiti",
    "Par bibliotēkas krājuma papildināšanu",
    "Par komandējuma izdevumu atmaksu",
    "Par ēdināšanas pakalpojumiem bērnudārzā",
    "Par detālplānojuma izstrādes uzsākšanu",
    "Par ikgadējā atvaļinājuma piešķiršanu",
    "Par tehnisko noteikumu izsniegšanu",
];
const PLACES: [&str; 20] = [
    "Brīvības ielā",
    "Skolas ielā",
    "Dārza ielā",
    "Ozolu ielā",
    "Upes ielā",
    "Kalna ielā",
    "Meža ielā",
    "Raiņa ielā",
    "Liepu alejā",
    "Parka ielā",
    "Stacijas ielā",
    "Ezera ielā",
    "Lauku ielā",
    "Pils ielā",
    "Krasta ielā",
    "Zemgales ielā",
    "Vidzemes prospektā",
    "Jūras ielā",
    "Saules ielā",
    "Bērzu ielā",
];
const SENDERS: [&str; 16] = [
    "SIA “Paraugs”",
    "AS “Piemērs”",
    "biedrība “Ozols”",
    "SIA “Lauku ceļi”",
    "Parauga pagasts",
    "SIA “Ūdens”",
    "Valsts iestāde",
    "SIA “Siltums”",
    "Izglītības iestāde",
    "zemnieku saimniecība “Bērzi”",
    "SIA “Būve”",
    "fonds “Rīts”",
    "SIA “Tilts”",
    "AS “Elektrība”",
    "Dzīvokļu īpašnieku biedrība",
    "SIA “Pārvadātājs”",
];

/// A word that every tenth title has, and one that is rare.
pub const COMMON: &str = "autoceļu";
/// See [`COMMON`].
pub const RARE: &str = "Vidzemes prospektā";

struct Piece {
    title: String,
    given: String,
    head: Vec<String>,
    body: Vec<String>,
}

fn pieces() -> Vec<Piece> {
    let mut all = Vec::new();
    for (n, subject) in SUBJECTS.iter().enumerate() {
        for (m, place) in PLACES.iter().enumerate() {
            let title = format!("{subject} {place}");
            let other = SUBJECTS.get((n * 7 + m) % SUBJECTS.len()).unwrap_or(subject);
            let sender = SENDERS.get((n + m) % SENDERS.len()).unwrap_or(place);
            let given = format!(
                "Lūdzu izskatīt jautājumu: {subject}. {other}, {place}. Pielikumā iesniegtie dokumenti un {sender} viedoklis; \
                 termiņš atbildei viens mēnesis. Informācija sagatavota saskaņā ar domes lēmumu."
            );
            let head = search::tokens(&format!("{title} {sender}"));
            let body = search::tokens(&given);
            all.push(Piece { title, given, head, body });
        }
    }
    all
}

/// Puts what documents are made of into temporary tables, and stops checking foreign keys for this connection.
pub async fn begin(conn: &mut PgConnection) -> Result<()> {
    conn.execute("set session_replication_role = replica; set synchronous_commit = off; set jit = off; set work_mem = '256MB'; set maintenance_work_mem = '1GB'").await?;
    conn.execute("create temp table piece (n int primary key, title text, given text, head text[], body text[])")
        .await?;
    let (mut n, mut titles, mut givens, mut heads, mut bodies) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, p) in pieces().into_iter().enumerate() {
        n.push(i32::try_from(at)?);
        titles.push(p.title);
        givens.push(p.given);
        heads.push(p.head.join(" "));
        bodies.push(p.body.join(" "));
    }
    sqlx::query(
        "insert into piece select n, title, given, array(select distinct unnest(string_to_array(head, ' '))), array(select distinct unnest(string_to_array(body, ' ')))
         from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[]) u(n, title, given, head, body)",
    )
    .bind(&n).bind(&titles).bind(&givens).bind(&heads).bind(&bodies)
    .execute(&mut *conn)
    .await?;
    conn.execute("create temp table sender (n int primary key, name text)").await?;
    for (at, name) in SENDERS.iter().enumerate() {
        sqlx::query("insert into sender values ($1, $2)")
            .bind(i32::try_from(at)?)
            .bind(name)
            .execute(&mut *conn)
            .await?;
    }
    conn.execute("create temp table place (n int, unit_id uuid, institution_id uuid, pool uuid); create temp table who (n int, person_id uuid, unit_id uuid); create temp table reg (n int, id uuid, code text, prefix text)").await?;
    Ok(())
}

/// Words are indexed after all rows are there.
pub async fn drop_index(conn: &mut PgConnection) -> Result<()> {
    conn.execute("drop index if exists documents.search_words").await?;
    Ok(())
}

/// … and that is now.
pub async fn finish(conn: &mut PgConnection) -> Result<()> {
    conn.execute("create index search_words on documents.search using gin ((scope || number || head || body))").await?;
    // Each on its own: a vacuum cannot be part of a transaction.
    for table in [
        "documents.document",
        "documents.registration",
        "documents.search",
        "documents.access",
        "documents.body",
        "documents.counter",
        "kernel.history",
        "kernel.audit",
        "workflow.task",
        "workflow.route",
    ] {
        conn.execute(AssertSqlSafe(format!("vacuum analyze {table}"))).await?;
    }
    conn.execute("analyze; checkpoint").await?;
    Ok(())
}

/// One municipality's part of the documents: numbers `from` to below `to` of its own.
pub async fn documents(conn: &mut PgConnection, tenant: TenantId, from: u64, to: u64, today: Date) -> Result<()> {
    places(conn, tenant).await?;
    let mut at = from;
    while at < to {
        let end = (at + SET).min(to);
        set(conn, tenant, (at, end), to, today).await?;
        at = end;
    }
    Ok(())
}

async fn places(conn: &mut PgConnection, tenant: TenantId) -> Result<()> {
    conn.execute("truncate place, who, reg").await?;
    let units: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select k.id, coalesce((select i.id from unnest(k.path) with ordinality a(id, d)
           join parties.unit i on i.tenant_id = $1 and i.id = a.id and i.kind = 'institution' order by a.d desc limit 1), k.id)
         from kernel.unit k where k.tenant_id = $1 and k.parent_id is not null order by k.id",
    )
    .bind(tenant)
    .fetch_all(&mut *conn)
    .await?;
    for (n, (unit, institution)) in units.iter().enumerate() {
        sqlx::query("insert into place values ($1, $2, $3, $4)")
            .bind(i32::try_from(n)?)
            .bind(unit)
            .bind(institution)
            .bind(op::pool_id(types::UnitId(*institution), "clerk"))
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query("insert into who select row_number() over (order by id) - 1, id, home_unit_id from parties.person where tenant_id = $1 and home_unit_id is not null")
        .bind(tenant).execute(&mut *conn).await?;
    sqlx::query("insert into reg select row_number() over (order by code) - 1, id, code, prefix from documents.register where tenant_id = $1")
        .bind(tenant).execute(&mut *conn).await?;
    Ok(())
}

/// An id of that moment (UUIDv7), different for each salt.
fn id(salt: &str) -> String {
    format!(
        "(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex((i % 4096)::int), 3, '0') || '8' || substr(md5('{salt}' || $1::text || i), 1, 15))::uuid"
    )
}

async fn set(conn: &mut PgConnection, tenant: TenantId, these: (u64, u64), all: u64, today: Date) -> Result<()> {
    let first_day = today.checked_sub_days(Days::new(DAYS)).unwrap_or(today);
    let per_day = (all as f64 / DAYS as f64).max(1.0);
    let (from, to) = these;
    let mut sql = String::new();
    write!(
        sql,
        "create temp table doc as
         with d as (
           select i, timestamptz '$5' + i * interval '1 day' / $4::numeric::float8 as at,
                  (hashint8(i * 7919) & 2147483647) as h, (hashint8(i * 104729 + 1) & 2147483647) as h2
           from generate_series($2::bigint, $3::bigint - 1) i)
         select i, at, {document} as id, {registration} as registration_id, {history} as history_id, {history2} as history2_id,
                {audit} as audit_id, {route} as route_id, {task} as task_id,
                p.title || ' ' || (1 + h % 120) as title, p.given, p.head, p.body, s.name as sender, l.unit_id, l.institution_id, l.pool,
                w.person_id, r.id as register_id, r.prefix, r.code, h2, at::date as on_date, extract(year from at)::int as year,
                case when h2 % 10 < 7 then 'internal' when h2 % 10 = 7 then 'public' else 'restricted' end as access,
                case r.code when 'incoming' then 'incoming' when 'invoices' then 'incoming' when 'outgoing' then 'outgoing' else 'internal' end as direction,
                case r.code when 'applications' then 'personnel.application' when 'orders' then 'personnel.order' when 'contracts' then 'contract' else 'letter' end as kind,
                case r.code when 'applications' then 'kadri' when 'orders' then 'kadri' when 'invoices' then 'invoices' else 'desk' end as source,
                0::bigint as seq, ''::text as number
         from d
         join piece p on p.n = h % (select count(*) from piece)
         join sender s on s.n = (h / 480) % (select count(*) from sender)
         join place l on l.n = (h2 / 10) % (select count(*) from place)
         join who w on w.n = (h / 16) % (select count(*) from who)
         join reg r on r.n = case when h2 % 3 < 2 then (select n from reg where code = 'incoming') else h % (select count(*) from reg) end",
        document = id("d"), registration = id("r"), history = id("h"), history2 = id("g"), audit = id("a"),
        route = id("o"), task = id("t"),
    )?;
    conn.execute("drop table if exists doc").await?;
    // A statement that makes a table takes no parameters: they are plain numbers and an id of ours.
    let sql = sql
        .replace("$1::text", &format!("'{tenant}'"))
        .replace("$2::bigint", &format!("{from}::bigint"))
        .replace("$3::bigint", &format!("{to}::bigint"))
        .replace("$4::numeric::float8", &format!("{per_day:.3}::float8"))
        .replace("$5", &first_day.to_string());
    conn.execute(AssertSqlSafe(sql)).await.context("documents")?;
    let token = tenant.uuid().simple().to_string().get(26..).unwrap_or_default().to_owned();
    for statement in STATEMENTS {
        let sql = statement
            .replace("{tenant}", &format!("'{tenant}'::uuid"))
            .replace("{token}", &token)
            .replace("{open}", &OPEN.to_string());
        conn.execute(AssertSqlSafe(sql)).await.with_context(|| (*statement).to_owned())?;
    }
    Ok(())
}

const STATEMENTS: &[&str] = &[
    // Numbers without a gap, as the counters give them.
    "with n as (
       select i, coalesce(c.last, 0) + row_number() over (partition by d.register_id, d.institution_id, d.year order by d.i) as seq
       from doc d left join documents.counter c
         on c.tenant_id = {tenant} and c.register_id = d.register_id and c.institution_id = d.institution_id and c.year = d.year)
     update doc set seq = n.seq, number = doc.prefix || '-' || doc.year || '/' || n.seq from n where n.i = doc.i",
    "insert into documents.counter (tenant_id, register_id, institution_id, year, last)
     select {tenant}, register_id, institution_id, year, max(seq) from doc group by 2, 3, 4
     on conflict (tenant_id, register_id, institution_id, year) do update set last = excluded.last",
    "insert into documents.document (tenant_id, id, version, kind, title, state, institution_id, unit_id, owner_id, author_id, source,
       direction, medium, access, access_ground, data, correspondent, external_number, external_date, received_via, created_at, number, registered_on)
     select {tenant}, id, 2, kind, title, 'registered', institution_id, unit_id, case when source = 'kadri' then person_id end, person_id, source,
       direction, 'electronic', access, case when access = 'restricted' then 'Informācijas atklātības likums, 5. pants' end, '{}',
       case when direction = 'internal' then null else sender end, case when direction = 'incoming' then '1-12/' || i end,
       case when direction = 'incoming' then on_date - 2 end, case when direction = 'incoming' then 'e-address' end, at, number, on_date
     from doc order by i",
    "insert into documents.access (tenant_id, document_id, principal_id)
     select {tenant}, id, pool from doc where access = 'restricted' union all
     select {tenant}, id, person_id from doc where access = 'restricted'",
    "insert into documents.body (tenant_id, document_id, given) select {tenant}, id, given from doc order by i",
    "insert into documents.registration (tenant_id, id, document_id, register_id, institution_id, unit_id, year, seq, number,
       registered_on, registered_at, registered_by, source)
     select {tenant}, registration_id, id, register_id, institution_id, unit_id, year, seq, number, on_date, at, person_id, source
     from doc order by i",
    "insert into documents.search (tenant_id, document_id, unit_id, restricted, readers, scope, number, head, body)
     select {tenant}, id, unit_id, access = 'restricted', readers,
       documents.scope_words({tenant}, unit_id, access = 'restricted', readers),
       documents.number_words('{token}' || left(id::text, 4), number)::tsvector,
       array_to_tsvector(array(select '{token}' || left(id::text, 4) || w from unnest(head) w)),
       array_to_tsvector(array(select '{token}' || left(id::text, 4) || w from unnest(body) w))
     from doc, lateral (select case when access = 'restricted' then array[pool, person_id] else '{}' end as readers) r order by i",
    "insert into kernel.history (tenant_id, id, at, subject_id, actor_id, verb, data)
     select {tenant}, history_id, at, id, person_id, 'created', jsonb_build_object('kind', kind, 'source', source) from doc
     union all
     select {tenant}, history2_id, at, id, person_id, 'registered', jsonb_build_object('number', number) from doc",
    "insert into kernel.audit (tenant_id, id, at, actor_id, actor, action, subject_kind, subjects, data, request_id)
     select {tenant}, audit_id, at, person_id, 'person', 'documents.document.register', 'document', array[id], '{\"did\": \"register\"}', route_id
     from doc order by i",
    // One in four went on a route; some still wait.
    "insert into workflow.route (tenant_id, id, code, subject_id, document_id, title, gist, owner_id, unit_id, institution_id, state, steps, started_at, finished_at)
     select {tenant}, route_id, 'personnel.annual-leave', id, id, title, 'Nr. ' || number, person_id, unit_id, institution_id,
       case when i < {open} then 'running' else 'completed' end,
       jsonb_build_array(jsonb_build_object('no', 1, 'group', 1, 'kind', 'approve', 'principal', person_id, 'due', on_date + 5, 'due_days', 2,
         'state', case when i < {open} then 'open' else 'done' end)), at, case when i < {open} then null else at + interval '1 day' end
     from doc where i < {open} or h2 % 4 = 3 order by i",
    "insert into workflow.task (tenant_id, id, kind, principal, route_id, step_no, subject_id, document_id, title, gist, from_id, due, created_at, state, done_at, done_by)
     select {tenant}, task_id, 'approve', person_id, route_id, 1, id, id, title, 'Nr. ' || number, person_id, on_date + 5, at,
       case when i < {open} then 'open' else 'done' end, case when i < {open} then null else at + interval '1 day' end,
       case when i < {open} then null else person_id end
     from doc where i < {open} or h2 % 4 = 3 order by i",
];

//! Copies of rows: all of an installation, or one tenant's, as of one moment, while others work on; and their way back.
//!
//! A copy is PostgreSQL's own text of rows, in the order of the primary key, by table and tenant: the same rows give
//! the same bytes on every server, so that a copy and what was made of it compare by hash.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use db::{DbError, Migrations};
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, FromRow, PgConnection};
use types::TenantId;

/// Who is signed in right now, and failed sign-ins: not worth keeping, and nobody's business later.
const LEFT_OUT: [&str; 2] = ["kernel.session", "kernel.throttle"];

/// Whose rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// All rows of a table that tenants have no part in.
    Whole,
    /// One tenant's.
    Of(TenantId),
}

/// A table that is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// `schema.name`.
    pub name: String,
    /// The columns that are written, in order.
    pub columns: Vec<String>,
    key: Vec<String>,
    class: String,
}

impl Table {
    /// Are its rows kept apart by tenant?
    #[must_use]
    pub fn is_by_tenant(&self) -> bool {
        matches!(self.class.as_str(), "tenant" | "search")
    }

    /// Is something of it a tenant's own: by class, or by what the kernel knows of the tenant?
    #[must_use]
    pub fn concerns_tenants(&self) -> bool {
        self.is_by_tenant()
            || self.columns.iter().any(|c| c == "tenant_id")
            || matches!(self.name.as_str(), "kernel.tenant" | "kernel.identity")
    }

    fn list(&self) -> String {
        self.columns.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ")
    }

    /// What of it belongs to the part, said of the table or of what was staged in its place.
    fn belongs(&self, part: Part, members: &str) -> String {
        match part {
            Part::Whole => "true".to_owned(),
            Part::Of(tenant) => match self.name.as_str() {
                "kernel.tenant" => format!("id = '{tenant}'"),
                "kernel.identity" => {
                    format!("id in (select identity_id from {members} where tenant_id = '{tenant}')")
                }
                _ => format!("tenant_id = '{tenant}'"),
            },
        }
    }

    fn rows(&self, part: Part) -> String {
        let key: Vec<String> = self.key.iter().map(|c| format!("\"{c}\"")).collect();
        format!(
            "select {} from {} where {} order by {}",
            self.list(),
            self.name,
            self.belongs(part, "kernel.membership"),
            key.join(", ")
        )
    }
}

/// A reference that cannot be kept at every moment while rows come in, because tables refer to each other in a ring.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Late {
    table: String,
    constraint: String,
}

/// A tenant, as the copies know it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Known {
    /// Id.
    pub id: TenantId,
    /// The short name in commands.
    pub code: String,
}

/// A connection that reads copies at one moment, or writes them in one transaction.
#[derive(Debug)]
pub struct Copies {
    conn: PgConnection,
    tables: Vec<Table>,
    late: Vec<Late>,
    writes: bool,
}

#[derive(FromRow)]
struct Shape {
    name: String,
    class: String,
    columns: Vec<String>,
    key: Vec<String>,
}

const TABLES: &str = db::sql!(
    "select n.nspname || '.' || c.relname as name,
            split_part(split_part(coalesce(obj_description(c.oid, 'pg_class'), ''), ':', 1), ' ', 1) as class,
            array(select a.attname::text from pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                  order by a.attnum) as columns,
            array(select a.attname::text from pg_index i cross join unnest(i.indkey) with ordinality k(n, o)
                  join pg_attribute a on a.attrelid = c.oid and a.attnum = k.n
                  where i.indrelid = c.oid and i.indisprimary order by k.o) as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migration'
     order by 1"
);

const REFERENCES: &str = db::sql!(
    "select fn.nspname || '.' || f.relname, tn.nspname || '.' || t.relname, k.conname::text
     from pg_constraint k
     join pg_class f on f.oid = k.conrelid join pg_namespace fn on fn.oid = f.relnamespace
     join pg_class t on t.oid = k.confrelid join pg_namespace tn on tn.oid = t.relnamespace
     where k.contype = 'f' and k.conparentid = 0 and fn.nspname = any($1) and k.conrelid <> k.confrelid
     order by 1, 2, 3"
);

/// The same text of a value everywhere.
const TEXT: &str = "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
    set extra_float_digits = 1; set bytea_output = 'hex'; set client_encoding = 'UTF8'; set jit = off";

impl Copies {
    /// Reads as of now, and sees nothing of what is written from now on.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn reading(owner_url: &str, all: &[Migrations]) -> Result<Self, DbError> {
        let mut me = Self::open(owner_url, all).await?;
        me.conn.execute("begin isolation level repeatable read read only").await?;
        Ok(me)
    }

    /// Writes, in one transaction. Rings of references are loosened till the end of it.
    ///
    /// # Errors
    /// The database cannot be read, or its tables are not ours to write.
    pub async fn writing(owner_url: &str, all: &[Migrations]) -> Result<Self, DbError> {
        let mut me = Self::open(owner_url, all).await?;
        me.writes = true;
        me.loosen("deferrable").await?;
        me.conn.execute("begin; set constraints all deferred").await?;
        Ok(me)
    }

    async fn open(owner_url: &str, all: &[Migrations]) -> Result<Self, DbError> {
        let mut conn = PgConnection::connect(owner_url).await?;
        conn.execute(TEXT).await?;
        let schemas: Vec<&str> = all.iter().map(|m| m.schema).collect();
        let shapes: Vec<Shape> = sqlx::query_as(TABLES).bind(&schemas).fetch_all(&mut conn).await?;
        let references: Vec<(String, String, String)> =
            sqlx::query_as(REFERENCES).bind(&schemas).fetch_all(&mut conn).await?;
        let shapes = shapes.into_iter().filter(|s| !LEFT_OUT.contains(&s.name.as_str()));
        let tables = shapes.map(|Shape { name, class, columns, key }| Table { name, columns, key, class }).collect();
        let (tables, late) = ordered(tables, &references);
        Ok(Self { conn, tables, late, writes: false })
    }

    async fn loosen(&mut self, how: &str) -> Result<(), DbError> {
        for Late { table, constraint } in &self.late {
            let text = format!("alter table {table} alter constraint \"{constraint}\" {how}");
            self.conn.execute(AssertSqlSafe(text)).await?;
        }
        Ok(())
    }

    /// The tables, each after those that it refers to.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The tenants, in the order of their ids.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tenants(&mut self) -> Result<Vec<Known>, DbError> {
        let all = sqlx::query_as(db::sql!("select id, code from kernel.tenant order by id"));
        Ok(all.fetch_all(&mut self.conn).await?)
    }

    /// Names of stored files that the rows of a tenant speak of.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn blobs(&mut self, tenant: TenantId) -> Result<Vec<String>, DbError> {
        self.stand(Part::Of(tenant)).await?;
        let all =
            sqlx::query_scalar(db::sql!("select distinct blob from documents.file where tenant_id = $1 order by blob"));
        Ok(all.bind(tenant).fetch_all(&mut self.conn).await?)
    }

    /// Row security binds an owner too: it is told whose rows are meant.
    async fn stand(&mut self, part: Part) -> Result<(), DbError> {
        let tenant = if let Part::Of(tenant) = part { tenant.to_string() } else { String::new() };
        self.conn.execute(AssertSqlSafe(format!("set local novads.tenant = '{tenant}'"))).await?;
        Ok(())
    }

    /// Gives the text of rows away, piece by piece; answers how many rows it was.
    ///
    /// # Errors
    /// The database failed, or whoever takes the pieces.
    pub async fn read(
        &mut self,
        table: &Table,
        part: Part,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<u64, DbError> {
        self.stand(part).await?;
        let text = format!("copy ({}) to stdout", table.rows(part));
        let mut pieces = self.conn.copy_out_raw(&text).await?;
        let mut rows = 0;
        while let Some(piece) = pieces.try_next().await? {
            // A line feed within a value is written as two characters.
            rows += piece.iter().filter(|b| **b == b'\n').count() as u64;
            take(&piece).map_err(sqlx::Error::Io)?;
        }
        Ok(rows)
    }

    /// Takes rows in beside their table; [`Copies::put`] writes them.
    ///
    /// # Errors
    /// What is given is not the text of such rows, or the database failed.
    pub async fn stage(
        &mut self,
        table: &Table,
        mut give: impl FnMut(&mut [u8]) -> io::Result<usize>,
    ) -> Result<(), DbError> {
        let stage = stage_of(table);
        let make = format!("create temp table if not exists {stage} (like {}) on commit drop", table.name);
        self.conn.execute(AssertSqlSafe(make)).await?;
        let text = format!("copy {stage} ({}) from stdin", table.list());
        let mut sink = self.conn.copy_in_raw(&text).await?;
        let mut piece = vec![0; 256 * 1024];
        loop {
            match give(&mut piece) {
                Ok(0) => break,
                Ok(n) => drop(sink.send(piece.get(..n).unwrap_or_default()).await?),
                Err(e) => {
                    sink.abort("the copy cannot be read").await?;
                    return Err(sqlx::Error::Io(e).into());
                }
            }
        }
        sink.finish().await?;
        Ok(())
    }

    /// Writes what was staged of the part. Somebody who can sign in already stays as they are.
    ///
    /// # Errors
    /// A constraint refused it, or the database failed.
    pub async fn put(&mut self, table: &Table, part: Part) -> Result<(), DbError> {
        self.stand(part).await?;
        let (stage, list) = (stage_of(table), table.list());
        let members = format!("pg_temp.{}", stage_name("kernel.membership"));
        let known = matches!((table.name.as_str(), part), ("kernel.identity", Part::Of(_)));
        let or = if known { " on conflict (id) do nothing" } else { "" };
        let text = format!(
            "insert into {} ({list}) select {list} from {stage} where {}{or}",
            table.name,
            table.belongs(part, &members)
        );
        self.conn.execute(AssertSqlSafe(text)).await?;
        Ok(())
    }

    /// Lets go of what was staged.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unstage(&mut self, table: &Table) -> Result<(), DbError> {
        self.conn.execute(AssertSqlSafe(format!("drop table if exists {}", stage_of(table)))).await?;
        Ok(())
    }

    /// Removes the part's rows.
    ///
    /// # Errors
    /// Something else refers to them, or the database failed.
    pub async fn remove(&mut self, table: &Table, part: Part) -> Result<(), DbError> {
        self.stand(part).await?;
        let which = table.belongs(part, "kernel.membership");
        self.conn.execute(AssertSqlSafe(format!("delete from {} where {which}", table.name))).await?;
        Ok(())
    }

    /// The newest transaction that a tenant's trail and its seals speak of.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newest_transaction(&mut self, tenant: TenantId) -> Result<u64, DbError> {
        self.stand(Part::Of(tenant)).await?;
        let text: Option<String> = sqlx::query_scalar(db::sql!(
            "select x::text from (
               (select xact as x from kernel.audit where tenant_id = $1 order by xact desc limit 1)
               union all
               (select below_xact from kernel.audit_seal where tenant_id = $1 order by below_xact desc limit 1)) newest
             order by x desc limit 1"
        ))
        .bind(tenant)
        .fetch_optional(&mut self.conn)
        .await?;
        Ok(text.and_then(|t| t.parse().ok()).unwrap_or(0))
    }

    /// Ends the sessions in a tenant: they are not copied, and may not outlive what they are about.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sign_out(&mut self, tenant: TenantId) -> Result<(), DbError> {
        let all = sqlx::query(db::sql!("delete from kernel.session where tenant_id = $1"));
        all.bind(tenant).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Keeps what was written, or lets go of what was read.
    ///
    /// # Errors
    /// A reference leads nowhere: then nothing was written.
    pub async fn end(mut self) -> Result<(), DbError> {
        let kept = self.conn.execute("commit").await;
        if self.writes {
            self.loosen("not deferrable").await?;
        }
        kept?;
        self.conn.close().await?;
        Ok(())
    }

    /// Writes nothing.
    ///
    /// # Errors
    /// The connection was lost.
    pub async fn give_up(mut self) -> Result<(), DbError> {
        self.conn.execute("rollback").await?;
        if self.writes {
            self.loosen("not deferrable").await?;
        }
        self.conn.close().await?;
        Ok(())
    }
}

/// The trail's rows carry the number of their transaction, and what is sealed is told by it. Where rows came from a
/// server that had counted further, this one's counter is brought past theirs, so that what is written from now on is
/// newer than what was brought.
///
/// # Errors
/// The database failed, or the way is too long: `Conflict("transactions")`.
pub async fn pass(owner_url: &str, newest: u64) -> Result<(), DbError> {
    /// Some minutes of work; who is further away has other means.
    const FURTHEST: u64 = 100_000_000;
    const STEP: u64 = 20_000;
    let mut conn = PgConnection::connect(owner_url).await?;
    let here = async |conn: &mut PgConnection| {
        let text: String = sqlx::query_scalar(db::sql!("select pg_current_xact_id()::text")).fetch_one(conn).await?;
        Ok::<u64, DbError>(text.parse().unwrap_or(u64::MAX))
    };
    conn.execute("create temp table passed (n int)").await?;
    let mut at = here(&mut conn).await?;
    if newest.saturating_sub(at) > FURTHEST {
        return Err(DbError::Conflict("transactions".to_owned()));
    }
    while at <= newest {
        let step = STEP.min(newest - at + 1);
        // Each block with a handler is a transaction of its own kind, with a number of its own once it writes.
        let burn = format!(
            "do $$ begin for i in 1..{step} loop
               begin insert into passed values (1); exception when others then raise; end;
             end loop; delete from passed; end $$"
        );
        conn.execute(AssertSqlSafe(burn)).await?;
        at = here(&mut conn).await?;
    }
    conn.close().await?;
    Ok(())
}

fn stage_name(table: &str) -> String {
    format!("stage_{}", table.replace('.', "_"))
}

fn stage_of(table: &Table) -> String {
    format!("pg_temp.{}", stage_name(&table.name))
}

/// Each table after those it refers to; where tables refer to each other in a ring, what breaks it.
fn ordered(tables: Vec<Table>, references: &[(String, String, String)]) -> (Vec<Table>, Vec<Late>) {
    let mut waiting: BTreeMap<String, Table> = tables.into_iter().map(|t| (t.name.clone(), t)).collect();
    let names: BTreeSet<String> = waiting.keys().cloned().collect();
    let (mut placed, mut late) = (Vec::new(), Vec::new());
    let mut done: BTreeSet<String> = BTreeSet::new();
    while !waiting.is_empty() {
        let open = |name: &str| {
            let of = references.iter().filter(|(from, to, _)| from == name && names.contains(to) && !done.contains(to));
            of.count()
        };
        let Some(next) = waiting.keys().min_by_key(|name| open(name)).cloned() else { break };
        for (from, to, constraint) in references.iter().filter(|(from, to, _)| *from == next && names.contains(to)) {
            if !done.contains(to) {
                late.push(Late { table: from.clone(), constraint: constraint.clone() });
            }
        }
        placed.extend(waiting.remove(&next));
        done.insert(next);
    }
    (placed, late)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> Table {
        Table { name: name.into(), columns: vec!["tenant_id".into()], key: vec!["id".into()], class: "tenant".into() }
    }

    fn refer(from: &str, to: &str) -> (String, String, String) {
        (from.into(), to.into(), format!("{from}_{to}"))
    }

    #[test]
    fn what_is_referred_to_comes_first() {
        let all = ["a", "b", "c"].map(table).to_vec();
        let (order, late) = ordered(all, &[refer("a", "b"), refer("b", "c"), refer("a", "elsewhere")]);
        assert_eq!(order.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
        assert_eq!(late, []);
    }

    #[test]
    fn a_ring_is_broken_in_one_place() {
        let all = ["a", "b", "c"].map(table).to_vec();
        let (order, late) = ordered(all, &[refer("a", "b"), refer("b", "c"), refer("c", "a")]);
        assert_eq!(order.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["a", "c", "b"]);
        assert_eq!(late.iter().map(|l| l.constraint.as_str()).collect::<Vec<_>>(), ["a_b"]);
    }

    #[test]
    fn a_tenant_takes_its_people_along() {
        let tenant: TenantId = "0190a000-0000-7000-8000-000000000001".parse().unwrap();
        let belongs = |name: &str| table(name).belongs(Part::Of(tenant), "m");
        assert!(belongs("kernel.tenant").starts_with("id = "));
        assert!(belongs("kernel.identity").contains("from m where tenant_id"));
        assert!(belongs("documents.document").starts_with("tenant_id = "));
    }
}

use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::DbError;

/// The migrations of one crate, which owns one PostgreSQL schema.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// The schema, named like the crate.
    pub schema: &'static str,
    /// Forward only, never edited after landing: `("0001_name", include_str!(…))`, in order.
    pub steps: &'static [(&'static str, &'static str)],
    /// Views and functions, recreated at every migration run; idempotent SQL.
    pub replaceable: &'static [&'static str],
}

/// Brings the database up to date: each crate's steps, then replaceable SQL, then what follows from the
/// class of each table (row security, grants).
///
/// # Errors
/// A step failed, or one that has been applied was edited since.
pub async fn migrate(owner_url: &str, all: &[Migrations]) -> Result<(), DbError> {
    let mut conn = PgConnection::connect(owner_url).await?;
    conn.execute(ROLES).await?;
    for m in all {
        migrator(m)?.run(&mut conn).await?;
        if !m.replaceable.is_empty() {
            // Whom something is given to must be able to make it there; taken back below.
            let grant = format!("grant create on schema {} to novads_search", m.schema);
            conn.execute(AssertSqlSafe(grant)).await?;
        }
        for text in m.replaceable {
            conn.execute(*text).await?;
        }
    }
    let schemas = all.iter().map(|m| format!("'{}'", m.schema)).collect::<Vec<_>>().join(",");
    conn.execute(AssertSqlSafe(CLASSES.replace("{schemas}", &schemas))).await?;
    conn.close().await?;
    Ok(())
}

fn migrator(m: &Migrations) -> Result<Migrator, DbError> {
    let steps = m.steps.iter().map(|(name, text)| {
        let version = crate::probe::number(name)
            .ok_or_else(|| DbError::Other(sqlx::Error::Protocol(format!("migration name {name}"))))?;
        Ok(Migration::new(version, (*name).into(), MigrationType::Simple, text.into_sql_str(), false))
    });
    let mut migrator = Migrator::with_migrations(steps.collect::<Result<Vec<_>, DbError>>()?);
    migrator.create_schema(m.schema);
    migrator.dangerous_set_table_name(format!("{}.migration", m.schema));
    Ok(migrator)
}

/// The roles. `novads_server` is what requests and jobs work as; `novads_search` owns the search table.
const ROLES: &str = "
do $$ begin
  if not exists (select from pg_roles where rolname = 'novads_server') then
    create role novads_server login;
  end if;
  if not exists (select from pg_roles where rolname = 'novads_search') then
    create role novads_search nologin;
  end if;
  -- An owner that is no superuser works as the one and gives tables to the other only as their member.
  if not pg_has_role(current_user, 'novads_server', 'member') then
    execute format('grant novads_server to %I', current_user);
  end if;
  if not pg_has_role(current_user, 'novads_search', 'member') then
    execute format('grant novads_search to %I', current_user);
  end if;
end $$;";

/// The class of a table stands first in its comment: `tenant`, `tenant append-only`, `shared`, `platform`,
/// `search`. From it follow row security and grants, so that no migration can forget them.
const CLASSES: &str = "
do $$
declare t record; class text; s text;
begin
  foreach s in array array[{schemas}]::text[] loop
    execute format('grant usage on schema %I to novads_server', s);
  end loop;
  for t in
    select n.nspname, c.relname, c.oid, c.relispartition, coalesce(obj_description(c.oid, 'pg_class'), '') as comment,
           c.relrowsecurity and c.relforcerowsecurity as secured
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ({schemas}) and c.relkind in ('r', 'p') and c.relname <> 'migration'
  loop
    if t.relispartition then continue; end if;
    class := split_part(split_part(t.comment, ':', 1), ' ', 1);
    if class = 'tenant' then
      if not t.secured then
        execute format('alter table %I.%I enable row level security', t.nspname, t.relname);
        execute format('alter table %I.%I force row level security', t.nspname, t.relname);
      end if;
      if not exists (select from pg_policy p where p.polrelid = t.oid and p.polname = 'tenant') then
        execute format('create policy tenant on %I.%I using (tenant_id = nullif(current_setting(''novads.tenant'', true), '''')::uuid)', t.nspname, t.relname);
      end if;
      if split_part(t.comment, ':', 1) = 'tenant append-only' then
        execute format('revoke all on %I.%I from novads_server', t.nspname, t.relname);
        execute format('grant select, insert on %I.%I to novads_server', t.nspname, t.relname);
      else
        execute format('grant select, insert, update, delete on %I.%I to novads_server', t.nspname, t.relname);
      end if;
    elsif class = 'platform' then
      execute format('grant select, insert, update, delete on %I.%I to novads_server', t.nspname, t.relname);
    elsif class = 'shared' then
      execute format('grant select on %I.%I to novads_server', t.nspname, t.relname);
    elsif class = 'search' then
      execute format('alter table %I.%I owner to novads_search', t.nspname, t.relname);
      execute format('revoke all on %I.%I from novads_server', t.nspname, t.relname);
    else
      raise exception 'table %.% has no class in its comment', t.nspname, t.relname;
    end if;
  end loop;
  foreach s in array array[{schemas}]::text[] loop
    execute format('revoke create on schema %I from novads_search', s);
  end loop;
end $$;";

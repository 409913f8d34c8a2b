-- Owned by a role that cannot sign in and owns nothing but the search table. Each function reads the tenant
-- from the transaction, never from an argument.
grant usage on schema documents to novads_search;

create or replace function documents.search_put(
  ids uuid[], units uuid[], restricted boolean[], readers jsonb, numbers text[], heads text[], bodies text[]
) returns bigint language sql security definer set search_path = pg_catalog as $$
  with put as (
    insert into documents.search (tenant_id, document_id, unit_id, restricted, readers, number, head, body)
    select nullif(current_setting('novads.tenant', true), '')::uuid, u.id, u.unit, u.restricted,
           array(select r::uuid from jsonb_array_elements_text(readers -> (u.n - 1)::int) as r),
           u.number::tsvector, u.head::tsvector, u.body::tsvector
    from unnest(ids, units, restricted, numbers, heads, bodies)
         with ordinality as u(id, unit, restricted, number, head, body, n)
    on conflict (tenant_id, document_id) do update
      set unit_id = excluded.unit_id, restricted = excluded.restricted, readers = excluded.readers,
          number = case when excluded.number = '' then search.number else excluded.number end,
          head = excluded.head, body = excluded.body
    returning 1)
  select count(*) from put
$$;

create or replace function documents.search_number(ids uuid[], numbers text[]) returns bigint
language sql security definer set search_path = pg_catalog as $$
  with put as (
    update documents.search s set number = s.number || u.number::tsvector
    from unnest(ids, numbers) as u(id, number)
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = u.id
    returning 1)
  select count(*) from put
$$;

create or replace function documents.search_reader(id uuid, reader uuid) returns bigint
language sql security definer set search_path = pg_catalog as $$
  with put as (
    update documents.search s set readers = array_append(array_remove(s.readers, reader), reader)
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = id
    returning 1)
  select count(*) from put
$$;

create or replace function documents.search_reader_gone(id uuid, reader uuid) returns bigint
language sql security definer set search_path = pg_catalog as $$
  with put as (
    update documents.search s set readers = array_remove(s.readers, reader)
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = id
    returning 1)
  select count(*) from put
$$;

create or replace function documents.search_access(id uuid, is_restricted boolean) returns bigint
language sql security definer set search_path = pg_catalog as $$
  with put as (
    update documents.search s set restricted = is_restricted
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = id
    returning 1)
  select count(*) from put
$$;

-- Of what was destroyed only number and title are still found.
create or replace function documents.search_erase(ids uuid[]) returns bigint
language sql security definer set search_path = pg_catalog as $$
  with put as (
    update documents.search s set body = ''
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = any(ids)
    returning 1)
  select count(*) from put
$$;

-- `units` is null where everything may be seen; a restricted document is found only by its readers.
create or replace function documents.search_find(
  query text, units uuid[], principals uuid[], before uuid, most int
) returns table (document_id uuid) language sql stable security definer set search_path = pg_catalog as $$
  select s.document_id from documents.search s
  where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid
    and (s.number || s.head || s.body) @@ query::tsquery
    and (units is null or (not s.restricted and s.unit_id = any(units)) or s.readers && principals)
    and (before is null or s.document_id < before)
  order by s.document_id desc limit least(most, 1000)
$$;

alter function documents.search_put(uuid[], uuid[], boolean[], jsonb, text[], text[], text[]) owner to novads_search;
alter function documents.search_number(uuid[], text[]) owner to novads_search;
alter function documents.search_reader(uuid, uuid) owner to novads_search;
alter function documents.search_reader_gone(uuid, uuid) owner to novads_search;
alter function documents.search_access(uuid, boolean) owner to novads_search;
alter function documents.search_erase(uuid[]) owner to novads_search;
alter function documents.search_find(text, uuid[], uuid[], uuid, int) owner to novads_search;
revoke all on function documents.search_put(uuid[], uuid[], boolean[], jsonb, text[], text[], text[]) from public;
revoke all on function documents.search_number(uuid[], text[]) from public;
revoke all on function documents.search_reader(uuid, uuid) from public;
revoke all on function documents.search_reader_gone(uuid, uuid) from public;
revoke all on function documents.search_access(uuid, boolean) from public;
revoke all on function documents.search_erase(uuid[]) from public;
revoke all on function documents.search_find(text, uuid[], uuid[], uuid, int) from public;
grant execute on function documents.search_put(uuid[], uuid[], boolean[], jsonb, text[], text[], text[]) to novads_server;
grant execute on function documents.search_number(uuid[], text[]) to novads_server;
grant execute on function documents.search_reader(uuid, uuid) to novads_server;
grant execute on function documents.search_reader_gone(uuid, uuid) to novads_server;
grant execute on function documents.search_access(uuid, boolean) to novads_server;
grant execute on function documents.search_erase(uuid[]) to novads_server;
grant execute on function documents.search_find(text, uuid[], uuid[], uuid, int) to novads_server;

-- The lexemes of a registration number, as latvian::search::query asks for them: `1-12/45` is n1x12x45.
create or replace function documents.number_words(token text, number text) returns text
language sql immutable set search_path = pg_catalog as $$
  select coalesce(string_agg('''' || token || word || '''', ' '), '')
  from (
    select distinct left(case
      when array_length(parts, 1) > 1 and piece ~ '[0-9]' then 'n' || array_to_string(parts, 'x')
      when piece ~ '^[0-9].*[a-z]' then 'n' || array_to_string(parts, 'x')
      else array_to_string(parts, '') end, 40) as word
    from regexp_split_to_table(
           translate(lower(number), 'āčēģīķļņōŗšūž', 'acegiklnorsuz'), '[^[:alnum:]./_-]+') as piece,
         lateral (select array_remove(regexp_split_to_array(piece, '[./_-]+'), '') as parts) p
    where piece ~ '[[:alnum:]]') words
$$;

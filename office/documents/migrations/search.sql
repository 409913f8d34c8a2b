-- Owned by a role that cannot sign in and owns nothing but the search table. Each function reads the tenant
-- from the transaction, never from an argument.
grant usage on schema documents to novads_search;

-- By whom a document is found, as words: its unit where it is not restricted, and each of its readers. They only
-- spare visits: who may see it is asked of each hit again.
create or replace function documents.scope_words(tenant uuid, unit uuid, restricted boolean, readers uuid[])
returns tsvector language sql immutable set search_path = pg_catalog as $$
  select array_to_tsvector(
    array(select right(tenant::text, 6) || '@p' || right(r::text, 12) from unnest(readers) as r)
    || case when restricted then '{}'::text[] else array[right(tenant::text, 6) || '@u' || right(unit::text, 12)] end)
$$;

create or replace function documents.search_put(
  ids uuid[], units uuid[], restricted boolean[], readers jsonb, numbers text[], heads text[], bodies text[]
) returns bigint language sql security definer set search_path = pg_catalog as $$
  with new as (
    select nullif(current_setting('novads.tenant', true), '')::uuid as tenant, u.id, u.unit, u.restricted,
           array(select r::uuid from jsonb_array_elements_text(readers -> (u.n - 1)::int) as r) as readers,
           u.number, u.head, u.body
    from unnest(ids, units, restricted, numbers, heads, bodies)
         with ordinality as u(id, unit, restricted, number, head, body, n)),
  put as (
    insert into documents.search (tenant_id, document_id, unit_id, restricted, readers, scope, number, head, body)
    select tenant, id, unit, restricted, readers, array_to_tsvector(
             array(select right(tenant::text, 6) || '@p' || right(r::text, 12) from unnest(readers) as r)
             || case when restricted then '{}'::text[] else array[right(tenant::text, 6) || '@u' || right(unit::text, 12)] end),
           number::tsvector, head::tsvector, body::tsvector
    from new
    on conflict (tenant_id, document_id) do update
      set unit_id = excluded.unit_id, restricted = excluded.restricted, readers = excluded.readers, scope = excluded.scope,
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
    update documents.search s
    set readers = array_append(array_remove(s.readers, reader), reader),
        scope = s.scope || documents.scope_words(s.tenant_id, s.unit_id, s.restricted, array[reader])
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = id
    returning 1)
  select count(*) from put
$$;

create or replace function documents.search_reader_gone(id uuid, reader uuid) returns bigint
language sql security definer set search_path = pg_catalog as $$
  with put as (
    update documents.search s
    set readers = array_remove(s.readers, reader),
        scope = documents.scope_words(s.tenant_id, s.unit_id, s.restricted, array_remove(s.readers, reader))
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = id
    returning 1)
  select count(*) from put
$$;

create or replace function documents.search_access(id uuid, is_restricted boolean) returns bigint
language sql security definer set search_path = pg_catalog as $$
  with put as (
    update documents.search s
    set restricted = is_restricted, scope = documents.scope_words(s.tenant_id, s.unit_id, is_restricted, s.readers)
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

-- The newest documents that a query finds and the reader may see. `units` is null where everything may be seen; a
-- restricted document is found only by its readers. In the query `~~~~` stands for a document's age: the first four
-- digits of its id, seven and a bit to the year. The newest age is asked first, then twice as many older ones, and so
-- on: a word that every tenth document has costs no more in a million documents than in a thousand.
create or replace function documents.search_find(
  query text, units uuid[], principals uuid[], before uuid, most int
) returns table (document_id uuid) language plpgsql stable security definer set search_path = pg_catalog as $$
#variable_conflict use_column
declare
  mine constant uuid := nullif(current_setting('novads.tenant', true), '')::uuid;
  -- More than so many words would cost more than they spare.
  scope constant text := case
    when units is null or cardinality(units) + cardinality(principals) > 200 then ''
    else (select ' & (' || string_agg('''' || right(mine::text, 6) || word || '''', '|') || ')'
          from (select '@u' || right(u::text, 12) from unnest(units) u
                union select '@p' || right(p::text, 12) from unnest(principals) p) words(word)) end;
  wanted int := least(most, 1000);
  below uuid := before;
  span int := 1;
  newest int;
  oldest int;
  got int;
  asked tsquery;
begin
  while wanted > 0 loop
    -- The newest age there is: ages without a document are passed over.
    select ('x' || left(s.document_id::text, 4))::bit(16)::int into newest
    from documents.search s
    where s.tenant_id = mine and s.document_id < coalesce(below, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by s.document_id desc limit 1;
    exit when newest is null;
    oldest := greatest(newest - span + 1, 0);
    select ('(' || string_agg('(' || replace(query, '~~~~', lpad(to_hex(age), 4, '0')) || ')', '|') || ')' || scope)::tsquery
    into asked from generate_series(oldest, newest) age;
    return query
      -- First the words alone: no other index knows better.
      with hit as materialized (
        select s.tenant_id, s.document_id as id, s.unit_id, s.restricted, s.readers from documents.search s
        where (s.scope || s.number || s.head || s.body) @@ asked)
      select hit.id from hit
      where hit.tenant_id = mine
        and (units is null or (not hit.restricted and hit.unit_id = any(units)) or hit.readers && principals)
        and (below is null or hit.id < below)
      order by hit.id desc limit wanted;
    get diagnostics got = row_count;
    wanted := wanted - got;
    exit when oldest = 0;
    below := rpad(lpad(to_hex(oldest), 4, '0'), 32, '0')::uuid;
    span := least(span * 2, 64);
  end loop;
end
$$;
alter function documents.scope_words(uuid, uuid, boolean, uuid[]) owner to novads_search;
alter function documents.search_put(uuid[], uuid[], boolean[], jsonb, text[], text[], text[]) owner to novads_search;
alter function documents.search_number(uuid[], text[]) owner to novads_search;
alter function documents.search_reader(uuid, uuid) owner to novads_search;
alter function documents.search_reader_gone(uuid, uuid) owner to novads_search;
alter function documents.search_access(uuid, boolean) owner to novads_search;
alter function documents.search_erase(uuid[]) owner to novads_search;
alter function documents.search_find(text, uuid[], uuid[], uuid, int) owner to novads_search;
revoke all on function documents.scope_words(uuid, uuid, boolean, uuid[]) from public;
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
  -- Nearly all numbers are one run of letters, digits and single signs between them.
  select case when lower(number) ~ '^[a-z0-9]+([./_-][a-z0-9]+)+$' and number ~ '[0-9]'
  then '''' || token || left('n' || translate(lower(number), './_-', 'xxxx'), 40) || ''''
  else (
    select coalesce(string_agg('''' || token || word || '''', ' '), '')
    from (
      select distinct left(case
        when array_length(parts, 1) > 1 and piece ~ '[0-9]' then 'n' || array_to_string(parts, 'x')
        when piece ~ '^[0-9].*[a-z]' then 'n' || array_to_string(parts, 'x')
        else array_to_string(parts, '') end, 40) as word
      from regexp_split_to_table(
             translate(lower(number), 'āčēģīķļņōŗšūž', 'acegiklnorsuz'), '[^[:alnum:]./_-]+') as piece,
           lateral (select array_remove(regexp_split_to_array(piece, '[./_-]+'), '') as parts) p
      where piece ~ '[[:alnum:]]') words) end
$$;

-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA documents;
CREATE FUNCTION documents.number_words(token text, number text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
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
$_$;
CREATE FUNCTION documents.scope_words(tenant uuid, unit uuid, restricted boolean, readers uuid[]) RETURNS tsvector
    LANGUAGE sql IMMUTABLE
    AS $$
  select array_to_tsvector(
    array(select right(tenant::text, 6) || '@p' || right(r::text, 12) from unnest(readers) as r)
    || case when restricted then '{}'::text[] else array[right(tenant::text, 6) || '@u' || right(unit::text, 12)] end)
$$;
CREATE FUNCTION documents.search_access(id uuid, is_restricted boolean) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    AS $$
  with put as (
    update documents.search s
    set restricted = is_restricted, scope = documents.scope_words(s.tenant_id, s.unit_id, is_restricted, s.readers)
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = id
    returning 1)
  select count(*) from put
$$;
CREATE FUNCTION documents.search_erase(ids uuid[]) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    AS $$
  with put as (
    update documents.search s set body = ''
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = any(ids)
    returning 1)
  select count(*) from put
$$;
CREATE FUNCTION documents.search_find(query text, units uuid[], principals uuid[], before uuid, most integer) RETURNS TABLE(document_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    AS $$
#variable_conflict use_column
declare
  mine constant uuid := nullif(current_setting('novads.tenant', true), '')::uuid;
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
    select ('x' || left(s.document_id::text, 4))::bit(16)::int into newest
    from documents.search s
    where s.tenant_id = mine and s.document_id < coalesce(below, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by s.document_id desc limit 1;
    exit when newest is null;
    oldest := greatest(newest - span + 1, 0);
    select ('(' || string_agg('(' || replace(query, '~~~~', lpad(to_hex(age), 4, '0')) || ')', '|') || ')' || scope)::tsquery
    into asked from generate_series(oldest, newest) age;
    return query
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
CREATE FUNCTION documents.search_number(ids uuid[], numbers text[]) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    AS $$
  with put as (
    update documents.search s set number = s.number || u.number::tsvector
    from unnest(ids, numbers) as u(id, number)
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = u.id
    returning 1)
  select count(*) from put
$$;
CREATE FUNCTION documents.search_put(ids uuid[], units uuid[], restricted boolean[], readers jsonb, numbers text[], heads text[], bodies text[]) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    AS $$
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
CREATE FUNCTION documents.search_reader(id uuid, reader uuid) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    AS $$
  with put as (
    update documents.search s
    set readers = array_append(array_remove(s.readers, reader), reader),
        scope = s.scope || documents.scope_words(s.tenant_id, s.unit_id, s.restricted, array[reader])
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = id
    returning 1)
  select count(*) from put
$$;
CREATE FUNCTION documents.search_reader_gone(id uuid, reader uuid) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    AS $$
  with put as (
    update documents.search s
    set readers = array_remove(s.readers, reader),
        scope = documents.scope_words(s.tenant_id, s.unit_id, s.restricted, array_remove(s.readers, reader))
    where s.tenant_id = nullif(current_setting('novads.tenant', true), '')::uuid and s.document_id = id
    returning 1)
  select count(*) from put
$$;
CREATE TABLE documents.access (
    tenant_id uuid NOT NULL,
    document_id uuid NOT NULL,
    principal_id uuid NOT NULL,
    ground text DEFAULT ''::text NOT NULL
);
ALTER TABLE ONLY documents.access FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.access IS 'tenant: extra readers of a document: persons or pools';
CREATE TABLE documents.batch (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    source text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    documents integer NOT NULL,
    others jsonb DEFAULT '[]'::jsonb NOT NULL
);
ALTER TABLE ONLY documents.batch FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.batch IS 'tenant: a call of an outside system that registered documents: told twice, it is done once';
CREATE TABLE documents.blob_key (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY documents.blob_key FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.blob_key IS 'tenant: the key of a municipality''s files, wrapped by the master key';
CREATE TABLE documents.body (
    tenant_id uuid NOT NULL,
    document_id uuid NOT NULL,
    given text NOT NULL
);
ALTER TABLE ONLY documents.body FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.body IS 'tenant: searchable text of a document that is not in a file';
CREATE TABLE documents.class (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    year integer NOT NULL,
    code text NOT NULL,
    parent_code text DEFAULT ''::text NOT NULL,
    title text NOT NULL,
    retention_years integer,
    permanent boolean DEFAULT false NOT NULL,
    responsible text DEFAULT ''::text NOT NULL,
    medium text DEFAULT 'electronic'::text NOT NULL,
    system text DEFAULT ''::text NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    closed_on date,
    version integer DEFAULT 1 NOT NULL,
    disposal_id uuid,
    CONSTRAINT class_medium_check CHECK ((medium = ANY (ARRAY['electronic'::text, 'paper'::text, 'hybrid'::text]))),
    CONSTRAINT class_retention CHECK ((NOT (permanent AND (retention_years IS NOT NULL)))),
    CONSTRAINT class_retention_years_check CHECK (((retention_years >= 0) AND (retention_years <= 200)))
);
ALTER TABLE ONLY documents.class FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.class IS 'tenant: a level or file (lieta) of the classification scheme of an institution and year';
CREATE TABLE documents.counter (
    tenant_id uuid NOT NULL,
    register_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    year integer NOT NULL,
    last bigint NOT NULL
);
ALTER TABLE ONLY documents.counter FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.counter IS 'tenant: the last number given in a register, institution and year';
CREATE TABLE documents.disposal (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    document_id uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    proposed_by uuid,
    approved_at timestamp with time zone,
    approved_by uuid,
    done_at timestamp with time zone,
    done_by uuid,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT disposal_kind_check CHECK ((kind = ANY (ARRAY['destroy'::text, 'transfer'::text]))),
    CONSTRAINT disposal_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'approved'::text, 'done'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY documents.disposal FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.disposal IS 'tenant: an act (akts) on files whose retention has ended: to destroy them, or to hand them over to the archives';
CREATE TABLE documents.document (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    state text NOT NULL,
    institution_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    owner_id uuid,
    author_id uuid,
    source text NOT NULL,
    direction text NOT NULL,
    medium text NOT NULL,
    original_place text,
    access text NOT NULL,
    access_ground text,
    class_id uuid,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    correspondent text,
    external_number text,
    external_date date,
    received_via text,
    created_at timestamp with time zone NOT NULL,
    number text,
    registered_on date,
    CONSTRAINT document_access_check CHECK ((access = ANY (ARRAY['public'::text, 'internal'::text, 'restricted'::text]))),
    CONSTRAINT document_access_ground CHECK (((access <> 'restricted'::text) OR (access_ground IS NOT NULL))),
    CONSTRAINT document_direction_check CHECK ((direction = ANY (ARRAY['incoming'::text, 'outgoing'::text, 'internal'::text]))),
    CONSTRAINT document_medium_check CHECK ((medium = ANY (ARRAY['electronic'::text, 'paper'::text, 'hybrid'::text]))),
    CONSTRAINT document_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'circulating'::text, 'registered'::text, 'annulled'::text])))
);
ALTER TABLE ONLY documents.document FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.document IS 'tenant: a document (dokuments): what has legal force';
CREATE TABLE documents.file (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    blob text NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid,
    text_state text DEFAULT 'waiting'::text NOT NULL,
    text text,
    access text,
    access_ground text,
    CONSTRAINT file_access_check CHECK ((access = 'restricted'::text)),
    CONSTRAINT file_access_ground CHECK (((access IS NULL) OR (access_ground IS NOT NULL))),
    CONSTRAINT file_role_check CHECK ((role = ANY (ARRAY['main'::text, 'annex'::text, 'rendering'::text, 'signature'::text]))),
    CONSTRAINT file_text_state_check CHECK ((text_state = ANY (ARRAY['waiting'::text, 'done'::text, 'none'::text, 'failed'::text])))
);
ALTER TABLE ONLY documents.file FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.file IS 'tenant: a version of a file of a document';
CREATE TABLE documents.link (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    from_id uuid NOT NULL,
    to_id uuid NOT NULL,
    kind text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT link_kind_check CHECK ((kind = ANY (ARRAY['reply'::text, 'basis'::text, 'annex'::text, 'correction'::text, 'annulment'::text, 'extract'::text, 'copy'::text]))),
    CONSTRAINT link_not_self CHECK ((from_id <> to_id))
);
ALTER TABLE ONLY documents.link FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.link IS 'tenant: how a document stands to another';
CREATE TABLE documents.register (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    direction text NOT NULL,
    pattern text NOT NULL,
    prefix text DEFAULT ''::text NOT NULL,
    yearly boolean DEFAULT true NOT NULL,
    closed_on date,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT register_direction_check CHECK ((direction = ANY (ARRAY['incoming'::text, 'outgoing'::text, 'internal'::text])))
);
ALTER TABLE ONLY documents.register FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.register IS 'tenant: a register of documents (reģistrs) and the pattern of its numbers';
CREATE TABLE documents.registration (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    register_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    year integer NOT NULL,
    seq bigint NOT NULL,
    number text NOT NULL,
    registered_on date NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    registered_by uuid,
    source text NOT NULL,
    void_reason text,
    voided_at timestamp with time zone
);
ALTER TABLE ONLY documents.registration FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.registration IS 'tenant: an entry of a document in a register; a void number stays';
CREATE TABLE documents.saved_view (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    place text NOT NULL,
    name text NOT NULL,
    query text NOT NULL
);
ALTER TABLE ONLY documents.saved_view FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.saved_view IS 'tenant: a list as a person likes to see it';
CREATE TABLE documents.search (
    tenant_id uuid NOT NULL,
    document_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    restricted boolean NOT NULL,
    readers uuid[] NOT NULL,
    number tsvector DEFAULT ''::tsvector NOT NULL,
    head tsvector NOT NULL,
    body tsvector DEFAULT ''::tsvector NOT NULL,
    scope tsvector DEFAULT ''::tsvector NOT NULL
);
COMMENT ON TABLE documents.search IS 'search: words of documents; reached only through documents.search_* functions';
CREATE TABLE documents.source_key (
    tenant_id uuid NOT NULL,
    source text NOT NULL,
    key text NOT NULL,
    document_id uuid NOT NULL,
    digest bytea NOT NULL
);
ALTER TABLE ONLY documents.source_key FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE documents.source_key IS 'tenant: by which key an outside system knows a document it has brought';
ALTER TABLE ONLY documents.access
    ADD CONSTRAINT access_pkey PRIMARY KEY (tenant_id, document_id, principal_id);
ALTER TABLE ONLY documents.batch
    ADD CONSTRAINT batch_key UNIQUE (tenant_id, source, key);
ALTER TABLE ONLY documents.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.blob_key
    ADD CONSTRAINT blob_key_one UNIQUE (tenant_id);
ALTER TABLE ONLY documents.blob_key
    ADD CONSTRAINT blob_key_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.body
    ADD CONSTRAINT body_pkey PRIMARY KEY (tenant_id, document_id);
ALTER TABLE ONLY documents.class
    ADD CONSTRAINT class_code_key UNIQUE (tenant_id, institution_id, year, code);
ALTER TABLE ONLY documents.class
    ADD CONSTRAINT class_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (tenant_id, register_id, institution_id, year);
ALTER TABLE ONLY documents.disposal
    ADD CONSTRAINT disposal_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.file
    ADD CONSTRAINT file_version_key UNIQUE (tenant_id, document_id, name, version);
ALTER TABLE ONLY documents.link
    ADD CONSTRAINT link_key UNIQUE (tenant_id, from_id, to_id, kind);
ALTER TABLE ONLY documents.link
    ADD CONSTRAINT link_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.register
    ADD CONSTRAINT register_code_key UNIQUE (tenant_id, code);
ALTER TABLE ONLY documents.register
    ADD CONSTRAINT register_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.registration
    ADD CONSTRAINT registration_number_key UNIQUE (tenant_id, register_id, institution_id, year, seq);
ALTER TABLE ONLY documents.registration
    ADD CONSTRAINT registration_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.saved_view
    ADD CONSTRAINT saved_view_name_key UNIQUE (tenant_id, person_id, place, name);
ALTER TABLE ONLY documents.saved_view
    ADD CONSTRAINT saved_view_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY documents.search
    ADD CONSTRAINT search_pkey PRIMARY KEY (tenant_id, document_id);
ALTER TABLE ONLY documents.source_key
    ADD CONSTRAINT source_key_pkey PRIMARY KEY (tenant_id, source, key);
CREATE INDEX access_principal ON documents.access USING btree (tenant_id, principal_id, document_id);
CREATE INDEX class_disposal ON documents.class USING btree (tenant_id, disposal_id) WHERE (disposal_id IS NOT NULL);
CREATE INDEX disposal_document ON documents.disposal USING btree (tenant_id, document_id);
CREATE INDEX disposal_institution ON documents.disposal USING btree (tenant_id, institution_id, id);
CREATE INDEX document_class ON documents.document USING btree (tenant_id, class_id, id) WHERE (class_id IS NOT NULL);
CREATE INDEX document_owner ON documents.document USING btree (tenant_id, owner_id, id) WHERE (owner_id IS NOT NULL);
CREATE INDEX document_unit ON documents.document USING btree (tenant_id, unit_id, id);
CREATE INDEX link_to ON documents.link USING btree (tenant_id, to_id);
CREATE INDEX registration_document ON documents.registration USING btree (tenant_id, document_id);
CREATE INDEX registration_institution ON documents.registration USING btree (tenant_id, register_id, institution_id, id);
CREATE INDEX registration_list ON documents.registration USING btree (tenant_id, register_id, id);
CREATE INDEX search_words ON documents.search USING gin (((((scope || number) || head) || body)));
ALTER TABLE ONLY documents.access
    ADD CONSTRAINT access_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES documents.document(tenant_id, id);
ALTER TABLE ONLY documents.batch
    ADD CONSTRAINT batch_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY documents.blob_key
    ADD CONSTRAINT blob_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY documents.body
    ADD CONSTRAINT body_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES documents.document(tenant_id, id);
ALTER TABLE ONLY documents.class
    ADD CONSTRAINT class_disposal_fkey FOREIGN KEY (tenant_id, disposal_id) REFERENCES documents.disposal(tenant_id, id);
ALTER TABLE ONLY documents.class
    ADD CONSTRAINT class_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY documents.class
    ADD CONSTRAINT class_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY documents.counter
    ADD CONSTRAINT counter_tenant_id_register_id_fkey FOREIGN KEY (tenant_id, register_id) REFERENCES documents.register(tenant_id, id);
ALTER TABLE ONLY documents.disposal
    ADD CONSTRAINT disposal_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES documents.document(tenant_id, id);
ALTER TABLE ONLY documents.disposal
    ADD CONSTRAINT disposal_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY documents.disposal
    ADD CONSTRAINT disposal_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY documents.document
    ADD CONSTRAINT document_tenant_id_class_id_fkey FOREIGN KEY (tenant_id, class_id) REFERENCES documents.class(tenant_id, id);
ALTER TABLE ONLY documents.document
    ADD CONSTRAINT document_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY documents.file
    ADD CONSTRAINT file_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES documents.document(tenant_id, id);
ALTER TABLE ONLY documents.link
    ADD CONSTRAINT link_tenant_id_from_id_fkey FOREIGN KEY (tenant_id, from_id) REFERENCES documents.document(tenant_id, id);
ALTER TABLE ONLY documents.link
    ADD CONSTRAINT link_tenant_id_to_id_fkey FOREIGN KEY (tenant_id, to_id) REFERENCES documents.document(tenant_id, id);
ALTER TABLE ONLY documents.register
    ADD CONSTRAINT register_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY documents.registration
    ADD CONSTRAINT registration_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES documents.document(tenant_id, id);
ALTER TABLE ONLY documents.registration
    ADD CONSTRAINT registration_tenant_id_register_id_fkey FOREIGN KEY (tenant_id, register_id) REFERENCES documents.register(tenant_id, id);
ALTER TABLE ONLY documents.saved_view
    ADD CONSTRAINT saved_view_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE documents.access ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.blob_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.body ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.class ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.disposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.document ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.file ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.link ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.register ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.registration ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.saved_view ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.source_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON documents.access USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.batch USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.blob_key USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.body USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.class USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.counter USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.disposal USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.document USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.file USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.link USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.register USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.registration USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.saved_view USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON documents.source_key USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
GRANT USAGE ON SCHEMA documents TO novads_search;
GRANT USAGE ON SCHEMA documents TO novads_server;
REVOKE ALL ON FUNCTION documents.scope_words(tenant uuid, unit uuid, restricted boolean, readers uuid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION documents.search_access(id uuid, is_restricted boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION documents.search_access(id uuid, is_restricted boolean) TO novads_server;
REVOKE ALL ON FUNCTION documents.search_erase(ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION documents.search_erase(ids uuid[]) TO novads_server;
REVOKE ALL ON FUNCTION documents.search_find(query text, units uuid[], principals uuid[], before uuid, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION documents.search_find(query text, units uuid[], principals uuid[], before uuid, most integer) TO novads_server;
REVOKE ALL ON FUNCTION documents.search_number(ids uuid[], numbers text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION documents.search_number(ids uuid[], numbers text[]) TO novads_server;
REVOKE ALL ON FUNCTION documents.search_put(ids uuid[], units uuid[], restricted boolean[], readers jsonb, numbers text[], heads text[], bodies text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION documents.search_put(ids uuid[], units uuid[], restricted boolean[], readers jsonb, numbers text[], heads text[], bodies text[]) TO novads_server;
REVOKE ALL ON FUNCTION documents.search_reader(id uuid, reader uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION documents.search_reader(id uuid, reader uuid) TO novads_server;
REVOKE ALL ON FUNCTION documents.search_reader_gone(id uuid, reader uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION documents.search_reader_gone(id uuid, reader uuid) TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.access TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.batch TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.blob_key TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.body TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.class TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.counter TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.disposal TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.document TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.file TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.link TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.register TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.registration TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.saved_view TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE documents.source_key TO novads_server;

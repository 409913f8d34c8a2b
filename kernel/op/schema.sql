-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA kernel;
CREATE FUNCTION kernel.rights(of_tenant uuid, of_person uuid, on_day date) RETURNS TABLE(person uuid, role text, unit_id uuid, whole boolean, covers uuid[])
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
begin
  perform set_config('novads.tenant', of_tenant::text, true);
  return query
    with stands(person, own) as (
      select of_person, true
      union
      select absent_id, false from kernel.substitution
      where tenant_id = of_tenant and substitute_id = of_person and valid_from <= on_day and valid_to >= on_day and cancelled_at is null
    )
    select s.person, g.role, g.unit_id, u.parent_id is null,
           case when u.parent_id is null then null
                else array(select d.id from kernel.unit d where d.tenant_id = of_tenant and g.unit_id = any(d.path)) end
    from stands s
    left join kernel.role_grant g on g.tenant_id = of_tenant and g.person_id = s.person
      and g.valid_from <= on_day and (g.valid_to is null or g.valid_to >= on_day)
    left join kernel.unit u on u.tenant_id = of_tenant and u.id = g.unit_id
    order by s.own desc, s.person, g.role, g.unit_id;
end
$$;
CREATE FUNCTION kernel.uuid_floor(at timestamp with time zone) RETURNS uuid
    LANGUAGE sql IMMUTABLE
    AS $$
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;
CREATE TABLE kernel.api_token (
    token_hash bytea NOT NULL,
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    source text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone
);
COMMENT ON TABLE kernel.api_token IS 'platform: outside systems that call the API; the token itself is never stored';
CREATE TABLE kernel.audit (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
)
PARTITION BY RANGE (id);
ALTER TABLE ONLY kernel.audit FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE kernel.audit IS 'tenant append-only: who did what, for whom, to what, on what ground';
CREATE TABLE kernel.audit_2022 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2023 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2024 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2025 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2026 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2027 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2028 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2029 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2030 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2031 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_2032 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_other (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    acting_for uuid,
    actor text NOT NULL,
    action text NOT NULL,
    ground text,
    subject_kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id uuid NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE kernel.audit_seal (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    epoch integer NOT NULL,
    seq bigint NOT NULL,
    from_xact xid8 NOT NULL,
    below_xact xid8 NOT NULL,
    rows bigint NOT NULL,
    root bytea NOT NULL,
    previous bytea NOT NULL,
    chain bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    time_stamp bytea
);
ALTER TABLE ONLY kernel.audit_seal FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE kernel.audit_seal IS 'tenant append-only: a Merkle root per batch of the trail, chained to the one before';
CREATE TABLE kernel.event (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
)
PARTITION BY RANGE (id);
ALTER TABLE ONLY kernel.event FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE kernel.event IS 'tenant append-only: what happened, one row per use-case call, with all its subjects';
CREATE TABLE kernel.event_2022 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2023 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2024 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2025 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2026 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2027 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2028 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2029 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2030 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2031 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_2032 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.event_other (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subjects uuid[] NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
)
PARTITION BY RANGE (id);
ALTER TABLE ONLY kernel.history FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE kernel.history IS 'tenant append-only: the timeline that people see';
CREATE TABLE kernel.history_2022 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2023 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2024 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2025 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2026 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2027 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2028 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2029 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2030 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2031 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_2032 (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.history_other (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    acting_for uuid,
    verb text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE kernel.identity (
    id uuid NOT NULL,
    login text NOT NULL,
    password_hash text,
    external_subject text,
    locale text DEFAULT 'lv'::text NOT NULL,
    disabled_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE kernel.identity IS 'platform: a way to sign in; the same identity may be a person in several tenants';
CREATE TABLE kernel.job (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
)
PARTITION BY RANGE (id);
COMMENT ON TABLE kernel.job IS 'platform: the queue';
CREATE TABLE kernel.job_2022 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2023 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2024 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2025 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2026 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2027 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2028 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2029 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2030 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2031 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_2032 (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.job_other (
    id uuid NOT NULL,
    tenant_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 10 NOT NULL,
    lease_until timestamp with time zone,
    worker uuid,
    last_error text,
    finished_at timestamp with time zone,
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text])))
);
CREATE TABLE kernel.membership (
    identity_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    person_id uuid NOT NULL
);
COMMENT ON TABLE kernel.membership IS 'platform: which person an identity is in a tenant';
CREATE TABLE kernel.parameter (
    rule text NOT NULL,
    key text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    value jsonb NOT NULL,
    source text NOT NULL,
    certainty text NOT NULL,
    CONSTRAINT parameter_certainty_check CHECK ((certainty = ANY (ARRAY['confirmed'::text, 'by-test'::text, 'uncertain'::text])))
);
COMMENT ON TABLE kernel.parameter IS 'shared: rule parameters with validity, legal source and degree of certainty';
CREATE TABLE kernel.role_grant (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL,
    unit_id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date
);
ALTER TABLE ONLY kernel.role_grant FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE kernel.role_grant IS 'tenant: a role of a person in a unit and everything below it';
CREATE TABLE kernel.session (
    token_hash bytea NOT NULL,
    identity_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    acting_for uuid,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE kernel.session IS 'platform: signed-in browsers; the token itself is never stored';
CREATE TABLE kernel.setting (
    name text NOT NULL,
    value text NOT NULL
);
COMMENT ON TABLE kernel.setting IS 'platform: installation-wide values (keys for tokens, demo progress)';
CREATE TABLE kernel.submission (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    location text NOT NULL
);
ALTER TABLE ONLY kernel.submission FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE kernel.submission IS 'tenant: idempotency: the key of a submitted form and where it led';
CREATE TABLE kernel.substitution (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    absent_id uuid NOT NULL,
    substitute_id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    ground text DEFAULT ''::text NOT NULL,
    created_by uuid,
    cancelled_at timestamp with time zone,
    CONSTRAINT substitution_not_self CHECK ((absent_id <> substitute_id)),
    CONSTRAINT substitution_order CHECK ((valid_from <= valid_to))
);
ALTER TABLE ONLY kernel.substitution FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE kernel.substitution IS 'tenant: who acts for whom in a period (aizvietošana): tasks and the right to sign';
CREATE TABLE kernel.tenant (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL
);
COMMENT ON TABLE kernel.tenant IS 'platform: municipalities on this installation';
CREATE TABLE kernel.tenant_parameter (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    rule text NOT NULL,
    key text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    value jsonb NOT NULL,
    source text NOT NULL
);
ALTER TABLE ONLY kernel.tenant_parameter FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE kernel.tenant_parameter IS 'tenant: a municipality''s own values of rule parameters';
CREATE TABLE kernel.throttle (
    key text NOT NULL,
    failures integer NOT NULL,
    last_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE kernel.throttle IS 'platform: failed sign-ins by login and by address, for a growing delay';
CREATE TABLE kernel.unit (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    parent_id uuid,
    path uuid[] NOT NULL
);
ALTER TABLE ONLY kernel.unit FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE kernel.unit IS 'tenant: the skeleton of the unit tree; path holds all ancestors and itself';
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2022 FOR VALUES FROM ('017e12ef-9c00-0000-0000-000000000000') TO ('01856aa0-c800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2023 FOR VALUES FROM ('01856aa0-c800-0000-0000-000000000000') TO ('018cc251-f400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2024 FOR VALUES FROM ('018cc251-f400-0000-0000-000000000000') TO ('01941f29-7c00-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2025 FOR VALUES FROM ('01941f29-7c00-0000-0000-000000000000') TO ('019b76da-a800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2026 FOR VALUES FROM ('019b76da-a800-0000-0000-000000000000') TO ('01a2ce8b-d400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2027 FOR VALUES FROM ('01a2ce8b-d400-0000-0000-000000000000') TO ('01aa263d-0000-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2028 FOR VALUES FROM ('01aa263d-0000-0000-0000-000000000000') TO ('01b18314-8800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2029 FOR VALUES FROM ('01b18314-8800-0000-0000-000000000000') TO ('01b8dac5-b400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2030 FOR VALUES FROM ('01b8dac5-b400-0000-0000-000000000000') TO ('01c03276-e000-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2031 FOR VALUES FROM ('01c03276-e000-0000-0000-000000000000') TO ('01c78a28-0c00-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_2032 FOR VALUES FROM ('01c78a28-0c00-0000-0000-000000000000') TO ('01cee6ff-9400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.audit ATTACH PARTITION kernel.audit_other DEFAULT;
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2022 FOR VALUES FROM ('017e12ef-9c00-0000-0000-000000000000') TO ('01856aa0-c800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2023 FOR VALUES FROM ('01856aa0-c800-0000-0000-000000000000') TO ('018cc251-f400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2024 FOR VALUES FROM ('018cc251-f400-0000-0000-000000000000') TO ('01941f29-7c00-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2025 FOR VALUES FROM ('01941f29-7c00-0000-0000-000000000000') TO ('019b76da-a800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2026 FOR VALUES FROM ('019b76da-a800-0000-0000-000000000000') TO ('01a2ce8b-d400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2027 FOR VALUES FROM ('01a2ce8b-d400-0000-0000-000000000000') TO ('01aa263d-0000-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2028 FOR VALUES FROM ('01aa263d-0000-0000-0000-000000000000') TO ('01b18314-8800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2029 FOR VALUES FROM ('01b18314-8800-0000-0000-000000000000') TO ('01b8dac5-b400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2030 FOR VALUES FROM ('01b8dac5-b400-0000-0000-000000000000') TO ('01c03276-e000-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2031 FOR VALUES FROM ('01c03276-e000-0000-0000-000000000000') TO ('01c78a28-0c00-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_2032 FOR VALUES FROM ('01c78a28-0c00-0000-0000-000000000000') TO ('01cee6ff-9400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.event ATTACH PARTITION kernel.event_other DEFAULT;
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2022 FOR VALUES FROM ('017e12ef-9c00-0000-0000-000000000000') TO ('01856aa0-c800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2023 FOR VALUES FROM ('01856aa0-c800-0000-0000-000000000000') TO ('018cc251-f400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2024 FOR VALUES FROM ('018cc251-f400-0000-0000-000000000000') TO ('01941f29-7c00-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2025 FOR VALUES FROM ('01941f29-7c00-0000-0000-000000000000') TO ('019b76da-a800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2026 FOR VALUES FROM ('019b76da-a800-0000-0000-000000000000') TO ('01a2ce8b-d400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2027 FOR VALUES FROM ('01a2ce8b-d400-0000-0000-000000000000') TO ('01aa263d-0000-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2028 FOR VALUES FROM ('01aa263d-0000-0000-0000-000000000000') TO ('01b18314-8800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2029 FOR VALUES FROM ('01b18314-8800-0000-0000-000000000000') TO ('01b8dac5-b400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2030 FOR VALUES FROM ('01b8dac5-b400-0000-0000-000000000000') TO ('01c03276-e000-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2031 FOR VALUES FROM ('01c03276-e000-0000-0000-000000000000') TO ('01c78a28-0c00-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_2032 FOR VALUES FROM ('01c78a28-0c00-0000-0000-000000000000') TO ('01cee6ff-9400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.history ATTACH PARTITION kernel.history_other DEFAULT;
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2022 FOR VALUES FROM ('017e12ef-9c00-0000-0000-000000000000') TO ('01856aa0-c800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2023 FOR VALUES FROM ('01856aa0-c800-0000-0000-000000000000') TO ('018cc251-f400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2024 FOR VALUES FROM ('018cc251-f400-0000-0000-000000000000') TO ('01941f29-7c00-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2025 FOR VALUES FROM ('01941f29-7c00-0000-0000-000000000000') TO ('019b76da-a800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2026 FOR VALUES FROM ('019b76da-a800-0000-0000-000000000000') TO ('01a2ce8b-d400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2027 FOR VALUES FROM ('01a2ce8b-d400-0000-0000-000000000000') TO ('01aa263d-0000-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2028 FOR VALUES FROM ('01aa263d-0000-0000-0000-000000000000') TO ('01b18314-8800-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2029 FOR VALUES FROM ('01b18314-8800-0000-0000-000000000000') TO ('01b8dac5-b400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2030 FOR VALUES FROM ('01b8dac5-b400-0000-0000-000000000000') TO ('01c03276-e000-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2031 FOR VALUES FROM ('01c03276-e000-0000-0000-000000000000') TO ('01c78a28-0c00-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_2032 FOR VALUES FROM ('01c78a28-0c00-0000-0000-000000000000') TO ('01cee6ff-9400-0000-0000-000000000000');
ALTER TABLE ONLY kernel.job ATTACH PARTITION kernel.job_other DEFAULT;
ALTER TABLE ONLY kernel.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY kernel.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2022
    ADD CONSTRAINT audit_2022_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2023
    ADD CONSTRAINT audit_2023_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2024
    ADD CONSTRAINT audit_2024_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2025
    ADD CONSTRAINT audit_2025_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2026
    ADD CONSTRAINT audit_2026_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2027
    ADD CONSTRAINT audit_2027_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2028
    ADD CONSTRAINT audit_2028_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2029
    ADD CONSTRAINT audit_2029_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2030
    ADD CONSTRAINT audit_2030_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2031
    ADD CONSTRAINT audit_2031_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_2032
    ADD CONSTRAINT audit_2032_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_other
    ADD CONSTRAINT audit_other_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_seal
    ADD CONSTRAINT audit_seal_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.audit_seal
    ADD CONSTRAINT audit_seal_seq_key UNIQUE (tenant_id, epoch, seq);
ALTER TABLE ONLY kernel.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2022
    ADD CONSTRAINT event_2022_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2023
    ADD CONSTRAINT event_2023_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2024
    ADD CONSTRAINT event_2024_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2025
    ADD CONSTRAINT event_2025_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2026
    ADD CONSTRAINT event_2026_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2027
    ADD CONSTRAINT event_2027_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2028
    ADD CONSTRAINT event_2028_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2029
    ADD CONSTRAINT event_2029_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2030
    ADD CONSTRAINT event_2030_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2031
    ADD CONSTRAINT event_2031_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_2032
    ADD CONSTRAINT event_2032_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.event_other
    ADD CONSTRAINT event_other_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2022
    ADD CONSTRAINT history_2022_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2023
    ADD CONSTRAINT history_2023_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2024
    ADD CONSTRAINT history_2024_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2025
    ADD CONSTRAINT history_2025_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2026
    ADD CONSTRAINT history_2026_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2027
    ADD CONSTRAINT history_2027_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2028
    ADD CONSTRAINT history_2028_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2029
    ADD CONSTRAINT history_2029_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2030
    ADD CONSTRAINT history_2030_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2031
    ADD CONSTRAINT history_2031_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_2032
    ADD CONSTRAINT history_2032_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.history_other
    ADD CONSTRAINT history_other_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.identity
    ADD CONSTRAINT identity_external_subject_key UNIQUE (external_subject);
ALTER TABLE ONLY kernel.identity
    ADD CONSTRAINT identity_login_key UNIQUE (login);
ALTER TABLE ONLY kernel.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2022
    ADD CONSTRAINT job_2022_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2023
    ADD CONSTRAINT job_2023_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2024
    ADD CONSTRAINT job_2024_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2025
    ADD CONSTRAINT job_2025_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2026
    ADD CONSTRAINT job_2026_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2027
    ADD CONSTRAINT job_2027_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2028
    ADD CONSTRAINT job_2028_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2029
    ADD CONSTRAINT job_2029_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2030
    ADD CONSTRAINT job_2030_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2031
    ADD CONSTRAINT job_2031_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_2032
    ADD CONSTRAINT job_2032_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.job_other
    ADD CONSTRAINT job_other_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.membership
    ADD CONSTRAINT membership_pkey PRIMARY KEY (identity_id, tenant_id);
ALTER TABLE ONLY kernel.parameter
    ADD CONSTRAINT parameter_pkey PRIMARY KEY (rule, key, valid_from);
ALTER TABLE ONLY kernel.role_grant
    ADD CONSTRAINT role_grant_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY kernel.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (name);
ALTER TABLE ONLY kernel.submission
    ADD CONSTRAINT submission_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.substitution
    ADD CONSTRAINT substitution_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.tenant
    ADD CONSTRAINT tenant_code_key UNIQUE (code);
ALTER TABLE ONLY kernel.tenant_parameter
    ADD CONSTRAINT tenant_parameter_key UNIQUE (tenant_id, rule, key, valid_from);
ALTER TABLE ONLY kernel.tenant_parameter
    ADD CONSTRAINT tenant_parameter_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY kernel.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY kernel.throttle
    ADD CONSTRAINT throttle_pkey PRIMARY KEY (key);
ALTER TABLE ONLY kernel.unit
    ADD CONSTRAINT unit_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX api_token_tenant ON kernel.api_token USING btree (tenant_id);
CREATE INDEX audit_xact ON ONLY kernel.audit USING btree (tenant_id, xact);
CREATE INDEX audit_2022_tenant_id_xact_idx ON kernel.audit_2022 USING btree (tenant_id, xact);
CREATE INDEX audit_2023_tenant_id_xact_idx ON kernel.audit_2023 USING btree (tenant_id, xact);
CREATE INDEX audit_2024_tenant_id_xact_idx ON kernel.audit_2024 USING btree (tenant_id, xact);
CREATE INDEX audit_2025_tenant_id_xact_idx ON kernel.audit_2025 USING btree (tenant_id, xact);
CREATE INDEX audit_2026_tenant_id_xact_idx ON kernel.audit_2026 USING btree (tenant_id, xact);
CREATE INDEX audit_2027_tenant_id_xact_idx ON kernel.audit_2027 USING btree (tenant_id, xact);
CREATE INDEX audit_2028_tenant_id_xact_idx ON kernel.audit_2028 USING btree (tenant_id, xact);
CREATE INDEX audit_2029_tenant_id_xact_idx ON kernel.audit_2029 USING btree (tenant_id, xact);
CREATE INDEX audit_2030_tenant_id_xact_idx ON kernel.audit_2030 USING btree (tenant_id, xact);
CREATE INDEX audit_2031_tenant_id_xact_idx ON kernel.audit_2031 USING btree (tenant_id, xact);
CREATE INDEX audit_2032_tenant_id_xact_idx ON kernel.audit_2032 USING btree (tenant_id, xact);
CREATE INDEX audit_other_tenant_id_xact_idx ON kernel.audit_other USING btree (tenant_id, xact);
CREATE INDEX history_subject ON ONLY kernel.history USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2022_tenant_id_subject_id_id_idx ON kernel.history_2022 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2023_tenant_id_subject_id_id_idx ON kernel.history_2023 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2024_tenant_id_subject_id_id_idx ON kernel.history_2024 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2025_tenant_id_subject_id_id_idx ON kernel.history_2025 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2026_tenant_id_subject_id_id_idx ON kernel.history_2026 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2027_tenant_id_subject_id_id_idx ON kernel.history_2027 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2028_tenant_id_subject_id_id_idx ON kernel.history_2028 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2029_tenant_id_subject_id_id_idx ON kernel.history_2029 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2030_tenant_id_subject_id_id_idx ON kernel.history_2030 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2031_tenant_id_subject_id_id_idx ON kernel.history_2031 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_2032_tenant_id_subject_id_id_idx ON kernel.history_2032 USING btree (tenant_id, subject_id, id);
CREATE INDEX history_other_tenant_id_subject_id_id_idx ON kernel.history_other USING btree (tenant_id, subject_id, id);
CREATE INDEX job_due ON ONLY kernel.job USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2022_run_at_idx ON kernel.job_2022 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2023_run_at_idx ON kernel.job_2023 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2024_run_at_idx ON kernel.job_2024 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2025_run_at_idx ON kernel.job_2025 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2026_run_at_idx ON kernel.job_2026 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2027_run_at_idx ON kernel.job_2027 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2028_run_at_idx ON kernel.job_2028 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2029_run_at_idx ON kernel.job_2029 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2030_run_at_idx ON kernel.job_2030 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2031_run_at_idx ON kernel.job_2031 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_2032_run_at_idx ON kernel.job_2032 USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX job_other_run_at_idx ON kernel.job_other USING btree (run_at) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));
CREATE INDEX membership_tenant_person ON kernel.membership USING btree (tenant_id, person_id);
CREATE INDEX role_grant_person ON kernel.role_grant USING btree (tenant_id, person_id);
CREATE INDEX role_grant_unit ON kernel.role_grant USING btree (tenant_id, unit_id, role);
CREATE INDEX session_identity ON kernel.session USING btree (identity_id);
CREATE INDEX session_tenant ON kernel.session USING btree (tenant_id);
CREATE INDEX substitution_absent ON kernel.substitution USING btree (tenant_id, absent_id, valid_to);
CREATE INDEX substitution_substitute ON kernel.substitution USING btree (tenant_id, substitute_id, valid_to);
CREATE INDEX unit_parent ON kernel.unit USING btree (tenant_id, parent_id);
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2022_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2022_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2023_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2023_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2024_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2024_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2025_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2025_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2026_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2026_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2027_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2027_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2028_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2028_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2029_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2029_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2030_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2030_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2031_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2031_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_2032_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_2032_tenant_id_xact_idx;
ALTER INDEX kernel.audit_pkey ATTACH PARTITION kernel.audit_other_pkey;
ALTER INDEX kernel.audit_xact ATTACH PARTITION kernel.audit_other_tenant_id_xact_idx;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2022_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2023_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2024_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2025_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2026_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2027_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2028_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2029_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2030_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2031_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_2032_pkey;
ALTER INDEX kernel.event_pkey ATTACH PARTITION kernel.event_other_pkey;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2022_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2022_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2023_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2023_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2024_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2024_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2025_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2025_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2026_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2026_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2027_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2027_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2028_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2028_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2029_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2029_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2030_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2030_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2031_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2031_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_2032_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_2032_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.history_pkey ATTACH PARTITION kernel.history_other_pkey;
ALTER INDEX kernel.history_subject ATTACH PARTITION kernel.history_other_tenant_id_subject_id_id_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2022_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2022_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2023_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2023_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2024_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2024_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2025_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2025_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2026_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2026_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2027_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2027_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2028_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2028_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2029_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2029_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2030_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2030_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2031_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2031_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_2032_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_2032_run_at_idx;
ALTER INDEX kernel.job_pkey ATTACH PARTITION kernel.job_other_pkey;
ALTER INDEX kernel.job_due ATTACH PARTITION kernel.job_other_run_at_idx;
ALTER TABLE ONLY kernel.api_token
    ADD CONSTRAINT api_token_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY kernel.audit_seal
    ADD CONSTRAINT audit_seal_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE kernel.audit
    ADD CONSTRAINT audit_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE kernel.event
    ADD CONSTRAINT event_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE kernel.history
    ADD CONSTRAINT history_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE kernel.job
    ADD CONSTRAINT job_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY kernel.membership
    ADD CONSTRAINT membership_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES kernel.identity(id);
ALTER TABLE ONLY kernel.membership
    ADD CONSTRAINT membership_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY kernel.role_grant
    ADD CONSTRAINT role_grant_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY kernel.role_grant
    ADD CONSTRAINT role_grant_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY kernel.session
    ADD CONSTRAINT session_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES kernel.identity(id);
ALTER TABLE ONLY kernel.session
    ADD CONSTRAINT session_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY kernel.submission
    ADD CONSTRAINT submission_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY kernel.substitution
    ADD CONSTRAINT substitution_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY kernel.tenant_parameter
    ADD CONSTRAINT tenant_parameter_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY kernel.unit
    ADD CONSTRAINT unit_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY kernel.unit
    ADD CONSTRAINT unit_tenant_id_parent_id_fkey FOREIGN KEY (tenant_id, parent_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE kernel.audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.audit_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.history ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.role_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.submission ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.substitution ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON kernel.audit USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON kernel.audit_seal USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON kernel.event USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON kernel.history USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON kernel.role_grant USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON kernel.submission USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON kernel.substitution USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON kernel.tenant_parameter USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON kernel.unit USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
ALTER TABLE kernel.tenant_parameter ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.unit ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA kernel TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.api_token TO novads_server;
GRANT SELECT,INSERT ON TABLE kernel.audit TO novads_server;
GRANT SELECT,INSERT ON TABLE kernel.audit_seal TO novads_server;
GRANT SELECT,INSERT ON TABLE kernel.event TO novads_server;
GRANT SELECT,INSERT ON TABLE kernel.history TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.identity TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.job TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.membership TO novads_server;
GRANT SELECT ON TABLE kernel.parameter TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.role_grant TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.session TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.setting TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.submission TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.substitution TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.tenant TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.tenant_parameter TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.throttle TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE kernel.unit TO novads_server;

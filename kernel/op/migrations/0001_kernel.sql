-- Platform: who may sign in where. Only kernel code touches these.

create table kernel.tenant (
  id uuid primary key,
  code text not null,
  name text not null,
  created_at timestamptz not null,
  settings jsonb not null default '{}',
  constraint tenant_code_key unique (code)
);
comment on table kernel.tenant is 'platform: municipalities on this installation';

create table kernel.setting (
  name text primary key,
  value text not null
);
comment on table kernel.setting is 'platform: installation-wide values (keys for tokens, demo progress)';

create table kernel.identity (
  id uuid primary key,
  login text not null,
  password_hash text,
  external_subject text,
  locale text not null default 'lv',
  disabled_at timestamptz,
  created_at timestamptz not null,
  constraint identity_login_key unique (login),
  constraint identity_external_subject_key unique (external_subject)
);
comment on table kernel.identity is 'platform: a way to sign in; the same identity may be a person in several tenants';

create table kernel.membership (
  identity_id uuid not null references kernel.identity,
  tenant_id uuid not null references kernel.tenant,
  person_id uuid not null,
  primary key (identity_id, tenant_id)
);
create index membership_tenant_person on kernel.membership (tenant_id, person_id);
comment on table kernel.membership is 'platform: which person an identity is in a tenant';

create table kernel.session (
  token_hash bytea primary key,
  identity_id uuid not null references kernel.identity,
  tenant_id uuid not null references kernel.tenant,
  acting_for uuid,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_identity on kernel.session (identity_id);
create index session_tenant on kernel.session (tenant_id);
comment on table kernel.session is 'platform: signed-in browsers; the token itself is never stored';

create table kernel.api_token (
  token_hash bytea primary key,
  tenant_id uuid not null references kernel.tenant,
  name text not null,
  source text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_token_tenant on kernel.api_token (tenant_id);
comment on table kernel.api_token is 'platform: outside systems that call the API; the token itself is never stored';

create table kernel.throttle (
  key text primary key,
  failures int not null,
  last_at timestamptz not null
);
comment on table kernel.throttle is 'platform: failed sign-ins by login and by address, for a growing delay';

-- Jobs are claimed across tenants. The lease clock is the database's; everything else is the business clock.
create table kernel.job (
  id uuid not null,
  tenant_id uuid references kernel.tenant,
  kind text not null,
  payload jsonb not null,
  state text not null default 'ready' check (state in ('ready', 'running', 'done', 'dead')),
  run_at timestamptz not null,
  attempts int not null default 0,
  max_attempts int not null default 10,
  lease_until timestamptz,
  worker uuid,
  last_error text,
  finished_at timestamptz,
  primary key (id)
) partition by range (id);
create index job_due on kernel.job (run_at) where state in ('ready', 'running');
comment on table kernel.job is 'platform: the queue';

-- What rules need to know of units and people; all else about them is parties''.

create table kernel.unit (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  parent_id uuid,
  path uuid[] not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, parent_id) references kernel.unit
);
create index unit_parent on kernel.unit (tenant_id, parent_id);
comment on table kernel.unit is 'tenant: the skeleton of the unit tree; path holds all ancestors and itself';

create table kernel.role_grant (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  person_id uuid not null,
  role text not null,
  unit_id uuid not null,
  valid_from date not null,
  valid_to date,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references kernel.unit
);
create index role_grant_person on kernel.role_grant (tenant_id, person_id);
create index role_grant_unit on kernel.role_grant (tenant_id, unit_id, role);
comment on table kernel.role_grant is 'tenant: a role of a person in a unit and everything below it';

create table kernel.substitution (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  absent_id uuid not null,
  substitute_id uuid not null,
  valid_from date not null,
  valid_to date not null,
  ground text not null default '',
  created_by uuid,
  cancelled_at timestamptz,
  primary key (tenant_id, id),
  constraint substitution_not_self check (absent_id <> substitute_id),
  constraint substitution_order check (valid_from <= valid_to)
);
create index substitution_substitute on kernel.substitution (tenant_id, substitute_id, valid_to);
create index substitution_absent on kernel.substitution (tenant_id, absent_id, valid_to);
comment on table kernel.substitution is 'tenant: who acts for whom in a period (aizvietošana): tasks and the right to sign';

-- The trail. Partitioned by id, which is the time (UUIDv7).

create table kernel.audit (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  at timestamptz not null,
  actor_id uuid,
  acting_for uuid,
  actor text not null,
  action text not null,
  ground text,
  subject_kind text not null,
  subjects uuid[] not null,
  data jsonb not null default '{}',
  request_id uuid not null,
  xact xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, id)
) partition by range (id);
create index audit_xact on kernel.audit (tenant_id, xact);
comment on table kernel.audit is 'tenant append-only: who did what, for whom, to what, on what ground';

create table kernel.audit_seal (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  epoch int not null,
  seq bigint not null,
  from_xact xid8 not null,
  below_xact xid8 not null,
  rows bigint not null,
  root bytea not null,
  previous bytea not null,
  chain bytea not null,
  sealed_at timestamptz not null,
  time_stamp bytea,
  primary key (tenant_id, id),
  constraint audit_seal_seq_key unique (tenant_id, epoch, seq)
);
comment on table kernel.audit_seal is 'tenant append-only: a Merkle root per batch of the trail, chained to the one before';

create table kernel.event (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  at timestamptz not null,
  kind text not null,
  subjects uuid[] not null,
  data jsonb not null default '{}',
  primary key (tenant_id, id)
) partition by range (id);
comment on table kernel.event is 'tenant append-only: what happened, one row per use-case call, with all its subjects';

create table kernel.history (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  at timestamptz not null,
  subject_id uuid not null,
  actor_id uuid,
  acting_for uuid,
  verb text not null,
  data jsonb not null default '{}',
  primary key (tenant_id, id)
) partition by range (id);
create index history_subject on kernel.history (tenant_id, subject_id, id);
comment on table kernel.history is 'tenant append-only: the timeline that people see';

create table kernel.submission (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  at timestamptz not null,
  actor_id uuid,
  location text not null,
  primary key (tenant_id, id)
);
comment on table kernel.submission is 'tenant: idempotency: the key of a submitted form and where it led';

-- Dated rule parameters. The law''s are shared; a municipality''s own values are tenant rows and go before them.
create table kernel.parameter (
  rule text not null,
  key text not null,
  valid_from date not null,
  valid_to date,
  value jsonb not null,
  source text not null,
  certainty text not null check (certainty in ('confirmed', 'by-test', 'uncertain')),
  primary key (rule, key, valid_from)
);
comment on table kernel.parameter is 'shared: rule parameters with validity, legal source and degree of certainty';

create table kernel.tenant_parameter (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  rule text not null,
  key text not null,
  valid_from date not null,
  valid_to date,
  value jsonb not null,
  source text not null,
  primary key (tenant_id, id),
  constraint tenant_parameter_key unique (tenant_id, rule, key, valid_from)
);
comment on table kernel.tenant_parameter is 'tenant: a municipality''s own values of rule parameters';

-- One partition a year (of the UUIDv7 time), and a catch-all, so that an odd clock never refuses a row.
create function kernel.uuid_floor(at timestamptz) returns uuid language sql immutable as $$
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;

do $$
declare t text; y int;
begin
  foreach t in array array['job', 'audit', 'event', 'history'] loop
    for y in 2022..2032 loop
      execute format('create table kernel.%I partition of kernel.%I for values from (%L) to (%L)',
        t || '_' || y, t, kernel.uuid_floor(make_timestamptz(y, 1, 1, 0, 0, 0, 'UTC')), kernel.uuid_floor(make_timestamptz(y + 1, 1, 1, 0, 0, 0, 'UTC')));
    end loop;
    execute format('create table kernel.%I partition of kernel.%I default', t || '_other', t);
  end loop;
end $$;

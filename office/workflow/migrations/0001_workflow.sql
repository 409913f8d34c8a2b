create table workflow.application (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  service text not null,
  applicant_id uuid not null,
  represented_id uuid,
  unit_id uuid not null,
  institution_id uuid not null,
  channel text not null check (channel in ('self-service', 'counter', 'paper', 'e-mail', 'e-address', 'portal', 'api')),
  payload jsonb not null,
  gist text not null,
  state text not null check (state in ('in-approval', 'returned', 'approved', 'rejected', 'withdrawn')),
  document_id uuid,
  route_id uuid,
  filed_at timestamptz not null,
  filed_on date not null,
  decided_at timestamptz,
  approved_electronically boolean not null default false,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references kernel.unit,
  foreign key (tenant_id, institution_id) references kernel.unit
);
create index application_applicant on workflow.application (tenant_id, applicant_id, id);
create index application_institution on workflow.application (tenant_id, institution_id, filed_on);
create index application_unit on workflow.application (tenant_id, unit_id);
comment on table workflow.application is 'tenant: one request for one service (iesniegums), however it came';

create table workflow.route_template (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  code text not null,
  institution_id uuid,
  version int not null,
  plan jsonb not null,
  state text not null check (state in ('draft', 'active', 'retired')),
  created_by uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, institution_id) references kernel.unit
);
create unique index route_template_version on workflow.route_template (tenant_id, code, coalesce(institution_id, '00000000-0000-0000-0000-000000000000'), version);
create unique index route_template_active on workflow.route_template (tenant_id, code, coalesce(institution_id, '00000000-0000-0000-0000-000000000000')) where state = 'active';
create index route_template_institution on workflow.route_template (tenant_id, institution_id);
comment on table workflow.route_template is 'tenant: versions of route templates by service and institution; a version never changes';

-- A route is one row with its steps inside: locking it locks all of it, and what is read under the lock is current.
create table workflow.route (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  code text not null,
  template_id uuid,
  subject_id uuid not null,
  document_id uuid,
  title text not null,
  gist text not null,
  owner_id uuid,
  unit_id uuid not null,
  institution_id uuid not null,
  state text not null check (state in ('running', 'completed', 'rejected', 'returned', 'withdrawn')),
  steps jsonb not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references kernel.unit,
  foreign key (tenant_id, template_id) references workflow.route_template
);
create index route_subject on workflow.route (tenant_id, subject_id);
create index route_unit on workflow.route (tenant_id, unit_id);
create index route_template_id on workflow.route (tenant_id, template_id);
comment on table workflow.route is 'tenant: running and finished routes (maršruts) with their steps';

create table workflow.task (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  kind text not null,
  principal uuid not null,
  route_id uuid,
  step_no int,
  subject_id uuid not null,
  document_id uuid,
  title text not null,
  gist text not null,
  from_id uuid,
  due date not null,
  created_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'done', 'cancelled')),
  done_at timestamptz,
  done_by uuid,
  reminded_on date,
  escalated_on date,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, route_id) references workflow.route
);
create index task_open on workflow.task (tenant_id, principal, due, id) where state = 'open';
create index task_route on workflow.task (tenant_id, route_id, step_no);
comment on table workflow.task is 'tenant: what waits for whom (uzdevums): a person''s list, or the list that a role in a unit shares';

create index task_subject on workflow.task (tenant_id, subject_id) where route_id is null and state = 'open';

create table workflow.comment (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  subject_id uuid not null,
  author_id uuid not null,
  at timestamptz not null,
  place text,
  text text not null,
  primary key (tenant_id, id)
);
create index comment_subject on workflow.comment (tenant_id, subject_id, id);
comment on table workflow.comment is 'tenant: comments on an application or a document';

insert into kernel.parameter (rule, key, valid_from, value, source, certainty)
values ('workflow', 'escalate-after-working-days', '2020-01-01', '3', 'Noklusējums; pašvaldība nosaka savā lietvedības kārtībā', 'uncertain');

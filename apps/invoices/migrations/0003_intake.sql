-- Files that somebody must read and enter by hand, what envelope an invoice came in, and which rules refuse.

create table invoices.waiting (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  institution_id uuid not null,
  content bytea not null,
  name text not null,
  media_type text not null,
  channel text not null check (channel in ('upload', 'folder', 'e-mail', 'api', 'e-address', 'paper')),
  sender text,
  received_at timestamptz not null,
  received_by uuid,
  dismissed_at timestamptz,
  dismissed_by uuid,
  ground text,
  primary key (tenant_id, id),
  constraint waiting_content_key unique (tenant_id, content),
  constraint waiting_ground check ((dismissed_at is null) = (ground is null)),
  foreign key (tenant_id, id) references documents.document,
  foreign key (tenant_id, institution_id) references kernel.unit
);
create index waiting_institution on invoices.waiting (tenant_id, institution_id, received_at);
comment on table invoices.waiting is 'tenant: pictures and PDF files that wait to be entered by hand; id = document, a draft until then';

alter table invoices.invoice add envelope jsonb;
comment on column invoices.invoice.envelope is 'the envelope it came in: instance, sender, receiver; what a message level status refers to';

-- A template (sagatave): how the recurring invoices of a supplier are booked.
create table invoices.template (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  institution_id uuid not null,
  supplier_id uuid not null,
  name text not null,
  contract_number text,
  amount_from bigint,
  amount_to bigint,
  parts jsonb not null,
  created_by uuid,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id),
  constraint template_range check (amount_from is null or amount_to is null or amount_from <= amount_to),
  foreign key (tenant_id, institution_id) references kernel.unit,
  foreign key (tenant_id, supplier_id) references invoices.supplier
);
create index template_supplier on invoices.template (tenant_id, supplier_id, institution_id);
create index template_institution on invoices.template (tenant_id, institution_id);
comment on table invoices.template is 'tenant: how the recurring invoices of a supplier are booked (kontējuma sagatave)';

insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('invoices', 'judge-by.*', '2019-04-18', null, '"en16931"', 'MK noteikumi Nr. 154 (2019): no ārvalstu piegādātāja pieņem visu, kas atbilst EN 16931. Vērtības: en16931, peppol, lv; zvaigznītes vietā valsts divi burti', 'confirmed'),
  ('invoices', 'judge-by.LV', '2019-04-18', null, '"lv"', 'MK noteikumi Nr. 154 (2019), 4. punkts: Latvijā reģistrēta piegādātāja rēķinam jāatbilst arī Peppol BIS Billing 3.0; lv pieskaita pašu pārbaudes (numuri, konts, pircējs)', 'confirmed');

-- What other systems are told: postings to the accounting system, e-invoices to the State Revenue Service.

create table invoices.export (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  version int not null default 1,
  name text not null,
  invoices int not null,
  amount bigint not null,
  state text not null check (state in ('waiting', 'accepted', 'refused')),
  receipt text,
  reason text,
  created_by uuid,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id)
);
create index export_created on invoices.export (tenant_id, created_at);
comment on table invoices.export is 'tenant: postings handed over to the accounting system';

create table invoices.exported (
  tenant_id uuid not null,
  invoice_id uuid not null,
  export_id uuid not null,
  primary key (tenant_id, invoice_id),
  foreign key (tenant_id, invoice_id) references invoices.invoice,
  foreign key (tenant_id, export_id) references invoices.export
);
create index exported_export on invoices.exported (tenant_id, export_id);
comment on table invoices.exported is 'tenant: which invoice went over in which export; each once, unless it was refused';

create table invoices.srs_report (
  tenant_id uuid not null,
  invoice_id uuid not null,
  duty text not null check (duty in ('ours', 'operator', 'automatic')),
  due_on date not null,
  state text not null check (state in ('due', 'accepted', 'refused', 'by-others')),
  number text,
  reason text,
  tries int not null default 0,
  next_at timestamptz,
  settled_at timestamptz,
  primary key (tenant_id, invoice_id),
  foreign key (tenant_id, invoice_id) references invoices.invoice
);
create index srs_report_state on invoices.srs_report (tenant_id, state, due_on);
comment on table invoices.srs_report is 'tenant: who reports an e-invoice to the State Revenue Service (VID), by when, and what it answered';

insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('invoices', 'srs-duty', '2026-01-01', null, '{"e-address": "automatic", "api": "operator", "upload": "ours", "folder": "ours", "e-mail": "ours"}', 'VID, e-rēķini: caur e-adresi dati nonāk VID paši; operators nodod ar VID saskarni; pārējos augšupielādē EDS', 'uncertain');

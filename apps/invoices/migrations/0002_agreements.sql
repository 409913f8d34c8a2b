-- What invoices are compared with: contracts, orders, and what was received.

create table invoices.agreement (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text not null check (kind in ('contract', 'order')),
  number text not null,
  supplier_id uuid not null,
  institution_id uuid not null,
  title text not null,
  amount bigint check (amount > 0),
  valid_from date,
  valid_to date,
  lines jsonb not null default '[]',
  created_by uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint agreement_number_key unique (tenant_id, supplier_id, kind, number),
  foreign key (tenant_id, supplier_id) references invoices.supplier,
  foreign key (tenant_id, institution_id) references kernel.unit
);
create index agreement_institution on invoices.agreement (tenant_id, institution_id);
comment on table invoices.agreement is 'tenant: contracts and orders (līgums, pasūtījums) that invoices are compared with';

create table invoices.receipt (
  tenant_id uuid not null,
  id uuid not null,
  agreement_id uuid not null,
  received_on date not null,
  received_by uuid,
  lines jsonb not null,
  note text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, agreement_id) references invoices.agreement
);
create index receipt_agreement on invoices.receipt (tenant_id, agreement_id);
comment on table invoices.receipt is 'tenant: what was received of an order (pieņemšanas akts, pavadzīme)';

alter table invoices.invoice add column agreement_id uuid;
alter table invoices.invoice add column matched text check (matched in ('two-way', 'three-way', 'deviates'));
alter table invoices.invoice add column deviations jsonb not null default '[]';
alter table invoices.invoice add foreign key (tenant_id, agreement_id) references invoices.agreement;
create index invoice_agreement on invoices.invoice (tenant_id, agreement_id) where agreement_id is not null;

insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('invoices', 'match-tolerance', '2020-01-01', null, '{"price_percent": "1", "amount_cents": 100}', 'Noklusējums: cena līdz 1 %, summa līdz 1 eiro; pašvaldība nosaka savā kārtībā', 'uncertain');

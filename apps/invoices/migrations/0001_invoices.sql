-- Suppliers, and the accounts to which they were ever paid.

create table invoices.supplier (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  code text not null,
  name text not null,
  registration text,
  vat_number text,
  country text not null,
  endpoint text,
  email text,
  version int not null default 1,
  primary key (tenant_id, id),
  constraint supplier_code_key unique (tenant_id, code)
);
comment on table invoices.supplier is 'tenant: a supplier (piegādātājs), known by its registration number, VAT number or else its name';

create table invoices.supplier_account (
  tenant_id uuid not null,
  supplier_id uuid not null,
  iban text not null,
  state text not null check (state in ('known', 'suspect', 'refused')),
  first_seen date not null,
  cleared_by uuid,
  primary key (tenant_id, supplier_id, iban),
  foreign key (tenant_id, supplier_id) references invoices.supplier
);
comment on table invoices.supplier_account is 'tenant: accounts of a supplier; a new one is suspect until a second person has cleared it';

create table invoices.invoice (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  institution_id uuid not null,
  unit_id uuid not null,
  supplier_id uuid not null,
  number text not null,
  kind text not null check (kind in ('invoice', 'credit-note')),
  issued_on date not null,
  due_on date not null,
  received_on date not null,
  received_at timestamptz not null,
  received_by uuid,
  channel text not null check (channel in ('upload', 'folder', 'e-mail', 'api', 'e-address', 'paper')),
  is_structured boolean not null,
  syntax text not null,
  content bytea not null,
  currency text not null,
  net bigint not null,
  vat bigint not null,
  total bigint not null,
  payable bigint not null,
  settled bigint not null default 0,
  iban text,
  reference text,
  order_number text,
  contract_number text,
  preceding text[] not null default '{}',
  verdict text not null check (verdict in ('valid', 'warned', 'broken', 'manual')),
  findings jsonb not null default '[]',
  state text not null check (state in ('broken', 'coding', 'approval', 'approved', 'paying', 'paid', 'rejected', 'offset')),
  approved_at timestamptz,
  approved_electronically boolean not null default false,
  paid_on date,
  answered_at timestamptz,
  primary key (tenant_id, id),
  constraint invoice_content_key unique (tenant_id, content),
  constraint invoice_settled check (settled >= 0),
  foreign key (tenant_id, id) references documents.document,
  foreign key (tenant_id, institution_id) references kernel.unit,
  foreign key (tenant_id, unit_id) references kernel.unit,
  foreign key (tenant_id, supplier_id) references invoices.supplier
);
create index invoice_supplier on invoices.invoice (tenant_id, supplier_id, issued_on);
create index invoice_state on invoices.invoice (tenant_id, state, due_on, id);
create index invoice_institution on invoices.invoice (tenant_id, institution_id, received_on);
create index invoice_unit on invoices.invoice (tenant_id, unit_id);
comment on table invoices.invoice is 'tenant: invoices and credit notes received (rēķins, kredītrēķins); id = document';

create table invoices.line (
  tenant_id uuid not null,
  invoice_id uuid not null,
  no int not null,
  name text not null,
  quantity numeric,
  measure text,
  net bigint not null,
  vat_category text,
  vat_rate numeric,
  order_line text,
  primary key (tenant_id, invoice_id, no),
  foreign key (tenant_id, invoice_id) references invoices.invoice
);
comment on table invoices.line is 'tenant: lines of an invoice, as its supplier wrote them';

create table invoices.coding (
  tenant_id uuid not null,
  invoice_id uuid not null,
  no int not null,
  amount bigint not null,
  account text not null,
  ekk text not null,
  function text not null default '',
  funding text not null default '',
  project text not null default '',
  unit_id uuid not null,
  note text not null default '',
  primary key (tenant_id, invoice_id, no),
  foreign key (tenant_id, invoice_id) references invoices.invoice,
  foreign key (tenant_id, unit_id) references kernel.unit
);
create index coding_unit on invoices.coding (tenant_id, unit_id);
comment on table invoices.coding is 'tenant: how an invoice is booked (kontējums): parts of its amount by account, EKK, function, funding, project, unit';

create table invoices.alert (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  kind text not null check (kind in ('account-changed', 'duplicate', 'wrong-buyer', 'not-matched', 'attachment')),
  detail jsonb not null default '{}',
  raised_at timestamptz not null,
  raised_by uuid,
  cleared_at timestamptz,
  cleared_by uuid,
  ground text,
  primary key (tenant_id, id),
  constraint alert_second_person check (cleared_by is null or cleared_by is distinct from raised_by),
  constraint alert_ground check ((cleared_at is null) = (ground is null)),
  foreign key (tenant_id, invoice_id) references invoices.invoice
);
create index alert_invoice on invoices.alert (tenant_id, invoice_id);
comment on table invoices.alert is 'tenant: what must be looked at before an invoice may be paid; cleared with a ground';

create table invoices.bank_account (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  iban text not null,
  bic text,
  name text not null,
  primary key (tenant_id, id),
  constraint bank_account_key unique (tenant_id, iban)
);
comment on table invoices.bank_account is 'tenant: the municipality''s own accounts';

create table invoices.batch (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  number text not null,
  bank_account_id uuid not null,
  pay_on date not null,
  state text not null check (state in ('proposed', 'released', 'rejected', 'settled', 'cancelled')),
  payments int not null,
  amount bigint not null,
  prepared_by uuid,
  prepared_at timestamptz not null,
  released_by uuid,
  released_at timestamptz,
  answer jsonb,
  primary key (tenant_id, id),
  constraint batch_number_key unique (tenant_id, number),
  constraint batch_two_persons check (released_by is null or released_by is distinct from prepared_by),
  foreign key (tenant_id, bank_account_id) references invoices.bank_account
);
create index batch_state on invoices.batch (tenant_id, state, pay_on);
create index batch_bank_account on invoices.batch (tenant_id, bank_account_id);
comment on table invoices.batch is 'tenant: payment proposals and files (maksājumu saraksts); one prepares, another releases';

create table invoices.payment (
  tenant_id uuid not null,
  id uuid not null,
  batch_id uuid not null,
  invoice_id uuid not null,
  end_to_end text not null,
  amount bigint not null,
  iban text not null,
  state text not null check (state in ('proposed', 'sent', 'settled', 'rejected', 'returned', 'cancelled')),
  reason text,
  settled_on date,
  primary key (tenant_id, id),
  constraint payment_end_to_end_key unique (tenant_id, end_to_end),
  foreign key (tenant_id, batch_id) references invoices.batch,
  foreign key (tenant_id, invoice_id) references invoices.invoice
);
create index payment_batch on invoices.payment (tenant_id, batch_id);
create unique index payment_open on invoices.payment (tenant_id, invoice_id) where state in ('proposed', 'sent');
create index payment_invoice on invoices.payment (tenant_id, invoice_id);
comment on table invoices.payment is 'tenant: payments of invoices; an invoice is in one open payment at a time';

create table invoices.statement (
  tenant_id uuid not null,
  id uuid not null,
  bank_account_id uuid not null,
  content bytea not null,
  name text not null,
  opening bigint,
  closing bigint,
  imported_at timestamptz not null,
  imported_by uuid,
  primary key (tenant_id, id),
  constraint statement_content_key unique (tenant_id, content, name),
  foreign key (tenant_id, bank_account_id) references invoices.bank_account
);
create index statement_bank_account on invoices.statement (tenant_id, bank_account_id);
comment on table invoices.statement is 'tenant: bank statements taken in (konta izraksts)';

create table invoices.entry (
  tenant_id uuid not null,
  id uuid not null,
  statement_id uuid not null,
  booked_on date not null,
  amount bigint not null,
  end_to_end text,
  other text not null,
  iban text,
  words text not null,
  returned text,
  payment_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, statement_id) references invoices.statement,
  foreign key (tenant_id, payment_id) references invoices.payment
);
create index entry_statement on invoices.entry (tenant_id, statement_id);
create index entry_payment on invoices.entry (tenant_id, payment_id);
comment on table invoices.entry is 'tenant: lines of bank statements and the payment that each settles';

insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('invoices', 'payment-days', '2013-03-16', null, '30', 'Maksājumu kavējumu direktīva 2011/7/ES, 4. pants: publiskā iestāde maksā 30 dienu laikā; rēķinā var būt cits termiņš', 'confirmed'),
  ('invoices', 'approval-limit-cents', '2020-01-01', null, '1000000', 'Noklusējums: rēķinus virs 10 000 eiro apstiprina arī iestādes vadītājs; pašvaldība nosaka savā kārtībā', 'uncertain'),
  ('invoices', 'late-margin-percent', '2013-03-16', null, '8', 'Maksājumu kavējumu direktīva 2011/7/ES, 2. panta 6. punkts: 8 procentpunkti virs ECB likmes', 'confirmed'),
  ('invoices', 'ecb-rate-percent', '2025-07-01', null, '2.15', 'ECB galvenā refinansēšanas likme; spēkā uz pusgadu (direktīvas 2. panta 7. punkts); pārbaudāma katru pusgadu', 'uncertain'),
  ('invoices', 'late-flat-cents', '2013-03-16', null, '4000', 'Maksājumu kavējumu direktīva 2011/7/ES, 6. pants: 40 eiro par katru kavētu maksājumu', 'confirmed'),
  ('invoices', 'srs-report-from', '2026-01-01', null, 'true', 'Grāmatvedības likuma grozījumi: e-rēķini publiskajā sektorā jānodod VID no 01.01.2026.', 'uncertain'),
  ('invoices', 'srs-report-working-days', '2026-01-01', null, '5', 'MK noteikumu projekts 25-TA-70: 5 darba dienu laikā no izrakstīšanas', 'uncertain'),
  ('invoices', 'keep-years', '2021-01-01', null, '5', 'Grāmatvedības likums: attaisnojuma dokumenti 5 gadi', 'confirmed');

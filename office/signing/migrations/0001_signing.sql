-- A signing request: what one person signs with one consent.
create table signing.request (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  person_id uuid not null,
  identity_id uuid not null,
  acting_for uuid,
  locale text not null,
  state text not null check (state in ('open', 'certificate', 'signing', 'sealing', 'done', 'stopped')),
  method text,
  consented_at timestamptz,
  signed_at timestamptz,
  -- The digest of the value that another service must bring back; gone once it was used.
  callback text,
  go_url text,
  browser jsonb,
  -- What the method keeps between its stages, sealed.
  kept bytea,
  reason text,
  detail text,
  attempts int not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  finished_at timestamptz,
  version int not null default 1,
  primary key (tenant_id, id)
);
create index request_person on signing.request (tenant_id, person_id, id);
create unique index request_callback on signing.request (tenant_id, callback) where callback is not null;
comment on table signing.request is 'tenant: a signing request (parakstīšana): who signs what with one consent, and how far it is';

create table signing.item (
  tenant_id uuid not null,
  id uuid not null,
  request_id uuid not null,
  task_id uuid not null,
  document_id uuid not null,
  title text not null,
  gist text not null,
  -- The files as they were shown: id, name, media type, size, SHA-256.
  files jsonb not null,
  state text not null check (state in ('waiting', 'signed', 'done', 'refused')),
  reason text,
  detail jsonb,
  -- The signature file of level B, until the container stands.
  signature bytea,
  container_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, request_id) references signing.request
);
create index item_request on signing.item (tenant_id, request_id, id);
comment on table signing.item is 'tenant: one document of a signing request, with the digests of its files';

create table signing.report (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  document_id uuid not null,
  passed boolean not null,
  verdict jsonb not null,
  ours boolean not null default false,
  checked_at timestamptz not null,
  trust_at timestamptz not null,
  -- Until when the newest time stamp in it proves something.
  proven_until date,
  superseded boolean not null default false,
  primary key (tenant_id, id)
);
create index report_document on signing.report (tenant_id, document_id);
create index report_renewal on signing.report (tenant_id, proven_until) where ours and not superseded;
comment on table signing.report is 'tenant: what is known of the signatures in a file (id = the file): the verdict as it was last made';

insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('signing', 'request', '2020-01-01', null, '{"minutes": 30}', 'Iestādes noteikts: cik ilgi pēc apskates drīkst parakstīt; likums termiņu nenosaka', 'uncertain'),
  ('signing', 'sealing', '2020-01-01', null, '{"hours": 24}', 'Iestādes noteikts: cik ilgi pēc paraksta mēģina iegūt laika zīmogu; Elektronisko dokumentu likuma 3. panta piektā daļa prasa laika zīmogu', 'uncertain'),
  ('signing', 'renewal', '2020-01-01', null, '{"days": 180}', 'ETSI EN 319 102-1, 5.6.3: pirms laika zīmoga sertifikāts vai algoritms zaudē spēku; cik agri, likums nenosaka', 'uncertain');

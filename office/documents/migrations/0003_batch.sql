-- What outside systems register by the thousand.

create table documents.batch (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  source text not null,
  key text not null,
  digest bytea not null,
  received_at timestamptz not null,
  documents int not null,
  others jsonb not null default '[]',
  primary key (tenant_id, id),
  constraint batch_key unique (tenant_id, source, key)
);
comment on table documents.batch is 'tenant: a call of an outside system that registered documents: told twice, it is done once';

-- No foreign keys: what was once registered is not registered anew when the document was destroyed by the rules of
-- the archive, and a batch writes as many of these as documents.
create table documents.source_key (
  tenant_id uuid not null,
  source text not null,
  key text not null,
  document_id uuid not null,
  digest bytea not null,
  primary key (tenant_id, source, key)
);
comment on table documents.source_key is 'tenant: by which key an outside system knows a document it has brought';

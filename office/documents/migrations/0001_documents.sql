-- Registers and their numbers.

create table documents.register (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  code text not null,
  title text not null,
  direction text not null check (direction in ('incoming', 'outgoing', 'internal')),
  pattern text not null,
  prefix text not null default '',
  yearly boolean not null default true,
  closed_on date,
  version int not null default 1,
  primary key (tenant_id, id),
  constraint register_code_key unique (tenant_id, code)
);
comment on table documents.register is 'tenant: a register of documents (reģistrs) and the pattern of its numbers';

-- Locked last, for as short as can be: a batch takes all its numbers at once.
create table documents.counter (
  tenant_id uuid not null,
  register_id uuid not null,
  institution_id uuid not null,
  year int not null,
  last bigint not null,
  primary key (tenant_id, register_id, institution_id, year),
  foreign key (tenant_id, register_id) references documents.register
);
comment on table documents.counter is 'tenant: the last number given in a register, institution and year';

-- The classification scheme (klasifikācijas shēma), MK 282 (2024).
create table documents.class (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  institution_id uuid not null,
  year int not null,
  code text not null,
  parent_code text not null default '',
  title text not null,
  retention_years int check (retention_years between 0 and 200),
  permanent boolean not null default false,
  responsible text not null default '',
  medium text not null default 'electronic' check (medium in ('electronic', 'paper', 'hybrid')),
  system text not null default '',
  notes text not null default '',
  closed_on date,
  version int not null default 1,
  primary key (tenant_id, id),
  constraint class_code_key unique (tenant_id, institution_id, year, code),
  constraint class_retention check (not (permanent and retention_years is not null)),
  foreign key (tenant_id, institution_id) references kernel.unit
);
comment on table documents.class is 'tenant: a level or file (lieta) of the classification scheme of an institution and year';

-- Documents.

create table documents.document (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  kind text not null,
  title text not null,
  state text not null check (state in ('draft', 'circulating', 'registered', 'annulled')),
  institution_id uuid not null,
  unit_id uuid not null,
  owner_id uuid,
  author_id uuid,
  source text not null,
  direction text not null check (direction in ('incoming', 'outgoing', 'internal')),
  medium text not null check (medium in ('electronic', 'paper', 'hybrid')),
  original_place text,
  access text not null check (access in ('public', 'internal', 'restricted')),
  access_ground text,
  class_id uuid,
  data jsonb not null default '{}',
  correspondent text,
  external_number text,
  external_date date,
  received_via text,
  created_at timestamptz not null,
  number text,
  registered_on date,
  primary key (tenant_id, id),
  constraint document_access_ground check (access <> 'restricted' or access_ground is not null),
  foreign key (tenant_id, unit_id) references kernel.unit,
  foreign key (tenant_id, class_id) references documents.class
);
create index document_unit on documents.document (tenant_id, unit_id, id);
create index document_owner on documents.document (tenant_id, owner_id, id) where owner_id is not null;
create index document_class on documents.document (tenant_id, class_id, id) where class_id is not null;
comment on table documents.document is 'tenant: a document (dokuments): what has legal force';

create table documents.registration (
  tenant_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  register_id uuid not null,
  institution_id uuid not null,
  unit_id uuid not null,
  year int not null,
  seq bigint not null,
  number text not null,
  registered_on date not null,
  registered_at timestamptz not null,
  registered_by uuid,
  source text not null,
  void_reason text,
  voided_at timestamptz,
  primary key (tenant_id, id),
  constraint registration_number_key unique (tenant_id, register_id, institution_id, year, seq),
  foreign key (tenant_id, document_id) references documents.document,
  foreign key (tenant_id, register_id) references documents.register
);
create index registration_document on documents.registration (tenant_id, document_id);
create index registration_list on documents.registration (tenant_id, register_id, id);
create index registration_institution on documents.registration (tenant_id, register_id, institution_id, id);
comment on table documents.registration is 'tenant: an entry of a document in a register; a void number stays';

-- Whom a document is open to beyond the roles of its unit: persons, or pools (a role in a unit).
create table documents.access (
  tenant_id uuid not null,
  document_id uuid not null,
  principal_id uuid not null,
  ground text not null default '',
  primary key (tenant_id, document_id, principal_id),
  foreign key (tenant_id, document_id) references documents.document
);
create index access_principal on documents.access (tenant_id, principal_id, document_id);
comment on table documents.access is 'tenant: extra readers of a document: persons or pools';

create table documents.link (
  tenant_id uuid not null,
  id uuid not null,
  from_id uuid not null,
  to_id uuid not null,
  kind text not null check (kind in ('reply', 'basis', 'annex', 'correction', 'annulment', 'extract', 'copy')),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint link_key unique (tenant_id, from_id, to_id, kind),
  constraint link_not_self check (from_id <> to_id),
  foreign key (tenant_id, from_id) references documents.document,
  foreign key (tenant_id, to_id) references documents.document
);
create index link_to on documents.link (tenant_id, to_id);
comment on table documents.link is 'tenant: how a document stands to another';

-- Files. The bytes are in the blob store under a name that is a keyed hash of the content.

create table documents.blob_key (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  wrapped bytea not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint blob_key_one unique (tenant_id)
);
comment on table documents.blob_key is 'tenant: the key of a municipality''s files, wrapped by the master key';

create table documents.file (
  tenant_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  name text not null,
  version int not null,
  media_type text not null,
  size bigint not null,
  blob text not null,
  role text not null check (role in ('main', 'annex', 'rendering', 'signature')),
  created_at timestamptz not null,
  created_by uuid,
  text_state text not null default 'waiting' check (text_state in ('waiting', 'done', 'none', 'failed')),
  text text,
  primary key (tenant_id, id),
  constraint file_version_key unique (tenant_id, document_id, name, version),
  foreign key (tenant_id, document_id) references documents.document
);
comment on table documents.file is 'tenant: a version of a file of a document';

create table documents.saved_view (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  person_id uuid not null,
  place text not null,
  name text not null,
  query text not null,
  primary key (tenant_id, id),
  constraint saved_view_name_key unique (tenant_id, person_id, place, name)
);
comment on table documents.saved_view is 'tenant: a list as a person likes to see it';

-- Text that is searched beside the title: given by the app, and what was read out of files.
create table documents.body (
  tenant_id uuid not null,
  document_id uuid not null,
  given text not null,
  primary key (tenant_id, document_id),
  foreign key (tenant_id, document_id) references documents.document
);
comment on table documents.body is 'tenant: searchable text of a document that is not in a file';

-- Every lexeme is led by a token of the tenant, so one tenant''s words are posting lists of their own in the
-- index, and no extension is needed. Row security would keep `@@` from the index: hence no grants and a function.
create table documents.search (
  tenant_id uuid not null,
  document_id uuid not null,
  unit_id uuid not null,
  restricted boolean not null,
  readers uuid[] not null,
  number tsvector not null default '',
  head tsvector not null,
  body tsvector not null default '',
  primary key (tenant_id, document_id)
);
create index search_words on documents.search using gin ((number || head || body));
comment on table documents.search is 'search: words of documents; reached only through documents.search_* functions';

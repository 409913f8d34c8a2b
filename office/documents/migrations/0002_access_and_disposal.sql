-- A file may be closer kept than its document: then only the document's named readers open it.
alter table documents.file add column access text check (access = 'restricted');
alter table documents.file add column access_ground text;
alter table documents.file add constraint file_access_ground check (access is null or access_ground is not null);

-- What is done with files whose retention has ended: destroyed, or handed over to the archives.
create table documents.disposal (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  institution_id uuid not null,
  kind text not null check (kind in ('destroy', 'transfer')),
  state text not null check (state in ('proposed', 'approved', 'done', 'cancelled')),
  document_id uuid not null,
  proposed_at timestamptz not null,
  proposed_by uuid,
  approved_at timestamptz,
  approved_by uuid,
  done_at timestamptz,
  done_by uuid,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, institution_id) references kernel.unit,
  foreign key (tenant_id, document_id) references documents.document
);
create index disposal_institution on documents.disposal (tenant_id, institution_id, id);
create index disposal_document on documents.disposal (tenant_id, document_id);
comment on table documents.disposal is 'tenant: an act (akts) on files whose retention has ended: to destroy them, or to hand them over to the archives';

alter table documents.class add column disposal_id uuid;
alter table documents.class add constraint class_disposal_fkey
  foreign key (tenant_id, disposal_id) references documents.disposal;
create index class_disposal on documents.class (tenant_id, disposal_id) where disposal_id is not null;

insert into kernel.parameter (rule, key, valid_from, value, source, certainty)
values ('documents', 'transfer-after-years', '2011-01-01', '15',
        'Arhīvu likums; termiņu saskaņo ar Latvijas Nacionālo arhīvu', 'uncertain');

alter table personnel.personnel_order add column title text not null default '';

create table personnel.letter (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  application_id uuid,
  person_id uuid not null,
  institution_id uuid not null,
  title text not null,
  text text not null,
  issued_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, institution_id) references kernel.unit
);
create index letter_person on personnel.letter (tenant_id, person_id);
create index letter_institution on personnel.letter (tenant_id, institution_id);
comment on table personnel.letter is 'tenant: certificates of employment (izziņa par darbu) as issued; id is the document''s';

create table personnel.rendering (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  digest text not null,
  rendered_at timestamptz not null,
  primary key (tenant_id, id)
);
comment on table personnel.rendering is 'tenant: the digest of what was last rendered for a document (id), so that a job that runs twice renders once';

insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('trip', 'longest-days', '2019-11-29', null, '183', 'Noklusējums; pašvaldība nosaka savā kārtībā', 'uncertain');

create table APP_NAME.entry (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  unit_id uuid not null,
  person_id uuid not null,
  title text not null,
  created_at timestamptz not null,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references kernel.unit,
  constraint entry_title_length check (length(title) between 1 and 200)
);
create index entry_unit on APP_NAME.entry (tenant_id, unit_id, id);
comment on table APP_NAME.entry is 'tenant: an entry, made by a person in a unit';

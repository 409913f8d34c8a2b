create table records.item (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  unit_id uuid not null,
  institution_id uuid not null,
  process text check (process in ('submission', 'administrative-act', 'contested-act', 'information-request')),
  received_on date not null,
  clock jsonb not null default '[]',
  due date,
  rule_source text,
  rule_certainty text,
  state text not null check (state in ('open', 'suspended', 'answered')),
  closed_on date,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references kernel.unit
);
create index item_due on records.item (tenant_id, due, id) where state <> 'answered' and due is not null;
create index item_unit on records.item (tenant_id, unit_id);
comment on table records.item is 'tenant: what the register desk keeps of a document (id = document): which process, its clock, its deadline by law';

create table records.resolution (
  tenant_id uuid not null,
  id uuid not null,
  item_id uuid not null,
  unit_id uuid not null,
  institution_id uuid not null,
  author_id uuid,
  text text not null,
  due date not null,
  is_controlled boolean not null,
  state text not null check (state in ('open', 'reported', 'done')),
  created_at timestamptz not null,
  done_at timestamptz,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, item_id) references records.item,
  foreign key (tenant_id, unit_id) references kernel.unit
);
create index resolution_item on records.resolution (tenant_id, item_id);
create index resolution_unit on records.resolution (tenant_id, unit_id);
comment on table records.resolution is 'tenant: resolutions (rezolūcija): who does what by when, and whether it is on control';

create table records.executor (
  tenant_id uuid not null,
  id uuid not null,
  resolution_id uuid not null,
  person_id uuid not null,
  is_main boolean not null,
  state text not null default 'open' check (state in ('open', 'done')),
  report text,
  done_at timestamptz,
  primary key (tenant_id, id),
  constraint executor_once unique (tenant_id, resolution_id, person_id),
  foreign key (tenant_id, resolution_id) references records.resolution
);
create index executor_person on records.executor (tenant_id, person_id);
comment on table records.executor is 'tenant: executors (izpildītājs) of a resolution; one of them answers for it';

insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('records', 'submission', '2008-01-01', '2026-02-28', '{"count": 1, "unit": "months"}', 'Iesniegumu likums, 5. pants (redakcija līdz 28.02.2026.): saprātīgā termiņā, ne vēlāk kā mēneša laikā', 'confirmed'),
  ('records', 'submission', '2026-03-01', null, '{"count": 10, "unit": "working-days"}', 'Iesniegumu likums (likums no 05.02.2026., spēkā no 01.03.2026.): 10 darba dienu laikā', 'confirmed'),
  ('records', 'submission.extension', '2008-01-01', '2026-02-28', '{"count": 4, "unit": "months"}', 'Iesniegumu likums (redakcija līdz 28.02.2026.): līdz četriem mēnešiem no saņemšanas, par to paziņojot', 'confirmed'),
  ('records', 'submission.extension', '2026-03-01', null, '{"count": 1, "unit": "months"}', 'Iesniegumu likums no 01.03.2026.: līdz mēnesim, ja jāiegūst dati, jājautā citām iestādēm vai jāanalizē daudz ziņu; skaitīts no saņemšanas', 'uncertain'),
  ('records', 'submission.forwarding', '2008-01-01', '2026-02-28', '{"count": 7, "unit": "working-days"}', 'Iesniegumu likums (redakcija līdz 28.02.2026.): pārsūta septiņu darba dienu laikā', 'confirmed'),
  ('records', 'submission.forwarding', '2026-03-01', null, '{"count": 5, "unit": "working-days"}', 'Iesniegumu likums no 01.03.2026.: pārsūta piecu darba dienu laikā', 'confirmed'),
  ('records', 'administrative-act', '2004-02-01', null, '{"count": 1, "unit": "months"}', 'Administratīvā procesa likums, 64. panta pirmā daļa: mēneša laikā', 'confirmed'),
  ('records', 'administrative-act.extension', '2004-02-01', null, '{"count": 4, "unit": "months"}', 'Administratīvā procesa likums, 64. panta otrā daļa: līdz četriem mēnešiem no iesnieguma saņemšanas', 'confirmed'),
  ('records', 'contested-act', '2004-02-01', null, '{"count": 1, "unit": "months"}', 'Administratīvā procesa likums, 80. pants: lēmums par apstrīdēto aktu mēneša laikā', 'confirmed'),
  ('records', 'contested-act.extension', '2004-02-01', null, '{"count": 4, "unit": "months"}', 'Administratīvā procesa likums, 64. panta otrā daļa', 'uncertain'),
  ('records', 'information-request', '1998-11-20', null, '{"count": 15, "unit": "days"}', 'Informācijas atklātības likums, 14. pants: 15 dienas, ja informācija nav papildus jāapstrādā', 'uncertain'),
  ('records', 'information-request.extension', '1998-11-20', null, '{"count": 30, "unit": "days"}', 'Informācijas atklātības likums, 14. pants: 30 dienas, ja informācija papildus jāapstrādā', 'uncertain');

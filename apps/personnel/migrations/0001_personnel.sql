create table personnel.account (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  employment_id uuid not null,
  unit_id uuid not null,
  institution_id uuid not null,
  annual_days numeric(9,3) not null default 0,
  accrued_to date not null,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references kernel.unit
);
create index account_unit on personnel.account (tenant_id, unit_id);
comment on table personnel.account is 'tenant: the leave account of a person (id = person): its balance is the sum of the ledger, kept under the row''s lock';

create table personnel.leave_ledger (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  person_id uuid not null,
  kind text not null,
  entry text not null check (entry in ('opening', 'accrual', 'reserve', 'release', 'use', 'reversal', 'carry-over', 'expiry', 'correction', 'payout')),
  on_date date not null,
  days numeric(9,3) not null,
  application_id uuid,
  order_id uuid,
  note text not null default '',
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references personnel.account
);
create index leave_ledger_person on personnel.leave_ledger (tenant_id, person_id, on_date);
comment on table personnel.leave_ledger is 'tenant append-only: every change of a leave balance, in calendar days, and why';

create table personnel.absence (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  person_id uuid not null,
  unit_id uuid not null,
  institution_id uuid not null,
  kind text not null,
  first_day date not null,
  last_day date not null,
  days numeric(9,3) not null,
  state text not null check (state in ('reserved', 'booked', 'released', 'reversed')),
  application_id uuid,
  order_id uuid,
  reversed_by uuid,
  substitute_id uuid,
  created_at timestamptz not null,
  version int not null default 1,
  primary key (tenant_id, id),
  constraint absence_order check (first_day <= last_day),
  foreign key (tenant_id, person_id) references personnel.account,
  foreign key (tenant_id, unit_id) references kernel.unit
);
create index absence_person on personnel.absence (tenant_id, person_id, last_day);
create index absence_unit on personnel.absence (tenant_id, unit_id, last_day);
create index absence_application on personnel.absence (tenant_id, application_id);
create index absence_made_by on personnel.absence (tenant_id, order_id);
comment on table personnel.absence is 'tenant: absences (prombūtne): reserved by an application, booked by a signed order';

create table personnel.personnel_order (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  kind text not null,
  document_id uuid not null,
  application_id uuid,
  person_id uuid not null,
  employment_id uuid,
  unit_id uuid not null,
  institution_id uuid not null,
  facts jsonb not null,
  text text not null,
  state text not null check (state in ('circulating', 'returned', 'signed', 'rejected', 'annulled')),
  prepared_at timestamptz not null,
  prepared_on date not null,
  signed_at timestamptz,
  signed_by uuid,
  signed_electronically boolean not null default false,
  number text,
  reverses_id uuid,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references kernel.unit,
  foreign key (tenant_id, institution_id) references kernel.unit,
  foreign key (tenant_id, reverses_id) references personnel.personnel_order
);
create index personnel_order_person on personnel.personnel_order (tenant_id, person_id, id);
create index personnel_order_institution on personnel.personnel_order (tenant_id, institution_id, prepared_on);
create index personnel_order_unit on personnel.personnel_order (tenant_id, unit_id);
create index personnel_order_application on personnel.personnel_order (tenant_id, application_id);
create index personnel_order_reverses on personnel.personnel_order (tenant_id, reverses_id);
comment on table personnel.personnel_order is 'tenant: personnel orders (rīkojums personāla jautājumos) and their effects as facts';

create table personnel.order_template (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  kind text not null,
  version int not null,
  title text not null,
  body text not null,
  state text not null check (state in ('draft', 'active', 'retired')),
  created_by uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint order_template_version unique (tenant_id, kind, version)
);
comment on table personnel.order_template is 'tenant: texts of orders that HR edits; the built-in text stands where there is none';

insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('leave', 'annual.calendar-days', '2002-06-01', null, '28', 'Darba likums, 149. panta pirmā daļa: ne mazāk par četrām kalendāra nedēļām, neskaitot svētku dienas', 'confirmed'),
  ('leave', 'annual.first-after-months', '2002-06-01', null, '6', 'Darba likums, 150. panta trešā daļa', 'confirmed'),
  ('leave', 'annual.one-part-at-least', '2002-06-01', null, '14', 'Darba likums, 149. panta otrā daļa: viena daļa ne īsāka par divām nepārtrauktām kalendāra nedēļām', 'confirmed'),
  ('leave', 'extra.three-children', '2002-06-01', null, '3', 'Darba likums, 151. pants: trīs un vairāk bērni vecumā līdz 16 gadiem vai bērns ar invaliditāti līdz 18 gadiem', 'confirmed'),
  ('leave', 'extra.children', '2015-01-01', null, '1', 'Darba likums, 151. pants: mazāk nekā trīs bērni vecumā līdz 14 gadiem', 'confirmed'),
  ('leave', 'study.working-days', '2002-06-01', null, '20', 'Darba likums, 157. pants: valsts pārbaudījumiem vai diplomdarbam', 'confirmed'),
  ('leave', 'fathers.working-days', '2022-08-01', null, '10', 'Darba likums, 155. pants: sešu mēnešu laikā pēc bērna piedzimšanas', 'confirmed'),
  ('leave', 'fathers.within-months', '2022-08-01', null, '6', 'Darba likums, 155. pants', 'confirmed'),
  ('leave', 'parental.months', '2002-06-01', null, '18', 'Darba likums, 156. pants: līdz pusotram gadam', 'confirmed'),
  ('leave', 'parental.child-under-years', '2002-06-01', null, '8', 'Darba likums, 156. pants', 'confirmed'),
  ('leave', 'parental.part-at-least', '2022-08-01', null, '7', 'Darba likums, 156. pants: daļa ne īsāka par vienu nepārtrauktu kalendāra nedēļu', 'confirmed'),
  ('leave', 'parental.notice-months', '2002-06-01', null, '1', 'Darba likums, 156. pants: rakstveidā mēnesi iepriekš', 'confirmed'),
  ('leave', 'unpaid.counts-weeks', '2002-06-01', null, '4', 'Darba likums, 152. pants: pāri četrām nedēļām gadā neieskaita atvaļinājuma laikā', 'confirmed'),
  ('termination', 'notice-months', '2002-06-01', null, '1', 'Darba likums, 100. panta pirmā daļa', 'confirmed'),
  ('trip', 'daily-rate-cents', '2019-11-29', null, '800', 'MK noteikumi Nr. 969: dienas nauda Latvijā', 'confirmed'),
  ('trip', 'hotel-riga-cents', '2019-11-29', null, '12000', 'MK noteikumi Nr. 969: viesnīca Rīgā', 'confirmed'),
  ('trip', 'hotel-elsewhere-cents', '2019-11-29', null, '6000', 'MK noteikumi Nr. 969: viesnīca citur Latvijā', 'confirmed');

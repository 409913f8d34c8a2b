-- Who there is: units, posts, persons, organisations, employments. The skeleton of the unit tree, role grants
-- and substitutions are kernel's, because rules read them.

create table parties.unit (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('municipality', 'institution', 'unit')),
  code text not null,
  name text not null,
  name_en text,
  registration_number text,
  address text,
  email text,
  functions text[] not null default '{}',
  valid_from date not null,
  valid_to date,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references kernel.unit,
  constraint unit_code_key unique (tenant_id, code),
  constraint unit_order check (valid_to is null or valid_from <= valid_to)
);
comment on table parties.unit is 'tenant: municipality, institutions (iestāde) and their units (struktūrvienība); the tree is kernel.unit';

create table parties.person (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  given_names text not null,
  surname text not null,
  fold text not null,
  personal_code text,
  birth_date date,
  sex text check (sex in ('f', 'm')),
  language text not null default 'lv',
  bank_account text,
  address text,
  state text not null default 'active' check (state in ('active', 'former')),
  home_unit_id uuid,
  created_at timestamptz not null,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, home_unit_id) references kernel.unit,
  constraint person_personal_code_key unique (tenant_id, personal_code)
);
create index person_home_unit on parties.person (tenant_id, home_unit_id);
create index person_fold on parties.person (tenant_id, fold, id);
comment on table parties.person is 'tenant: natural persons; fold is "surname given names" without diacritics, for search and order; home_unit_id follows the main employment';

create table parties.personal_code_history (
  tenant_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  personal_code text not null,
  valid_to date not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references parties.person
);
create index personal_code_history_person on parties.personal_code_history (tenant_id, person_id);
comment on table parties.personal_code_history is 'tenant: personal codes that a person had before (a code may be replaced by one that begins with 32)';

create table parties.organisation (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  name text not null,
  fold text not null,
  registration_number text,
  legal_form text,
  address text,
  version int not null default 1,
  primary key (tenant_id, id),
  constraint organisation_registration_number_key unique (tenant_id, registration_number)
);
comment on table parties.organisation is 'tenant: legal persons with whom the municipality deals';

create table parties.contact_channel (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  person_id uuid,
  organisation_id uuid,
  kind text not null check (kind in ('email', 'phone', 'e-address')),
  value text not null,
  is_preferred boolean not null default true,
  confirmed_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references parties.person,
  foreign key (tenant_id, organisation_id) references parties.organisation,
  constraint contact_channel_whose check (num_nonnulls(person_id, organisation_id) = 1),
  constraint contact_channel_key unique nulls not distinct (tenant_id, person_id, organisation_id, kind, value)
);
create index contact_channel_organisation on parties.contact_channel (tenant_id, organisation_id);
comment on table parties.contact_channel is 'tenant: how a person or organisation can be reached';

create table parties.mandate (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  representative_id uuid not null,
  person_id uuid,
  organisation_id uuid,
  extent text not null,
  ground text not null,
  valid_from date not null,
  valid_to date,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, representative_id) references parties.person,
  foreign key (tenant_id, person_id) references parties.person,
  foreign key (tenant_id, organisation_id) references parties.organisation,
  constraint mandate_whose check (num_nonnulls(person_id, organisation_id) = 1),
  constraint mandate_not_self check (representative_id <> person_id),
  constraint mandate_order check (valid_to is null or valid_from <= valid_to)
);
create index mandate_representative on parties.mandate (tenant_id, representative_id);
create index mandate_person on parties.mandate (tenant_id, person_id);
create index mandate_organisation on parties.mandate (tenant_id, organisation_id);
comment on table parties.mandate is 'tenant: who may represent whom (pilnvarojums), on what ground';

create table parties.post (
  tenant_id uuid not null,
  id uuid not null,
  unit_id uuid not null,
  title text not null,
  profession_code text,
  places numeric(6, 3) not null default 1 check (places > 0),
  valid_from date not null,
  valid_to date,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references kernel.unit,
  constraint post_order check (valid_to is null or valid_from <= valid_to)
);
create index post_unit on parties.post (tenant_id, unit_id);
comment on table parties.post is 'tenant: posts (amats) of a unit, with the code of the classification of professions';

create table parties.employment (
  tenant_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null check (kind in ('contract', 'fixed-term', 'appointment', 'elected')),
  contract_number text not null,
  contract_date date not null,
  is_main boolean not null default true,
  valid_from date not null,
  contract_to date,
  ended_on date,
  end_ground text,
  valid_to date generated always as (coalesce(ended_on, contract_to)) stored,
  version int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references parties.person,
  constraint employment_order check (coalesce(ended_on, contract_to, valid_from) >= valid_from)
);
create index employment_person on parties.employment (tenant_id, person_id);
comment on table parties.employment is 'tenant: employments (darba tiesiskās attiecības) from their contract to their end';

-- What was agreed, each change by itself, so that reversing one leaves the others.
create table parties.employment_change (
  tenant_id uuid not null,
  id uuid not null,
  employment_id uuid not null,
  valid_from date not null,
  unit_id uuid,
  post_id uuid,
  workload numeric(4, 3) check (workload > 0 and workload <= 2),
  salary bigint check (salary >= 0),
  voided_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, employment_id) references parties.employment,
  foreign key (tenant_id, unit_id) references kernel.unit,
  foreign key (tenant_id, post_id) references parties.post
);
create index employment_change_employment on parties.employment_change (tenant_id, employment_id);
create index employment_change_unit on parties.employment_change (tenant_id, unit_id);
create index employment_change_post on parties.employment_change (tenant_id, post_id);
comment on table parties.employment_change is 'tenant: what an agreement or order changed in an employment, from when; null is unchanged';

-- What follows from the changes: exactly one row for each day. Rebuilt from them, never edited.
create table parties.employment_term (
  tenant_id uuid not null,
  id uuid not null,
  employment_id uuid not null,
  person_id uuid not null,
  valid_from date not null,
  valid_to date,
  unit_id uuid not null,
  institution_id uuid not null,
  post_id uuid not null,
  workload numeric(4, 3) not null,
  salary bigint not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, employment_id) references parties.employment,
  foreign key (tenant_id, person_id) references parties.person,
  foreign key (tenant_id, unit_id) references kernel.unit,
  foreign key (tenant_id, institution_id) references kernel.unit,
  foreign key (tenant_id, post_id) references parties.post
);
create index employment_term_employment on parties.employment_term (tenant_id, employment_id);
create index employment_term_person on parties.employment_term (tenant_id, person_id);
create index employment_term_unit on parties.employment_term (tenant_id, unit_id);
create index employment_term_institution on parties.employment_term (tenant_id, institution_id);
create index employment_term_post on parties.employment_term (tenant_id, post_id);
comment on table parties.employment_term is 'tenant: unit, post, workload and monthly salary (cents) of an employment by period; its id is also that of the employee''s role grant';

create table parties.moved_day (
  day date primary key,
  moved_to date not null,
  source text not null,
  constraint moved_day_differs check (day <> moved_to)
);
comment on table parties.moved_day is 'shared: working days that an order of the Cabinet moves (pārceltās darba dienas) beyond those that the code knows';

create table parties.tenant_moved_day (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  day date not null,
  moved_to date not null,
  source text not null,
  primary key (tenant_id, id),
  constraint tenant_moved_day_key unique (tenant_id, day),
  constraint tenant_moved_day_differs check (day <> moved_to)
);
comment on table parties.tenant_moved_day is 'tenant: working days that the municipality itself moves';

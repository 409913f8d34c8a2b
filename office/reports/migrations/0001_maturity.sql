-- What an exchange without paper or typing saves; figures of the published overview of 2023.
insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('maturity', 'minutes-at-sender', '2023-01-01', null, '5', 'Pašvaldību digitalizācijas pārskats 2023: 5 minūtes rēķinam sociālajā dienestā', 'uncertain'),
  ('maturity', 'minutes-at-receiver', '2023-01-01', null, '3', 'Pašvaldību digitalizācijas pārskats 2023: 3 minūtes maksājumam pie saņēmēja', 'uncertain'),
  ('maturity', 'year-of-employee', '2023-01-01', null, '4000000', 'Pašvaldību digitalizācijas pārskats 2023: 40 000 EUR gadā par darbinieku (centos)', 'uncertain'),
  ('maturity', 'hours-of-year', '2023-01-01', null, '2080', 'Pašvaldību digitalizācijas pārskats 2023: 2 080 stundas gadā', 'uncertain');

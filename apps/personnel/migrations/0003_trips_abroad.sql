-- The norms of trips abroad stand in an annex that changes by country and year; a municipality enters those that it
-- needs, each with its days and source. A key that ends with .* says what such a value looks like.
insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('trip', 'abroad.*', '2019-11-29', null, '{"daily-cents": 0, "hotel-cents": 0}', 'MK noteikumi Nr. 969, 1. pielikums: dienas nauda un viesnīca katrā valstī', 'uncertain');

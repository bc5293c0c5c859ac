-- E-mail addresses are stored in one form. lib/email.ts makes it; the trigger is the last line of defence and repeats
-- what SQL can do of it. It changes nothing in an address that lib/email.ts has made, whatever the database's locale.
DROP TRIGGER "User_email_is_lower_case" ON "User";
DROP FUNCTION "lowerCaseEmail"();

CREATE FUNCTION "canonicalizeEmail"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."email" := lower(normalize(NEW."email", NFC));
  -- Locales and libraries differ on the lower case of the letters that lead to these two.
  NEW."email" := normalize(regexp_replace(replace(NEW."email", E'\u03C2', E'\u03C3'), E'i\u0307+', 'i', 'g'), NFC);
  RETURN NEW;
END
$$;

CREATE TRIGGER "User_email_is_canonical" BEFORE INSERT OR UPDATE OF "email" ON "User"
  FOR EACH ROW EXECUTE FUNCTION "canonicalizeEmail"();

-- The rest is for the addresses that are there already: without invisible characters, full-width characters as
-- ASCII, the domain in ASCII.

-- RFC 3492
CREATE FUNCTION pg_temp.punycode(label text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  digits CONSTANT text := 'abcdefghijklmnopqrstuvwxyz0123456789';
  points int[] := ARRAY(SELECT ascii(c) FROM unnest(string_to_array(label, NULL)) WITH ORDINALITY AS t(c, i) ORDER BY i);
  basic text := coalesce((SELECT string_agg(chr(p), '' ORDER BY i) FROM unnest(points) WITH ORDINALITY AS t(p, i) WHERE p < 128), '');
  output text := basic || CASE WHEN basic = '' THEN '' ELSE '-' END;
  handled int := length(basic);
  n int := 128;
  bias int := 72;
  delta int := 0;
  point int;
  q int;
  k int;
  t int;
BEGIN
  WHILE handled < cardinality(points) LOOP
    SELECT min(p) INTO point FROM unnest(points) AS p WHERE p >= n;
    delta := delta + (point - n) * (handled + 1);
    n := point;
    FOREACH point IN ARRAY points LOOP
      IF point < n THEN delta := delta + 1; END IF;
      CONTINUE WHEN point <> n;
      q := delta;
      k := 36;
      LOOP
        t := greatest(1, least(26, k - bias));
        EXIT WHEN q < t;
        output := output || substr(digits, t + (q - t) % (36 - t) + 1, 1);
        q := (q - t) / (36 - t);
        k := k + 36;
      END LOOP;
      output := output || substr(digits, q + 1, 1);
      delta := delta / CASE WHEN handled = length(basic) THEN 700 ELSE 2 END;
      delta := delta + delta / (handled + 1);
      k := 0;
      WHILE delta > 455 LOOP
        delta := delta / 35;
        k := k + 36;
      END LOOP;
      bias := k + 36 * delta / (delta + 38);
      delta := 0;
      handled := handled + 1;
    END LOOP;
    delta := delta + 1;
    n := n + 1;
  END LOOP;
  RETURN 'xn--' || output;
END
$$;

CREATE FUNCTION pg_temp.canonical_email(email text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  plain text;
  at int;
BEGIN
  IF email !~ '[^\u0001-\u007F]' THEN RETURN email; END IF;
  plain := regexp_replace(
    email,
    '[\u0080-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFC\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]',
    '', 'g');
  plain := translate(plain, E'\u3002\uFF61', '..');
  plain := (
    SELECT string_agg(CASE WHEN ascii(c) BETWEEN 65281 AND 65374 THEN chr(ascii(c) - 65248) ELSE c END, '' ORDER BY i)
    FROM unnest(string_to_array(plain, NULL)) WITH ORDINALITY AS t(c, i));
  plain := lower(normalize(plain, NFC));
  at := position('@' IN plain);
  RETURN substr(plain, 1, at) || (
    SELECT string_agg(CASE WHEN label ~ '[^\u0001-\u007F]' THEN pg_temp.punycode(label) ELSE label END, '.' ORDER BY i)
    FROM unnest(string_to_array(lower(normalize(substr(plain, at + 1), NFKC)), '.')) WITH ORDINALITY AS t(label, i));
END
$$;

DO $$
DECLARE
  duplicates text;
BEGIN
  SELECT string_agg(ids, '; ') INTO duplicates FROM (
    SELECT string_agg("id"::text, ' and ' ORDER BY "createdAt") AS ids
    FROM "User" GROUP BY regexp_replace(replace(pg_temp.canonical_email("email"), E'\u03C2', E'\u03C3'), E'i\u0307+', 'i', 'g')
    HAVING count(*) > 1 LIMIT 20
  ) AS pairs;
  IF duplicates IS NOT NULL THEN
    RAISE EXCEPTION 'These rows of "User" have the same e-mail address, written in different characters: %. Nothing was changed. Give one of each its right address, or delete it. Then run: npm run db:migrate -- --rolled-back 20261126100000_email_form', duplicates
      USING ERRCODE = 'unique_violation';
  END IF;
  UPDATE "User" SET "email" = pg_temp.canonical_email("email") WHERE "email" ~ '[^\u0001-\u007F]';
END
$$;

ALTER TABLE "User" ADD CONSTRAINT "User_email_domain_is_ascii" CHECK ("email" !~ '@.*[^\u0001-\u007F]');

DROP FUNCTION pg_temp.canonical_email(text);
DROP FUNCTION pg_temp.punycode(text);

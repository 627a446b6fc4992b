-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Where the database has the extension pgvector, it compares what memories mean. A daemon asks at its start,
-- as the extension can come later. meaning is vector as the extension's own type, of however many dimensions;
-- there is no index on it: the memories that are compared are one user's, 200 at most, which memories_by_user
-- finds, and all of which are wanted.

CREATE FUNCTION admit_vectors() RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	home name := (SELECT nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
		WHERE extname = 'vector');
BEGIN
	IF home IS NULL THEN
		RETURN FALSE;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'memories'::regclass AND attname = 'meaning'
			AND NOT attisdropped) THEN
		EXECUTE format('ALTER TABLE memories ADD COLUMN meaning %1$I.vector
			GENERATED ALWAYS AS (vector::%1$I.vector) STORED', home);
	END IF;
	IF to_regproc('memory_distance') IS NULL THEN
		EXECUTE format('CREATE FUNCTION memory_meaning(words text) RETURNS %1$I.vector
			LANGUAGE sql IMMUTABLE PARALLEL SAFE AS ''SELECT $1::%1$I.vector''', home);
		EXECUTE format('CREATE FUNCTION memory_distance(one %1$I.vector, other %1$I.vector)
			RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
			''SELECT CASE WHEN %1$I.vector_dims($1) = %1$I.vector_dims($2)
				THEN $1 OPERATOR(%1$I.<=>) $2 END''', home);
	END IF;
	RETURN TRUE;
EXCEPTION WHEN insufficient_privilege OR data_exception THEN
	RETURN FALSE; -- the table is somebody else's, or holds what is no vector
END $$;

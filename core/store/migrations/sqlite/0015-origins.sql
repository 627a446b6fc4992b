-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The call for whose sake another was placed, to brief whoever takes it over: what is said there is of its caller.
-- Not a reference, as each ages for itself.

ALTER TABLE calls ADD COLUMN origin_call_id TEXT;
CREATE INDEX calls_by_origin ON calls (origin_call_id) WHERE origin_call_id IS NOT NULL;

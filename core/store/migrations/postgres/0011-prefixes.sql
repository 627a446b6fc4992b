-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Nothing here: PostgreSQL's index has the words in order, and so all that begin alike side by side.
SELECT 1;

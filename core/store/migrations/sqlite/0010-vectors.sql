-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Nothing here: vectors are compared by the server.
SELECT 1;

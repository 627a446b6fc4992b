/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The keyfile syntax of GKeyFile, read with line numbers and without stopping at the first
 * mistake: `[section]`, `key=value`, `#` comments; in values \s \n \t \r \\.
 */
#pragma once

#include "config/problems.h"

G_BEGIN_DECLS

#define OFFHOOK_KEYFILE_MAX (1024 * 1024)

/** A key, or with %NULL as key the header of its section. */
typedef struct {
	char *section;
	char *key;   /* (nullable) */
	char *value; /* (nullable): with @key */
	guint line;
} OffhookKeyfileEntry;

/**
 * offhook_keyfile_parse:
 * @data: may be anything, without a 0 at its end
 * @name: how problems call the file
 * @problems: everything that does not follow the syntax, and what is there twice
 *
 * Returns: (transfer full) (element-type OffhookKeyfileEntry): what is right, in the order of the
 * file. Any thread.
 */
GPtrArray *offhook_keyfile_parse(const char *data, gsize size, const char *name,
				 OffhookProblems *problems);

G_END_DECLS

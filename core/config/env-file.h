/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * `.env` files as people write them: NAME=value, `export`, # comments, 'literal' and "escaped"
 * quotes (which may span lines, for keys in PEM form), CRLF. No variable is expanded.
 */
#pragma once

#include "config/problems.h"

G_BEGIN_DECLS

#define OFFHOOK_ENV_FILE_MAX (256 * 1024)

typedef struct {
	char *name;
	char *value;
	guint line;
} OffhookEnvEntry;

/**
 * offhook_env_file_parse:
 * @data: may be anything, without a 0 at its end
 * @file: how problems call it; they never contain anything of the file, it holds secrets
 *
 * Returns: (transfer full) (element-type OffhookEnvEntry): in the order of the file; of a name that
 * is there twice the last counts. Any thread.
 */
GPtrArray *offhook_env_file_parse(const char *data, gsize size, const char *file,
				  OffhookProblems *problems);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Secrets at rest and in comparisons. Nothing here ever puts a secret into an error message.
 * Any thread; files are small and read at start or on a reload.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

#define OFFHOOK_SECRET_MAX (64 * 1024)

/** Name of the API token's file in the state directory. */
#define OFFHOOK_API_TOKEN_FILE "api-token"
/** ... and of the file that says where the running daemon listens. */
#define OFFHOOK_URL_FILE "url"

/**
 * offhook_secret_read_file:
 * @forbidden: permission bits that must not be set, e.g. 0077: nobody but the owner
 * @error: %OFFHOOK_ERROR_NOT_FOUND, _PERMISSION (mode, owner), _LIMIT, _FORMAT (binary, empty)
 *
 * Returns: (transfer full) (nullable): the content without white space at its end. Free with
 * offhook_secret_free().
 */
char *offhook_secret_read_file(const char *path, mode_t forbidden, GError **error);

/**
 * offhook_secret_load_api_token:
 * @state_dir: exists
 * @created: (out) (optional): whether it was made just now
 *
 * The API token: 32 random bytes as hexadecimal digits, made at the first start, kept with mode 0600.
 * Two daemons starting at once get the same one.
 *
 * Returns: (transfer full) (nullable)
 */
char *offhook_secret_load_api_token(const char *state_dir, gboolean *created, GError **error);

/** The same for any key of that form in a file @name. */
char *offhook_secret_load_key(const char *state_dir, const char *name, gboolean *created,
			      GError **error);

/** Compares in a time that depends on @given's length only. (nullable) both; %NULL equals nothing. */
gboolean offhook_secret_equal(const char *expected, const char *given);

/** Overwrites, then frees. @secret: (nullable) */
void offhook_secret_free(char *secret);

G_END_DECLS

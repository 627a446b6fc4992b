/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Values that a type alone does not describe: each function checks one kind of value and brings it
 * into its one form. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OffhookNormaliseFunc:
 * @directory: what relative file names count from
 * @error: %OFFHOOK_ERROR_CONFIG; its message continues "VALUE is not ..."
 *
 * Returns: (transfer full) (nullable)
 */
typedef char *(*OffhookNormaliseFunc)(const char *value, const char *directory, GError **error);

/** "address:port" with a literal address or localhost; IPv6 in brackets. */
char *offhook_normalise_listen(const char *value, const char *directory, GError **error);
/** http or https without query; loses the slash at its end. */
char *offhook_normalise_public_url(const char *value, const char *directory, GError **error);
/** sqlite:/absolute, sqlite::memory: or postgresql:// */
char *offhook_normalise_store_url(const char *value, const char *directory, GError **error);
/** At least 32 bytes: a shorter key of HS256 can be guessed. */
char *offhook_normalise_jwt_secret(const char *value, const char *directory, GError **error);
/** A name of PostgreSQL's that needs no quotes. */
char *offhook_normalise_sql_name(const char *value, const char *directory, GError **error);
/** Numbers in E.164 form joined by commas. */
char *offhook_normalise_numbers(const char *value, const char *directory, GError **error);
/** Plugin names joined by commas; "a;b" works too. */
char *offhook_normalise_names(const char *value, const char *directory, GError **error);
/** The same with built-in tools. */
char *offhook_normalise_tools(const char *value, const char *directory, GError **error);
/** Plugin names, up to OFFHOOK_ASSISTANT_ENGINES_MAX, none twice; "_" counts as "-". */
char *offhook_normalise_engines(const char *value, const char *directory, GError **error);
/** Plugin names of which each may say its kind: "driver:loopback". */
char *offhook_normalise_graded_names(const char *value, const char *directory, GError **error);
/** One plugin name; "_" counts as "-", as the reference system writes it. */
char *offhook_normalise_name(const char *value, const char *directory, GError **error);
/** A number with + has 7 to 15 digits; anything else is the driver's business. */
char *offhook_normalise_number(const char *value, const char *directory, GError **error);
/** "en-US" */
char *offhook_normalise_language(const char *value, const char *directory, GError **error);
/** http or https, without a fragment. */
char *offhook_normalise_webhook_url(const char *value, const char *directory, GError **error);
/** "whsec_" and base64. */
char *offhook_normalise_webhook_secret(const char *value, const char *directory, GError **error);
/** Types of events joined by commas: "call.completed", "call.*", "*" */
char *offhook_normalise_event_patterns(const char *value, const char *directory, GError **error);
/** "mon-fri 09:00-18:00, sat 10:00-14:00" */
char *offhook_normalise_hours(const char *value, const char *directory, GError **error);
/** "Europe/Rome" */
char *offhook_normalise_timezone(const char *value, const char *directory, GError **error);
/** "2026-12-25,12-25" */
char *offhook_normalise_holidays(const char *value, const char *directory, GError **error);
/** "hang-up", "transfer:NUMBER", "assistant:NAME" or "message" */
char *offhook_normalise_when_closed(const char *value, const char *directory, GError **error);
/** The same, or "apologise" */
char *offhook_normalise_on_failure(const char *value, const char *directory, GError **error);
/** Directories joined by ':' */
char *offhook_normalise_search_path(const char *value, const char *directory, GError **error);

/** The bytes of such a secret. (transfer full) (nullable): it is none */
GBytes *offhook_normalise_decode_webhook_secret(const char *value);
/** Splits "address:port". @host: without brackets. */
gboolean offhook_normalise_split_listen(const char *value, char **host, guint16 *port);
/** [a-z][a-z0-9-]{0,31} */
gboolean offhook_normalise_is_plugin_name(const char *name);

G_END_DECLS

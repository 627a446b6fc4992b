/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The one error domain. Each code has a fixed HTTP status, REST name and D-Bus name, kept in one
 * table (error.c); test codes, never message texts. A message names the field, the value and what
 * was expected.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The domain. */
#define OFFHOOK_ERROR (offhook_error_quark())

typedef enum {
	OFFHOOK_ERROR_FAILED,           /* none of the others; a fault on our side */
	OFFHOOK_ERROR_INVALID_ARGUMENT, /* a value that can never be right */
	OFFHOOK_ERROR_NOT_FOUND,        /* no such call, plugin, file, ... */
	OFFHOOK_ERROR_NOT_SUPPORTED,    /* this driver, engine or agent can't do it */
	OFFHOOK_ERROR_INCOMPATIBLE,     /* plugin ABI or protocol version */
	OFFHOOK_ERROR_AUTHENTICATION,   /* who you are is unknown or not proven */
	OFFHOOK_ERROR_PERMISSION,       /* who you are is known, and may not */
	OFFHOOK_ERROR_INVALID_STATE,    /* right request, wrong moment */
	OFFHOOK_ERROR_BUSY,             /* at capacity; later may work */
	OFFHOOK_ERROR_RATE_LIMITED,     /* too many requests */
	OFFHOOK_ERROR_TIMED_OUT,        /* a deadline passed */
	OFFHOOK_ERROR_CANCELLED,        /* the asker withdrew */
	OFFHOOK_ERROR_PROVIDER,         /* the far service refused or broke */
	OFFHOOK_ERROR_UNAVAILABLE,      /* something needed is not there (yet) */
	OFFHOOK_ERROR_FORMAT,           /* bytes that do not follow their format */
	OFFHOOK_ERROR_CONFIG,           /* configuration file or environment */
	OFFHOOK_ERROR_LIMIT,            /* larger than a fixed limit */
	OFFHOOK_ERROR_EXISTS,           /* name already taken */
	OFFHOOK_ERROR_STORAGE,          /* disk or database */
	OFFHOOK_ERROR_LAST
} OffhookError;

GQuark offhook_error_quark(void);

/**
 * offhook_error_get_http_status:
 * offhook_error_get_api_code:
 * offhook_error_get_dbus_name:
 * @error: any error; one of another domain counts as %OFFHOOK_ERROR_FAILED, except
 *   %G_IO_ERROR_CANCELLED and %G_IO_ERROR_TIMED_OUT
 *
 * How @error looks at each edge: the HTTP status, the `code` of the REST error body
 * ("VALIDATION_ERROR"), the D-Bus error name. Any thread.
 */
guint offhook_error_get_http_status(const GError *error);
const char *offhook_error_get_api_code(const GError *error);
const char *offhook_error_get_dbus_name(const GError *error);

G_END_DECLS

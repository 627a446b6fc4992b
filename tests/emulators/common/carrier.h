/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "options.h"

/* What the emulators differ in. Each defines it once, and besides it the functions of call.h and
 * rest.h. */
typedef struct {
	const gchar *name;         /* "twilio", as in `offhook emulate twilio` */
	const gchar *summary;      /* for --help */
	const gchar *numbers;      /* NULL: none; for --help: those that are special */
	const gchar *user_agent;   /* of its requests */
	const gchar *webhook_path; /* where the server has its door when --to has no path */
	const guint *rates;        /* of its streams, ends with 0 */
	guint buffer_ms;           /* how much audio it buffers for the caller */
	const gchar *overflow;     /* what is wrong when more comes */
	gboolean always_serves;    /* calls that come in are controlled by REST as well */

	/* The account, with whatever options it has: */
	OffhookEmuAccount *(*account_new)(void);
	void (*account_free)(OffhookEmuAccount *account);
	void (*add_options)(OffhookEmuOptions *options, GOptionContext *context);
	/* puts in what was not given, and checks what was */
	gboolean (*check_options)(OffhookEmuOptions *options, GError **error);
} OffhookEmuCarrier;

extern const OffhookEmuCarrier offhook_emu_carrier;

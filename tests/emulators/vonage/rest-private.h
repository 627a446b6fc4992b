/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "call-outbound.h"
#include "exchange.h"
#include "limit.h"
#include "rest.h"
#include "rules.h"
#include "server.h"
#include "webhook.h"

#include <json-glib/json-glib.h>

/* What the files of the REST interface share; for them alone. */
struct _OffhookEmuRest {
	const OffhookEmuOptions *options;
	const OffhookEmuAddress *address;
	SoupSession *session;
	OffhookEmuSink *sink;
	OffhookEmuServer *server;
	guint region; /* port of another host, which calls that come in live behind; 0: none */
	gchar *url;
	GHashTable *calls;    /* uuid to OffhookEmuCall, placed here */
	GPtrArray *order;     /* the same, oldest first, borrowed */
	GHashTable *refusals; /* number to how often it was answered with 429 */
	OffhookEmuLimit creations;
	OffhookEmuLimit others;
	guint started;
};

/* The three forms of the carrier's errors. */
void offhook_emu_rest_refuse(OffhookEmuRequest *request, guint status, const gchar *title,
			     const gchar *detail);
void offhook_emu_rest_refuse_parameter(OffhookEmuRequest *request, const gchar *name,
				       const gchar *reason);
void offhook_emu_rest_refuse_state(OffhookEmuRequest *request, const gchar *title);

/* The body as an object; NULL after a refusal. (transfer full) */
JsonObject *offhook_emu_rest_read(OffhookEmuRequest *request);
/* The same, checked. */
JsonObject *offhook_emu_rest_read_checked(OffhookEmuRequest *request, const OffhookEmuRule *rules);

/* Each serves its paths; FALSE: it is another's. */
gboolean offhook_emu_rest_calls_serve(OffhookEmuRest *self, OffhookEmuRequest *request);
gboolean offhook_emu_rest_control_serve(OffhookEmuRest *self, OffhookEmuRequest *request,
					OffhookEmuCall *call, const gchar *uuid,
					const gchar *action);
gboolean offhook_emu_rest_messages_serve(OffhookEmuRest *self, OffhookEmuRequest *request);
gboolean offhook_emu_rest_files_serve(OffhookEmuRest *self, OffhookEmuRequest *request);

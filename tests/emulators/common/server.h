/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "form.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

/* A request to the carrier, on its way. */
typedef struct {
	SoupServerMessage *msg;
	const gchar *method;
	const gchar *path;
	const gchar *content_type; /* NULL: none */
	OffhookEmuForm *query;     /* decoded */
	OffhookEmuForm *form;      /* decoded; empty when the body is something else */
	const gchar *body;
	guint status; /* answered with; 0: not yet */
} OffhookEmuRequest;

typedef void (*OffhookEmuServerFunc)(OffhookEmuRequest *request, gpointer user_data);

typedef struct _OffhookEmuServer OffhookEmuServer;

/* On loopback. @requests_path: (NULL: none): each request becomes a line of JSON there. */
OffhookEmuServer *offhook_emu_server_new(guint port, const gchar *requests_path,
					 OffhookEmuServerFunc func, gpointer user_data,
					 GError **error);
void offhook_emu_server_free(OffhookEmuServer *self);
guint offhook_emu_server_get_port(OffhookEmuServer *self);
/* One more port, another host of the carrier. 0: error */
guint offhook_emu_server_add_port(OffhookEmuServer *self, GError **error);

/* @object is taken over; NULL: no body */
void offhook_emu_request_reply(OffhookEmuRequest *request, guint status, JsonObject *object);
/* The reply that was given leaves so much later; @ms < 0: never. */
void offhook_emu_request_delay(OffhookEmuRequest *request, gint ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuServer, offhook_emu_server_free)

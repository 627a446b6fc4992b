/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "check.h"
#include "options.h"

/* What is counted of all sessions. */
typedef struct {
	const OffhookEmuElevenlabsOptions *options;
	guint open;       /* sessions */
	guint contexts;   /* that were begun */
	guint closed;     /* ... and closed by the client */
	guint cut;        /* ... before all of their sound had left */
	guint texts;      /* that were spoken */
	guint characters; /* of them */
	guint kept_alive;
	gchar *last_text; /* NULL: none yet */
} OffhookEmuElevenlabs;

/* One client's connection. */
typedef struct _OffhookEmuElevenlabsSession OffhookEmuElevenlabsSession;

OffhookEmuElevenlabsSession *offhook_emu_elevenlabs_session_new(OffhookEmuElevenlabs *owner,
								OffhookEmuPeer *peer,
								gboolean has_key);
void offhook_emu_elevenlabs_session_free(OffhookEmuElevenlabsSession *self);
void offhook_emu_elevenlabs_session_take(OffhookEmuElevenlabsSession *self, const gchar *text);

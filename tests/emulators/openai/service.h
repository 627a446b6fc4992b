/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "fault.h"
#include "options.h"
#include "script.h"

#include <libsoup/soup.h>

/* The server, and what it counts. */
typedef struct {
	const OffhookEmuOpenaiOptions *options;
	OffhookEmuOpenaiScript *script;
	guint requests;
	GHashTable *connections; /* set of the clients' ports that asked something */
	guint streams;           /* answers that are leaving */
	guint finished;          /* left to the end */
	guint aborted;           /* the client was gone before */
	GPtrArray *problems;
	gchar *last_chat; /* the last request's body; NULL: none yet */
} OffhookEmuService;

/* A request is not as it should be: remembered, told, and refused with 400. */
void offhook_emu_service_refuse(OffhookEmuService *self, SoupServerMessage *msg,
				const gchar *format, ...) G_GNUC_PRINTF(3, 4);

/* The endpoints. */
void offhook_emu_chat_serve(OffhookEmuService *self, SoupServerMessage *msg, OffhookEmuFault fault);
void offhook_emu_speech_serve(OffhookEmuService *self, SoupServerMessage *msg,
			      OffhookEmuFault fault);
void offhook_emu_embeddings_serve(OffhookEmuService *self, SoupServerMessage *msg,
				  OffhookEmuFault fault);
void offhook_emu_transcription_serve(OffhookEmuService *self, SoupServerMessage *msg,
				     OffhookEmuFault fault);

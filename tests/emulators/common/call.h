/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "address.h"
#include "journal.h"
#include "line.h"
#include "options.h"

#include <libsoup/soup.h>

typedef enum {
	OFFHOOK_EMU_OUTCOME_NONE,
	OFFHOOK_EMU_OUTCOME_FAILED,         /* it never came to anything */
	OFFHOOK_EMU_OUTCOME_REJECTED,       /* before it was answered */
	OFFHOOK_EMU_OUTCOME_TRANSFERRED,    /* to another phone */
	OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP, /* or had nothing more to do */
	OFFHOOK_EMU_OUTCOME_CALLER_HUNG_UP,
} OffhookEmuOutcome;

/* What came of a call; read it when the call is done. */
typedef struct {
	OffhookEmuOutcome outcome;
	gchar *transfer_number;
	guint webhook_status; /* of the first webhook, 0: no answer */
	gint64 webhook_ms;
	gboolean streamed;
	OffhookEmuStreamEnd stream_end; /* of the last stream */
	gchar *fault;                   /* the last wrong done to the server, NULL: none */
	GPtrArray *problems;            /* gchar*: what the server did wrong */
	gint64 duration_ms;
} OffhookEmuResult;

/* One call as the carrier runs it; each emulator has its own. */
typedef struct _OffhookEmuCall OffhookEmuCall;

typedef void (*OffhookEmuCallFunc)(OffhookEmuCall *call, gpointer user_data);

OffhookEmuCall *offhook_emu_call_new(const OffhookEmuOptions *options,
				     const OffhookEmuAddress *address, SoupSession *session,
				     OffhookEmuSink *sink, guint number);
void offhook_emu_call_free(OffhookEmuCall *self);
void offhook_emu_call_start(OffhookEmuCall *self, OffhookEmuCallFunc done, gpointer user_data);
void offhook_emu_call_hang_up(OffhookEmuCall *self);
guint offhook_emu_call_get_number(OffhookEmuCall *self);
const OffhookEmuResult *offhook_emu_call_get_result(OffhookEmuCall *self);
OffhookEmuLine *offhook_emu_call_get_line(OffhookEmuCall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuCall, offhook_emu_call_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "fault.h"
#include "service.h"

#include <libsoup/soup.h>

/* An answer that leaves in pieces, at its pace and with its fault. It lives until the last piece
 * has left or the client is gone. */
typedef struct _OffhookEmuReplyStream OffhookEmuReplyStream;

typedef struct {
	const gchar *content_type;
	GPtrArray *pieces; /* GBytes; taken over */
	guint first_ms;    /* before the first piece */
	gdouble gap_ms;    /* between two */
	OffhookEmuFault fault;
	guint fault_at;        /* the piece in whose place a fault comes */
	const gchar *replaces; /* what comes there, for those that send something; NULL: cut */
} OffhookEmuReplyPlan;

void offhook_emu_reply_stream(OffhookEmuService *service, SoupServerMessage *msg,
			      const OffhookEmuReplyPlan *plan);

/* {"error":{...}} */
void offhook_emu_reply_error(OffhookEmuService *service, SoupServerMessage *msg, guint status,
			     const gchar *type, const gchar *message);
/* @object is taken over. It leaves after @ms. */
void offhook_emu_reply_object(SoupServerMessage *msg, guint status, JsonObject *object, guint ms);
/* What faults do that need nothing of an answer. TRUE: done */
gboolean offhook_emu_reply_fault(OffhookEmuService *service, SoupServerMessage *msg,
				 OffhookEmuFault fault);

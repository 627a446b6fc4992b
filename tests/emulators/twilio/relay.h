/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "journal.h"
#include "line.h"
#include "relay-message.h"
#include "stream.h"

/* What the session does besides talking on its stream. */
typedef struct {
	void (*ended)(const gchar *handoff,
		      gpointer user_data); /* the server said so; NULL: no data */
} OffhookEmuRelayEvents;

/* A ConversationRelay session: a stream on which words cross. @attributes: of the TwiML */
OffhookEmuStream *offhook_emu_relay_new(const OffhookEmuOptions *options,
					const OffhookEmuRelayIdentity *identity,
					GHashTable *attributes, OffhookEmuLine *line,
					OffhookEmuJournal *journal,
					const OffhookEmuRelayEvents *relay_events,
					const OffhookEmuStreamEvents *events, gpointer user_data);

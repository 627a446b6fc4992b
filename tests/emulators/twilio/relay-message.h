/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

/* What the server says in a ConversationRelay session. */
typedef enum {
	OFFHOOK_EMU_RELAY_TEXT,
	OFFHOOK_EMU_RELAY_PLAY,
	OFFHOOK_EMU_RELAY_DIGITS,
	OFFHOOK_EMU_RELAY_LANGUAGE,
	OFFHOOK_EMU_RELAY_END,
} OffhookEmuRelayKind;

typedef struct {
	OffhookEmuRelayKind kind;
	gchar *text; /* token, source, digits, handoffData; NULL: none */
	gboolean last;
	gboolean interruptible; /* TRUE unless it is said not to be */
	gboolean preemptible;
} OffhookEmuRelayMessage;

OffhookEmuRelayMessage *offhook_emu_relay_message_parse(const gchar *data, gsize length,
							GError **error);
void offhook_emu_relay_message_free(OffhookEmuRelayMessage *self);

/* What the carrier says; all new texts. */
typedef struct {
	const gchar *session_id;
	const gchar *account_sid;
	const gchar *call_sid;
	const gchar *from;
	const gchar *to;
	const gchar *direction;
	GHashTable *parameters; /* NULL: none */
} OffhookEmuRelayIdentity;

gchar *offhook_emu_relay_message_setup(const OffhookEmuRelayIdentity *identity);
gchar *offhook_emu_relay_message_prompt(const gchar *text, const gchar *language, gboolean last);
gchar *offhook_emu_relay_message_interrupt(const gchar *spoken, gint64 duration_ms);
gchar *offhook_emu_relay_message_dtmf(gchar digit);
gchar *offhook_emu_relay_message_error(const gchar *description);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuRelayMessage, offhook_emu_relay_message_free)

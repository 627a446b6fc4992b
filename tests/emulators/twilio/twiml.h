/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

typedef enum {
	OFFHOOK_EMU_VERB_CONNECT,
	OFFHOOK_EMU_VERB_SAY,
	OFFHOOK_EMU_VERB_PLAY,
	OFFHOOK_EMU_VERB_PAUSE,
	OFFHOOK_EMU_VERB_HANGUP,
	OFFHOOK_EMU_VERB_REJECT,
	OFFHOOK_EMU_VERB_DIAL,
	OFFHOOK_EMU_VERB_REDIRECT,
	OFFHOOK_EMU_VERB_START,
	OFFHOOK_EMU_VERB_OTHER,
} OffhookEmuVerbKind;

typedef struct {
	OffhookEmuVerbKind kind;
	gchar *name;
	GHashTable *attributes; /* of the verb: gchar* to gchar* */
	GString *text;          /* of the verb and, for Dial, of its last Number, Sip or Client */
	gchar *noun;            /* name of the noun inside, or NULL */
	GHashTable *noun_attributes;
	GHashTable *parameters; /* Connect: name to value */
} OffhookEmuVerb;

typedef struct {
	GPtrArray *verbs;    /* OffhookEmuVerb */
	GPtrArray *warnings; /* gchar*: what the carrier would warn about */
} OffhookEmuTwiml;

OffhookEmuTwiml *offhook_emu_twiml_parse(const gchar *text, gsize length, GError **error);
void offhook_emu_twiml_free(OffhookEmuTwiml *self);
const gchar *offhook_emu_verb_get(const OffhookEmuVerb *self, const gchar *attribute,
				  const gchar *fallback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuTwiml, offhook_emu_twiml_free)

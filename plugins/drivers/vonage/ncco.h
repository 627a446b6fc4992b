/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define OFFHOOK_VONAGE_NCCO_TYPE   "application/json"
#define OFFHOOK_VONAGE_MAX_TALK    1500 /* characters */
#define OFFHOOK_VONAGE_MAX_HEADERS 512  /* bytes, as JSON */

/** What is connected to a call's audio. Borrowed. */
typedef struct {
	const char *uri; /* ws(s)://... */
	guint rate;
	const char *call_id; /* comes back in the stream's first message */
	const char *token;   /* (nullable): in its Authorization, and in its first message */
	gboolean vonage;     /* its Authorization is Vonage's signature instead */
	const char *event_url;
} OffhookVonageNccoStream;

/* Each adds an action to @ncco, an array. */
void offhook_vonage_ncco_add_stream(JsonArray *ncco, const OffhookVonageNccoStream *stream);
/** @from: (nullable): E.164; @target: one that offhook_vonage_target_is_valid() accepts */
void offhook_vonage_ncco_add_dial(JsonArray *ncco, const char *target, const char *from,
				  const char *event_url);
/** A recording of both sides, one in each channel, from now on. */
void offhook_vonage_ncco_add_record(JsonArray *ncco, const char *event_url);
/** Joins everybody who is sent there, until one of them leaves. */
void offhook_vonage_ncco_add_conversation(JsonArray *ncco, const char *name);
void offhook_vonage_ncco_add_talk(JsonArray *ncco, const char *text);

/** (transfer full) */
char *offhook_vonage_ncco_to_string(JsonArray *ncco);

/** {@name: [@value]} (transfer none) of @object */
void offhook_vonage_json_add_in_array(JsonObject *object, const char *name, const char *value);

/** A number in E.164 or "sip:...". */
gboolean offhook_vonage_target_is_valid(const char *target);
/** Vonage writes numbers without the plus. (transfer full); what is no number stays as it is. */
char *offhook_vonage_number_to_wire(const char *number);
char *offhook_vonage_number_from_wire(const char *number);

G_END_DECLS

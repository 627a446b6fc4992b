/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "carrier.h"
#include "key.h"

typedef struct _OffhookEmuExchange OffhookEmuExchange;

/* Whose application it is, and the wrongs that only this carrier can do. */
struct _OffhookEmuAccount {
	gchar *application_id;
	gchar *api_key;
	gchar *api_secret;
	gchar *signature_secret;
	gchar *key_path;
	OffhookEmuKey *key; /* NULL: no token can be checked */
	gchar *answer_method;
	gchar *event_method;
	gchar *event_url;      /* NULL: beside the answer webhook; so the three below */
	gchar *fallback_url;   /* where the answer webhook is at ".../answer" */
	gchar *sms_status_url; /* of messages that the server sent */
	gchar *input;          /* keys pressed when an input action asks for them */
	gboolean other_region; /* calls that come in live behind another host */
	guint api_port;        /* of REST beside calls that come in, 0: any */
	guint creations_per_second;
	guint requests_per_second;

	gboolean bad_signature;
	gboolean no_signature;
	gboolean alg_none;
	gboolean stale_signature;
	gboolean wrong_hash;
	gboolean bad_stream_token;
	gboolean no_stream_token;
	gboolean reuse_stream_token;
	gboolean no_connected;
	gboolean no_cleared;
	gboolean odd_frame;
	gboolean unknown_event;
	guint events_delay_ms;
	gboolean events_twice;
	gboolean events_reordered;

	OffhookEmuExchange *exchange; /* what the calls of this process have in common */
};

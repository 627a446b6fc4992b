/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "carrier.h"

/* Whose account it is, and the wrongs that only this carrier can do. */
struct _OffhookEmuAccount {
	gchar *auth_token;
	gchar *sid;
	gchar *status;   /* "active" */
	gchar *api_key;  /* NULL: none; SID:SECRET, which may not look at the account */
	gchar *call_sid; /* NULL: one made up per call */
	gchar **fields;  /* NAME=VALUE added to every webhook */
	gchar *status_callback;
	gboolean bad_signature;
	gboolean no_signature;
	gboolean bad_stream_signature;
	gboolean no_stream_signature;

	/* ConversationRelay */
	guint speech_rate; /* of the carrier's voice, characters a second */
	guint hearing_ms;  /* from the caller's last word to the prompt */
	gboolean relay_error;
	guint flood; /* messages at once */

	gboolean no_start;
	gboolean no_parameters;
	gboolean wrong_stream_id;
	gboolean binary;
	gboolean duplicate_start;
};

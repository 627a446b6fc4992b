/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What a webhook must prove. Borrowed strings. */
typedef struct {
	const char *secret;         /* the account's signature secret */
	const char *api_key;        /* the account's */
	const char *application_id; /* (nullable): not compared */
	guint max_age_s;            /* of the proof */
	gboolean require_hash;      /* there must be a payload_hash */
	GHashTable *seen;           /* (nullable): see offhook_vonage_proof_new_seen() */
} OffhookVonageProofRules;

/** Clocks may differ by as much, seconds. */
#define OFFHOOK_VONAGE_PROOF_SKEW_S 60

/**
 * offhook_vonage_proof_check:
 * @token: (nullable): what came after "Bearer"
 * @payload: (nullable): what payload_hash must be the hash of; %NULL when that does not matter
 * @now_s: seconds since 1970
 *
 * Whether Vonage has signed this. Steps 1 to 8 in this order, none of which says anything of the
 * token but its own number.
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_PERMISSION
 */
gboolean offhook_vonage_proof_check(const OffhookVonageProofRules *rules, const char *token,
				    GBytes *payload, gint64 now_s, GError **error);

/** Proofs that were used, for those who let none in twice. (transfer full) */
GHashTable *offhook_vonage_proof_new_seen(void);

/** What is hashed for a GET: its query as a JSON object, in its order. (transfer full) */
GBytes *offhook_vonage_proof_make_payload(const char *url);

G_END_DECLS

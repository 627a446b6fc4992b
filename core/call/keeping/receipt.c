/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Keyed hashes of callers and of receipts. Any thread.
 */

#include "call/keeping/receipt.h"

#include <string.h>

#include "base/json.h"
#include "config/secret.h"

#define OFFHOOK_RECEIPT_SEAL "seal"

static char *
offhook_receipt_hash(const char *key, const char *text)
{
	return g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guchar *)key, strlen(key), text,
					 -1);
}

char *
offhook_receipt_make_subject(const char *key, const OffhookCaller *caller)
{
	g_autofree char *who =
	    g_strconcat(caller->number != NULL ? "number " : "user ",
			caller->number != NULL ? caller->number : caller->user_id, NULL);

	return offhook_receipt_hash(key, who);
}

/* Members keep their order through text and back, so that the text is the same each time. */
static char *
offhook_receipt_make_seal(JsonObject *receipt, const char *key)
{
	g_autofree char *text = offhook_json_to_string(receipt);

	return offhook_receipt_hash(key, text);
}

void
offhook_receipt_seal(JsonObject *receipt, const char *key)
{
	g_autofree char *seal = offhook_receipt_make_seal(receipt, key);

	json_object_set_string_member(receipt, OFFHOOK_RECEIPT_SEAL, seal);
}

gboolean
offhook_receipt_is_intact(JsonObject *receipt, const char *key)
{
	g_autofree char *given = NULL;
	g_autofree char *seal = NULL;
	gboolean intact;

	if (!json_object_has_member(receipt, OFFHOOK_RECEIPT_SEAL))
		return FALSE;
	given = g_strdup(json_object_get_string_member(receipt, OFFHOOK_RECEIPT_SEAL));
	json_object_remove_member(receipt, OFFHOOK_RECEIPT_SEAL);
	seal = offhook_receipt_make_seal(receipt, key);
	intact = offhook_secret_equal(seal, given);
	json_object_set_string_member(receipt, OFFHOOK_RECEIPT_SEAL, given);
	return intact;
}

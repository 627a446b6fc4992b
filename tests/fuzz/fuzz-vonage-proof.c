/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any text as the proof of a webhook: the first line is the token, the rest the body. None but the
 * example is right, and that only for its own body.
 */

#include "webhook-proof.h"

#include <offhook/error.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define NOW 1767225600

static const char body[] = "{\"status\":\"ringing\",\"uuid\":\"0779a56d002f1c7f47f82ef5fe84ab79\"}";

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const OffhookVonageProofRules rules = {
	    .secret = "fact-sheet-example-secret-000001",
	    .api_key = "a1b2c3d4",
	    .max_age_s = 300,
	    .require_hash = TRUE,
	};
	const char *text = size > 0 ? (const char *)data : "";
	const char *newline = memchr(text, '\n', size);
	gsize length = newline != NULL ? (gsize)(newline - text) : size;
	gsize rest = newline != NULL ? size - length - 1 : 0;
	g_autofree char *token = g_strndup(text, length);
	g_autofree char *url = g_strndup(text, size);
	g_autoptr(GBytes) payload = g_bytes_new(text + size - rest, rest);
	g_autoptr(GBytes) query = offhook_vonage_proof_make_payload(url);
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(g_bytes_get_size(query), >=, 2);
	if (offhook_vonage_proof_check(&rules, token, payload, NOW, &error)) {
		g_assert_no_error(error);
		g_assert_cmpmem(g_bytes_get_data(payload, NULL), rest, body, strlen(body));
	} else {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	}
	return 0;
}

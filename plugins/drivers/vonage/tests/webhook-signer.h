/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Webhooks as Vonage would send them, signed without the code under test. */
#pragma once

#include "driver-sync.h"

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

#define TEST_KEY         "a1b2c3d4"
#define TEST_SECRET      "not-a-secret-at-all"
#define TEST_APPLICATION "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
#define TEST_PUBLIC      "https://pbx.example.com"

static inline char *
webhook_signer_make_token(const char *payload)
{
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, payload, -1);
	g_autofree char *id = g_uuid_string_random();
	g_autofree char *bearer = NULL;
	jwt_t *jwt = NULL;
	char *text;

	g_assert_cmpint(jwt_new(&jwt), ==, 0);
	jwt_add_grant(jwt, "jti", id);
	jwt_add_grant(jwt, "iss", "Vonage");
	jwt_add_grant(jwt, "api_key", TEST_KEY);
	jwt_add_grant(jwt, "payload_hash", hash);
	jwt_add_grant_int(jwt, "iat", (long)(g_get_real_time() / G_USEC_PER_SEC));
	jwt_set_alg(jwt, JWT_ALG_HS256, (const guint8 *)TEST_SECRET, (int)strlen(TEST_SECRET));
	text = jwt_encode_str(jwt);
	bearer = g_strconcat("Bearer ", text, NULL);
	free(text);
	jwt_free(jwt);
	return g_steal_pointer(&bearer);
}

/* @query: (nullable): "call=..." */
static inline OffhookWebhook *
webhook_signer_post(const char *path, const char *query, const char *body)
{
	g_autofree char *url = g_strconcat(TEST_PUBLIC "/voice/webhook/vonage", path,
					   query != NULL ? "?" : NULL, query, NULL);
	OffhookWebhook *webhook =
	    offhook_driver_sync_request("POST", url, path, "application/json", body);

	g_hash_table_insert(webhook->headers, g_strdup("authorization"),
			    webhook_signer_make_token(body));
	return webhook;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The check of a signed webhook: a JWT by libjwt, and around it what libjwt does not ask: the form to
 * the letter, one algorithm, whose it is, how old it is, and that it is about this very body. Main
 * thread.
 */

#include "webhook-proof.h"

#include <json-glib/json-glib.h>
#include <jwt.h>
#include <offhook/error.h>
#include <offhook/form.h>
#include <offhook/webhook.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_TOKEN 8192
#define MAX_ID    128
#define MAX_SEEN  65536 /* a busy account's within max_age_s */
#define LETTERS   G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"

static gboolean
offhook_vonage_proof_fail(GError **error, guint step, const char *what)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION, "the signature's step %u: %s",
		    step, what);
	return FALSE;
}

/* ---- 1: the form ---- */

/* Strict base64url without padding: exactly what its bytes would be written as. */
static gboolean
offhook_vonage_proof_is_base64url(const char *text, gsize size)
{
	g_autofree char *padded = g_strdup_printf("%.*s%.*s", (int)size, text,
						  size % 4 == 0 ? 0 : (int)(4 - size % 4), "===");
	g_autofree guint8 *bytes = NULL;
	g_autofree char *again = NULL;
	gsize length;

	if (size == 0 || size % 4 == 1)
		return FALSE;
	g_strdelimit(g_strdelimit(padded, "-", '+'), "_", '/');
	bytes = g_base64_decode(padded, &length);
	again = g_base64_encode(bytes, length);
	return g_str_equal(again, padded);
}

static gboolean
offhook_vonage_proof_has_form(const char *token)
{
	g_auto(GStrv) segments = NULL;

	if (token == NULL || strlen(token) > MAX_TOKEN ||
	    strspn(token, LETTERS ".") != strlen(token))
		return FALSE;
	segments = g_strsplit(token, ".", -1);
	if (g_strv_length(segments) != 3)
		return FALSE;
	for (guint i = 0; i < 3; i++)
		if (!offhook_vonage_proof_is_base64url(segments[i], strlen(segments[i])))
			return FALSE;
	return TRUE;
}

/* ---- 4 to 6: the claims ---- */

static gboolean
offhook_vonage_proof_has(jwt_t *jwt, const char *name)
{
	char *text = jwt_get_grants_json(jwt, name);

	gboolean there = text != NULL;

	free(text); /* libjwt's own */
	return there;
}

/* Critical extensions have to be understood (RFC 7515, 4.1.11), and none is. */
static gboolean
offhook_vonage_proof_is_extended(jwt_t *jwt)
{
	char *text = jwt_get_headers_json(jwt, "crit");
	gboolean extended = text != NULL;

	free(text); /* libjwt's own */
	return extended;
}

/* libjwt takes what is there and no integer for 0. */
static gboolean
offhook_vonage_proof_get_int(jwt_t *jwt, const char *name, gint64 *value)
{
	char *text = jwt_get_grants_json(jwt, name);
	gboolean is_int =
	    text != NULL && g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, value, NULL);

	free(text); /* libjwt's own */
	return is_int;
}

static gboolean
offhook_vonage_proof_check_claims(const OffhookVonageProofRules *rules, jwt_t *jwt, gboolean hashed,
				  gint64 now_s, GError **error)
{
	const char *id = jwt_get_grant(jwt, "jti");
	const char *issuer = jwt_get_grant(jwt, "iss");
	const char *key = jwt_get_grant(jwt, "api_key");
	const char *application = jwt_get_grant(jwt, "application_id");
	gint64 skew_s = OFFHOOK_VONAGE_PROOF_SKEW_S;
	gint64 iat, time;

	if (!offhook_vonage_proof_get_int(jwt, "iat", &iat) || id == NULL || *id == '\0' ||
	    strlen(id) > MAX_ID || issuer == NULL || key == NULL ||
	    (hashed && rules->require_hash && jwt_get_grant(jwt, "payload_hash") == NULL))
		return offhook_vonage_proof_fail(
		    error, 4, "expected iat, jti, iss, api_key and payload_hash");
	if (iat < now_s - rules->max_age_s - skew_s || iat > now_s + skew_s)
		return offhook_vonage_proof_fail(error, 5, "it is too old, or not yet good");
	if (offhook_vonage_proof_has(jwt, "exp") &&
	    (!offhook_vonage_proof_get_int(jwt, "exp", &time) || time <= now_s - skew_s))
		return offhook_vonage_proof_fail(error, 5, "it has expired");
	if (offhook_vonage_proof_has(jwt, "nbf") &&
	    (!offhook_vonage_proof_get_int(jwt, "nbf", &time) || time > now_s + skew_s))
		return offhook_vonage_proof_fail(error, 5, "it is not yet good");
	if (!g_str_equal(issuer, "Vonage") || !g_str_equal(key, rules->api_key))
		return offhook_vonage_proof_fail(error, 6, "it is for another account");
	if (offhook_vonage_proof_has(jwt, "application_id") && rules->application_id != NULL &&
	    g_strcmp0(application, rules->application_id) != 0)
		return offhook_vonage_proof_fail(error, 6, "it is for another application");
	return TRUE;
}

/* ---- 7 and 8: this request, once ---- */

static gboolean
offhook_vonage_proof_is_about(jwt_t *jwt, GBytes *payload)
{
	const char *hash = jwt_get_grant(jwt, "payload_hash");
	g_autofree char *ours = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, payload);

	return hash == NULL || offhook_webhook_secret_matches(ours, hash);
}

GHashTable *
offhook_vonage_proof_new_seen(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static gboolean
offhook_vonage_proof_is_old_cb(gpointer key, gpointer value, gpointer user_data)
{
	return *(gint64 *)value < *(gint64 *)user_data;
}

/*
 * One is known for as long as it would be let in: it may have come from a clock that is ahead. Full of
 * young ones, the table lets nobody in: whoever has filled it holds the secret.
 */
static gboolean
offhook_vonage_proof_is_first(const OffhookVonageProofRules *rules, const char *id, gint64 now_s)
{
	gint64 oldest_s = now_s - rules->max_age_s - 2 * OFFHOOK_VONAGE_PROOF_SKEW_S;
	GHashTable *seen = rules->seen;
	const gint64 *seen_s;

	if (seen == NULL)
		return TRUE;
	seen_s = g_hash_table_lookup(seen, id);
	if (seen_s != NULL && *seen_s >= oldest_s)
		return FALSE;
	if (g_hash_table_size(seen) >= MAX_SEEN)
		g_hash_table_foreach_remove(seen, offhook_vonage_proof_is_old_cb, &oldest_s);
	if (g_hash_table_size(seen) >= MAX_SEEN)
		return FALSE;
	g_hash_table_replace(seen, g_strdup(id), g_memdup2(&now_s, sizeof now_s));
	return TRUE;
}

static gboolean
offhook_vonage_proof_check_token(const OffhookVonageProofRules *rules, jwt_t *jwt, GBytes *payload,
				 gint64 now_s, GError **error)
{
	if (jwt_get_alg(jwt) != JWT_ALG_HS256)
		return offhook_vonage_proof_fail(error, 2, "expected the algorithm HS256");
	if (offhook_vonage_proof_is_extended(jwt))
		return offhook_vonage_proof_fail(error, 2, "expected no critical extensions");
	if (!offhook_vonage_proof_check_claims(rules, jwt, payload != NULL, now_s, error))
		return FALSE;
	if (payload != NULL && !offhook_vonage_proof_is_about(jwt, payload))
		return offhook_vonage_proof_fail(error, 7, "it is about another body");
	if (!offhook_vonage_proof_is_first(rules, jwt_get_grant(jwt, "jti"), now_s))
		return offhook_vonage_proof_fail(error, 8, "it was used before");
	return TRUE;
}

gboolean
offhook_vonage_proof_check(const OffhookVonageProofRules *rules, const char *token, GBytes *payload,
			   gint64 now_s, GError **error)
{
	jwt_t *jwt = NULL;
	gboolean right;

	if (!offhook_vonage_proof_has_form(token))
		return offhook_vonage_proof_fail(error, 1, "expected Bearer and a JWT");
	/* The comparison of the signature is libjwt's, in constant time. */
	if (jwt_decode(&jwt, token, (const guint8 *)rules->secret, (int)strlen(rules->secret)) != 0)
		return offhook_vonage_proof_fail(error, 3,
						 "signature-secret is not what it was signed with");
	right = offhook_vonage_proof_check_token(rules, jwt, payload, now_s, error);
	jwt_free(jwt);
	return right;
}

GBytes *
offhook_vonage_proof_make_payload(const char *url)
{
	g_autoptr(OffhookForm) query = offhook_form_parse_query(url, NULL);
	g_autoptr(JsonObject) object = json_object_new();
	g_autoptr(JsonNode) root = json_node_init_object(json_node_alloc(), object);
	char *text;

	for (guint i = 0; query != NULL && i < offhook_form_get_size(query); i++) {
		const OffhookFormField *field = offhook_form_get_field(query, i);

		if (g_utf8_validate(field->name, -1, NULL) &&
		    g_utf8_validate(field->value, -1, NULL))
			json_object_set_string_member(object, field->name, field->value);
	}
	text = offhook_json_node_to_string(root);
	return g_bytes_new_take(text, strlen(text));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JSON Web Tokens: HS256 for what the carrier sends, RS256 for what it is sent. Put together by hand
 * from the protocol sheet, so that a mistake in the server's library is not made here as well. Pure
 * functions. */

#include "token.h"

#include <string.h>

#define OFFHOOK_EMU_TOKEN_MAX       8192
#define OFFHOOK_EMU_TOKEN_LIFE_S    (15 * 60)      /* when exp is absent */
#define OFFHOOK_EMU_TOKEN_LONGEST_S (24 * 60 * 60) /* exp may lie so far ahead */
#define OFFHOOK_EMU_TOKEN_SKEW_S    60

static gchar *
offhook_emu_token_encode(const guint8 *data, gsize length)
{
	gchar *text = g_base64_encode(data, length);

	g_strdelimit(text, "+", '-');
	g_strdelimit(text, "/", '_');
	text[strcspn(text, "=")] = '\0';
	return text;
}

/* NULL: not base64url without padding */
static guint8 *
offhook_emu_token_decode(const gchar *text, gsize *length)
{
	static const gchar alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	g_autofree gchar *padded = NULL;
	gsize size = strlen(text);

	if (size == 0 || size % 4 == 1 || strspn(text, alphabet) != size)
		return NULL;
	padded = g_strconcat(text, size % 4 == 2 ? "==" : size % 4 == 3 ? "=" : "", NULL);
	g_strdelimit(padded, "-", '+');
	g_strdelimit(padded, "_", '/');
	return g_base64_decode(padded, length);
}

static gchar *
offhook_emu_token_pack(JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree gchar *text = NULL;

	json_node_take_object(node, object);
	text = json_to_string(node, FALSE);
	return offhook_emu_token_encode((const guint8 *)text, strlen(text));
}

static JsonObject *
offhook_emu_token_make_claims(const OffhookEmuAccount *account, const gchar *payload, gint64 now_s)
{
	JsonObject *claims = json_object_new();
	g_autofree gchar *id = g_uuid_string_random();

	json_object_set_int_member(claims, "iat", account->stale_signature ? now_s - 3600 : now_s);
	json_object_set_string_member(claims, "jti", id);
	json_object_set_string_member(claims, "iss", "Vonage");
	if (payload != NULL) {
		g_autofree gchar *hash = g_compute_checksum_for_string(
		    G_CHECKSUM_SHA256, account->wrong_hash ? "another body" : payload, -1);

		json_object_set_string_member(claims, "payload_hash", hash);
	}
	json_object_set_string_member(claims, "api_key", account->api_key);
	json_object_set_string_member(claims, "application_id", account->application_id);
	return claims;
}

gchar *
offhook_emu_token_make(const gchar *secret, JsonObject *claims)
{
	JsonObject *header = json_object_new();
	g_autofree gchar *body = offhook_emu_token_pack(claims);
	g_autofree gchar *head = NULL;
	g_autofree gchar *text = NULL;
	g_autofree gchar *signature = NULL;
	g_autoptr(GHmac) hmac = NULL;
	guint8 digest[32];
	gsize size = sizeof digest;

	json_object_set_string_member(header, "alg", secret != NULL ? "HS256" : "none");
	json_object_set_string_member(header, "typ", "JWT");
	head = offhook_emu_token_pack(header);
	if (secret == NULL)
		return g_strconcat(head, ".", body, ".", NULL);
	text = g_strconcat(head, ".", body, NULL);
	hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)secret, strlen(secret));
	g_hmac_update(hmac, (const guchar *)text, -1);
	g_hmac_get_digest(hmac, digest, &size);
	signature = offhook_emu_token_encode(digest, size);
	return g_strconcat(text, ".", signature, NULL);
}

gchar *
offhook_emu_token_sign(const OffhookEmuAccount *account, const gchar *payload, gint64 now_s)
{
	const gchar *secret =
	    account->bad_signature ? "not the signature secret" : account->signature_secret;

	if (account->no_signature)
		return NULL;
	return offhook_emu_token_make(account->alg_none ? NULL : secret,
				      offhook_emu_token_make_claims(account, payload, now_s));
}

static JsonObject *
offhook_emu_token_unpack(const gchar *part)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree guint8 *text = NULL;
	JsonNode *root;
	gsize length;

	text = offhook_emu_token_decode(part, &length);
	if (text == NULL ||
	    !json_parser_load_from_data(parser, (const gchar *)text, (gssize)length, NULL))
		return NULL;
	root = json_parser_get_root(parser);
	return root != NULL && JSON_NODE_HOLDS_OBJECT(root)
		   ? json_object_ref(json_node_get_object(root))
		   : NULL;
}

static const gchar *
offhook_emu_token_get_string(JsonObject *object, const gchar *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
		       json_node_get_value_type(node) == G_TYPE_STRING
		   ? json_node_get_string(node)
		   : NULL;
}

static gboolean
offhook_emu_token_get_time(JsonObject *object, const gchar *name, gint64 *time_s)
{
	JsonNode *node = json_object_get_member(object, name);

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_INT64)
		return FALSE;
	*time_s = json_node_get_int(node);
	return TRUE;
}

static const gchar *
offhook_emu_token_check_claims(const OffhookEmuAccount *account, JsonObject *claims, gint64 now_s)
{
	const gchar *id = offhook_emu_token_get_string(claims, "jti");
	gint64 iat, exp;

	if (g_strcmp0(offhook_emu_token_get_string(claims, "application_id"),
		      account->application_id) != 0)
		return "application_id is another";
	if (id == NULL || *id == '\0')
		return "jti is missing";
	if (!offhook_emu_token_get_time(claims, "iat", &iat))
		return "iat is not a whole number of seconds";
	if (iat > now_s + OFFHOOK_EMU_TOKEN_SKEW_S)
		return "iat is in the future";
	if (!json_object_has_member(claims, "exp"))
		exp = iat + OFFHOOK_EMU_TOKEN_LIFE_S;
	else if (!offhook_emu_token_get_time(claims, "exp", &exp))
		return "exp is not a whole number of seconds";
	if (exp <= now_s)
		return "exp is over";
	if (exp > now_s + OFFHOOK_EMU_TOKEN_LONGEST_S)
		return "exp is more than a day ahead";
	return NULL;
}

const gchar *
offhook_emu_token_check(const OffhookEmuAccount *account, const gchar *authorization, gint64 now_s)
{
	g_auto(GStrv) parts = NULL;
	g_autoptr(JsonObject) header = NULL;
	g_autoptr(JsonObject) claims = NULL;
	g_autofree guint8 *signature = NULL;
	gsize length;

	if (authorization == NULL || g_ascii_strncasecmp(authorization, "Bearer ", 7) != 0)
		return "no bearer token";
	if (account->key == NULL)
		return "no --key was given to check tokens with";
	if (strlen(authorization) > OFFHOOK_EMU_TOKEN_MAX)
		return "the token is too long";
	parts = g_strsplit(authorization + 7, ".", -1);
	if (g_strv_length(parts) != 3)
		return "the token has not three parts";
	header = offhook_emu_token_unpack(parts[0]);
	claims = offhook_emu_token_unpack(parts[1]);
	signature = offhook_emu_token_decode(parts[2], &length);
	if (header == NULL || claims == NULL || signature == NULL)
		return "a part of the token is not base64url of JSON";
	if (g_strcmp0(offhook_emu_token_get_string(header, "alg"), "RS256") != 0)
		return "alg is not RS256";
	if (!offhook_emu_key_verify(account->key, authorization + 7,
				    strlen(parts[0]) + 1 + strlen(parts[1]), signature, length))
		return "the signature is wrong";
	return offhook_emu_token_check_claims(account, claims, now_s);
}

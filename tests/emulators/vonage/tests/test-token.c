/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tokens against the protocol sheet's example, and tokens of the server, good and bad. */

#include "make-key.h"
#include "token.h"

#define NOW 1767225600

/* The example of the protocol sheet, made with other software. */
#define SECRET "fact-sheet-example-secret-000001"
#define BODY   "{\"status\":\"ringing\",\"uuid\":\"0779a56d002f1c7f47f82ef5fe84ab79\"}"
#define TOKEN                                                                                      \
	"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."                                                    \
	"eyJpYXQiOjE3NjcyMjU2MDAsImp0aSI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDBhYSIsIm"   \
	"lzcyI6IlZvbmFnZSIsInBheWxvYWRfaGFzaCI6IjM5MDI0ZTNmYmI1ZDkwYmZiNmRiYjJiY2JkODA0MjRjYzM1"   \
	"M2VkMzZhZmI0NGI0MmU3NWQxZjRlNTRmYWEwNTAiLCJhcGlfa2V5IjoiYTFiMmMzZDQiLCJhcHBsaWNhdGlvbl"   \
	"9pZCI6ImFhYWFhYWFhLWJiYmItY2NjYy1kZGRkLTAxMjM0NTY3ODlhYiJ9."                              \
	"1CbuvRkYic_E7NQ6UH-yD43zE6Pwy6IOjX8t2L9th-s"

#define RS256 "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"
#define GOOD  "{\"application_id\":\"app\",\"iat\":1767225600,\"jti\":\"x\"}"

typedef struct {
	OffhookEmuAccount account;
	EVP_PKEY *pair;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *private = NULL;
	g_autofree gchar *public = NULL;

	fixture->pair = make_key(&private, &public);
	fixture->account.application_id = (gchar *)"app";
	fixture->account.api_key = (gchar *)"a1b2c3d4";
	fixture->account.signature_secret = (gchar *)SECRET;
	fixture->account.key = offhook_emu_key_parse("public", public, strlen(public), NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_emu_key_free(fixture->account.key);
	EVP_PKEY_free(fixture->pair);
}

static void
test_example(Fixture *fixture, gconstpointer data)
{
	JsonObject *claims = json_object_new();
	g_autofree gchar *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, BODY, -1);
	g_autofree gchar *token = NULL;

	json_object_set_int_member(claims, "iat", NOW);
	json_object_set_string_member(claims, "jti", "00000000-0000-4000-8000-0000000000aa");
	json_object_set_string_member(claims, "iss", "Vonage");
	json_object_set_string_member(claims, "payload_hash", hash);
	json_object_set_string_member(claims, "api_key", "a1b2c3d4");
	json_object_set_string_member(claims, "application_id",
				      "aaaaaaaa-bbbb-cccc-dddd-0123456789ab");
	token = offhook_emu_token_make(SECRET, claims);
	g_assert_cmpstr(token, ==, TOKEN);
}

static void
test_wrongs(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *none = NULL;

	fixture->account.alg_none = TRUE;
	none = offhook_emu_token_sign(&fixture->account, BODY, NOW);
	g_assert_true(g_str_has_prefix(none, "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0."));
	g_assert_true(g_str_has_suffix(none, "."));
	fixture->account.no_signature = TRUE;
	g_assert_null(offhook_emu_token_sign(&fixture->account, BODY, NOW));
}

static gchar *
encode(const gchar *text, gsize length)
{
	gchar *encoded = g_base64_encode((const guchar *)text, length);

	g_strdelimit(encoded, "+", '-');
	g_strdelimit(encoded, "/", '_');
	encoded[strcspn(encoded, "=")] = '\0';
	return encoded;
}

static const gchar *
check(Fixture *fixture, const gchar *header, const gchar *claims)
{
	g_autofree gchar *head = encode(header, strlen(header));
	g_autofree gchar *body = encode(claims, strlen(claims));
	g_autofree gchar *text = g_strconcat(head, ".", body, NULL);
	gsize length;
	g_autofree guint8 *signature = sign_text(fixture->pair, text, &length);
	g_autofree gchar *tail = encode((const gchar *)signature, length);
	g_autofree gchar *authorization = g_strconcat("Bearer ", text, ".", tail, NULL);

	return offhook_emu_token_check(&fixture->account, authorization, NOW);
}

static void
test_good(Fixture *fixture, gconstpointer data)
{
	g_assert_cmpstr(check(fixture, RS256, GOOD), ==, NULL);
	g_assert_cmpstr(check(fixture, RS256,
			      "{\"application_id\":\"app\",\"iat\":1767225000,\"jti\":\"x\","
			      "\"exp\":1767226500}"),
			==, NULL);
}

static void
test_bad(Fixture *fixture, gconstpointer data)
{
	static const gchar *const claims[] = {
	    "{}",
	    "[]",
	    "{\"application_id\":\"other\",\"iat\":1767225600,\"jti\":\"x\"}",
	    "{\"application_id\":\"app\",\"iat\":1767225600}",
	    "{\"application_id\":\"app\",\"iat\":1767225600,\"jti\":\"\"}",
	    "{\"application_id\":\"app\",\"iat\":\"1767225600\",\"jti\":\"x\"}",
	    "{\"application_id\":\"app\",\"iat\":1767225600.5,\"jti\":\"x\"}",
	    "{\"application_id\":\"app\",\"iat\":1767229200,\"jti\":\"x\"}",
	    "{\"application_id\":\"app\",\"iat\":1767220000,\"jti\":\"x\"}",
	    "{\"application_id\":\"app\",\"iat\":1767225600,\"jti\":\"x\",\"exp\":1767225600}",
	    "{\"application_id\":\"app\",\"iat\":1767225600,\"jti\":\"x\",\"exp\":1767999999}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(claims); i++)
		g_assert_nonnull(check(fixture, RS256, claims[i]));
	g_assert_nonnull(check(fixture, "{\"alg\":\"HS256\"}", GOOD));
	g_assert_nonnull(check(fixture, "{\"alg\":\"none\"}", GOOD));
	g_assert_nonnull(offhook_emu_token_check(&fixture->account, NULL, NOW));
	g_assert_nonnull(offhook_emu_token_check(&fixture->account, "Basic x", NOW));
	g_assert_nonnull(offhook_emu_token_check(&fixture->account, "Bearer a.b", NOW));
	g_assert_nonnull(offhook_emu_token_check(&fixture->account, "Bearer ..", NOW));
	g_assert_nonnull(offhook_emu_token_check(&fixture->account, "Bearer " TOKEN, NOW));
}

/* Signed, but by someone else. */
static void
test_stranger(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *private = NULL;
	g_autofree gchar *public = NULL;
	EVP_PKEY *ours = fixture->pair;

	fixture->pair = make_key(&private, &public);
	g_assert_cmpstr(check(fixture, RS256, GOOD), ==, "the signature is wrong");
	EVP_PKEY_free(ours);
}

#define ADD(path, func)                                                                            \
	g_test_add("/emulators/vonage/token/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("example", test_example);
	ADD("wrongs", test_wrongs);
	ADD("good", test_good);
	ADD("bad", test_bad);
	ADD("stranger", test_stranger);
	return g_test_run();
}

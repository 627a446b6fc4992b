/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The nine steps, each broken on its own. The first case is an example made by hand, not by this
 * code.
 */

#include "../webhook-proof.h"

#include <offhook/error.h>
#include <string.h>

#define SECRET "fact-sheet-example-secret-000001"
#define KEY    "a1b2c3d4"
#define APP    "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
#define NOW    1767225600
#define BODY   "{\"status\":\"ringing\",\"uuid\":\"0779a56d002f1c7f47f82ef5fe84ab79\"}"
#define HASH   "39024e3fbb5d90bfb6dbb2bcbd80424cc353ed36afb44b42e75d1f4e54faa050"
#define HEAD   "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
#define CLAIMS                                                                                     \
	"eyJpYXQiOjE3NjcyMjU2MDAsImp0aSI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDBhYSIsImlz" \
	"cyI6IlZvbmFnZSIsInBheWxvYWRfaGFzaCI6IjM5MDI0ZTNmYmI1ZDkwYmZiNmRiYjJiY2JkODA0MjRjYzM1M2Vk" \
	"MzZhZmI0NGI0MmU3NWQxZjRlNTRmYWEwNTAiLCJhcGlfa2V5IjoiYTFiMmMzZDQiLCJhcHBsaWNhdGlvbl9pZCI6" \
	"ImFhYWFhYWFhLWJiYmItY2NjYy1kZGRkLTAxMjM0NTY3ODlhYiJ9"
#define TAIL    "1CbuvRkYic_E7NQ6UH-yD43zE6Pwy6IOjX8t2L9th-s"
#define EXAMPLE HEAD "." CLAIMS "." TAIL

static const OffhookVonageProofRules rules = {.secret = SECRET,
					      .api_key = KEY,
					      .application_id = APP,
					      .max_age_s = 300,
					      .require_hash = TRUE};

static gboolean
check_with(const OffhookVonageProofRules *with, const char *token, const char *body, gint64 now_s)
{
	g_autoptr(GBytes) payload = body != NULL ? g_bytes_new(body, strlen(body)) : NULL;
	g_autoptr(GError) error = NULL;
	gboolean right = offhook_vonage_proof_check(with, token, payload, now_s, &error);

	if (right)
		g_assert_no_error(error);
	else
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	return right;
}

static gboolean
check(const char *token)
{
	return check_with(&rules, token, BODY, NOW);
}

static char *
encode(const guint8 *data, gsize size)
{
	char *text = g_base64_encode(data, size);

	g_strdelimit(g_strdelimit(text, "+", '-'), "/", '_');
	text[strcspn(text, "=")] = '\0';
	return text;
}

static char *
sign(const char *header, const char *claims, const char *secret)
{
	g_autofree char *first = encode((const guint8 *)header, strlen(header));
	g_autofree char *second = encode((const guint8 *)claims, strlen(claims));
	g_autofree char *text = g_strconcat(first, ".", second, NULL);
	g_autoptr(GHmac) hmac =
	    g_hmac_new(G_CHECKSUM_SHA256, (const guint8 *)secret, strlen(secret));
	g_autofree char *third = NULL;
	guint8 digest[32];
	gsize size = sizeof digest;

	g_hmac_update(hmac, (const guint8 *)text, -1);
	g_hmac_get_digest(hmac, digest, &size);
	third = encode(digest, size);
	return g_strconcat(text, ".", third, NULL);
}

static gboolean
check_claims(const char *claims)
{
	g_autofree char *token = sign("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims, SECRET);

	return check(token);
}

#define COMMON                                                                                     \
	"\"jti\":\"x\",\"iss\":\"Vonage\",\"api_key\":\"" KEY "\",\"payload_hash\":\"" HASH "\""

static void
test_example(void)
{
	g_assert_true(check(EXAMPLE));
	g_assert_true(check_claims("{\"iat\":1767225600," COMMON "}"));
}

static void
test_form(void)
{
	static const char *const wrong[] = {
	    NULL,
	    "",
	    "a",
	    "a.b",
	    HEAD "." CLAIMS,
	    HEAD "." CLAIMS ".",
	    "." CLAIMS "." TAIL,
	    HEAD ".." TAIL,
	    EXAMPLE "=",
	    EXAMPLE ".",
	    EXAMPLE " ",
	    HEAD "." CLAIMS "." TAIL "." TAIL,
	    /* The last letter's spare bits are set: other text, the same bytes. */
	    HEAD "." CLAIMS ".1CbuvRkYic_E7NQ6UH-yD43zE6Pwy6IOjX8t2L9th-t",
	    HEAD "." CLAIMS ".1CbuvRkYic/E7NQ6UH+yD43zE6Pwy6IOjX8t2L9th+s",
	};
	g_autofree char *huge = g_strnfill(10000, 'a');

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(check(wrong[i]));
	g_assert_false(check(huge));
}

static void
test_algorithm(void)
{
	static const char *const headers[] = {
	    "{\"alg\":\"none\"}",
	    "{\"alg\":\"HS384\"}",
	    "{\"alg\":\"HS512\"}",
	    "{\"alg\":\"RS256\"}",
	    "{\"alg\":\"hs256 \"}",
	    "{\"typ\":\"JWT\"}",
	    "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":true}",
	    "[]",
	    "null",
	};

	for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
		g_autofree char *token =
		    sign(headers[i], "{\"iat\":1767225600," COMMON "}", SECRET);

		g_assert_false(check(token));
	}
}

static void
test_signature(void)
{
	g_autofree char *other =
	    sign("{\"alg\":\"HS256\"}", "{\"iat\":1767225600," COMMON "}", SECRET "x");
	g_autofree char *changed = g_strdup(EXAMPLE);

	changed[strlen(HEAD) + 5] ^= 1;
	g_assert_false(check(other));
	g_assert_false(check(changed));
}

static void
test_claims(void)
{
	g_assert_false(check_claims("{" COMMON "}"));
	g_assert_false(check_claims("{\"iat\":\"1767225600\"," COMMON "}"));
	g_assert_false(check_claims("{\"iat\":1767225600.5," COMMON "}"));
	g_assert_false(
	    check_claims("{\"iat\":1767225600,\"jti\":\"\",\"iss\":\"Vonage\",\"api_key\":"
			 "\"" KEY "\",\"payload_hash\":\"" HASH "\"}"));
	g_assert_false(
	    check_claims("{\"iat\":1767225600,\"jti\":\"x\",\"iss\":\"Nexmo\",\"api_key\":"
			 "\"" KEY "\",\"payload_hash\":\"" HASH "\"}"));
	g_assert_false(check_claims("{\"iat\":1767225600,\"jti\":\"x\",\"iss\":\"Vonage\","
				    "\"api_key\":\"other\",\"payload_hash\":\"" HASH "\"}"));
	g_assert_false(
	    check_claims("{\"iat\":1767225600,\"application_id\":\"other\"," COMMON "}"));
	g_assert_false(check_claims("{\"iat\":1767225600,\"application_id\":7," COMMON "}"));
}

static void
test_age(void)
{
	g_assert_true(check_with(&rules, EXAMPLE, BODY, NOW + 360));
	g_assert_false(check_with(&rules, EXAMPLE, BODY, NOW + 361));
	g_assert_true(check_with(&rules, EXAMPLE, BODY, NOW - 60));
	g_assert_false(check_with(&rules, EXAMPLE, BODY, NOW - 61));
	g_assert_false(check_claims("{\"iat\":1767225600,\"exp\":1767225540," COMMON "}"));
	g_assert_true(check_claims("{\"iat\":1767225600,\"exp\":1767225541," COMMON "}"));
	g_assert_false(check_claims("{\"iat\":1767225600,\"exp\":\"soon\"," COMMON "}"));
	g_assert_false(check_claims("{\"iat\":1767225600,\"nbf\":1767225661," COMMON "}"));
	g_assert_true(check_claims("{\"iat\":1767225600,\"nbf\":1767225660," COMMON "}"));
}

static void
test_hash(void)
{
	OffhookVonageProofRules lenient = rules;
	g_autofree char *without =
	    sign("{\"alg\":\"HS256\"}",
		 "{\"iat\":1767225600,\"jti\":\"x\",\"iss\":\"Vonage\",\"api_key\":\"" KEY "\"}",
		 SECRET);

	lenient.require_hash = FALSE;
	g_assert_false(check_with(&rules, EXAMPLE, BODY " ", NOW));
	g_assert_false(check_with(&rules, EXAMPLE, "", NOW));
	g_assert_false(check_with(&lenient, EXAMPLE, "", NOW));
	g_assert_false(check(without));
	g_assert_true(check_with(&lenient, without, BODY, NOW));
	/* A stream's upgrade has no body. */
	g_assert_true(check_with(&rules, without, NULL, NOW));
	g_assert_true(check_with(&rules, EXAMPLE, NULL, NOW));
}

static void
test_once(void)
{
	g_autoptr(GHashTable) seen = offhook_vonage_proof_new_seen();
	OffhookVonageProofRules once = rules;

	once.seen = seen;
	/* What is refused does not use it up. */
	g_assert_false(check_with(&once, EXAMPLE, "", NOW));
	g_assert_true(check_with(&once, EXAMPLE, BODY, NOW));
	g_assert_false(check_with(&once, EXAMPLE, BODY, NOW + 1));
	/* For as long as it is good, not only for the usual time. */
	once.max_age_s = 86400;
	g_assert_false(check_with(&once, EXAMPLE, BODY, NOW + 86400));
}

/* Events of a busy account within five minutes: none is taken for a repeated one. */
static void
test_once_each_of_many(void)
{
	g_autoptr(GHashTable) seen = offhook_vonage_proof_new_seen();
	OffhookVonageProofRules once = rules;

	once.seen = seen;
	for (guint i = 0; i < 6000; i++) {
		g_autofree char *claims = g_strdup_printf(
		    "{\"iat\":1767225600,\"jti\":\"%u\",\"iss\":\"Vonage\",\"api_key\":\"" KEY
		    "\",\"payload_hash\":\"" HASH "\"}",
		    i);
		g_autofree char *token =
		    sign("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims, SECRET);

		g_assert_true(check_with(&once, token, BODY, NOW));
	}
}

/* What says when a token is good, and is no number, says nothing. */
static void
test_no_numbers(void)
{
	static const char *const values[] = {"\"1767225600\"", "1767225600.5", "null",
					     "true",           "[]",           "{}"};

	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autofree char *iat = g_strdup_printf("{\"iat\":%s," COMMON "}", values[i]);
		g_autofree char *nbf =
		    g_strdup_printf("{\"iat\":1767225600,\"nbf\":%s," COMMON "}", values[i]);
		g_autofree char *exp =
		    g_strdup_printf("{\"iat\":1767225600,\"exp\":%s," COMMON "}", values[i]);

		g_assert_false(check_claims(iat));
		g_assert_false(check_claims(nbf));
		g_assert_false(check_claims(exp));
	}
}

static void
test_query(void)
{
	g_autoptr(GBytes) payload =
	    offhook_vonage_proof_make_payload("https://a.test/b?to=1&from=a%22b&uuid=x%2Fy#z");
	g_autoptr(GBytes) nothing = offhook_vonage_proof_make_payload("https://a.test/b");
	const char *expected = "{\"to\":\"1\",\"from\":\"a\\\"b\",\"uuid\":\"x/y\"}";

	g_assert_cmpmem(g_bytes_get_data(payload, NULL), g_bytes_get_size(payload), expected,
			strlen(expected));
	g_assert_cmpmem(g_bytes_get_data(nothing, NULL), g_bytes_get_size(nothing), "{}", 2);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vonage/webhook-proof/example", test_example);
	g_test_add_func("/vonage/webhook-proof/form", test_form);
	g_test_add_func("/vonage/webhook-proof/algorithm", test_algorithm);
	g_test_add_func("/vonage/webhook-proof/signature", test_signature);
	g_test_add_func("/vonage/webhook-proof/claims", test_claims);
	g_test_add_func("/vonage/webhook-proof/age", test_age);
	g_test_add_func("/vonage/webhook-proof/hash", test_hash);
	g_test_add_func("/vonage/webhook-proof/once", test_once);
	g_test_add_func("/vonage/webhook-proof/once-each-of-many", test_once_each_of_many);
	g_test_add_func("/vonage/webhook-proof/no-numbers", test_no_numbers);
	g_test_add_func("/vonage/webhook-proof/query", test_query);
	return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Users' tokens, signed here by hand.
 */

#include "http/server/user-token.h"

#include <offhook/error.h>

#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define NOW    1767225600

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
	g_autofree char *signed_text = g_strdup_printf("%s.%s", first, second);
	g_autoptr(GHmac) hmac =
	    g_hmac_new(G_CHECKSUM_SHA256, (const guint8 *)secret, strlen(secret));
	guint8 digest[32];
	gsize size = sizeof digest;
	g_autofree char *third = NULL;

	g_hmac_update(hmac, (const guint8 *)signed_text, -1);
	g_hmac_get_digest(hmac, digest, &size);
	third = encode(digest, size);
	return g_strdup_printf("%s.%s", signed_text, third);
}

static void
test_good(void)
{
	g_autofree char *text =
	    sign(HEADER,
		 "{\"sub\":\"ann\",\"role\":\"authenticated\",\"exp\":1767225700,"
		 "\"iat\":1767225600,\"app_metadata\":{\"team\":\"red\"}}",
		 SECRET);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookUserToken) token = offhook_user_token_check(text, SECRET, NOW, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(token->subject, ==, "ann");
	g_assert_cmpstr(token->role, ==, "authenticated");
	g_assert_nonnull(strstr(token->claims, "\"team\""));
	g_assert_nonnull(strstr(token->claims, "\"sub\""));
}

static void
test_without(void)
{
	g_autofree char *text = sign(HEADER, "{\"exp\":1767225571}", SECRET);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookUserToken) token = offhook_user_token_check(text, SECRET, NOW, &error);

	g_assert_no_error(error);
	g_assert_null(token->subject);
	g_assert_null(token->role);
}

static void
check_refused(const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_user_token_check(text, SECRET, NOW, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
	g_assert_null(strstr(error->message, SECRET));
}

static void
test_refused(void)
{
	static const struct {
		const char *header, *claims, *secret;
	} cases[] = {
	    {HEADER, "{\"sub\":\"ann\",\"exp\":1767225570}", SECRET}, /* over, and the 30 s too */
	    {HEADER, "{\"sub\":\"ann\"}", SECRET},                    /* never over */
	    {HEADER, "{\"sub\":\"ann\",\"exp\":\"1767225700\"}", SECRET},
	    {HEADER, "{\"sub\":\"ann\",\"exp\":1767225700.5}", SECRET},
	    {HEADER, "{\"sub\":\"ann\",\"exp\":1767229900,\"nbf\":1767225631}", SECRET},
	    {HEADER, "{\"sub\":\"ann\",\"exp\":1767229900,\"iat\":1767225631}", SECRET},
	    {HEADER, "{\"sub\":\"ann\",\"exp\":1767225700}", "0123456789abcdef0123456789abcdeF"},
	    {HEADER, "[]", SECRET},
	    {HEADER, "{\"sub\":", SECRET},
	    {"{\"alg\":\"none\"}", "{\"sub\":\"ann\",\"exp\":1767225700}", SECRET},
	    {"{\"alg\":\"HS512\"}", "{\"sub\":\"ann\",\"exp\":1767225700}", SECRET},
	    {"{\"alg\":\"RS256\"}", "{\"sub\":\"ann\",\"exp\":1767225700}", SECRET},
	    {"{}", "{\"sub\":\"ann\",\"exp\":1767225700}", SECRET},
	    /* Extensions that have to be understood, and are not. */
	    {"{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
	     "{\"sub\":\"ann\",\"exp\":1767225700}", SECRET},
	    {"{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
	     "{\"sub\":\"ann\",\"exp\":1767225700}", SECRET},
	    {"{\"alg\":\"HS256\",\"crit\":[]}", "{\"sub\":\"ann\",\"exp\":1767225700}", SECRET},
	    {"{\"alg\":\"HS256\",\"crit\":null}", "{\"sub\":\"ann\",\"exp\":1767225700}", SECRET},
	};
	static const char *const texts[] = {"", ".", "..", "a.b.c", "a.b", "\xc3\xa4..", "a b.c.d"};
	g_autofree char *long_text = g_strnfill(OFFHOOK_USER_TOKEN_MAX + 1, '.');

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = sign(cases[i].header, cases[i].claims, cases[i].secret);

		check_refused(text);
	}
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		check_refused(texts[i]);
	check_refused(long_text);
}

/* Whatever is changed, and whatever is left away. */
static void
test_changed(void)
{
	g_autofree char *text = sign(HEADER, "{\"sub\":\"ann\",\"exp\":1767225700}", SECRET);
	gsize length = strlen(text);
	g_autofree char *unsigned_text = g_strndup(text, strrchr(text, '.') - text + 1);

	check_refused(unsigned_text);
	/* The last letter of a signature has bits that say nothing. */
	for (gsize i = 0; i + 1 < length; i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		check_refused(text);
		text[i] = was;
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http/user-token/good", test_good);
	g_test_add_func("/http/user-token/without", test_without);
	g_test_add_func("/http/user-token/refused", test_refused);
	g_test_add_func("/http/user-token/changed", test_changed);
	return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which files are keys, and whose signature it is. */

#include "emu-error.h"
#include "key.h"
#include "make-key.h"

static void
test_forms(void)
{
	g_autofree gchar *private = NULL;
	g_autofree gchar *public = NULL;
	EVP_PKEY *pair = make_key(&private, &public);
	g_autoptr(OffhookEmuKey) from_private =
	    offhook_emu_key_parse("private", private, strlen(private), NULL);
	g_autoptr(OffhookEmuKey) from_public =
	    offhook_emu_key_parse("public", public, strlen(public), NULL);

	g_assert_nonnull(from_private);
	g_assert_nonnull(from_public);
	EVP_PKEY_free(pair);
}

static void
test_signature(void)
{
	g_autofree gchar *private = NULL;
	g_autofree gchar *public = NULL;
	EVP_PKEY *pair = make_key(&private, &public);
	g_autoptr(OffhookEmuKey) key =
	    offhook_emu_key_parse("public", public, strlen(public), NULL);
	gsize length;
	g_autofree guint8 *signature = sign_text(pair, "a text", &length);

	g_assert_true(offhook_emu_key_verify(key, "a text", 6, signature, length));
	g_assert_false(offhook_emu_key_verify(key, "a test", 6, signature, length));
	g_assert_false(offhook_emu_key_verify(key, "a text", 6, signature, length - 1));
	signature[0] ^= 1;
	g_assert_false(offhook_emu_key_verify(key, "a text", 6, signature, length));
	EVP_PKEY_free(pair);
}

static void
test_refusals(void)
{
	static const gchar *const wrong[] = {
	    "", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_emu_key_parse("x", wrong[i], strlen(wrong[i]), &error));
		g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/vonage/key/forms", test_forms);
	g_test_add_func("/emulators/vonage/key/signature", test_signature);
	g_test_add_func("/emulators/vonage/key/refusals", test_refusals);
	return g_test_run();
}

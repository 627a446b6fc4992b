/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which URL is signed and which one is connected to. */

#include "../address.h"
#include "../emu-error.h"

static void
assert_address(const gchar *to, const gchar *public_url, const gchar *webhook, const gchar *url,
	       const gchar *actual)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuAddress) address =
	    offhook_emu_address_new(to, public_url, "/voice/webhook/x", &error);
	g_autofree gchar *result = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(address->webhook, ==, webhook);
	result = offhook_emu_address_get_actual(address, url, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(result, ==, actual);
}

static void
test_base(void)
{
	assert_address("http://127.0.0.1:3000", NULL, "http://127.0.0.1:3000/voice/webhook/x",
		       "ws://127.0.0.1:3000/media/x", "ws://127.0.0.1:3000/media/x");
	assert_address("http://127.0.0.1:3000/", NULL, "http://127.0.0.1:3000/voice/webhook/x",
		       "http://127.0.0.1:3000/a?b=%2F#c", "http://127.0.0.1:3000/a?b=%2F");
}

static void
test_full_webhook(void)
{
	assert_address("http://127.0.0.1:3000/hook?x=1", NULL, "http://127.0.0.1:3000/hook?x=1",
		       "http://127.0.0.1:3000/hook?x=1", "http://127.0.0.1:3000/hook?x=1");
}

static void
test_public_url(void)
{
	assert_address("http://127.0.0.1:3000", "https://pbx.example.com",
		       "https://pbx.example.com/voice/webhook/x", "wss://pbx.example.com/media/x",
		       "ws://127.0.0.1:3000/media/x");
	assert_address("http://127.0.0.1:3000", "https://pbx.example.com/",
		       "https://pbx.example.com/voice/webhook/x",
		       "https://pbx.example.com:443/after", "http://127.0.0.1:3000/after");
	assert_address("http://127.0.0.1:3000/hook?x=1", "https://pbx.example.com",
		       "https://pbx.example.com/hook?x=1", "https://elsewhere.example.com/b",
		       "https://elsewhere.example.com/b");
	assert_address("http://127.0.0.1:3000", "https://pbx.example.com/hook",
		       "https://pbx.example.com/hook", "ws://pbx.example.com/media",
		       "ws://pbx.example.com/media");
}

static void
test_stream_only(void)
{
	assert_address("ws://127.0.0.1:3000/media/x", NULL, NULL, "ws://127.0.0.1:3000/media/x?a=1",
		       "ws://127.0.0.1:3000/media/x?a=1");
}

static void
test_refusals(void)
{
	static const gchar *const wrong[] = {"",        "127.0.0.1:3000", "ftp://a/",
					     "http://", "http:///x",      "http://[::1"};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_emu_address_new(wrong[i], NULL, "/", &error));
		g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/address/base", test_base);
	g_test_add_func("/emulators/address/full-webhook", test_full_webhook);
	g_test_add_func("/emulators/address/public-url", test_public_url);
	g_test_add_func("/emulators/address/stream-only", test_stream_only);
	g_test_add_func("/emulators/address/refusals", test_refusals);
	return g_test_run();
}

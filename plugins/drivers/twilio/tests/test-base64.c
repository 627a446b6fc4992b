/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../base64.h"

#include <string.h>

static void
test_agrees_with_glib(void)
{
	for (gsize size = 0; size < 700; size++) {
		guint8 data[700], decoded[OFFHOOK_TWILIO_BASE64_DECODED(1000)];
		g_autofree char *expected = NULL;
		char text[OFFHOOK_TWILIO_BASE64_ENCODED(700) + 1] = "";
		gsize length;

		for (gsize i = 0; i < size; i++)
			data[i] = (guint8)g_test_rand_int();
		expected = g_base64_encode(data, size);
		length = offhook_twilio_base64_encode(data, size, (guint8 *)text);
		g_assert_cmpuint(length, ==, OFFHOOK_TWILIO_BASE64_ENCODED(size));
		g_assert_cmpmem(text, length, expected, strlen(expected));
		g_assert_cmpint(offhook_twilio_base64_decode(text, length, decoded), ==,
				(gssize)size);
		g_assert_cmpmem(decoded, size, data, size);
	}
}

static void
test_missing_padding(void)
{
	guint8 out[6];

	g_assert_cmpint(offhook_twilio_base64_decode("/w", 2, out), ==, 1);
	g_assert_cmphex(out[0], ==, 0xff);
	g_assert_cmpint(offhook_twilio_base64_decode("//8", 3, out), ==, 2);
}

static void
test_wrong_text(void)
{
	static const char *const texts[] = {"A",         "=",    "==",       "====",
					    "A===",      "AA=A", "AAAA=",    "AAAAA",
					    "AA\\/AAAA", "AAA-", "AAA_",     "AAAA AAA",
					    "AAAA\nAAA", "=AAA", "AA==AAAA", "\xff\xff\xff\xff"};
	guint8 out[64];

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_cmpint(offhook_twilio_base64_decode(texts[i], strlen(texts[i]), out), ==,
				-1);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/twilio/base64/agrees-with-glib", test_agrees_with_glib);
	g_test_add_func("/twilio/base64/missing-padding", test_missing_padding);
	g_test_add_func("/twilio/base64/wrong-text", test_wrong_text);
	return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../sms-signature.h"

/* The expected values were made with Python's hashlib. */
static const struct {
	const char *method;
	const char *signature;
} cases[] = {
    {"md5hash", "02594e34152d063f1963e5a555d5cf62"},
    {"md5", "8b920b1a32cc416b13f21668f73d1374"},
    {"sha1", "287fb50f986fed44d0565905b38b03c9023ba09d"},
    {"sha256", "7587e8e7b584a0cd2dc1e10e3814a6a87d0bdacf1c2dc17e10033fca09ffcb62"},
    {"sha512", "23c50b9b67cf64cdf8b7e48911b90f47f71f52dcccf69444f3d3a8616e5f44fcf7e5d1c9d2edfb6f9d5"
	       "ecaa4e4aa191515627dfce4820ead3ebf5c8012610b3f"},
};

static GHashTable *
make_fields(void)
{
	GHashTable *fields = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_insert(fields, "msisdn", "447700900001");
	g_hash_table_insert(fields, "to", "15550100002");
	g_hash_table_insert(fields, "messageId", "0A0000001234");
	g_hash_table_insert(fields, "text", "a&b=c");
	g_hash_table_insert(fields, "timestamp", "1767225600");
	g_hash_table_insert(fields, "api-key", "a1b2c3d4");
	return fields;
}

static void
test_methods(void)
{
	g_autoptr(GHashTable) fields = make_fields();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		OffhookVonageSmsMethod method =
		    offhook_vonage_sms_method_from_string(cases[i].method);
		g_autofree char *made = offhook_vonage_sms_signature_make(fields, "secret", method);
		g_autofree char *upper = g_ascii_strup(made, -1);

		g_assert_cmpstr(made, ==, cases[i].signature);
		g_hash_table_insert(fields, "sig", upper);
		g_assert_true(offhook_vonage_sms_signature_check(fields, "secret", method));
		g_assert_false(offhook_vonage_sms_signature_check(fields, "Secret", method));
		g_hash_table_remove(fields, "sig");
		g_assert_false(offhook_vonage_sms_signature_check(fields, "secret", method));
	}
}

static void
test_changed(void)
{
	g_autoptr(GHashTable) fields = make_fields();

	g_hash_table_insert(fields, "sig", (char *)cases[3].signature);
	g_assert_true(
	    offhook_vonage_sms_signature_check(fields, "secret", OFFHOOK_VONAGE_SMS_SHA256));
	g_hash_table_insert(fields, "text", "something else");
	g_assert_false(
	    offhook_vonage_sms_signature_check(fields, "secret", OFFHOOK_VONAGE_SMS_SHA256));
}

/* The same text to sign, but the message has lost two of its fields. */
static void
test_folded(void)
{
	g_autoptr(GHashTable) fields = make_fields();

	g_hash_table_insert(fields, "sig", (char *)cases[3].signature);
	g_assert_true(g_hash_table_remove(fields, "timestamp"));
	g_assert_true(g_hash_table_remove(fields, "to"));
	g_hash_table_insert(fields, "timestamp=1767225600&to", "15550100002");
	g_assert_false(
	    offhook_vonage_sms_signature_check(fields, "secret", OFFHOOK_VONAGE_SMS_SHA256));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vonage/sms-signature/methods", test_methods);
	g_test_add_func("/vonage/sms-signature/changed", test_changed);
	g_test_add_func("/vonage/sms-signature/folded", test_folded);
	return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where webhooks go, and their query strings. */

#include "webhook.h"

static void
test_beside_the_answer(void)
{
	g_autoptr(OffhookEmuAddress) address =
	    offhook_emu_address_new("http://h:1", NULL, "/voice/webhook/x/answer", NULL);
	g_autofree gchar *found = offhook_emu_webhook_find(address, NULL, "event");
	g_autofree gchar *given = offhook_emu_webhook_find(address, "http://other/e", "event");

	g_assert_cmpstr(found, ==, "http://h:1/voice/webhook/x/event");
	g_assert_cmpstr(given, ==, "http://other/e");
}

static void
test_no_webhooks(void)
{
	g_autoptr(OffhookEmuAddress) address =
	    offhook_emu_address_new("ws://h:1/m", NULL, "/", NULL);

	g_assert_null(offhook_emu_webhook_find(address, NULL, "event"));
}

static void
test_query(void)
{
	g_autoptr(JsonObject) fields = json_object_new();
	g_autofree gchar *query = NULL;

	json_object_set_string_member(fields, "from", "1555 0100");
	json_object_set_int_member(fields, "sip_code", 200);
	json_object_set_object_member(fields, "headers", json_object_new());
	query = offhook_emu_webhook_encode(fields);
	g_assert_cmpstr(query, ==, "from=1555+0100&sip_code=200&headers=%7B%7D");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/vonage/webhook/beside-the-answer", test_beside_the_answer);
	g_test_add_func("/emulators/vonage/webhook/no-webhooks", test_no_webhooks);
	g_test_add_func("/emulators/vonage/webhook/query", test_query);
	return g_test_run();
}

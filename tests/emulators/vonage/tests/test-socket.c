/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the server may say on the media socket, and how the socket is asked for. */

#include "emu-error.h"
#include "socket.h"

#include <string.h>

static gboolean
parse(const gchar *text, OffhookEmuCommand *command, gchar **payload)
{
	g_autoptr(GError) error = NULL;

	if (offhook_emu_socket_parse(text, strlen(text), command, payload, &error))
		return TRUE;
	g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT);
	return FALSE;
}

static void
test_commands(void)
{
	g_autofree gchar *payload = NULL;
	OffhookEmuCommand command;

	g_assert_true(parse("{\"action\":\"clear\"}", &command, &payload));
	g_assert_cmpint(command, ==, OFFHOOK_EMU_COMMAND_CLEAR);
	g_assert_null(payload);
	g_assert_true(
	    parse("{\"action\": \"notify\", \"payload\": {\"mark\": 7}}", &command, &payload));
	g_assert_cmpint(command, ==, OFFHOOK_EMU_COMMAND_NOTIFY);
	g_assert_cmpstr(payload, ==, "{\"mark\":7}");
}

static void
test_refusals(void)
{
	static const gchar *const wrong[] = {
	    "",
	    "clear",
	    "[]",
	    "{}",
	    "{\"action\":\"hangup\"}",
	    "{\"action\":\"clear\",\"now\":true}",
	    "{\"action\":\"notify\"}",
	    "{\"action\":\"notify\",\"payload\":\"text\"}",
	    "{\"event\":\"websocket:clear\"}",
	};
	gchar *payload = NULL;
	OffhookEmuCommand command;

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(parse(wrong[i], &command, &payload));
	g_assert_null(payload);
}

static void
test_rate(void)
{
	g_autoptr(JsonObject) endpoint = json_object_new();

	json_object_set_string_member(endpoint, "content-type", "audio/l16;rate=24000");
	g_assert_cmpuint(offhook_emu_socket_get_rate(endpoint), ==, 24000);
}

static void
assert_authorization(const OffhookEmuOptions *options, const gchar *endpoint, const gchar *expected)
{
	g_autoptr(JsonNode) node = json_from_string(endpoint, NULL);
	g_autoptr(SoupMessage) upgrade =
	    offhook_emu_socket_make_upgrade(options, json_node_get_object(node), "http://h/p?k=v");
	const gchar *given = soup_message_headers_get_one(soup_message_get_request_headers(upgrade),
							  "Authorization");

	if (expected != NULL)
		g_assert_true(g_str_has_prefix(given, expected));
	else
		g_assert_null(given);
	g_assert_cmpstr(g_uri_get_query(soup_message_get_uri(upgrade)), ==, "k=v");
}

static void
test_authorization(void)
{
	OffhookEmuAccount account = {.application_id = (gchar *)"app",
				     .api_key = (gchar *)"key",
				     .signature_secret = (gchar *)"secret"};
	OffhookEmuOptions options = {.account = &account};
	static const gchar custom[] =
	    "{\"authorization\":{\"type\":\"custom\",\"value\":\"Token 1\"}}";

	assert_authorization(&options, custom, "Token 1");
	assert_authorization(&options, "{\"authorization\":{\"type\":\"vonage\"}}",
			     "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.");
	account.bad_stream_token = TRUE;
	assert_authorization(&options, custom, "Bearer not-the-token");
	account.no_stream_token = TRUE;
	assert_authorization(&options, custom, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/vonage/socket/commands", test_commands);
	g_test_add_func("/emulators/vonage/socket/refusals", test_refusals);
	g_test_add_func("/emulators/vonage/socket/rate", test_rate);
	g_test_add_func("/emulators/vonage/socket/authorization", test_authorization);
	return g_test_run();
}

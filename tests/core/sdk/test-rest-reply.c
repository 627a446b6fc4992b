/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/rest-reply.h>

#include <string.h>

static OffhookRestReply *
make_reply(guint status, const char *text)
{
	g_autoptr(GBytes) body = g_bytes_new_static(text, strlen(text));
	const OffhookWebResponse response = {.status = status, .body = body};

	return offhook_rest_reply_new(&response);
}

static void
test_success(void)
{
	g_autoptr(OffhookRestReply) reply = make_reply(201, "{\"id\":\"c1\",\"n\":5}");

	g_assert_true(offhook_rest_reply_is_success(reply));
	g_assert_cmpuint(reply->status, ==, 201);
	g_assert_cmpstr(offhook_rest_reply_get_string(reply, "id"), ==, "c1");
	g_assert_null(offhook_rest_reply_get_string(reply, "n"));
	g_assert_null(offhook_rest_reply_get_string(reply, "other"));
}

/* What a refusal calls an id is no id of anything. */
static void
test_refusal(void)
{
	g_autoptr(OffhookRestReply) reply = make_reply(404, "{\"id\":\"c1\"}");

	g_assert_false(offhook_rest_reply_is_success(reply));
	g_assert_nonnull(reply->body);
	g_assert_null(offhook_rest_reply_get_string(reply, "id"));
}

static void
test_no_object(void)
{
	static const char *const texts[] = {"", "<html>", "[1]", "\"id\"", "{\"id\":", "\xff"};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(OffhookRestReply) reply = make_reply(200, texts[i]);

		g_assert_null(reply->body);
		g_assert_true(offhook_rest_reply_is_success(reply));
		g_assert_null(offhook_rest_reply_get_string(reply, "id"));
	}
}

static void
test_no_reply(void)
{
	g_assert_false(offhook_rest_reply_is_success(NULL));
	g_assert_null(offhook_rest_reply_get_string(NULL, "id"));
	offhook_rest_reply_free(NULL);
}

static void
test_edges(void)
{
	static const guint statuses[] = {100, 199, 200, 299, 300};

	for (guint i = 0; i < G_N_ELEMENTS(statuses); i++) {
		g_autoptr(OffhookRestReply) reply = make_reply(statuses[i], "{}");

		g_assert_cmpint(offhook_rest_reply_is_success(reply), ==, statuses[i] / 100 == 2);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rest-reply/success", test_success);
	g_test_add_func("/rest-reply/refusal", test_refusal);
	g_test_add_func("/rest-reply/no-object", test_no_object);
	g_test_add_func("/rest-reply/no-reply", test_no_reply);
	g_test_add_func("/rest-reply/edges", test_edges);
	return g_test_run();
}

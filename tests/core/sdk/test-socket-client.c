/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is said on an open WebSocket, its limits, and its end.
 */

#include "socket-client-fixture.h"

#include <offhook/websocket-frames.h>
#include <string.h>

/* ---- messages ---- */

/* What is sent before it is open arrives, in order. */
static void
test_messages(Fixture *f, gconstpointer data)
{
	const guint8 bytes[3] = {0, 1, 2};

	fixture_connect(f, "/socket");
	offhook_socket_client_send_text(f->client, "early");
	offhook_socket_client_send_binary(f->client, bytes, sizeof(bytes));
	offhook_socket_client_send_text(f->client, "last");
	harness_wait_until(fixture_has_seen, f, "the echo");
	g_assert_cmpstr(f->seen->str, ==, "open early 3 last ");
}

static void
test_long_message(Fixture *f, gconstpointer data)
{
	g_autofree guint8 *bytes = g_malloc0(900000);

	fixture_connect(f, "/socket");
	harness_wait_until(fixture_is_open, f, "it to be open");
	soup_websocket_connection_set_max_incoming_payload_size(f->peer, 0);
	offhook_socket_client_send_binary(f->client, bytes, 900000);
	offhook_socket_client_send_text(f->client, "last");
	harness_wait_until(fixture_has_seen, f, "the echo");
	g_assert_cmpstr(f->seen->str, ==, "open 900000 last ");
}

static void
test_protocol(Fixture *f, gconstpointer data)
{
	fixture_connect_with(f, "/protocol", (OffhookSocketRequest){.protocol = "speech.v1"});
	harness_wait_until(fixture_is_open, f, "it to be open");
	g_assert_cmpstr(offhook_socket_client_get_protocol(f->client), ==, "speech.v1");
}

/* ---- the end ---- */

static void
close_by_peer(Fixture *f, const char *word)
{
	fixture_connect(f, "/socket");
	offhook_socket_client_send_text(f->client, word);
	fixture_wait_for_end(f);
}

static void
test_closed_with_code(Fixture *f, gconstpointer data)
{
	close_by_peer(f, "close");
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpuint(f->code, ==, 1011);
	g_assert_cmpstr(f->reason, ==, "NET-0001");
	g_assert_cmpuint(f->status, ==, 0);
	harness_wait_for(&f->peer_closed, "our goodbye");
	g_assert_cmpuint(soup_websocket_connection_get_close_code(f->peer), ==, 1011);
}

static void
test_closed_normally(Fixture *f, gconstpointer data)
{
	close_by_peer(f, "bye");
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->code, ==, 1000);
}

static void
test_close(Fixture *f, gconstpointer data)
{
	fixture_connect(f, "/socket");
	harness_wait_until(fixture_is_open, f, "it to be open");
	offhook_socket_client_close(f->client, 1000, "done");
	offhook_socket_client_send_text(f->client, "too late");
	offhook_socket_client_close(f->client, 1000, "done");
	fixture_wait_for_end(f);
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->code, ==, 1000);
	harness_wait_for(&f->peer_closed, "the goodbye");
	g_assert_cmpstr(soup_websocket_connection_get_close_data(f->peer), ==, "done");
	g_assert_cmpstr(f->seen->str, ==, "open closed ");
}

static void
test_close_early(Fixture *f, gconstpointer data)
{
	fixture_connect(f, "/hang");
	offhook_socket_client_close(f->client, 1000, NULL);
	fixture_wait_for_end(f);
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->hits, ==, 0);
}

/* Nobody answers the goodbye. */
static void
test_close_unanswered(Fixture *f, gconstpointer data)
{
	fixture_connect(f, "/raw");
	harness_wait_until(fixture_is_open, f, "it to be open");
	offhook_socket_client_close(f->client, 1000, NULL);
	fixture_wait_for_end(f);
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->code, ==, 1006);
}

static void
test_lost(Fixture *f, gconstpointer data)
{
	fixture_connect(f, "/raw");
	harness_wait_until(fixture_has_raw, f, "the handshake");
	g_io_stream_close(f->raw, NULL, NULL);
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpuint(f->code, ==, 1006);
}

/* ---- limits ---- */

/* It takes the connection, and then nothing comes any more, not even answers to pings. */
static void
test_half_open(Fixture *f, gconstpointer data)
{
	fixture_connect_with(f, "/raw", (OffhookSocketRequest){.keep_alive_ms = 50});
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpstr(f->seen->str, ==, "open closed ");
}

static gboolean
is_over_cb(gpointer user_data)
{
	*(gboolean *)user_data = TRUE;
	return G_SOURCE_REMOVE;
}

/* A silent one that answers pings stays. */
static void
test_keep_alive(Fixture *f, gconstpointer data)
{
	gboolean over = FALSE;

	fixture_connect_with(f, "/socket", (OffhookSocketRequest){.keep_alive_ms = 50});
	g_timeout_add(500, is_over_cb, &over);
	harness_wait_for(&over, "ten pings");
	g_assert_false(f->ended);
	g_assert_true(offhook_socket_client_is_open(f->client));
}

/* It never reads: what waits stays within the limit. */
static void
test_backlog(Fixture *f, gconstpointer data)
{
	g_autofree guint8 *bytes = g_malloc0(100000);
	guint n = 0;

	fixture_connect_with(f, "/raw", (OffhookSocketRequest){.max_backlog = 300000});
	harness_wait_until(fixture_is_open, f, "it to be open");
	for (; !f->ended && n < 1000; n++) {
		offhook_socket_client_send_binary(f->client, bytes, 100000);
		g_main_context_iteration(NULL, FALSE);
	}
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpuint(n, <, 1000);
}

static void
test_backlog_before_open(Fixture *f, gconstpointer data)
{
	g_autofree guint8 *bytes = g_malloc0(100000);

	fixture_connect_with(f, "/hang", (OffhookSocketRequest){.max_backlog = 300000});
	for (guint i = 0; i < 10; i++)
		offhook_socket_client_send_binary(f->client, bytes, 100000);
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpuint(f->code, ==, 0);
}

static void
write_raw(Fixture *f, GByteArray *bytes)
{
	g_autoptr(GError) error = NULL;

	harness_wait_until(fixture_has_raw, f, "the handshake");
	g_output_stream_write_all(g_io_stream_get_output_stream(f->raw), bytes->data, bytes->len,
				  NULL, NULL, &error);
	g_assert_no_error(error);
}

static void
test_oversized(Fixture *f, gconstpointer data)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree guint8 *zeros = g_malloc0(5001);

	fixture_connect_with(f, "/raw", (OffhookSocketRequest){.max_message = 5000});
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_BINARY, zeros, 5000);
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_BINARY, zeros, 5001);
	write_raw(f, bytes);
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpstr(f->seen->str, ==, "open 5000 closed ");
}

/* In fragments it is no shorter. */
static void
test_oversized_fragments(Fixture *f, gconstpointer data)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree guint8 *zeros = g_malloc0(4000);
	gsize second;

	fixture_connect_with(f, "/raw", (OffhookSocketRequest){.max_message = 5000});
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_BINARY, zeros, 4000);
	bytes->data[0] &= 0x7f;
	second = bytes->len;
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_BINARY, zeros, 4000);
	bytes->data[second] &= 0xf0;
	write_raw(f, bytes);
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

static void
test_closed_busy(Fixture *f, gconstpointer data)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) payload = g_byte_array_new();

	fixture_connect(f, "/raw");
	offhook_websocket_append_close(payload, 1013, "try later");
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_CLOSE, payload->data,
				 payload->len);
	write_raw(f, bytes);
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	g_assert_cmpuint(f->code, ==, 1013);
	g_assert_cmpstr(f->reason, ==, "try later");
}

static void
test_garbage(Fixture *f, gconstpointer data)
{
	static const char noise[] = "\xff no frame at all";
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	fixture_connect(f, "/raw");
	g_byte_array_append(bytes, (const guint8 *)noise, sizeof(noise));
	write_raw(f, bytes);
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

/* ---- dropping it ---- */

static void
settle(Fixture *f)
{
	gboolean over = FALSE;

	g_timeout_add(100, is_over_cb, &over);
	harness_wait_for(&over, "what may come late");
}

static void
test_free_at_once(Fixture *f, gconstpointer data)
{
	fixture_connect(f, "/socket");
	g_clear_pointer(&f->client, offhook_socket_client_free);
	settle(f);
	g_assert_cmpuint(f->hits, ==, 0);
	g_assert_null(f->peer);
}

static void
test_free_while_connecting(Fixture *f, gconstpointer data)
{
	fixture_connect(f, "/hang");
	for (guint i = 0; i < 3; i++)
		g_main_context_iteration(NULL, TRUE);
	g_clear_pointer(&f->client, offhook_socket_client_free);
	settle(f);
	g_assert_cmpuint(f->endings, ==, 0);
}

static void
test_free_while_open(Fixture *f, gconstpointer data)
{
	fixture_connect(f, "/socket");
	harness_wait_until(fixture_is_open, f, "it to be open");
	g_clear_pointer(&f->client, offhook_socket_client_free);
	harness_wait_for(&f->peer_closed, "the goodbye");
	g_assert_cmpuint(soup_websocket_connection_get_close_code(f->peer), ==, 1000);
	g_assert_cmpuint(f->endings, ==, 0);
}

/* In each callback; what came in the same read is not told. */
static void
test_free_in_callback(Fixture *f, gconstpointer data)
{
	f->free_on = data;
	fixture_connect(f, "/socket");
	offhook_socket_client_send_text(f->client, "one");
	offhook_socket_client_send_binary(f->client, (const guint8 *)"..", 2);
	offhook_socket_client_send_text(f->client, "close");
	while (f->client != NULL)
		g_main_context_iteration(NULL, TRUE);
	settle(f);
	g_string_truncate(f->seen, f->seen->len - 1);
	g_assert_true(g_str_has_suffix(f->seen->str, data));
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"messages", test_messages},
	    {"long-message", test_long_message},
	    {"protocol", test_protocol},
	    {"closed/with-code", test_closed_with_code},
	    {"closed/normally", test_closed_normally},
	    {"closed/busy", test_closed_busy},
	    {"close", test_close},
	    {"close-early", test_close_early},
	    {"close-unanswered", test_close_unanswered},
	    {"lost", test_lost},
	    {"half-open", test_half_open},
	    {"keep-alive", test_keep_alive},
	    {"backlog", test_backlog},
	    {"backlog-before-open", test_backlog_before_open},
	    {"oversized", test_oversized},
	    {"oversized-fragments", test_oversized_fragments},
	    {"garbage", test_garbage},
	    {"free/at-once", test_free_at_once},
	    {"free/while-connecting", test_free_while_connecting},
	    {"free/while-open", test_free_while_open},
	};
	static const char *const callbacks[] = {"open", "one", "2", "closed"};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/socket-client/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
	}
	for (guint i = 0; i < G_N_ELEMENTS(callbacks); i++) {
		g_autofree char *path = g_strconcat("/socket-client/free/in-", callbacks[i], NULL);

		g_test_add(path, Fixture, callbacks[i], fixture_set_up, test_free_in_callback,
			   fixture_tear_down);
	}
	return g_test_run();
}

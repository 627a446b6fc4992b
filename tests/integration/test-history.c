/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Looking back through the doors: pages, searching, statistics, exports, and the commands for them. The
 * calls are put into the database while no daemon runs, as a version without search wrote them.
 */

#include "fixture.h"

#include "harness.h"

#include <sqlite3.h>
#include <sysexits.h>

#define CONFIG                                                                                     \
	"[driver:loopback]\nhangup-after-silence-ms=60000\n"                                       \
	"[assistant:line]\ndriver=loopback\nagents=echo\n"

/* More than two pages of an export. */
#define CALLS 1203

static void
test_run_sql(Fixture *fixture, const char *sql)
{
	g_autofree char *path = g_build_filename(fixture->dir, "state", "offhook.db", NULL);
	sqlite3 *db = NULL;

	g_assert_cmpint(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
	sqlite3_exec(db, sql, NULL, NULL, NULL);
	g_assert_cmpstr(sqlite3_errmsg(db), ==, "not an error");
	sqlite3_close(db);
}

/* Call "c0000" on: every third has failed, the rest were answered and lasted a minute. */
static void
test_fill(Fixture *fixture)
{
	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	json_object_unref(fixture_request(fixture, "GET", "/health", NULL, 200));
	fixture_stop(fixture);
	test_run_sql(
	    fixture,
	    "WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < "
	    "1202) INSERT INTO calls (id, driver, assistant, direction, from_number, to_number, "
	    "status, created_us, answered_us, ended_us, end_reason, node, cost) "
	    "SELECT printf('c%04d', i), 'loopback', 'line', 'inbound', '+1555010' || "
	    "printf('%04d', "
	    "i), '+15550990000', CASE i % 3 WHEN 0 THEN 'failed' ELSE 'completed' END, "
	    "1714564800000000 + i * 1000000, CASE i % 3 WHEN 0 THEN NULL ELSE 1714564800000000 + i "
	    "* 1000000 END, 1714564860000000 + i * 1000000, NULL, 'elsewhere', CASE i % 3 WHEN 0 "
	    "THEN NULL ELSE 0.25 END FROM n;"
	    "UPDATE calls SET end_reason = '=HYPERLINK(\"http://x\",\"y\"),' || char(13) || "
	    "char(10) "
	    "|| 'more' WHERE id = 'c0001';"
	    "INSERT INTO conversations (id, call_id, status, created_us) VALUES ('t1', 'c0001', "
	    "'completed', 1714564801000000);"
	    "INSERT INTO messages (id, conversation_id, call_id, role, content, at_us, "
	    "interrupted, "
	    "seq) VALUES ('m1', 't1', 'c0001', 'user', 'Un café, s''il vous plaît', "
	    "1714564802000000, 0, 1), ('m2', 't1', 'c0001', 'assistant', 'Bien sûr', "
	    "1714564803000000, 1, 2);"
	    "INSERT INTO turns (call_id, turn_index, started_us, answer_delay_ms, due_ms, "
	    "agent_ms, "
	    "own_share_ms, user_message_id, assistant_message_id, interrupted) VALUES ('c0001', 0, "
	    "1714564802000000, 612, 200, 300, 2, 'm1', 'm2', 1);"
	    "INSERT INTO call_events (call_id, seq, at_us, type, data) VALUES ('c0001', 1, "
	    "1714564801000000, 'call.started', '{}'), ('c0001', 2, 1714564802500000, "
	    "'tool.called', "
	    "'{\"tool\":\"find_menu\"}')");
	fixture_start(fixture);
}

static guint
test_count(JsonObject *reply, const char *member)
{
	return json_array_get_length(json_object_get_array_member(reply, member));
}

static void
test_calls(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_strdup("/history/calls?status=failed&limit=100");
	guint n = 0;

	test_fill(fixture);
	while (path != NULL) {
		g_autoptr(JsonObject) page = fixture_request(fixture, "GET", path, NULL, 200);
		const char *cursor =
		    json_object_get_string_member_with_default(page, "next_cursor", NULL);

		n += test_count(page, "calls");
		g_free(path);
		path = cursor != NULL
			   ? g_strdup_printf("/history/calls?status=failed&limit=100&cursor=%s",
					     cursor)
			   : NULL;
	}
	g_assert_cmpuint(n, ==, CALLS / 3);
}

static void
test_expect_count(Fixture *fixture, const char *query, guint n)
{
	g_autofree char *path = g_strconcat("/history/calls?limit=500&", query, NULL);
	g_autoptr(JsonObject) page = fixture_request(fixture, "GET", path, NULL, 200);

	g_test_message("%s", query);
	g_assert_cmpuint(test_count(page, "calls"), ==, n);
}

static void
test_filters(Fixture *fixture, gconstpointer data)
{
	test_fill(fixture);
	test_expect_count(fixture, "phone_number=%2B15550100007", 1);
	test_expect_count(fixture, "direction=outbound", 0);
	test_expect_count(fixture, "provider=loopback", 500);
	test_expect_count(fixture, "assistant=nobody", 0);
	test_expect_count(fixture, "from=2024-05-01T12:20:00Z", 3);
	test_expect_count(fixture, "to=2024-05-01T12:00:05.000Z", 5);
	test_expect_count(fixture, "from=2024-05-02", 0);
	test_expect_count(fixture, "min_duration=61", 0);
	test_expect_count(fixture, "max_duration=0&to=2024-05-01T12:01:00Z", 20);
	test_expect_count(fixture, "min_cost=0.2&to=2024-05-01T12:01:00Z", 40);
	test_expect_count(fixture, "max_cost=0.1&to=2024-05-01T12:01:00Z", 20);
}

static void
test_expect_refused(Fixture *fixture, const char *path, const char *field)
{
	g_autoptr(JsonObject) reply = fixture_request(fixture, "GET", path, NULL, 400);
	JsonObject *error = json_object_get_object_member(reply, "error");
	JsonObject *details = json_object_get_object_member(error, "details");

	g_assert_cmpstr(json_object_get_string_member(error, "code"), ==, "VALIDATION_ERROR");
	g_assert_cmpstr(json_object_get_string_member(details, "field"), ==, field);
	g_assert_true(json_object_has_member(details, "value"));
	g_assert_true(json_object_has_member(details, "expected"));
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	test_expect_refused(fixture, "/history/calls?limit=0", "limit");
	test_expect_refused(fixture, "/history/calls?limit=501", "limit");
	test_expect_refused(fixture, "/history/calls?status=asleep", "status");
	test_expect_refused(fixture, "/history/calls?from=yesterday", "from");
	test_expect_refused(fixture, "/history/calls?to=1969-12-31", "to");
	test_expect_refused(fixture, "/history/calls?from=2024-05-02&to=2024-05-01", "to");
	test_expect_refused(fixture, "/history/calls?min_duration=nan", "min_duration");
	test_expect_refused(fixture, "/history/calls?max_cost=-1", "max_cost");
	test_expect_refused(fixture, "/history/calls?min_cost=2&max_cost=1", "max_cost");
	test_expect_refused(fixture, "/history/calls?cursor=x", "cursor");
	test_expect_refused(fixture, "/history/calls?text=%2A", "text");
	test_expect_refused(fixture, "/history/search", "text");
	test_expect_refused(fixture, "/history/search?text=%22", "text");
	test_expect_refused(fixture, "/history/search?text=hello&limit=101", "limit");
	test_expect_refused(fixture, "/history/search?text=hello&role=parrot", "role");
	test_expect_refused(fixture, "/history/stats?group_by=month", "group_by");
	test_expect_refused(fixture, "/history/stats?from=2024-05-02&to=2024-05-01", "to");
	test_expect_refused(fixture, "/history/stats?from=1999-01-01&to=2024-05-01", "to");
	test_expect_refused(fixture, "/history/export?format=xml", "format");
	test_expect_refused(fixture, "/history/export?status=asleep", "status");
	token = g_steal_pointer(&fixture->token);
	fixture->token = g_strdup("wrong");
	json_object_unref(fixture_request(fixture, "GET", "/history/calls", NULL, 401));
	json_object_unref(fixture_request(fixture, "GET", "/history/export", NULL, 401));
	g_free(fixture->token);
	fixture->token = g_steal_pointer(&token);
}

/* The messages become searchable some time after the start. */
static JsonObject *
test_search(Fixture *fixture, const char *path)
{
	for (;;) {
		JsonObject *reply = fixture_request(fixture, "GET", path, NULL, 200);

		if (test_count(reply, "hits") > 0)
			return reply;
		json_object_unref(reply);
	}
}

static void
test_searching(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;
	g_autoptr(JsonObject) calls = NULL;
	g_autoptr(JsonObject) none = NULL;
	JsonObject *hit, *place;

	test_fill(fixture);
	reply = test_search(fixture, "/history/search?text=CAFE");
	g_assert_cmpuint(test_count(reply, "hits"), ==, 1);
	g_assert_true(json_object_get_null_member(reply, "next_cursor"));
	hit = json_array_get_object_element(json_object_get_array_member(reply, "hits"), 0);
	g_assert_cmpstr(json_object_get_string_member(hit, "call_id"), ==, "c0001");
	g_assert_cmpstr(json_object_get_string_member(hit, "snippet"), ==,
			"Un café, s'il vous plaît");
	g_assert_cmpstr(json_object_get_string_member(hit, "phone_number"), ==, "+15550100001");
	place = json_array_get_object_element(json_object_get_array_member(hit, "highlights"), 0);
	g_assert_cmpint(json_object_get_int_member(place, "start"), ==, 3);
	g_assert_cmpint(json_object_get_int_member(place, "length"), ==, 4);
	calls = fixture_request(fixture, "GET", "/history/calls?text=caf%C3%A9", NULL, 200);
	g_assert_cmpuint(test_count(calls, "calls"), ==, 1);
	none =
	    fixture_request(fixture, "GET", "/history/search?text=cafe&role=assistant", NULL, 200);
	g_assert_cmpuint(test_count(none, "hits"), ==, 0);
}

static void
test_statistics(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *day, *total;

	test_fill(fixture);
	reply = fixture_request(fixture, "GET",
				"/history/stats?from=2024-05-01&to=2024-05-02&group_by="
				"day,provider,assistant",
				NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(reply, "from"), ==, "2024-05-01");
	g_assert_cmpstr(json_object_get_string_member(reply, "to"), ==, "2024-05-02");
	g_assert_cmpuint(test_count(reply, "stats"), ==, 1);
	day = json_array_get_object_element(json_object_get_array_member(reply, "stats"), 0);
	g_assert_cmpstr(json_object_get_string_member(day, "day"), ==, "2024-05-01");
	g_assert_cmpstr(json_object_get_string_member(day, "provider"), ==, "loopback");
	g_assert_cmpstr(json_object_get_string_member(day, "assistant"), ==, "line");
	total = json_object_get_object_member(reply, "total");
	g_assert_cmpint(json_object_get_int_member(total, "calls"), ==, CALLS);
	g_assert_cmpint(json_object_get_int_member(total, "answered"), ==, CALLS / 3 * 2);
	g_assert_cmpfloat(json_object_get_double_member(total, "answer_rate"), ==, 0.6667);
	g_assert_cmpfloat(json_object_get_double_member(total, "minutes"), ==, CALLS / 3 * 2);
	g_assert_cmpfloat(json_object_get_double_member(total, "cost"), ==, CALLS / 3 * 2 * 0.25);
	g_assert_cmpfloat(json_object_get_double_member(total, "median_answer_delay_ms"), ==, 615);
}

/* ---- exports ---- */

/* (transfer full) */
static SoupMessage *
test_make_message(Fixture *fixture, const char *path)
{
	g_autofree char *url = g_strconcat(fixture->url, path, NULL);
	g_autofree char *authorization = g_strconcat("Bearer ", fixture->token, NULL);
	SoupMessage *msg = soup_message_new("GET", url);

	soup_message_headers_replace(soup_message_get_request_headers(msg), "Authorization",
				     authorization);
	return msg;
}

/* (transfer full): lines */
static char **
test_export(Fixture *fixture, const char *path, const char *type, const char *line_end)
{
	g_autoptr(SoupMessage) msg = test_make_message(fixture, path);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = soup_session_send_and_read(fixture->session, msg, NULL, &error);
	g_autofree char *text = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(soup_message_get_status(msg), ==, 200);
	g_assert_cmpstr(
	    soup_message_headers_get_one(soup_message_get_response_headers(msg), "Content-Type"),
	    ==, type);
	text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	return g_strsplit(text, line_end, -1);
}

static void
test_export_jsonl(Fixture *fixture, gconstpointer data)
{
	g_auto(GStrv) lines = NULL;

	test_fill(fixture);
	lines = test_export(fixture, "/history/export", "application/x-ndjson", "\n");
	g_assert_cmpuint(g_strv_length(lines), ==, CALLS + 1);
	for (guint i = 0; i < CALLS; i++) {
		g_autofree char *id = g_strdup_printf("c%04u", CALLS - 1 - i);
		g_autoptr(JsonNode) node = json_from_string(lines[i], NULL);

		g_assert_nonnull(node);
		g_assert_cmpstr(
		    json_object_get_string_member(json_node_get_object(node), "call_id"), ==, id);
	}
	g_assert_cmpstr(lines[CALLS], ==, "");
}

static void
test_export_csv(Fixture *fixture, gconstpointer data)
{
	g_auto(GStrv) lines = NULL;
	g_auto(GStrv) one = NULL;
	g_auto(GStrv) none = NULL;

	test_fill(fixture);
	lines = test_export(fixture, "/history/export?format=csv&status=failed",
			    "text/csv; charset=utf-8", "\r\n");
	g_assert_cmpuint(g_strv_length(lines), ==, CALLS / 3 + 2);
	g_assert_true(g_str_has_prefix(lines[0], "call_id,status,direction,from,to,provider,"));
	g_assert_cmpstr(lines[1], ==,
			"c1200,failed,inbound,+15550101200,+15550990000,loopback,,line,"
			"2024-05-01T12:20:00.000Z,,2024-05-01T12:21:00.000Z,0,,,,,,,");
	one = test_export(fixture, "/history/export?format=csv&phone_number=%2B15550100001",
			  "text/csv; charset=utf-8", "\n");
	g_assert_cmpstr(
	    one[1], ==,
	    "c0001,completed,inbound,+15550100001,+15550990000,loopback,,line,"
	    "2024-05-01T12:00:01.000Z,2024-05-01T12:00:01.000Z,2024-05-01T12:01:01.000Z,"
	    "60,\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\"),\r");
	g_assert_cmpstr(one[2], ==, "more\",,,,,,0.25\r");
	none = test_export(fixture, "/history/export?format=csv&status=busy",
			   "text/csv; charset=utf-8", "\r\n");
	g_assert_cmpuint(g_strv_length(none), ==, 2);
}

/* Those who hang up in the middle, and who only look at the head, keep nothing. */
static void
test_export_cut(Fixture *fixture, gconstpointer data)
{
	test_fill(fixture);
	for (guint i = 0; i < 12; i++) {
		g_autoptr(SoupMessage) msg = test_make_message(fixture, "/history/export");
		g_autoptr(GError) error = NULL;
		g_autoptr(GInputStream) body = NULL;
		char byte;

		if (i % 3 == 2)
			soup_message_set_method(msg, "HEAD");
		body = soup_session_send(fixture->session, msg, NULL, &error);
		g_assert_no_error(error);
		if (soup_message_get_status(msg) == 503) {
			/* Those before have not been noticed to be gone yet. */
			i--;
			continue;
		}
		g_assert_cmpuint(soup_message_get_status(msg), ==, 200);
		if (i % 3 == 0)
			g_assert_cmpint(g_input_stream_read(body, &byte, 1, NULL, NULL), ==, 1);
		g_input_stream_close(body, NULL, NULL);
	}
}

/* ---- commands ---- */

static void
test_commands(Fixture *fixture, gconstpointer data)
{
	g_autofree char *list = NULL;
	g_autofree char *all = NULL;
	g_auto(GStrv) lines = NULL;
	g_autofree char *path = NULL;
	g_autofree char *kept = NULL;

	test_fill(fixture);
	list = fixture_run_cli(fixture, "history --status failed --limit 3", 0);
	g_assert_nonnull(strstr(list, "ASSISTANT"));
	g_assert_nonnull(strstr(list, "c1200"));
	g_assert_nonnull(strstr(list, "There are more"));
	fixture_expect_cli(fixture, "history --number +15550100007", 0, "c0007");
	fixture_expect_cli(fixture, "--json history --limit 700 | grep -c '\"call_id\"'", 0, "700");
	fixture_expect_cli(fixture, "history --limit 0", EX_USAGE, "--limit");
	fixture_expect_cli(fixture, "history --status asleep", 1, "asleep");
	json_object_unref(test_search(fixture, "/history/search?text=cafe"));
	fixture_expect_cli(fixture, "search café 'vous plait'", 0, "s'il vous plaît");
	fixture_expect_cli(fixture, "search '\"'", 1, "words");
	fixture_expect_cli(fixture, "export -o \"$(dirname \"$1\")/calls.csv\"", 0, "");
	fixture_expect_cli(fixture, "--version; head -1 \"$(dirname \"$1\")/calls.csv\"", 0,
			   "call_id,");
	fixture_expect_cli(fixture, "search zanzibar", 0, "nobody has said \"zanzibar\"");
	fixture_expect_cli(fixture, "search", EX_USAGE, "WORD");
	fixture_expect_cli(fixture, "stats --from 2024-05-01 --to 2024-05-01", 0, "66.7 %");
	all = fixture_run_cli(fixture, "export", 0);
	lines = g_strsplit(all, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, CALLS + 1);
	path = g_build_filename(fixture->dir, "calls.csv", NULL);
	g_free(fixture_run_cli(fixture,
			       "export --format csv --output \"$(dirname \"$1\")/calls.csv\"", 0));
	g_assert_true(g_file_get_contents(path, &kept, NULL, NULL));
	g_assert_true(g_str_has_prefix(kept, "call_id,"));
	fixture_expect_cli(fixture, "export --format xml", EX_USAGE, "xml");
}

/* What was said, with what happened and how long it took, in its place. */
static void
test_show(Fixture *fixture, gconstpointer data)
{
	g_autofree char *text = NULL;
	const char *said, *tool, *answered;

	test_fill(fixture);
	text = fixture_run_cli(fixture, "show c0001", 0);
	said = strstr(text, "Un café");
	tool = strstr(text, "find_menu");
	answered = strstr(text, "Bien sûr");
	g_assert_nonnull(said);
	g_assert_nonnull(tool);
	g_assert_nonnull(answered);
	g_assert_true(said < tool && tool < answered);
	g_assert_nonnull(strstr(answered, "answered after 612 ms"));
}

/* Recordings are files of calls with ids of their own. */
#define RECORDED "018f3412-5a40-7000-8000-000000000001"

static void
test_play(Fixture *fixture, gconstpointer data)
{
	g_autofree char *folder = g_build_filename(fixture->dir, "state", "recordings", NULL);
	g_autofree char *wav = g_build_filename(folder, RECORDED ".wav", NULL);
	g_autofree char *kept = g_build_filename(fixture->dir, "kept.wav", NULL);
	g_autofree char *sql = NULL;
	g_autofree char *text = NULL;

	test_fill(fixture);
	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(wav, "RIFF and more", -1, NULL));
	fixture_stop(fixture);
	sql = g_strdup_printf(
	    "INSERT INTO calls (id, driver, direction, status, created_us, ended_us, node) VALUES "
	    "('" RECORDED "', 'twilio', 'inbound', 'completed', 1714564801000000, "
	    "1714564802000000, 'host');"
	    "INSERT INTO recordings VALUES ('r1', '" RECORDED "', '%s', 'wav', "
	    "1714564801000000, 1000, 'completed')",
	    wav);
	test_run_sql(fixture, sql);
	fixture_start(fixture);
	g_free(fixture_run_cli(fixture, "play " RECORDED " --output \"$(dirname \"$1\")/kept.wav\"",
			       0));
	g_assert_true(g_file_get_contents(kept, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "RIFF and more");
	fixture_expect_cli(fixture, "play c0002", 1, "");
	fixture_expect_cli(fixture, "play c0002 --output \"$(dirname \"$1\")/kept.wav\"", 1,
			   "(404)");
	g_clear_pointer(&text, g_free);
	g_assert_true(g_file_get_contents(kept, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "RIFF and more");
}

/* What another process has, or has left: nobody here can end it, and that it has ended would be a lie. */
static void
test_end_elsewhere(Fixture *fixture, gconstpointer data)
{
	test_fill(fixture);
	fixture_stop(fixture);
	test_run_sql(
	    fixture,
	    "INSERT INTO calls (id, driver, direction, status, created_us, node) VALUES "
	    "('c9999', 'twilio', 'inbound', 'in-progress', 1714564801000000, 'elsewhere')");
	fixture_start(fixture);
	json_object_unref(fixture_request(fixture, "POST", "/voice/calls/c9999/end", "{}", 503));
	json_object_unref(fixture_request(fixture, "POST", "/voice/calls/c0001/end", "{}", 200));
	json_object_unref(fixture_request(fixture, "POST", "/voice/calls/c9998/end", "{}", 404));
}

#define TEST(name, func)                                                                           \
	g_test_add("/integration/history/" name, Fixture, NULL, fixture_set_up, func,              \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("calls", test_calls);
	TEST("filters", test_filters);
	TEST("refused", test_refused);
	TEST("search", test_searching);
	TEST("statistics", test_statistics);
	TEST("export-jsonl", test_export_jsonl);
	TEST("export-csv", test_export_csv);
	TEST("export-cut", test_export_cut);
	TEST("commands", test_commands);
	TEST("show", test_show);
	TEST("play", test_play);
	TEST("end-elsewhere", test_end_elsewhere);
	return g_test_run();
}

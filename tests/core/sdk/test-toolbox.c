/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tools of a conversation, and their runs.
 */

#include "harness.h"

#include <offhook/offhook.h>
#include <string.h>

typedef struct {
	OffhookToolbox *toolbox;
	OffhookToolRun *asked; /* (nullable): what the tool was last asked */
	guint n_asked;
	guint n_done;
	guint n_ended; /* as the signal tells */
	gboolean done;
	char *result;
	OffhookToolRunStatus status;
} Fixture;

static void
ask_cb(OffhookToolRun *run, gpointer user_data)
{
	Fixture *f = user_data;

	f->n_asked++;
	g_set_object(&f->asked, run);
}

static void
finish_at_once_cb(OffhookToolRun *run, gpointer user_data)
{
	offhook_tool_run_act(run, OFFHOOK_ACTION_SEND_DTMF, "12");
	offhook_tool_run_finish(run, "quick");
}

static void
done_cb(OffhookToolRun *run, gpointer user_data)
{
	Fixture *f = user_data;

	f->n_done++;
	f->done = TRUE;
	g_free(f->result);
	f->result = g_strdup(offhook_tool_run_get_result(run));
	f->status = offhook_tool_run_get_status(run);
}

static void
ended_cb(OffhookToolbox *toolbox, OffhookToolRun *run, gpointer user_data)
{
	((Fixture *)user_data)->n_ended++;
}

static void
add(Fixture *f, const char *name, guint timeout_ms, OffhookToolFunc func)
{
	const OffhookToolDescription description = {
	    .name = name, .timeout_ms = timeout_ms, .max_result = 20};
	g_autoptr(GError) error = NULL;

	offhook_toolbox_add(f->toolbox, &description, func, f, NULL, &error);
	g_assert_no_error(error);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	f->toolbox = offhook_toolbox_new();
	g_signal_connect(f->toolbox, "ended", G_CALLBACK(ended_cb), f);
	add(f, "slow", 0, ask_cb);
	add(f, "short", 1, ask_cb);
	add(f, "quick", 0, finish_at_once_cb);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	if (f->toolbox != NULL)
		g_assert_finalize_object(f->toolbox);
	g_clear_object(&f->asked);
	g_free(f->result);
}

static OffhookToolRun *
start(Fixture *f, const char *name, const char *arguments)
{
	const OffhookToolCall call = {(char *)"c1", (char *)name, (char *)arguments};

	return offhook_toolbox_start(f->toolbox, &call, done_cb, f);
}

static void
test_names(Fixture *f, gconstpointer data)
{
	static const char *const bad[] = {"", "a b", "ä", "quick", NULL};
	g_autofree char *longest = g_strnfill(65, 'a');
	g_autoptr(GPtrArray) list = offhook_toolbox_list(f->toolbox);
	OffhookToolDescription description = {.name = longest};

	g_assert_cmpuint(list->len, ==, 3);
	g_assert_cmpstr(offhook_toolbox_find(f->toolbox, "short")->name, ==, "short");
	g_assert_null(offhook_toolbox_find(f->toolbox, "nothing"));
	g_assert_false(offhook_toolbox_add(f->toolbox, &description, ask_cb, f, NULL, NULL));
	for (guint i = 0; bad[i] != NULL; i++) {
		g_autoptr(GError) error = NULL;

		description.name = bad[i];
		g_assert_false(
		    offhook_toolbox_add(f->toolbox, &description, ask_cb, f, NULL, &error));
		g_assert_nonnull(error);
	}
	offhook_toolbox_remove(f->toolbox, "short");
	g_assert_null(offhook_toolbox_find(f->toolbox, "short"));
}

static void
test_offer(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();

	offhook_toolbox_offer(f->toolbox, request);
	g_assert_cmpuint(offhook_completion_request_get_tools(request)->len, ==, 3);
}

static void
test_finish(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) run = start(f, "slow", "{\"a\":1}");

	g_assert_cmpint(json_object_get_int_member(offhook_tool_run_get_arguments(f->asked), "a"),
			==, 1);
	offhook_tool_run_finish(f->asked, "0123456789012345678é and more");
	g_assert_cmpuint(f->n_done, ==, 0);
	offhook_tool_run_finish(f->asked, "late");
	harness_wait_for(&f->done, "the result");
	g_assert_cmpint(f->status, ==, OFFHOOK_TOOL_RUN_OK);
	g_assert_cmpstr(f->result, ==, "0123456789012345678 ... (cut)");
	g_assert_cmpuint(f->n_ended, ==, 1);
}

static void
test_at_once(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) run = start(f, "quick", "{}");
	OffhookAction action;
	const char *argument;

	g_assert_cmpuint(f->n_done, ==, 0);
	harness_wait_for(&f->done, "the result");
	g_assert_cmpstr(f->result, ==, "quick");
	g_assert_true(offhook_tool_run_get_action(run, &action, &argument));
	g_assert_cmpint(action, ==, OFFHOOK_ACTION_SEND_DTMF);
	g_assert_cmpstr(argument, ==, "12");
}

static void
test_refused(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) unknown = start(f, "nothing", "{}");
	g_autoptr(OffhookToolRun) garbage = NULL;

	harness_wait_for(&f->done, "the result");
	g_assert_cmpint(f->status, ==, OFFHOOK_TOOL_RUN_FAILED);
	g_assert_cmpstr(f->result, ==, "Failed: there is no such tool");
	f->done = FALSE;
	garbage = start(f, "slow", "[1");
	harness_wait_for(&f->done, "the result");
	g_assert_cmpint(f->status, ==, OFFHOOK_TOOL_RUN_FAILED);
	g_assert_cmpuint(f->n_asked, ==, 0);
}

/* A tool is asked with arguments as it wants them, or not at all. */
static void
test_schema(Fixture *f, gconstpointer data)
{
	g_autoptr(JsonNode) good = json_from_string(
	    "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}", NULL);
	g_autoptr(JsonNode) bad = json_from_string("{\"$ref\":\"https://example.com/\"}", NULL);
	OffhookToolDescription description = {.name = "count",
					      .parameters = json_node_get_object(good)};
	g_autoptr(OffhookToolRun) wrong = NULL;
	g_autoptr(OffhookToolRun) right = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_toolbox_add(f->toolbox, &description, ask_cb, f, NULL, &error));
	wrong = start(f, "count", "{\"n\":\"three\"}");
	harness_wait_for(&f->done, "the result");
	g_assert_cmpint(f->status, ==, OFFHOOK_TOOL_RUN_FAILED);
	g_assert_cmpuint(f->n_asked, ==, 0);
	right = start(f, "count", "{\"n\":3}");
	g_assert_cmpuint(f->n_asked, ==, 1);
	offhook_tool_run_finish(right, "3");
	description.name = "far";
	description.parameters = json_node_get_object(bad);
	g_assert_false(offhook_toolbox_add(f->toolbox, &description, ask_cb, f, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
}

/* ---- what the caller must have agreed to ---- */

static gint
judge(const char *language, const char *words)
{
	g_assert_cmpstr(language, ==, "de-DE");
	if (g_str_has_prefix(words, "ja"))
		return 1;
	return g_str_has_prefix(words, "nein") ? 0 : -1;
}

static void
expect(Fixture *f, const char *arguments, gboolean done)
{
	g_autoptr(OffhookToolRun) run = NULL;
	guint asked = f->n_asked;

	f->done = FALSE;
	run = start(f, "order", arguments);
	if (done)
		offhook_tool_run_finish(run, "done");
	harness_wait_for(&f->done, "the result");
	g_assert_cmpint(f->status, ==, done ? OFFHOOK_TOOL_RUN_OK : OFFHOOK_TOOL_RUN_UNCONFIRMED);
	g_assert_cmpuint(f->n_asked - asked, ==, done ? 1 : 0);
}

static void
say(Fixture *f, const char *words)
{
	offhook_toolbox_begin_turn(f->toolbox, words);
}

static void
add_order(Fixture *f, gboolean with_judge)
{
	const OffhookToolDescription description = {.name = "order", .flags = OFFHOOK_TOOL_CONFIRM};

	offhook_toolbox_add(f->toolbox, &description, ask_cb, f, NULL, NULL);
	if (with_judge)
		offhook_toolbox_set_judge(f->toolbox, judge, "de-DE");
}

static void
test_confirm(Fixture *f, gconstpointer data)
{
	add_order(f, TRUE);
	say(f, "zwei Pizzen");
	expect(f, "{\"n\":2,\"what\":{\"a\":[1,2],\"b\":null}}", FALSE);
	g_assert_nonnull(strstr(f->result, "Not done"));
	/* What the model claims in the meantime does not count, nor does silence. */
	expect(f, "{\"n\":2,\"what\":{\"a\":[1,2],\"b\":null}}", FALSE);
	say(f, NULL);
	expect(f, "{\"n\":2,\"what\":{\"a\":[1,2],\"b\":null}}", FALSE);
	say(f, "ja bitte");
	expect(f, "{\"n\":3,\"what\":{\"a\":[1,2],\"b\":null}}", FALSE);
	expect(f, "{\"n\":2,\"what\":{\"a\":[2,1],\"b\":null}}", FALSE);
	expect(f, "{\"what\":{\"b\":null,\"a\":[1,2]},\"n\":2}", TRUE);
	/* Once. */
	expect(f, "{\"n\":2,\"what\":{\"a\":[1,2],\"b\":null}}", FALSE);
}

static void
test_confirm_no(Fixture *f, gconstpointer data)
{
	add_order(f, TRUE);
	say(f, "eine Pizza");
	expect(f, "{}", FALSE);
	say(f, "nein");
	say(f, "ja");
	expect(f, "{}", FALSE);
	/* The caller asks back. */
	say(f, "was kostet das");
	say(f, "ja");
	expect(f, "{}", TRUE);
	/* Nobody knows any more what that yes was for. */
	expect(f, "{}", FALSE);
	for (guint i = 0; i < 3; i++)
		say(f, "und sonst");
	say(f, "ja");
	expect(f, "{}", FALSE);
}

/* A yes to something else, said when the tool had not yet been asked for. */
static void
test_confirm_first(Fixture *f, gconstpointer data)
{
	add_order(f, TRUE);
	say(f, "ja");
	expect(f, "{}", FALSE);
	expect(f, "{}", FALSE);
}

static void
test_confirm_without_judge(Fixture *f, gconstpointer data)
{
	add_order(f, FALSE);
	expect(f, "{}", FALSE);
	say(f, "yes");
	expect(f, "{}", FALSE);
}

static void
test_confirm_many(Fixture *f, gconstpointer data)
{
	add_order(f, TRUE);
	for (guint i = 0; i < 20; i++) {
		g_autofree char *arguments = g_strdup_printf("{\"n\":%u}", i);

		expect(f, arguments, FALSE);
	}
	say(f, "ja");
	expect(f, "{\"n\":0}", FALSE);
	expect(f, "{\"n\":18}", TRUE);
	expect(f, "{\"n\":19}", TRUE);
}

static void
test_timeout(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) run = start(f, "short", "{}");

	harness_wait_for(&f->done, "the end");
	g_assert_cmpint(f->status, ==, OFFHOOK_TOOL_RUN_TIMED_OUT);
	g_assert_true(g_cancellable_is_cancelled(offhook_tool_run_get_cancellable(run)));
	offhook_tool_run_finish(run, "late");
	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_TIMED_OUT);
}

/* Also of one that has ended, but nobody was told yet. */
static void
test_cancel(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) open = start(f, "slow", "{}");
	g_autoptr(OffhookToolRun) ended = start(f, "quick", "{}");

	offhook_toolbox_cancel(f->toolbox);
	g_assert_cmpint(offhook_tool_run_get_status(open), ==, OFFHOOK_TOOL_RUN_CANCELLED);
	g_assert_cmpint(offhook_tool_run_get_status(ended), ==, OFFHOOK_TOOL_RUN_OK);
	offhook_tool_run_finish(open, "late");
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpuint(f->n_done, ==, 0);
	g_assert_cmpuint(f->n_ended, ==, 2);
}

/* The one who has asked loses interest between the end and being told of it. */
static void
test_cancel_ended(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) ended = start(f, "quick", "{}");

	offhook_tool_run_cancel(ended);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpint(offhook_tool_run_get_status(ended), ==, OFFHOOK_TOOL_RUN_OK);
	g_assert_cmpuint(f->n_done, ==, 0);
}

/* The toolbox goes while its tools are at work, and they end afterwards. */
static void
test_gone(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookToolRun) run = start(f, "slow", "{}");

	g_assert_finalize_object(g_steal_pointer(&f->toolbox));
	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_CANCELLED);
	offhook_tool_run_finish(run, "late");
	g_assert_cmpuint(f->n_done, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/toolbox/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("names", test_names);
	ADD("offer", test_offer);
	ADD("finish", test_finish);
	ADD("at-once", test_at_once);
	ADD("refused", test_refused);
	ADD("schema", test_schema);
	ADD("confirm", test_confirm);
	ADD("confirm-no", test_confirm_no);
	ADD("confirm-first", test_confirm_first);
	ADD("confirm-without-judge", test_confirm_without_judge);
	ADD("confirm-many", test_confirm_many);
	ADD("timeout", test_timeout);
	ADD("cancel", test_cancel);
	ADD("cancel-ended", test_cancel_ended);
	ADD("gone", test_gone);
	return g_test_run();
}

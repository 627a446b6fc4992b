/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a language model may be asked, and calls of tools put together from pieces.
 */

#include <offhook/completion.h>
#include <offhook/error.h>

static void
expect_refused(OffhookCompletionRequest *request, int code)
{
	g_autoptr(OffhookCompletionRequest) owned = request;
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_completion_request_check(owned, &error));
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static void
expect_good(OffhookCompletionRequest *request)
{
	g_autoptr(OffhookCompletionRequest) owned = request;
	g_autoptr(GError) error = NULL;

	offhook_completion_request_check(owned, &error);
	g_assert_no_error(error);
}

static OffhookCompletionRequest *
make_request(void)
{
	OffhookCompletionRequest *request = offhook_completion_request_new();

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, "Hello");
	return request;
}

static OffhookCompletionRequest *
make_tool_request(const char *name)
{
	OffhookCompletionRequest *request = make_request();

	offhook_completion_request_add_tool(request, name, NULL, NULL);
	return request;
}

/* With a call of "book" whose arguments are @arguments. */
static OffhookCompletionRequest *
make_call_request(const char *arguments)
{
	OffhookCompletionRequest *request = make_tool_request("book");
	const OffhookToolCall call = {(char *)"c1", (char *)"book", (char *)arguments};

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_ASSISTANT, "One moment.");
	offhook_completion_request_add_tool_call(request, &call);
	return request;
}

static void
test_messages(void)
{
	OffhookCompletionRequest *request = make_request();

	expect_refused(offhook_completion_request_new(), OFFHOOK_ERROR_INVALID_ARGUMENT);
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, "\xff");
	expect_refused(request, OFFHOOK_ERROR_INVALID_ARGUMENT);
	request = make_request();
	for (guint i = 0; i < OFFHOOK_COMPLETION_MAX_MESSAGES; i++)
		offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, "more");
	expect_refused(request, OFFHOOK_ERROR_LIMIT);
	request = make_request();
	offhook_completion_request_set_temperature(request, 2.5);
	expect_refused(request, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static void
test_tools(void)
{
	g_autofree char *longest = g_strnfill(64, 'x');
	g_autofree char *longer = g_strnfill(65, 'x');
	OffhookCompletionRequest *request = make_tool_request("book");

	offhook_completion_request_add_tool(request, "book", NULL, NULL);
	expect_refused(request, OFFHOOK_ERROR_INVALID_ARGUMENT);
	expect_good(make_tool_request(longest));
	expect_refused(make_tool_request(longer), OFFHOOK_ERROR_INVALID_ARGUMENT);
	expect_refused(make_tool_request(""), OFFHOOK_ERROR_INVALID_ARGUMENT);
	expect_refused(make_tool_request("a.b"), OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static void
test_choice(void)
{
	static const struct {
		const char *choice;
		gboolean good;
	} cases[] = {{"auto", TRUE}, {"none", TRUE},  {NULL, TRUE}, {"required", TRUE},
		     {"book", TRUE}, {"cook", FALSE}, {"", FALSE}};
	OffhookCompletionRequest *request = make_request();

	offhook_completion_request_set_tool_choice(request, "required");
	expect_refused(request, OFFHOOK_ERROR_INVALID_ARGUMENT);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		request = make_tool_request("book");
		offhook_completion_request_set_tool_choice(request, cases[i].choice);
		if (cases[i].good)
			expect_good(request);
		else
			expect_refused(request, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

static void
test_answers(void)
{
	OffhookCompletionRequest *request = make_call_request("{\"people\":4}");
	GPtrArray *messages = offhook_completion_request_get_messages(request);

	/* The call belongs to what was said with it. */
	g_assert_cmpuint(messages->len, ==, 2);
	expect_refused(request, OFFHOOK_ERROR_INVALID_ARGUMENT);

	request = make_call_request("{}");
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, "well?");
	expect_refused(request, OFFHOOK_ERROR_INVALID_ARGUMENT);

	request = make_call_request("{}");
	offhook_completion_request_add_tool_result(request, "c2", "other");
	expect_refused(request, OFFHOOK_ERROR_INVALID_ARGUMENT);

	request = make_call_request("[]");
	offhook_completion_request_add_tool_result(request, "c1", "ok");
	expect_refused(request, OFFHOOK_ERROR_INVALID_ARGUMENT);

	request = make_call_request("{}");
	offhook_completion_request_add_tool_result(request, "c1", "ok");
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, "well?");
	expect_good(request);
}

/* ---- calls put together ---- */

typedef struct {
	gint64 index;
	const char *id, *name, *arguments;
} Piece;

static GPtrArray *
assemble(const Piece *pieces, guint n, GError **error)
{
	g_autoptr(OffhookToolCallList) list = offhook_tool_call_list_new();

	for (guint i = 0; i < n; i++)
		g_assert_true(offhook_tool_call_list_add(list, pieces[i].index, pieces[i].id,
							 pieces[i].name, pieces[i].arguments,
							 NULL));
	return offhook_tool_call_list_finish(list, error);
}

static void
expect_calls(const Piece *pieces, guint n, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) calls = assemble(pieces, n, &error);
	g_autoptr(GString) text = g_string_new(NULL);

	g_assert_no_error(error);
	for (guint i = 0; i < calls->len; i++) {
		const OffhookToolCall *call = g_ptr_array_index(calls, i);

		g_string_append_printf(text, "%s %s %s;", call->id, call->name, call->arguments);
	}
	g_assert_cmpstr(text->str, ==, expected);
}

static void
test_pieces(void)
{
	const Piece fragments[] = {{0, "a", "book", ""},
				   {1, "b", "look", "{}"},
				   {0, NULL, NULL, "{\"n\":"},
				   {0, "", "", "2}"}};
	const Piece repeated[] = {{0, "a", "book", "{\"n\":"}, {0, "a", "book", "2}"}};
	const Piece same_index[] = {
	    {0, "a", "book", "{}"}, {0, "b", "look", "{\"x\":"}, {0, NULL, NULL, "1}"}};
	const Piece empty[] = {{0, "a", "book", NULL}};

	expect_calls(fragments, G_N_ELEMENTS(fragments), "a book {\"n\":2};b look {};");
	expect_calls(repeated, G_N_ELEMENTS(repeated), "a book {\"n\":2};");
	expect_calls(same_index, G_N_ELEMENTS(same_index), "a book {};b look {\"x\":1};");
	expect_calls(empty, G_N_ELEMENTS(empty), "a book {};");
	expect_calls(NULL, 0, "");
}

static void
test_bad_pieces(void)
{
	const Piece broken[] = {{0, "a", "book", "{\"n\":"}};
	const Piece nameless[] = {{0, "a", NULL, "{}"}};
	const Piece no_id[] = {{0, NULL, "book", "{}"}, {1, NULL, "book", "{}"}};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) calls = NULL;
	const OffhookToolCall *first, *second;

	g_assert_null(assemble(broken, 1, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	g_clear_error(&error);
	g_assert_null(assemble(nameless, 1, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	calls = assemble(no_id, 2, NULL);
	first = g_ptr_array_index(calls, 0);
	second = g_ptr_array_index(calls, 1);
	g_assert_cmpstr(first->id, !=, second->id);
}

static void
test_limits(void)
{
	g_autoptr(OffhookToolCallList) list = offhook_tool_call_list_new();
	g_autofree char *much = g_strnfill(OFFHOOK_COMPLETION_MAX_ARGUMENTS, ' ');
	g_autoptr(GError) error = NULL;

	for (gint i = 0; i < OFFHOOK_COMPLETION_MAX_TOOL_CALLS; i++)
		g_assert_true(offhook_tool_call_list_add(list, i, NULL, "book", NULL, NULL));
	g_assert_false(offhook_tool_call_list_add(list, 99, NULL, "book", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_clear_error(&error);
	g_assert_true(offhook_tool_call_list_add(list, 0, NULL, NULL, much, NULL));
	g_assert_false(offhook_tool_call_list_add(list, 1, NULL, NULL, " ", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/completion/messages", test_messages);
	g_test_add_func("/completion/tools", test_tools);
	g_test_add_func("/completion/choice", test_choice);
	g_test_add_func("/completion/answers", test_answers);
	g_test_add_func("/completion/pieces", test_pieces);
	g_test_add_func("/completion/bad-pieces", test_bad_pieces);
	g_test_add_func("/completion/limits", test_limits);
	return g_test_run();
}

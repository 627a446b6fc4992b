/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The base class of language-model sessions, by the contract and beyond it, with an engine that says
 * what its case wants said.
 */

#include "completer-contract.h"
#include "harness.h"

#include <string.h>

#define TYPE_TALKER (talker_get_type())
G_DECLARE_FINAL_TYPE(Talker, talker, TEST, TALKER, OffhookCompleter)

/** Says a word with every turn of the main loop. */
struct _Talker {
	OffhookCompleter parent_instance;

	guint number;
	char *message;
	guint words; /* said */
	guint source;
};

G_DEFINE_FINAL_TYPE(Talker, talker, OFFHOOK_TYPE_COMPLETER)

static void
talker_end(Talker *self)
{
	g_autoptr(OffhookToolCallList) list = offhook_tool_call_list_new();
	g_autoptr(GPtrArray) calls = NULL;
	OffhookCompletion completion = {OFFHOOK_FINISH_STOP, NULL, 12, 3};

	if (g_str_equal(self->message, "call")) {
		completion.reason = OFFHOOK_FINISH_TOOL_CALLS;
		offhook_tool_call_list_add(list, 0, "c1", "book", "{\"people\":", NULL);
		offhook_tool_call_list_add(list, 0, NULL, NULL, " 4}", NULL);
	}
	calls = offhook_tool_call_list_finish(list, NULL);
	completion.tool_calls = calls;
	offhook_completer_emit_done(OFFHOOK_COMPLETER(self), self->number, &completion);
	/* What a careless engine says twice, and too late. */
	offhook_completer_emit_done(OFFHOOK_COMPLETER(self), self->number, &completion);
	offhook_completer_emit_text(OFFHOOK_COMPLETER(self), self->number, "late", -1);
}

static gboolean
talker_speak_cb(gpointer user_data)
{
	g_autoptr(Talker) self = g_object_ref(user_data);
	OffhookCompleter *completer = OFFHOOK_COMPLETER(self);
	gboolean talk = g_str_equal(self->message, "talk");

	if (g_str_equal(self->message, "fail")) {
		g_autoptr(GError) error =
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "as asked");

		self->source = 0;
		offhook_completer_emit_failed(completer, self->number, error);
		offhook_completer_emit_failed(completer, self->number, error);
		return G_SOURCE_REMOVE;
	}
	if (g_str_equal(self->message, "say") && self->words == 3) {
		self->source = 0;
		talker_end(self);
		return G_SOURCE_REMOVE;
	}
	if (g_str_equal(self->message, "call")) {
		self->source = 0;
		talker_end(self);
		return G_SOURCE_REMOVE;
	}
	self->words++;
	offhook_completer_emit_text(completer, self->number, talk ? "on " : "word ", -1);
	return G_SOURCE_CONTINUE;
}

static void
talker_stop(Talker *self)
{
	g_clear_handle_id(&self->source, g_source_remove);
	g_clear_pointer(&self->message, g_free);
}

static void
talker_start(OffhookCompleter *completer, guint number, OffhookCompletionRequest *request)
{
	Talker *self = TEST_TALKER(completer);
	GPtrArray *messages = offhook_completion_request_get_messages(request);
	const OffhookMessage *last = g_ptr_array_index(messages, messages->len - 1);

	talker_stop(self);
	self->number = number;
	self->message = g_strdup(last->text);
	self->words = 0;
	if (!g_str_equal(last->text, "nothing"))
		self->source = g_timeout_add(1, talker_speak_cb, self);
}

static void
talker_cancel(OffhookCompleter *completer)
{
	talker_stop(TEST_TALKER(completer));
}

static void
talker_dispose(GObject *object)
{
	talker_stop(TEST_TALKER(object));
	G_OBJECT_CLASS(talker_parent_class)->dispose(object);
}

static void
talker_init(Talker *self)
{
}

static void
talker_class_init(TalkerClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = talker_dispose;
	OFFHOOK_COMPLETER_CLASS(klass)->start = talker_start;
	OFFHOOK_COMPLETER_CLASS(klass)->cancel = talker_cancel;
}

#define TYPE_TALKER_ENGINE (talker_engine_get_type())
G_DECLARE_FINAL_TYPE(TalkerEngine, talker_engine, TEST, TALKER_ENGINE, OffhookEngine)

struct _TalkerEngine {
	OffhookEngine parent_instance;
};

G_DEFINE_FINAL_TYPE(TalkerEngine, talker_engine, OFFHOOK_TYPE_ENGINE)

static OffhookCompleter *
talker_engine_open_completer(OffhookEngine *engine, const OffhookCompleteOptions *options,
			     GError **error)
{
	g_assert_nonnull(options);
	return g_object_new(TYPE_TALKER, NULL);
}

static void
talker_engine_init(TalkerEngine *self)
{
}

static void
talker_engine_class_init(TalkerEngineClass *klass)
{
	OFFHOOK_ENGINE_CLASS(klass)->roles = OFFHOOK_ENGINE_COMPLETE;
	OFFHOOK_ENGINE_CLASS(klass)->open_completer = talker_engine_open_completer;
}

static OffhookEngine *
open_engine(void)
{
	return g_object_new(TYPE_TALKER_ENGINE, NULL);
}

/* ---- beyond the contract ---- */

static void
text_cb(OffhookCompleter *completer, guint request, const char *text, gpointer user_data)
{
	GString *all = user_data;

	g_string_append_printf(all, "[%s]", text);
}

static void
failed_cb(OffhookCompleter *completer, guint request, const GError *error, gpointer user_data)
{
	GString *all = user_data;

	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_string_append(all, "(too long)");
}

static OffhookCompleter *
start_nothing(GString *heard)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();
	OffhookCompleter *completer = g_object_new(TYPE_TALKER, NULL);

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, "nothing");
	g_signal_connect(completer, "text", G_CALLBACK(text_cb), heard);
	g_signal_connect(completer, "failed", G_CALLBACK(failed_cb), heard);
	offhook_completer_start(completer, 7, request);
	return completer;
}

static void
test_characters(void)
{
	static const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z";
	g_autoptr(GString) heard = g_string_new(NULL);
	g_autoptr(OffhookCompleter) completer = start_nothing(heard);

	for (gsize i = 0; i < strlen(text); i++)
		offhook_completer_emit_text(completer, 7, text + i, 1);
	g_assert_cmpstr(heard->str, ==, "[a][\xc3\xa4][\xe2\x82\xac][\xf0\x9f\x98\x80][z]");
	g_string_truncate(heard, 0);
	offhook_completer_emit_text(completer, 7, "x\xff y", -1);
	offhook_completer_emit_text(completer, 7, "\xe2\x82", 2);
	offhook_completer_emit_text(completer, 7, "!", 1);
	g_assert_cmpstr(heard->str, ==, "[x\xef\xbf\xbd y][\xef\xbf\xbd\xef\xbf\xbd!]");
	offhook_completer_emit_text(completer, 6, "of another", -1);
	g_assert_cmpstr(heard->str, ==, "[x\xef\xbf\xbd y][\xef\xbf\xbd\xef\xbf\xbd!]");
}

static void
test_limit(void)
{
	g_autofree char *much = g_strnfill(OFFHOOK_COMPLETION_MAX_TEXT, 'x');
	g_autoptr(GString) heard = g_string_new(NULL);
	g_autoptr(OffhookCompleter) completer = start_nothing(heard);

	offhook_completer_emit_text(completer, 7, much, -1);
	g_string_truncate(heard, 0);
	offhook_completer_emit_text(completer, 7, "x", -1);
	offhook_completer_emit_text(completer, 7, "x", -1);
	g_assert_cmpstr(heard->str, ==, "(too long)");
}

int
main(int argc, char **argv)
{
	static const OffhookCompleterContract contract = {
	    .name = "completer",
	    .open = open_engine,
	    .say = "say",
	    .call = "call",
	    .talk = "talk",
	    .fail = "fail",
	};

	g_test_init(&argc, &argv, NULL);
	offhook_completer_contract_add_tests(&contract);
	g_test_add_func("/completer/characters", test_characters);
	g_test_add_func("/completer/limit", test_limit);
	return g_test_run();
}

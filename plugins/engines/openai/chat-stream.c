/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads chunks as leniently as servers write them: members may be missing or null, `choices` empty,
 * calls of tools whole or in pieces. One thread.
 */

#include "chat-stream.h"

#include "openai-error.h"
#include "think-filter.h"
#include <offhook/error.h>
#include <offhook/sse-parser.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_OBJECT (1024 * 1024)

typedef enum {
	OFFHOOK_CHAT_UNKNOWN,
	OFFHOOK_CHAT_EVENTS,
	OFFHOOK_CHAT_OBJECT, /* the server did not stream */
} OffhookOpenaiChatForm;

struct _OffhookOpenaiChat {
	OffhookOpenaiChatForm form;
	OffhookSseParser *events;
	GString *object; /* the body so far, of that form */
	gboolean done;   /* "[DONE]" came */

	OffhookThinkFilter think;
	GString *text; /* not taken yet */
	char last;     /* of what was taken, spaces aside */
	OffhookToolCallList *calls;
	GPtrArray *finished_calls; /* (nullable) */
	char *finish_reason;       /* (nullable) */
	gint64 input_tokens;
	gint64 output_tokens;
	gboolean progress; /* the model has written something since this was last asked */
};

/* ---- an object ---- */

static void
offhook_openai_chat_read_usage(OffhookOpenaiChat *self, JsonObject *object)
{
	JsonObject *usage = offhook_json_get_object(object, "usage");

	if (usage == NULL)
		return;
	self->input_tokens = offhook_json_get_number(usage, "prompt_tokens");
	self->output_tokens = offhook_json_get_number(usage, "completion_tokens");
}

/* Some servers send arguments as the object that they are. (transfer full) (nullable) */
static char *
offhook_openai_get_arguments(JsonObject *function)
{
	JsonObject *object = offhook_json_get_object(function, "arguments");
	g_autoptr(JsonNode) node = NULL;

	if (object == NULL)
		return g_strdup(offhook_json_get_string(function, "arguments"));
	node = json_node_new(JSON_NODE_OBJECT);
	json_node_set_object(node, object);
	return offhook_json_node_to_string(node);
}

static gboolean
offhook_openai_chat_read_call(OffhookOpenaiChat *self, JsonObject *call, guint position,
			      GError **error)
{
	JsonObject *function = offhook_json_get_object(call, "function");
	gint64 index = offhook_json_get_number(call, "index");
	g_autofree char *arguments = NULL;

	if (function == NULL)
		return TRUE;
	arguments = offhook_openai_get_arguments(function);
	return offhook_tool_call_list_add(
	    self->calls, index >= 0 ? index : position, offhook_json_get_string(call, "id"),
	    offhook_json_get_string(function, "name"), arguments, error);
}

static gboolean
offhook_openai_chat_read_calls(OffhookOpenaiChat *self, JsonObject *message, GError **error)
{
	JsonArray *calls = offhook_json_get_array(message, "tool_calls");
	JsonObject *legacy = offhook_json_get_object(message, "function_call");

	for (guint i = 0; calls != NULL && i < json_array_get_length(calls); i++) {
		JsonNode *node = json_array_get_element(calls, i);

		if (JSON_NODE_HOLDS_OBJECT(node) &&
		    !offhook_openai_chat_read_call(self, json_node_get_object(node), i, error))
			return FALSE;
	}
	return legacy == NULL || offhook_tool_call_list_add(
				     self->calls, 0, NULL, offhook_json_get_string(legacy, "name"),
				     offhook_json_get_string(legacy, "arguments"), error);
}

static gboolean
offhook_openai_chat_shows_work(JsonObject *message)
{
	static const char *const members[] = {"content", "refusal", "reasoning_content",
					      "reasoning"};

	for (guint i = 0; i < G_N_ELEMENTS(members); i++) {
		const char *text = offhook_json_get_string(message, members[i]);

		if (text != NULL && *text != '\0')
			return TRUE;
	}
	return offhook_json_get_array(message, "tool_calls") != NULL ||
	       offhook_json_get_object(message, "function_call") != NULL;
}

static gboolean
offhook_openai_chat_read_choice(OffhookOpenaiChat *self, JsonObject *choice, GError **error)
{
	JsonObject *message = offhook_json_get_object(choice, "delta");
	const char *reason = offhook_json_get_string(choice, "finish_reason");
	const char *text, *refusal;

	if (offhook_json_get_number(choice, "index") > 0) /* nobody asked for a second */
		return TRUE;
	if (reason != NULL && *reason != '\0') {
		g_free(self->finish_reason);
		self->finish_reason = g_strdup(reason);
	}
	if (message == NULL)
		message = offhook_json_get_object(choice, "message");
	if (message == NULL)
		return TRUE;
	text = offhook_json_get_string(message, "content");
	refusal = offhook_json_get_string(message, "refusal");
	if (offhook_openai_chat_shows_work(message))
		self->progress = TRUE;
	if (text != NULL)
		offhook_think_filter_push(&self->think, text, self->text);
	if (refusal != NULL)
		g_string_append(self->text, refusal);
	return offhook_openai_chat_read_calls(self, message, error);
}

static gboolean
offhook_openai_chat_read(OffhookOpenaiChat *self, JsonObject *object, GError **error)
{
	JsonArray *choices = offhook_json_get_array(object, "choices");
	GError *said = offhook_openai_error_from_object(object);

	if (said != NULL) {
		g_propagate_error(error, said);
		return FALSE;
	}
	offhook_openai_chat_read_usage(self, object);
	for (guint i = 0; choices != NULL && i < json_array_get_length(choices); i++) {
		JsonNode *node = json_array_get_element(choices, i);

		if (JSON_NODE_HOLDS_OBJECT(node) &&
		    !offhook_openai_chat_read_choice(self, json_node_get_object(node), error))
			return FALSE;
	}
	return TRUE;
}

/* ---- the two forms ---- */

/* An error as a field of its own is the error alone, without the object around it. */
static gboolean
offhook_openai_chat_fail_with(JsonObject *object, GError **error)
{
	g_autoptr(JsonObject) around = json_object_new();
	GError *said = offhook_openai_error_from_object(object);

	if (said == NULL) {
		json_object_set_object_member(around, "error", json_object_ref(object));
		said = offhook_openai_error_from_object(around);
	}
	g_propagate_error(error, said);
	return FALSE;
}

static gboolean
offhook_openai_chat_event_cb(gpointer user_data, const char *event, const char *data, gsize size,
			     GError **error)
{
	OffhookOpenaiChat *self = user_data;
	g_autoptr(JsonObject) object = NULL;

	if (self->done)
		return TRUE;
	if (g_str_equal(data, "[DONE]")) {
		self->done = TRUE;
		return TRUE;
	}
	object =
	    offhook_json_parse_object(data, (gssize)size, "openai: an event of the answer", error);
	if (object == NULL)
		return FALSE;
	if (g_strcmp0(event, "error") == 0)
		return offhook_openai_chat_fail_with(object, error);
	return offhook_openai_chat_read(self, object, error);
}

/* No line of events begins with a brace. */
static void
offhook_openai_chat_recognise(OffhookOpenaiChat *self, const guint8 *data, gsize size)
{
	for (gsize i = 0; i < size && self->form == OFFHOOK_CHAT_UNKNOWN; i++)
		if (!g_ascii_isspace(data[i]))
			self->form = data[i] == '{' ? OFFHOOK_CHAT_OBJECT : OFFHOOK_CHAT_EVENTS;
}

gboolean
offhook_openai_chat_push(OffhookOpenaiChat *self, const guint8 *data, gsize size, GError **error)
{
	if (self->done)
		return TRUE;
	offhook_openai_chat_recognise(self, data, size);
	if (self->form == OFFHOOK_CHAT_UNKNOWN)
		return TRUE;
	if (self->form == OFFHOOK_CHAT_EVENTS)
		return offhook_sse_parser_push(self->events, data, size, error);
	if (self->object->len + size > MAX_OBJECT) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "openai: the answer is longer than %d bytes", MAX_OBJECT);
		return FALSE;
	}
	g_string_append_len(self->object, (const char *)data, (gssize)size);
	return TRUE;
}

gboolean
offhook_openai_chat_is_complete(OffhookOpenaiChat *self)
{
	return self->done;
}

gboolean
offhook_openai_chat_take_progress(OffhookOpenaiChat *self)
{
	gboolean progress = self->progress;

	self->progress = FALSE;
	return progress;
}

static void
offhook_openai_chat_note_last(OffhookOpenaiChat *self)
{
	for (gsize i = self->text->len; i > 0; i--)
		if (!g_ascii_isspace(self->text->str[i - 1])) {
			self->last = self->text->str[i - 1];
			return;
		}
}

char *
offhook_openai_chat_take_text(OffhookOpenaiChat *self)
{
	char *text;

	if (self->text->len == 0)
		return NULL;
	text = g_strndup(self->text->str, self->text->len);
	offhook_openai_chat_note_last(self);
	g_string_truncate(self->text, 0);
	return text;
}

/* ---- the end ---- */

static gboolean
offhook_openai_chat_read_rest(OffhookOpenaiChat *self, GError **error)
{
	g_autoptr(JsonObject) object = NULL;

	if (self->done)
		return TRUE;
	if (self->form != OFFHOOK_CHAT_OBJECT)
		return offhook_sse_parser_finish(self->events, error);
	object = offhook_json_parse_object(self->object->str, (gssize)self->object->len,
					   "openai: the answer", error);
	return object != NULL && offhook_openai_chat_read(self, object, error);
}

/* A call of a tool counts, whatever the server says why it stopped. */
static gboolean
offhook_openai_chat_get_reason(OffhookOpenaiChat *self, OffhookFinishReason *reason, GError **error)
{
	const char *said = self->finish_reason;

	*reason = OFFHOOK_FINISH_STOP;
	offhook_openai_chat_note_last(self);
	/* What ends with a sentence needs no excuses, though there may have been another. */
	if (g_strcmp0(said, "abort") == 0 && self->last != '\0' &&
	    strchr(".!?", self->last) != NULL) {
		*reason = OFFHOOK_FINISH_LENGTH;
		return TRUE;
	}
	if (g_strcmp0(said, "abort") == 0 || g_strcmp0(said, "error") == 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
			    "openai: the service gave up on the answer");
		return FALSE;
	}
	if (said == NULL && !self->done) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
			    "openai: the answer ended before its end");
		return FALSE;
	}
	if (g_strcmp0(said, "length") == 0)
		*reason = OFFHOOK_FINISH_LENGTH;
	else if (g_strcmp0(said, "content_filter") == 0)
		*reason = OFFHOOK_FINISH_FILTER;
	else if (self->finished_calls->len > 0)
		*reason = OFFHOOK_FINISH_TOOL_CALLS;
	return TRUE;
}

gboolean
offhook_openai_chat_finish(OffhookOpenaiChat *self, OffhookCompletion *completion, GError **error)
{
	gboolean cut_short;

	if (!offhook_openai_chat_read_rest(self, error))
		return FALSE;
	offhook_think_filter_finish(&self->think, self->text);
	cut_short = g_strcmp0(self->finish_reason, "length") == 0 ||
		    g_strcmp0(self->finish_reason, "content_filter") == 0;
	g_clear_pointer(&self->finished_calls, g_ptr_array_unref);
	/* Calls that were cut off are not to be made; the reason says that something is missing. */
	if (cut_short)
		self->finished_calls = g_ptr_array_new();
	else
		self->finished_calls = offhook_tool_call_list_finish(self->calls, error);
	if (self->finished_calls == NULL ||
	    !offhook_openai_chat_get_reason(self, &completion->reason, error))
		return FALSE;
	completion->tool_calls = self->finished_calls;
	completion->input_tokens = self->input_tokens;
	completion->output_tokens = self->output_tokens;
	return TRUE;
}

OffhookOpenaiChat *
offhook_openai_chat_new(void)
{
	OffhookOpenaiChat *self = g_new0(OffhookOpenaiChat, 1);

	self->events = offhook_sse_parser_new(offhook_openai_chat_event_cb, self);
	self->object = g_string_new(NULL);
	self->text = g_string_new(NULL);
	self->calls = offhook_tool_call_list_new();
	self->input_tokens = -1;
	self->output_tokens = -1;
	return self;
}

void
offhook_openai_chat_free(OffhookOpenaiChat *self)
{
	if (self == NULL)
		return;
	offhook_sse_parser_free(self->events);
	g_string_free(self->object, TRUE);
	g_string_free(self->text, TRUE);
	offhook_tool_call_list_free(self->calls);
	g_clear_pointer(&self->finished_calls, g_ptr_array_unref);
	g_free(self->finish_reason);
	g_free(self);
}
